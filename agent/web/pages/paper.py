"""What every page is written on: its frame and style, and headers that load nothing and keep nothing."""

from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.web.wire import HTML, Answer, Headers

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"


def plain(status: int, lines: tuple[str, ...], headers: Headers = ()) -> Answer:
    """A page of a few lines."""
    return html(status, "plain.html", headers, language="en", lines=lines)


def html(status: int, template: str, more: Headers = (), **values: Any) -> Answer:
    text = _environment().get_template(template).render(values)
    return Answer(status, text.encode(), HTML, (*_headers(), *more))


@lru_cache(maxsize=1)
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals["css"] = Markup(_css())
    return environment


@lru_cache(maxsize=1)
def _css() -> str:
    return (TEMPLATES / "page.css").read_text("utf-8").strip()


@lru_cache(maxsize=1)
def _headers() -> Headers:
    """Nothing is loaded from anywhere, nothing is kept, and the token leaks to nobody."""
    style = b64encode(sha256(_css().encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return (
        (b"content-security-policy", policy.encode()),
        (b"referrer-policy", b"no-referrer"),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"x-robots-tag", b"noindex, nofollow"),
    )
