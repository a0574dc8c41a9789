"""The program that Nagios calls for a notification: standard library only, since it runs on another host.

It is a sender of its own at the door for any monitor: an Alertmanager that is asked what fires there knows nothing of
Nagios, and would end what came in as its own.
"""

SCRIPT = """\
#!/usr/bin/env python3
# tocsin-nagios STATE SINCE HOST SERVICE OUTPUT: tells Tocsin what Nagios found.
import base64, fcntl, http.client, json, os, ssl, sys, time, urllib.request, zlib
from datetime import datetime, timezone

URL = @URL@
TOKEN_FILE = @FILE@    # holds the secret alone; "" where the agent wants none
USER = @USER@          # "" for a bearer token
CA_FILE = ""           # the authority of the agent's certificate, where this host does not trust it anyway
CERT_FILE = @CERT@     # signed by one of server.tls.client_ca; "" where the agent asks for none
KEY_FILE = @KEY@
GIVE_UP_S = 6 * 3600   # Nagios says a recovery once: while the agent is away, it goes on being told
WAITING = "%s/tocsin-nagios-%d-%08x" % (os.environ.get("TMPDIR", "/var/tmp"), os.getuid(), zlib.crc32(URL.encode()))
STATES = {"CRITICAL": "firing", "DOWN": "firing", "UNREACHABLE": "firing", "OK": "resolved", "UP": "resolved"}

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
trust = ssl.create_default_context(cafile=CA_FILE or None)
if CERT_FILE:
    trust.load_cert_chain(CERT_FILE, KEY_FILE)

def tell(line):    # why not, and whether that is for good
    try:
        urllib.request.urlopen(urllib.request.Request(URL, line, headers), timeout=10, context=trust).close()
    except (OSError, http.client.HTTPException) as fault:
        return str(fault), 400 <= getattr(fault, "code", 503) < 500
    return "", True

def opened(path):
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "r+b")
    if os.fstat(file.fileno()).st_uid != os.getuid():
        raise PermissionError(path + " belongs to somebody else")
    return file

def waiting(change):    # what waits to be told, oldest first, after the change; nobody else changes it meanwhile
    with opened(WAITING) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        lines = change(file.read().splitlines())
        file.seek(0)
        file.truncate()
        file.write(b"".join(line + b"\\n" for line in lines))
    return lines

line = json.dumps(alert).encode()
fault = "others wait"
try:
    is_first = not waiting(list)
except OSError:
    is_first = True    # where nothing can wait, it is told all the same
if is_first:
    fault, is_final = tell(line)
    if is_final:
        sys.exit("tocsin-nagios: " + URL + ": " + fault if fault else 0)
waiting(lambda lines: lines + [b"%d " % time.time() + line])
if os.fork():
    sys.exit("tocsin-nagios: " + URL + ": " + fault + "; it goes on being told")
os.setsid()            # Nagios ends what it called after 30 s, and until then waits for whoever holds its pipes
for number in range(3):
    os.dup2(os.open(os.devnull, os.O_RDWR), number)
telling = opened(WAITING + ".telling")

def left(lines):
    if not lines:
        fcntl.flock(telling, fcntl.LOCK_UN)    # whoever adds to it from now on tells it
    return lines

try:
    fcntl.flock(telling, fcntl.LOCK_EX | fcntl.LOCK_NB)
except OSError:
    sys.exit(0)        # somebody tells already, and takes this along
while lines := waiting(left):
    at, _, oldest = lines[0].partition(b" ")
    if time.time() - int(at) > GIVE_UP_S or tell(oldest)[1]:
        waiting(lambda lines: lines[1:])
    else:
        time.sleep(5)
"""
