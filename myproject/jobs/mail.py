"""Mail: a message, and the three ways in which one can leave: to the console, into a folder, to a mail server.

Mails are sent by jobs (`myproject.accounts.mail_jobs`), never within a request: how long a mail server takes would tell
whether an address is known.
"""

from __future__ import annotations

import logging
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


class Message(NamedTuple):
    """One mail to one person, as plain text."""

    to: str
    subject: str
    text: str


def compose(settings: Mapping[str, Any], message: Message, stable_id: str = "") -> EmailMessage:
    """The mail as it is sent; `stable_id` makes its Message-ID, else that is a new one.

    Line breaks in an address or a subject can't make further headers.
    """
    mail = EmailMessage()
    mail["From"] = settings["mail.sender"] or "directory@localhost"
    mail["To"] = " ".join(message.to.split())
    mail["Subject"] = " ".join(message.subject.split())
    mail["Date"] = formatdate(localtime=False)
    domain = mail["From"].rpartition("@")[2].rstrip("> ") or "localhost"
    mail["Message-ID"] = f"<{stable_id}@{domain}>" if stable_id else make_msgid(domain=domain)
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
    # Whoever takes mails out of the folder finds whole ones only.
    part = path.with_suffix(".part")
    with part.open("xb") as file:
        part.chmod(0o600)
        file.write(bytes(mail))
    part.rename(path)


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


def send(settings: Mapping[str, Any], message: Message, stable_id: str = "") -> None:
    """Send now. Raises OSError or `smtplib.SMTPException` where that fails."""
    _TRANSPORTS[settings["mail.transport"]](settings, compose(settings, message, stable_id))


def is_final(error: Exception) -> bool:
    """Whether the server has said no for good (5xx), so that asking again would be asking the same."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500
