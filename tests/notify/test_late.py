"""What is heavy comes late, and nothing holds the process when it wants to end. Each in a process of its own."""

import subprocess
import sys
import time

import pytest

from tests.support.sinks import Answer, Sink, body_drip, hang

HEAVY = ("apprise", "requests", "urllib3", "certifi")


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)


def test_importing_the_post_loads_no_apprise() -> None:
    ran = python(f"""
import sys
from agent.notify import Post, why_unbuildable
from agent.model import Endpoint, Manner, Message, Secret
post = Post()
post.send(Endpoint("a/1", "log", Manner.PERSONAL, Secret("log://")), Message("x", "y"), 5)
assert why_unbuildable("log://") == ""
print(sorted(set({HEAVY!r}) & set(sys.modules)))
""")

    assert ran.stdout.strip() == "[]", ran.stderr


def test_only_the_services_that_urls_name_are_loaded() -> None:
    ran = python("""
import sys
from agent.notify import why_unbuildable
assert why_unbuildable("json://127.0.0.1/x") == ""
assert why_unbuildable("mailtos://er:secret@yunfu.example?to=wang@customer.example") == ""
print(sorted({name.split(".")[2] for name in sys.modules if name.startswith("apprise.plugins.")}))
print(sorted({"oauthlib", "requests_oauthlib", "cryptography", "markdown"} & set(sys.modules)))
""")

    assert ran.stdout.splitlines() == ["['base', 'custom_json', 'email']", "[]"], ran.stderr


@pytest.mark.parametrize("answer", [hang, body_drip], ids=["hang", "drip"])
def test_the_process_ends_while_a_send_hangs(web: Sink, answer: Answer) -> None:
    web.answer(answer)
    ran_from = time.monotonic()

    ran = python(f"""
import sys, threading, time
from agent.notify import Post
from agent.notify.apprise import AppriseChannel
from agent.model import Endpoint, Manner, Message, Secret
channel = AppriseChannel()
channel.load()
endpoint = Endpoint("a/1", "x", Manner.PERSONAL, Secret("json://{web.place}/x"))
threading.Thread(target=channel.send, args=(endpoint, Message("x", "y"), 30), daemon=True).start()
time.sleep(0.3)
print(sorted(thread.name for thread in threading.enumerate() if not thread.daemon))
""")

    assert ran.stdout.strip() == "['MainThread']", ran.stderr
    assert ran.returncode == 0
    assert time.monotonic() - ran_from < 15  # the send had 30 s


def test_two_first_sends_at_once_load_apprise_once(web: Sink) -> None:
    ran = python(f"""
import threading
from agent.notify import AppriseChannel
from agent.model import Endpoint, Manner, Message, Secret
channel, told = AppriseChannel(), []
endpoint = Endpoint("a/1", "x", Manner.PERSONAL, Secret("json://{web.place}/x"))
threads = [
    threading.Thread(target=lambda: told.append(channel.send(endpoint, Message("x", "y"), 20).verdict.value))
    for _ in range(4)
]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(told)
""")

    assert ran.stdout.strip() == "['accepted', 'accepted', 'accepted', 'accepted']", ran.stderr
    assert len(web.seen) == 4
