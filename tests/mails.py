"""What leaves by mail, kept for tests instead of sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from myproject.mail import Mailer, Message


class Outbox(Mailer):
    """Stands for the mailer of an application; what is asked for is made and kept at once."""

    def __init__(self) -> None:
        super().__init__({})
        self.sent: list[Message] = []

    def send_made(self, make: Callable[[], Message | None]) -> None:
        message = make()
        if message is not None:
            self.sent.append(message)

    def take(self) -> list[Message]:
        """What was sent since the last time."""
        found, self.sent = self.sent, []
        return found


def outbox(app: Any) -> Outbox:
    """From now on an application's mails are kept here."""
    box = app.registry.mailer = Outbox()
    return box


def link_in(message: Message) -> str:
    """The path of the link in a mail."""
    found = re.search(r"^http://localhost(/\S+)$", message.text, re.MULTILINE)
    assert found is not None, message.text
    return found[1]
