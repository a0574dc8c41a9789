import io
import json
import logging

import pytest

from agent import log
from agent.model import Endpoint, Manner, Message, Secret, Verdict
from agent.notify import AppriseChannel, LogbookChannel, channel_for

WANG = Endpoint("wang/1", "log", Manner.PERSONAL, Secret("log://"))
NOTICE = Message(
    subject="[GRADE 1] Checkout down",
    text="【一级·暂定】收银台全部不可用\n[GRADE 1] Checkout down\n\nScope: all users",
)


class Terminal(io.StringIO):
    encoding = "utf-8"  # type: ignore[assignment]

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_the_notice_stands_in_a_frame() -> None:
    terminal = Terminal()

    result = LogbookChannel(terminal).send(WANG, NOTICE, 5)

    assert result.verdict is Verdict.ACCEPTED
    assert terminal.getvalue().splitlines() == [
        "┌── wang/1 ─────────────────────────────────────────────────────",
        "│ 【一级·暂定】收银台全部不可用",
        "│ [GRADE 1] Checkout down",
        "│ ",
        "│ Scope: all users",
        "└───────────────────────────────────────────────────────────────",
    ]


def test_elsewhere_the_notice_is_one_json_line(monkeypatch: pytest.MonkeyPatch) -> None:
    journal = io.StringIO()
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    log.start("info", journal)

    LogbookChannel(journal).send(WANG, NOTICE, 5)

    (line,) = journal.getvalue().splitlines()
    said = json.loads(line)
    assert (said["event"], said["endpoint"], said["text"]) == ("notice written", "wang/1", NOTICE.text)


def test_labels_cannot_drive_the_terminal() -> None:
    terminal = Terminal()

    LogbookChannel(terminal).send(WANG, Message("x", "\x1b[2Jgone \x07\r\x9b31m"), 5)

    assert "│ \N{REPLACEMENT CHARACTER}[2Jgone" in terminal.getvalue()
    assert not any(sign in terminal.getvalue() for sign in "\x1b\x07\r\x9b")


def test_a_terminal_of_another_alphabet_shows_what_it_can() -> None:
    terminal = Terminal()
    terminal.encoding = "ascii"  # type: ignore[misc]

    result = LogbookChannel(terminal).send(WANG, Message("x", "收银台 checkout"), 5)

    assert result.verdict is Verdict.ACCEPTED
    assert "??? checkout" in terminal.getvalue()


def test_a_closed_terminal_is_an_answer_not_a_fault() -> None:
    terminal = Terminal()
    terminal.close()

    assert LogbookChannel(terminal).send(WANG, NOTICE, 5).verdict is Verdict.NOT_SENT


def test_who_listens_is_told_what_was_written() -> None:
    written: list[tuple[str, str]] = []
    logbook = LogbookChannel(Terminal(), written=lambda endpoint, message: written.append((endpoint.id, message.text)))

    logbook.send(WANG, NOTICE, 5)

    assert written == [("wang/1", NOTICE.text)]


@pytest.mark.parametrize("url", ["log://", "LOG://", "log://anything", " log://a/b?c=d"])
def test_every_log_url_goes_to_the_logbook(url: str) -> None:
    logbook, apprise = LogbookChannel(), AppriseChannel()

    assert channel_for(Endpoint("a/1", "log", Manner.PERSONAL, Secret(url)), logbook, apprise) is logbook


@pytest.mark.parametrize("url", ["json://127.0.0.1/log://", "logs://x", ""])
def test_every_other_url_goes_to_apprise(url: str) -> None:
    logbook, apprise = LogbookChannel(), AppriseChannel()

    assert channel_for(Endpoint("a/1", "x", Manner.PERSONAL, Secret(url)), logbook, apprise) is apprise
