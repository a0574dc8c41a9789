"""SMTP for the post: smtplib under the trip's deadline, with every answer noted."""

import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Iterator, Sequence
from typing import Any

from agent.notify import tls
from agent.notify.exchange import Exchange, Phase
from agent.notify.trip import Trip, current

_QUIT_WITHIN_S = 0.5  # the mail is already accepted or refused by then
_MESSAGE_ID = re.compile(r"^Message-ID:\s*<[^>]*>", re.MULTILINE | re.IGNORECASE)
_VERBS = frozenset({"HELO", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "RSET", "QUIT"})
_GO_AHEAD = 354


class Postman(smtplib.SMTP):
    """One connection to one mail server, on the current trip."""

    def __init__(
        self, host: str, port: int | None = None, local_hostname: Any = None, timeout: Any = None, **_: Any
    ) -> None:
        """Connects and reads the greeting.

        The arguments are those of `smtplib.SMTP`; the timeout is the trip's.
        """
        self._trip: Trip = current()
        self._server = host
        self._asked = "connection"
        with self._noting():
            super().__init__(host, port or self.default_port, _own_name(), max(self._trip.left_s, 0.001))

    def starttls(self, *_: Any, context: ssl.SSLContext | None = None, **__: Any) -> tuple[int, bytes]:
        with self._noting():
            answer = super().starttls(context=_preloaded(context))
            self._trip.phase = Phase.TALK
        return answer

    def login(self, user: str, password: str, **options: Any) -> tuple[int, bytes]:
        with self._noting():
            return super().login(user, password, **options)

    def sendmail(
        self, from_addr: str, to_addrs: str | Sequence[str], msg: Any, *_: Any, **__: Any
    ) -> dict[str, tuple[int, bytes]]:
        self._trip.phase = Phase.TALK
        with self._noting():
            refused = super().sendmail(from_addr, to_addrs, self._stamped(msg))
        code = min((code for code, _text in refused.values()), default=0)
        self._note(Phase.DONE, status=code or 250, said="recipient" if code else "message")
        return refused

    def quit(self) -> tuple[int, bytes]:
        """Says goodbye, briefly: a server that hangs here has its mail already."""
        if self.sock is not None:
            self.sock.settimeout(min(_QUIT_WITHIN_S, max(self._trip.left_s, 0.001)))
        try:
            return super().quit()
        finally:
            self.close()

    def putcmd(self, cmd: str, args: str = "") -> None:
        verb = cmd.split(maxsplit=1)[0].upper() if cmd else ""
        if verb in _VERBS:  # the others are passwords on their way
            self._asked = verb
        super().putcmd(cmd, args)
        if verb == "STARTTLS":
            self._trip.phase = Phase.TLS

    def send(self, s: Any) -> None:
        super().send(s)
        if self._trip.phase is Phase.SEND:  # the closing dot is out
            self._trip.phase = Phase.REPLY

    def getreply(self) -> tuple[int, bytes]:
        code, text = super().getreply()
        if self._trip.is_over:  # what we cut off ourselves may read as an answer
            self.close()
            raise smtplib.SMTPServerDisconnected("deadline")
        if code == _GO_AHEAD and self._asked == "DATA":
            self._trip.phase = Phase.SEND
        return code, text

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        link = self._trip.open(host, port)
        self._trip.phase = Phase.TALK
        return link

    def _stamped(self, message: Any) -> Any:
        """The message under an id of its own: sent again it is the same mail, and mail programs show it once."""
        own = self._trip.message_id
        if not own or not isinstance(message, str):
            return message
        return _MESSAGE_ID.sub(lambda _: f"Message-ID: {own}", message, count=1)

    @contextlib.contextmanager
    def _noting(self) -> Iterator[None]:
        try:
            yield
        except smtplib.SMTPRecipientsRefused as refused:
            code = min(code for code, _text in refused.recipients.values())
            self._note(Phase.DONE, status=code, said="recipient")
            raise
        except smtplib.SMTPNotSupportedError:
            self._note(Phase.DONE, status=504, said="what the URL asks of it (TLS or login)")
            raise
        except smtplib.SMTPResponseException as answer:
            if answer.smtp_code > 0:
                self._note(Phase.DONE, status=answer.smtp_code, said=self._asked)
            else:  # -1: what came was not SMTP
                self._note(self._trip.phase, fault="SMTPProtocolError")
            raise
        except (OSError, smtplib.SMTPException, ValueError) as fault:
            self._note(self._trip.phase, fault=type(fault).__name__)
            raise

    def _note(self, phase: Phase, status: int = 0, said: str = "", fault: str = "") -> None:
        self._trip.record(
            Exchange(
                self._server,
                phase,
                status=status,
                fault=fault,
                is_late=self._trip.is_over,
                is_mail=True,
                said=said,
            )
        )


class SecurePostman(Postman):
    """The same, with TLS from the first byte."""

    default_port = smtplib.SMTP_SSL_PORT

    def __init__(self, *arguments: Any, context: ssl.SSLContext | None = None, **options: Any) -> None:
        self._context = _preloaded(context)
        super().__init__(*arguments, **options)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        link = super()._get_socket(host, port, timeout)
        self._trip.phase = Phase.TLS
        try:
            secured = self._context.wrap_socket(link, server_hostname=host)
        except (OSError, ValueError):
            link.close()
            raise
        self._trip.phase = Phase.TALK
        return secured


def bare_context(*_: Any, **__: Any) -> ssl.SSLContext:
    """A context that only says whether to verify; `Postman` puts a preloaded one in its place."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _preloaded(asked: ssl.SSLContext | None) -> ssl.SSLContext:
    return tls.context_for(asked is None or asked.verify_mode is not ssl.CERT_NONE)


def _own_name() -> str:
    """How we introduce ourselves. Not getfqdn: it may ask a resolver, for as long as that takes."""
    name = socket.gethostname()
    return name if "." in name else "[127.0.0.1]"
