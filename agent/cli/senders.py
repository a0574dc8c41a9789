"""What each monitor must be told, so that its alerts reach the agent: pieces of its own configuration, as text."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from textwrap import indent

from agent.cli.nagios_notify import SCRIPT


@dataclass(frozen=True, slots=True)
class Way:
    """How a machine comes in: the agent's address, and the token it shows ("" where none is needed)."""

    url: str
    token: str = ""
    is_basic: bool = False  # name and password instead of a bearer token
    has_tls: bool = False
    hmac_header: str = ""  # the secret signs the body instead of being sent; Grafana alone does
    hmac_timestamp_header: str = ""
    needs_certificate: bool = False  # the agent asks for a client's certificate


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a configuration, and the file it belongs to."""

    file: str
    text: str


ROUTE = """\
group_by: [alertname]            # the agent joins alerts into incidents by itself
group_wait: 0s                   # waiting here is time in which nobody knows; the agent holds what should be held
group_interval: 10s
repeat_interval: 1h              # a repetition changes nothing
routes:
  - matchers: ['alertname=~"Watchdog|DeadMansSwitch"']     # a heartbeat: silent for 5 min, it is a monitoring gap
    group_interval: 30s
    repeat_interval: 1m
"""

BESIDE = f"""
# Where people get messages already, nothing of that is taken away: your tree stays whole and moves in as the LAST
# child, which repeats the receiver that stands at the top today. Without that child, whatever only the top took would
# reach nobody but Tocsin, `continue: true` or not. `amtool config routes test` must answer both for each alert.
#
# route:
#   receiver: TODAY                      # as it is
#   routes:
#     - receiver: tocsin                 # first
#       continue: true                   # and on to your own tree
{indent(ROUTE, "#       ")}#     - receiver: TODAY                  # last: the receiver of the top once more
#       routes: []                       # and below it the children that you have now
"""


def alertmanager(way: Way) -> tuple[Piece, ...]:
    """A whole route tree with its receiver, and how it goes beside a tree that is there."""
    text = f"""\
route:
  receiver: tocsin
{indent(ROUTE, "  ")}receivers:
  - name: tocsin
    webhook_configs:
      - url: {_quoted(way.url + "/webhooks/alertmanager")}
        send_resolved: true        # else nothing recovers
        max_alerts: 0              # all of them
{_http_config(way, "/etc/alertmanager", 8)}{BESIDE}"""
    return (Piece("/etc/alertmanager/alertmanager.yml", text),)


def prometheus(way: Way) -> tuple[Piece, ...]:
    """Alerts straight from Prometheus, the agent's own metrics, and a rule whose silence tells of a broken way."""
    scheme, _, target = way.url.partition("://")
    access = _access(way, "/etc/prometheus", 6) + _tls(way, "/etc/prometheus", 6)
    text = f"""\
rule_files: [/etc/prometheus/tocsin-watchdog.rules.yml]
alerting:
  alertmanagers:                   # beside the Alertmanager that is there; Tocsin needs none in between
    - scheme: {scheme}
      api_version: v2
      static_configs: [{{targets: [{_quoted(target)}]}}]
{access}scrape_configs:
  - job_name: tocsin
    scheme: {scheme}
    static_configs: [{{targets: [{_quoted(target)}]}}]
{_dedented(access)}"""
    rules = """\
groups:
  - name: tocsin
    rules:
      - alert: Watchdog            # always fires: once it falls silent, the provider hears of a monitoring gap
        expr: vector(1)
        annotations: {summary: Prometheus evaluates its rules and reaches Tocsin}
"""
    return Piece("/etc/prometheus/prometheus.yml", text), Piece("/etc/prometheus/tocsin-watchdog.rules.yml", rules)


def grafana(way: Way) -> tuple[Piece, ...]:
    """A contact point, provisioned; the policy that uses it stays in Grafana's own hands."""
    if way.hmac_header:
        timestamp = f"            timestampHeader: {_quoted(way.hmac_timestamp_header)}\n"
        access = (
            "          hmacConfig:              # Grafana 12 and newer\n"
            f"            secret: $TOCSIN_KEY    # of Grafana's environment: the secret of server.tokens.{way.token}\n"
            f"            header: {_quoted(way.hmac_header)}\n"
        ) + (timestamp if way.hmac_timestamp_header else "")
    elif way.token and way.is_basic:
        access = f"          username: {_quoted(way.token)}\n          password: $TOCSIN_PASSWORD\n"
    elif way.token:
        access = (
            "          authorization_scheme: Bearer\n"
            "          authorization_credentials: $TOCSIN_TOKEN    # of Grafana's environment: the secret of "
            f"server.tokens.{way.token}\n"
        )
    else:
        access = ""
    text = f"""\
apiVersion: 1
contactPoints:
  - orgId: 1
    name: tocsin                   # then name it in a notification policy, with group wait 0s
    receivers:
      - uid: tocsin
        type: webhook
        disableResolveMessage: false
        settings:
          url: {_quoted(way.url + "/webhooks/alertmanager")}
          httpMethod: POST
          maxAlerts: "0"
{access}"""
    return (Piece("/etc/grafana/provisioning/alerting/tocsin.yaml", text),)


