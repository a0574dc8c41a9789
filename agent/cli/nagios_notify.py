"""The program that Nagios calls for a notification: standard library only, since it runs on another host.

It is a sender of its own at the door for any monitor: an Alertmanager that is asked what fires there knows nothing of
Nagios, and would end what came in as its own.
"""

SCRIPT = """\
#!/usr/bin/env python3
# tocsin-nagios STATE SINCE HOST SERVICE OUTPUT: tells Tocsin what Nagios found.
import base64, http.client, json, os, ssl, sys, time, urllib.request
from datetime import datetime, timezone

URL = @URL@
TOKEN_FILE = @FILE@    # holds the secret alone; "" where the agent wants none
USER = @USER@          # "" for a bearer token
CA_FILE = ""           # the authority of the agent's certificate, where this host does not trust it anyway
CERT_FILE = @CERT@     # signed by one of server.tls.client_ca; "" where the agent asks for none
KEY_FILE = @KEY@
STATES = {"CRITICAL": "firing", "DOWN": "firing", "UNREACHABLE": "firing", "OK": "resolved", "UP": "resolved"}
GIVE_UP_S = 6 * 3600   # Nagios says a recovery once: while the agent is away, it goes on being told

state, since, host, service, output = sys.argv[1:6]
if state not in STATES:
    sys.exit(0)        # WARNING and UNKNOWN neither open nor close anything
moment = datetime.fromtimestamp(int(since), timezone.utc).isoformat()
alert = {
    "title": service,
    "status": STATES[state],
    "labels": {"host": host, "monitor": "nagios"},
    "annotations": {"summary": output},
    "starts_at": moment,
}
if STATES[state] == "resolved":
    alert["ends_at"] = moment
headers = {"Content-Type": "application/json"}
if TOKEN_FILE:
    secret = open(TOKEN_FILE).read().strip()
    basic = base64.b64encode((USER + ":" + secret).encode()).decode()
    headers["Authorization"] = "Basic " + basic if USER else "Bearer " + secret
request = urllib.request.Request(URL, json.dumps(alert).encode(), headers)

trust = ssl.create_default_context(cafile=CA_FILE or None)
if CERT_FILE:
    trust.load_cert_chain(CERT_FILE, KEY_FILE)

def why_not():
    try:
        urllib.request.urlopen(request, timeout=10, context=trust).close()
    except (OSError, http.client.HTTPException) as fault:
        if 400 <= getattr(fault, "code", 503) < 500:    # what is refused for good is not asked again
            sys.exit("tocsin-nagios: " + URL + ": " + str(fault))
        return str(fault)

fault = why_not()
if not fault:
    sys.exit(0)
if os.fork():
    sys.exit("tocsin-nagios: " + URL + ": " + fault + "; it goes on being told")
os.setsid()            # Nagios ends what it called after 30 s, and until then waits for whoever holds its pipes
for number in range(3):
    os.dup2(os.open(os.devnull, os.O_RDWR), number)
until = time.monotonic() + GIVE_UP_S
while why_not() and time.monotonic() < until:
    time.sleep(5)
"""
