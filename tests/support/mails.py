"""What leaves by mail, kept for tests instead of sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from myproject.jobs.mail import Message
from myproject.jobs.pool import Pool


class Outbox:
    """The mails that the jobs of an application send."""

    def __init__(self, jobs: Pool) -> None:
        self._jobs = jobs
        self._sent: list[Message] = []
        self.ids: list[str] = []
        jobs.send = self._keep

    def _keep(self, _settings: Mapping[str, Any], message: Message, stable_id: str) -> None:
        self._sent.append(message)
        self.ids.append(stable_id)

    def take(self) -> list[Message]:
        """What has been sent since the last time, once all jobs that are due are done."""
        self._jobs.drain()
        found, self._sent = self._sent, []
        return found


def outbox(app: Any) -> Outbox:
    """From now on an application's mails are kept here."""
    return Outbox(app.registry.jobs)


def link_in(message: Message) -> str:
    """The path of the link in a mail."""
    found = re.search(r"^http://localhost(/\S+)$", message.text, re.MULTILINE)
    assert found is not None, message.text
    return found[1]
