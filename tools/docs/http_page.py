"""docs/http.md: what the agent answers over HTTP, from its door and from the API's own description."""

from collections.abc import Iterator, Mapping
from inspect import getdoc
from types import SimpleNamespace
from typing import Any, cast

from markdown import code, table

from agent.web import app
from agent.web.api.app import build
from agent.web.late import Late
from agent.web.office import Office

HEAD = """# HTTP

The agent answers at `server.listen`, by default <http://127.0.0.1:8119>. Who may ask for what is configured at
[the door](configuration.md#the-door). There are no redirects: a path with a slash at its end is another path.

## For machines
"""
WEBHOOK = """### Answers to a webhook

| Status | Means | The sender |
|---|---|---|
| 200 | on disk: `{"received": 3, "new": 1, "incidents": ["INC-…"]}`; sent again, `new` is 0 | goes on |
| 400 | some of it cannot be read: `{…, "error": …, "bad": [{"index": 2, "reason": …}]}`. The good alerts are on file; so is the body | must be mended; does not repeat |
| 401, 403 | no token, or one without the right `intake` | needs a token |
| 413 | larger than `server.limits.body` | must send less at once |
| 503 | it cannot be written now; `Retry-After: 5` | repeats |
"""
GENERIC = """### Any other monitor

`POST /webhooks/generic` takes one alert, or a list of them:

```json
{"title": "CheckoutDown", "status": "firing", "labels": {"instance": "web-1"}}
```

| Field | Means |
|---|---|
| `title` | becomes the label `alertname` where `labels` has none, and the summary |
| `status` | fires: `firing`, `alerting`, `down`, `problem`, `open`, `triggered`, `critical`, `warning`; is over: `resolved`, `ok`, `up`, `recovered`, `closed`, `normal`. Without it, `ends_at` decides |
| `labels` | what the rows of [`signals:`](configuration.md#signals) look at; texts |
| `annotations` | what the provider reads; texts |
| `starts_at`, `ends_at` | RFC 3339 with a zone. Something that fires with an `ends_at` to come is over then, unless it is told again |
| `fingerprint` | the alert's identity; without it title and labels are |

Other fields are left alone. It is answered as a webhook is. A monitor whose shape cannot be changed posts to
`POST /webhooks/generic/NAME`, and [`sources.generic.NAME`](configuration.md#sources) says where its body says what.
"""
API = """## The API

JSON under `/api/v1`; the OpenAPI document is at `/api/openapi.json`. Times are RFC 3339 in UTC. Lists answer
`{"items": […], "next": cursor or null}`; `next` goes into `cursor` for the following page. A refusal is
`application/problem+json` with `title`, `status`, `detail` and, where the agreement refuses, `clause`: 401 and 403 for
want of a right or of the party, 404 for what is not there, 409 for a step that the incident's state does not allow, 422
for a contact or a value that is not known, 503 when nothing can be written now. A token of the customer gets
[the customer's copy](security.md#what-the-customers-tokens-see).
"""
ACTS = """### What people do

Each act is answered once it is on disk. `contact` and `by` are contact ids of the agreement.
"""


def text() -> str:
    described = _description()
    return "\n".join(
        (
            HEAD,
            table(("Method and path", "Right", "What it answers"), _places()) + "\n",
            WEBHOOK,
            GENERIC,
            API,
            table(("Method and path", "Right", "What it answers", "Query"), _reading(described)) + "\n",
            ACTS,
            table(("Method and path", "Right", "What it does", "Body"), _acting(described)) + "\n",
        )
    )


def _places() -> Iterator[tuple[str, str, str]]:
    for place in (*app._EXACT.values(), *app._BELOW):
        methods = " ".join(sorted(place.methods - {"HEAD"}))
        path = place.path + ("…" if place in app._BELOW else "")
        yield code(f"{methods} {path}"), code(place.right or "") or "open to all", _first_line(place.answer)


def _reading(described: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    for method, path, operation in _operations(described):
        if method == "GET":
            asked = (each["name"] for each in operation.get("parameters", ()) if each["in"] == "query")
            yield code(f"GET {path}"), _right(method, path), operation["description"], ", ".join(map(code, asked))


def _acting(described: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    for method, path, operation in _operations(described):
        if method == "POST":
            body = ", ".join(_fields(operation, described))
            yield code(f"POST {path}"), _right(method, path), operation["description"], body


def _fields(operation: Mapping[str, Any], described: Mapping[str, Any]) -> Iterator[str]:
    """Names of the body's fields; those that may be left out are in brackets."""
    if "requestBody" not in operation:
        return
    name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    shape = described["components"]["schemas"][name]
    for field in shape["properties"]:
        yield code(field) if field in shape.get("required", ()) else f"[{code(field)}]"


def _operations(described: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def _right(method: str, path: str) -> str:
    return code(Late.right(method, path))


def _description() -> Mapping[str, Any]:
    """The OpenAPI document. Describing the routes asks nothing of the office."""
    return build(cast("Office", SimpleNamespace(store=None))).openapi()


def _first_line(handler: object) -> str:
    return (getdoc(handler) or "").split("\n", 1)[0]