PLUGIN = """\
# Or without any Nagios: the agent runs the plugin itself. Say with `function:` which of yours it tells of.
probes:
  mail: {command: {run: [/usr/lib/nagios/plugins/check_smtp, -H, mail.example.com, -c, "10"]}, every: 1m}
"""


def nagios(way: Way) -> tuple[Piece, ...]:
    """A notification command of Nagios, Naemon or Icinga 1, the contact that uses it, and the script behind both."""
    script = SCRIPT.replace("@URL@", json.dumps(way.url + "/webhooks/generic"))
    script = script.replace("@USER@", json.dumps(way.token if way.is_basic else ""))
    script = script.replace("@FILE@", json.dumps("/etc/nagios/tocsin.token" if way.token else ""))
    shown = "/etc/nagios/tocsin-client." if way.needs_certificate else ""
    script = script.replace("@CERT@", json.dumps(shown and f"{shown}pem")).replace(
        "@KEY@", json.dumps(shown and f"{shown}key")
    )
    # $…OUTPUT$ comes without quotes: Nagios takes `illegal_macro_output_chars` out of it
    service = '"$SERVICESTATE$" "$LASTSERVICESTATECHANGE$" "$HOSTNAME$" "$SERVICEDESC$" "$SERVICEOUTPUT$"'
    host = '"$HOSTSTATE$" "$LASTHOSTSTATECHANGE$" "$HOSTNAME$" HostDown "$HOSTOUTPUT$"'
    objects = f"""\
# Then name the contact where your hosts and services say whom Nagios tells, at best in their templates:
#     contacts +tocsin
define command {{
    command_name    tocsin-service
    command_line    /usr/local/bin/tocsin-nagios {service}
}}
define command {{
    command_name    tocsin-host
    command_line    /usr/local/bin/tocsin-nagios {host}
}}
define contact {{
    contact_name                    tocsin
    alias                           Tocsin
    host_notification_period        24x7
    service_notification_period     24x7
    # WARNING and UNKNOWN neither open nor close anything
    host_notification_options       d,r
    service_notification_options    c,r
    host_notification_commands      tocsin-host
    service_notification_commands   tocsin-service
}}
"""
    return (
        Piece("/usr/local/bin/tocsin-nagios", script),
        Piece("/etc/nagios/conf.d/tocsin.cfg", objects),
        Piece("routes.yaml", PLUGIN),
    )


SENDERS: Mapping[str, Callable[[Way], tuple[Piece, ...]]] = {
    "alertmanager": alertmanager,
    "prometheus": prometheus,
    "grafana": grafana,
    "nagios": nagios,
}


def _http_config(way: Way, folder: str, indent: int) -> str:
    inner = _access(way, folder, indent + 2) + _tls(way, folder, indent + 2)
    return f"{' ' * indent}http_config:\n{inner}" if inner else ""


def _access(way: Way, folder: str, indent: int) -> str:
    room = " " * indent
    if not way.token:
        return ""
    if way.is_basic:
        return f"{room}basic_auth: {{username: {_quoted(way.token)}, password_file: {folder}/tocsin.token}}\n"
    return (
        f"{room}authorization:\n"
        f"{room}  credentials_file: {folder}/tocsin.token    # the secret of server.tokens.{way.token}\n"
    )


def _tls(way: Way, folder: str, indent: int) -> str:
    """Commented: a certificate that the host trusts anyway needs nothing."""
    if not way.has_tls:
        return ""
    remark, room = f"# ca_file: {folder}/tocsin-ca.pem, for a certificate of your own", " " * indent
    if not way.needs_certificate:
        return f"{room}tls_config: {{}}                 {remark}\n"
    return (
        f"{room}tls_config:                    {remark}\n"
        f"{room}  cert_file: {folder}/tocsin-client.pem    # signed by one of server.tls.client_ca\n"
        f"{room}  key_file: {folder}/tocsin-client.key\n"
    )


def _dedented(text: str) -> str:
    return "".join(line.removeprefix("  ") for line in text.splitlines(keepends=True))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
