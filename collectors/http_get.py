"""Does a GET of this address answer as expected, and how fast?"""

import json
import re
from base64 import b64encode
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, WithJsonSchema, model_validator

from agent import clock
from agent.config.units import Size
from agent.model import Reading
from collectors import _jsonpath
from collectors._net import Deadline, verdict
from collectors._readings import bad, good, unknown

YIELDS = {
    "latency": "seconds from the start to the last byte of the answer",
    "connect": "seconds until the connection stood, name resolution included",
    "tls": "seconds of the TLS handshake; https only",
    "first_byte": "seconds from the start to the answer's headers",
    "status": "HTTP status code of the last answer",
    "size": "bytes of the body, decompressed, up to `body_limit`",
    "redirects": "redirects followed",
    "certificate_left": "seconds until the server's certificate expires, from this very connection; https only",
}
WORKERS = 32
AGENT = "tocsin (health probe)"


def _ranges(value: Any) -> tuple[tuple[int, int], ...]:
    """`200`, `200-299` or a list of them, as (from, to)."""
    if value in ([], ()):
        raise ValueError("no status at all can be good: write 200, 200-299, or a list such as [200, 204]")
    return tuple(_range(each) for each in (value if isinstance(value, list | tuple) else [value]))


def _range(value: Any) -> tuple[int, int]:
    if isinstance(value, tuple) and len(value) == 2:
        return value
    found = re.fullmatch(r"([1-5]\d\d)(?:\s*-\s*([1-5]\d\d))?", str(value))
    if found is None or isinstance(value, bool):
        raise ValueError(f"{value!r} is no HTTP status: write 200, 200-299, or a list such as [200, 204]")
    return int(found[1]), int(found[2] or found[1])


def _texts(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Status = Annotated[
    tuple[tuple[int, int], ...],
    BeforeValidator(_ranges),
    WithJsonSchema({"type": ["integer", "string", "array"], "examples": [200, "200-299", [200, 204]]}),
]
Texts = Annotated[
    tuple[str, ...],
    BeforeValidator(_texts),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


class Options(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(repr=False, description="Address to fetch; http or https.")
    status: Status = Field(default=((200, 299),), description="Good status codes: 200, 200-299, or a list.")
    text: Texts = Field(default=(), description="Text that the body must contain; one, or a list of which all must.")
    absent: Texts = Field(default=(), description="Text that the body must not contain; one, or a list.")
    json_: dict[str, Any] = Field(
        default={}, alias="json", description="JSONPath ($.a.b[0], $['a key']) and the value that must stand there."
    )
    headers: dict[str, SecretStr] = Field(default={}, description="Headers to send; never shown.")
    user: str = Field(default="", description="Name for basic authentication.")
    password: SecretStr = Field(default=SecretStr(""), description="Password for it, by reference: ${credential:NAME}.")
    bearer: SecretStr = Field(default=SecretStr(""), description="Bearer token, by reference: ${credential:NAME}.")
    redirects: int = Field(default=5, ge=0, le=20, description="Redirects to follow; 0 takes the first answer.")
    verify: bool = Field(default=True, description="Whether the certificate must be trusted.")
    ca: Path | None = Field(default=None, description="A file of further trusted authorities (PEM).")
    body_limit: Size = Field(default=1024 * 1024, description="How much of the body is read, after decompression.")

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        place = urlsplit(self.url)
        if place.scheme not in {"http", "https"} or not place.hostname or re.search(r"\s", place.netloc):
            raise ValueError("`url` is no web address: write http://host:port/path or https://…")
        _ = place.port  # raises ValueError where it is no port
        if self.bearer.get_secret_value() and self.user:
            raise ValueError("`bearer` and `user` exclude each other: a request carries one authorisation")
        for path in self.json_:
            _jsonpath.steps(path)
        return self


def probe(options: Options, timeout_s: float) -> Reading:
    from collectors import _http, _tls  # requests takes 0.1 s to load

    trust = partial(_tls.context, options.verify, options.ca)
    try:
        if options.ca:
            trust()
    except OSError as unreadable:
        return unknown(f"{options.ca} cannot be used as `ca`: {unreadable.strerror or unreadable}")
    started = clock.monotonic()
    exchange = _http.Exchange(Deadline(timeout_s))
    try:
        _http.get(
            options.url,
            _headers(options),
            trust,
            exchange,
            redirects=options.redirects,
            limit=options.body_limit,
        )
    except _http.Unfinished as fault:
        failed = verdict(fault.cause, timeout_s)
        return Reading(failed.result, _values(exchange), failed.error)
    values = _values(exchange) | {"latency": clock.monotonic() - started, "size": float(len(exchange.body))}
    return _judged(options, exchange, values)


def _headers(options: Options) -> dict[str, str]:
    headers = {"User-Agent": AGENT, "Accept": "*/*", "Connection": "close"}
    if options.user:
        pair = f"{options.user}:{options.password.get_secret_value()}"
        headers["Authorization"] = "Basic " + b64encode(pair.encode()).decode()
    if token := options.bearer.get_secret_value():
        headers["Authorization"] = f"Bearer {token}"
    return headers | {name: value.get_secret_value() for name, value in options.headers.items()}


def _values(exchange: Any) -> dict[str, float]:
    seen = {
        "connect": exchange.connect_s,
        "tls": exchange.tls_s,
        "first_byte": exchange.first_byte_s,
        "status": exchange.status,
        "certificate_left": exchange.certificate_left_s,
        "redirects": exchange.redirects,
    }
    return {name: float(value) for name, value in seen.items() if value is not None}


def _judged(options: Options, exchange: Any, values: dict[str, float]) -> Reading:
    if not any(low <= exchange.status <= high for low, high in options.status):
        where = f" to {_without_secrets(exchange.location)}" if exchange.location else ""
        return bad(f"HTTP {exchange.status}{where}", values)
    body = _decoded(bytes(exchange.body), exchange.encoding)
    for unwanted in options.absent:
        if unwanted in body:
            return bad(f"the body contains {unwanted!r}", values)
    missing = next((wanted for wanted in options.text if wanted not in body), None)
    if exchange.is_cut and (missing is not None or options.absent or options.json_):
        return unknown(f"the body is longer than {options.body_limit} bytes: raise `body_limit`", values)
    if missing is not None:
        return bad(f"the body does not contain {missing!r}", values)
    error = _json_fault(options.json_, body)
    return bad(error, values) if error else good(values)


def _json_fault(wanted: dict[str, Any], body: str) -> str:
    """What of the JSON is not as wanted, "" for nothing."""
    if not wanted:
        return ""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return "the body is no JSON"
    for path, value in wanted.items():
        try:
            found = _jsonpath.find(document, path)
        except _jsonpath.Missing:
            return f"{path} is missing"
        if not _jsonpath.same(found, value):
            return f"{path} is {_shown(found)}, not {_shown(value)}"
    return ""


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:79] + "…"


def _decoded(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding, "replace")
    except LookupError:  # the server names an encoding that does not exist
        return body.decode("utf-8", "replace")


def _without_secrets(address: str) -> str:
    """An address without what may be secret in it: user, password and query."""
    place = urlsplit(address)
    port = f":{place.port}" if place.port else ""
    return f"{place.scheme}://{place.hostname or ''}{port}{place.path}"
