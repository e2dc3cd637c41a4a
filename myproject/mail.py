"""Mail: a message, and the three ways in which one can leave: to the console, into a folder, to a mail server.

What is asked for within a request is sent after its commit, beside it: how long a mail server takes would tell
whether an address is known. A server that does not answer is tried again, for as long as the process lives.
"""

from __future__ import annotations

import atexit
import logging
import queue
import smtplib
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Any, NamedTuple

log = logging.getLogger(__name__)

TIMEOUT = 10.0
"""Seconds that a mail server has for each answer."""
PAUSES = (1.0, 5.0, 30.0, 120.0, 600.0)
"""Seconds before a mail that failed is tried again."""
LAST_SECONDS = 5.0
"""What mails that wait have when the process ends."""


class Message(NamedTuple):
    """One mail to one person, as plain text."""

    to: str
    subject: str
    text: str


def compose(settings: Mapping[str, Any], message: Message) -> EmailMessage:
    """The mail as it is sent. Line breaks in an address or a subject can't make further headers."""
    mail = EmailMessage()
    mail["From"] = settings["mail.sender"] or "directory@localhost"
    mail["To"] = " ".join(message.to.split())
    mail["Subject"] = " ".join(message.subject.split())
    mail["Date"] = formatdate(localtime=False)
    mail["Message-ID"] = make_msgid(domain=mail["From"].rpartition("@")[2].rstrip("> ") or "localhost")
    # Nobody's out-of-office note is of interest to a machine.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    return mail


def _console(_settings: Mapping[str, Any], mail: EmailMessage) -> None:
    # The one way in which a link is shown in a log: for whoever tries the directory on their own machine.
    log.warning("a mail, shown because mail.transport is console:\nTo: %s\nSubject: %s\n\n%s", mail["To"],
                mail["Subject"], mail.get_content())  # fmt: skip


def _file(settings: Mapping[str, Any], mail: EmailMessage) -> None:
    folder: Path = settings["mail.folder"] or Path("mail")
    folder.mkdir(exist_ok=True)
    path = folder / f"{time.time_ns()}-{threading.get_ident()}.eml"
    with path.open("xb") as file:
        path.chmod(0o600)
        file.write(bytes(mail))


def _smtp(settings: Mapping[str, Any], mail: EmailMessage) -> None:
    host, port, tls = settings["mail.smtp_host"] or "localhost", settings["mail.smtp_port"], settings["mail.smtp_tls"]
    checked = ssl.create_default_context()
    if tls == "tls":
        with smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=checked) as server:
            _hand_over(server, settings, mail)
        return
    with smtplib.SMTP(host, port, timeout=TIMEOUT) as server:
        if tls == "starttls":
            server.starttls(context=checked)
        _hand_over(server, settings, mail)


def _hand_over(server: smtplib.SMTP, settings: Mapping[str, Any], mail: EmailMessage) -> None:
    if settings["mail.smtp_user"]:
        server.login(settings["mail.smtp_user"], settings["mail.smtp_password"] or "")
    server.send_message(mail)


_TRANSPORTS: dict[str, Callable[[Mapping[str, Any], EmailMessage], None]] = {
    "console": _console,
    "file": _file,
    "smtp": _smtp,
}


def send(settings: Mapping[str, Any], message: Message) -> None:
    """Send now. Raises OSError or `smtplib.SMTPException` where that fails."""
    _TRANSPORTS[settings["mail.transport"]](settings, compose(settings, message))


class Mailer:
    """Sends mails beside the requests of a process, one after the other.

    What waits when the process ends has some seconds left to leave; the rest is lost, and whoever waits for a link asks
    for another one.
    """

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings
        self._waiting: queue.Queue[Callable[[], Message | None]] = queue.Queue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._ending = threading.Event()

    def send(self, message: Message) -> None:
        """Send soon. Never fails and never waits; a mail that can't be sent is logged, without its text."""
        self.send_made(lambda: message)

    def send_made(self, make: Callable[[], Message | None]) -> None:
        """Make a mail soon, beside the requests, and send it; nothing where nothing is made.

        So no request takes longer when there is somebody to write to than when there is nobody.
        """
        self._waiting.put(make)
        with self._lock:
            if self._thread is None:
                # A daemon: a mail server that is away for minutes must not keep the process from ending.
                self._thread = threading.Thread(target=self._work, name="mail", daemon=True)
                self._thread.start()
                atexit.register(self._end)

    def wait(self) -> None:
        """Wait until all is sent, or given up, that was asked for: for tests."""
        self._waiting.join()

    def _work(self) -> None:
        while True:
            make = self._waiting.get()
            try:
                message = make()
                if message is not None:
                    self._send(message)
            except Exception:
                log.exception("a mail could not be made")
            finally:
                self._waiting.task_done()

    def _send(self, message: Message) -> None:
        for pause in (*PAUSES, None):
            try:
                send(self._settings, message)
            except (OSError, smtplib.SMTPException) as error:
                if _is_final(error):
                    pause = None
                again = f"tried again in {pause:g} s" if pause else "given up"
                log.error("a mail could not be sent, %s: %s", again, type(error).__name__)  # noqa: TRY400
                if pause is None:
                    return
                self._ending.wait(pause)
            else:
                return

    def _end(self) -> None:
        self._ending.set()
        deadline = time.monotonic() + LAST_SECONDS
        while self._waiting.unfinished_tasks and time.monotonic() < deadline:
            time.sleep(0.05)


def _is_final(error: Exception) -> bool:
    """Whether the server has said no for good (5xx), so that asking again would be asking the same."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500
