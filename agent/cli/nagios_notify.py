"""The program that Nagios calls for a notification: standard library only, since it runs on another host."""

SCRIPT = """\
#!/usr/bin/env python3
# tocsin-nagios STATE SINCE HOST SERVICE OUTPUT: tells Tocsin what Nagios found, as Alertmanager would.
import base64, json, sys, time, urllib.error, urllib.request
from datetime import datetime, timezone

URL = @URL@
TOKEN_FILE = @FILE@    # holds the secret alone; "" where the agent wants none
USER = @USER@          # "" for a bearer token
FIRING, RESOLVED = ("CRITICAL", "DOWN", "UNREACHABLE"), ("OK", "UP")
GIVE_UP_S = 25         # Nagios ends a notification after 30 s

state, since, host, service, output = sys.argv[1:6]
if state not in FIRING + RESOLVED:
    sys.exit(0)        # WARNING and UNKNOWN neither open nor close anything
rfc3339 = lambda seconds: datetime.fromtimestamp(int(seconds), timezone.utc).isoformat()
alert = {
    "status": "firing" if state in FIRING else "resolved",
    "labels": {"alertname": service, "host": host, "monitor": "nagios"},
    "annotations": {"summary": output},
    "startsAt": rfc3339(since),
    "endsAt": "0001-01-01T00:00:00Z" if state in FIRING else rfc3339(time.time()),
}
body = {"version": "4", "status": alert["status"], "receiver": "tocsin", "groupKey": host + "/" + service}
headers = {"Content-Type": "application/json"}
if TOKEN_FILE:
    secret = open(TOKEN_FILE).read().strip()
    basic = base64.b64encode((USER + ":" + secret).encode()).decode()
    headers["Authorization"] = "Basic " + basic if USER else "Bearer " + secret
request = urllib.request.Request(URL, json.dumps({**body, "alerts": [alert]}).encode(), headers)
until = time.monotonic() + GIVE_UP_S
while True:
    try:
        urllib.request.urlopen(request, timeout=10).close()
        sys.exit(0)
    except (OSError, urllib.error.URLError) as fault:
        is_final = getattr(fault, "code", 503) < 500    # what is refused for good is not asked again
        if is_final or time.monotonic() > until:
            sys.exit("tocsin-nagios: " + URL + ": " + str(fault))
    time.sleep(2)
"""
