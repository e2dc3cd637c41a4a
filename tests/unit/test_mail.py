"""Mail leaves in the way that is set, and never says more than it should."""

from __future__ import annotations

import email
import smtplib
import socketserver
import ssl
import threading
from collections.abc import Iterator
from email import policy
from pathlib import Path
from typing import Any, ClassVar

import pytest

from myproject.jobs.mail import Message, compose, is_final, send

SETTINGS: dict[str, Any] = {
    "mail.transport": "console",
    "mail.sender": "Staff directory <directory@example.org>",
    "mail.folder": None,
    "mail.smtp_host": "127.0.0.1",
    "mail.smtp_port": 0,
    "mail.smtp_user": None,
    "mail.smtp_password": None,
    "mail.smtp_tls": "none",
}
MESSAGE = Message("ada@example.org", "Grüße", "Hello Ada,\n\nhttps://directory.example.org/x\n")


class _Session(socketserver.StreamRequestHandler):
    """As much of a mail server as takes one mail."""

    taken: ClassVar[list[str]] = []

    def handle(self) -> None:
        self._say("220 test")
        body: list[str] | None = None
        for raw in self.rfile:
            line = raw.decode().rstrip("\r\n")
            if body is not None:
                if line == ".":
                    self.taken.append("\n".join(body))
                    body = None
                    self._say("250 taken")
                else:
                    body.append(line)
            elif line.upper().startswith(("EHLO", "HELO")):
                self._say("250-test\r\n250 8BITMIME")
            elif line.upper() == "DATA":
                body = []
                self._say("354 go on")
            elif line.upper() == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def server() -> Iterator[int]:
    """The port of a mail server; what it took is in `_Session.taken`."""
    _Session.taken.clear()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Session) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def test_to_a_mail_server(server: int) -> None:
    send({**SETTINGS, "mail.transport": "smtp", "mail.smtp_port": server}, MESSAGE)
    (taken,) = _Session.taken
    got = email.message_from_string(taken, policy=policy.default)
    assert (got["To"], got["Subject"], got["Auto-Submitted"]) == ("ada@example.org", "Grüße", "auto-generated")
    assert got["Message-ID"].endswith("@example.org>")
    assert got.get_content().strip() == MESSAGE.text.strip()


def test_a_server_without_tls_gets_nothing(server: int) -> None:
    with pytest.raises(smtplib.SMTPException):
        send({**SETTINGS, "mail.transport": "smtp", "mail.smtp_port": server, "mail.smtp_tls": "starttls"}, MESSAGE)
    assert _Session.taken == []


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_certificates_are_checked(tls: str, server: int, monkeypatch: pytest.MonkeyPatch) -> None:
    contexts: list[ssl.SSLContext] = []

    def starttls(_self: Any, *, context: ssl.SSLContext) -> None:
        contexts.append(context)

    class Encrypted(smtplib.SMTP):
        def __init__(self, *args: Any, context: ssl.SSLContext, **kw: Any) -> None:
            contexts.append(context)
            super().__init__(*args, **kw)

    monkeypatch.setattr(smtplib.SMTP, "starttls", starttls)
    monkeypatch.setattr(smtplib, "SMTP_SSL", Encrypted)
    send({**SETTINGS, "mail.transport": "smtp", "mail.smtp_port": server, "mail.smtp_tls": tls}, MESSAGE)
    (context,) = contexts
    assert context.check_hostname
    assert context.verify_mode == ssl.CERT_REQUIRED


def test_into_a_folder(tmp_path: Path) -> None:
    send({**SETTINGS, "mail.transport": "file", "mail.folder": tmp_path / "mails"}, MESSAGE)
    (path,) = (tmp_path / "mails").iterdir()
    assert path.stat().st_mode & 0o077 == 0
    assert email.message_from_bytes(path.read_bytes())["To"] == "ada@example.org"


def test_no_further_headers_through_names() -> None:
    sneaky = Message("ada@example.org\r\nBcc: eve@example.org", "Hello\nBcc: eve@example.org", "x")
    made = compose(SETTINGS, sneaky)
    assert made["Bcc"] is None
    assert len(made.get_all("To", [])) == 1
    assert "\nBcc" not in made.as_string()


def test_the_same_mail_sent_again_has_the_same_id() -> None:
    first, again, other = (compose(SETTINGS, MESSAGE, stable_id) for stable_id in ("job-7", "job-7", "job-8"))
    assert first["Message-ID"] == again["Message-ID"] == "<job-7@example.org>"
    assert other["Message-ID"] != first["Message-ID"]
    assert compose(SETTINGS, MESSAGE)["Message-ID"] != compose(SETTINGS, MESSAGE)["Message-ID"]


@pytest.mark.parametrize(
    ("error", "final"),
    [
        (smtplib.SMTPRecipientsRefused({"ada@example.org": (550, b"nobody of that name")}), True),
        (smtplib.SMTPRecipientsRefused({"ada@example.org": (450, b"later")}), False),
        (smtplib.SMTPSenderRefused(553, b"not from you", "directory@example.org"), True),
        (smtplib.SMTPServerDisconnected(), False),
        (ConnectionRefusedError(), False),
    ],
)
def test_a_refusal_for_good_is_told_from_one_for_now(error: Exception, final: bool) -> None:
    assert is_final(error) is final
