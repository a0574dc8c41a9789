"""What does this program say, by the Nagios plugin protocol?"""

import os
import shlex
import shutil
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, WithJsonSchema

from agent import clock
from agent.config.units import Size
from agent.model import Condition, Reading, Tell
from collectors import _child, _perfdata
from collectors._readings import bad, good, unknown

YIELDS = {
    "exit": "exit status: 0 good, 1 warning, 2 critical, everything else unknown",
    "warning": "whether it said warning",
    "critical": "whether it said critical",
    "duration": "seconds it ran",
    "*": "every label of its performance data: times in seconds, sizes in bytes, per cent as a ratio; "
    "signs other than letters, digits and _ . : / - become _",
}
TELLS = (
    Tell(when="critical == true", condition=Condition.DOWN),
    Tell(when="warning == true", condition=Condition.DEGRADED),
)
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/nagios/plugins"


def _words(value: Any) -> Any:
    """One line as its words, by the rules of a shell; no shell ever sees it."""
    if not isinstance(value, str):
        return value
    try:
        return shlex.split(value)
    except ValueError as odd:
        raise ValueError(f"cannot be split into words ({odd}): close the quote, or write a list") from None


Words = Annotated[
    tuple[str, ...],
    BeforeValidator(_words),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


class Options(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    run: Words = Field(min_length=1, description="Program and arguments: a list, or one line split without a shell.")
    env: dict[str, SecretStr] = Field(default={}, description="Environment beside PATH and LANG; never shown.")
    memory: Size = Field(default=4 * 1024**3, ge=16 * 1024**2, description="Address space it may use.")


def probe(options: Options, timeout_s: float) -> Reading:
    environment = {"PATH": PATH, "LANG": "C.UTF-8"} | {
        name: value.get_secret_value() for name, value in options.env.items()
    }
    program = options.run[0]
    found = shutil.which(program, path=environment["PATH"])
    if found is None:
        return unknown(_not_found(program, environment["PATH"]))
    started = clock.monotonic()
    try:
        ended = _child.run([found, *options.run[1:]], environment, timeout_s, options.memory)
    except TimeoutError:
        return unknown(f"{program} did not end within {timeout_s:g} s and was killed")
    except _child.Flood:
        return unknown(f"{program} printed without end and was killed")
    except (OSError, ValueError) as fault:
        return unknown(f"{program} could not be started: {fault}")
    return judged(program, ended, clock.monotonic() - started)


def judged(program: str, ended: _child.Ended, duration_s: float) -> Reading:
    """The reading that an exit status and an output make."""
    text, data = _perfdata.texts(ended.out.decode("utf-8", "replace"))
    said = text or ended.err.decode("utf-8", "replace").strip().partition("\n")[0] or "it said nothing"
    values: dict[str, float | str | bool | None] = {**_perfdata.values(data)}
    values |= {"exit": float(ended.code), "warning": ended.code == 1, "critical": ended.code == 2}
    values["duration"] = duration_s
    match ended.code:
        case 0:
            return good(values)
        case 1 | 2:
            return bad(said[:500], values)
    # what it could not find out is neither good nor bad: no value of it may speak
    values = {"exit": values["exit"], "duration": duration_s}
    if ended.code < 0:
        return unknown(f"{program} was ended by signal {-ended.code}", values)
    return unknown(f"exit status {ended.code}: {said}"[:500], values)


def _not_found(program: str, path: str) -> str:
    if os.path.exists(program):
        return f"{program} cannot be executed: chmod +x it, and let the agent's user read it"
    where = "" if "/" in program else f" in {path}"
    return f"{program} was not found{where}: install it, or name it by its full path"
