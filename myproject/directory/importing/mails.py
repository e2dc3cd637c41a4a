"""Mail addresses that somebody else has already: one that several people share can't tell whose account it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection

from .current import MailHolder, RecordedPerson, mail_holders
from .imported_person import ImportedPerson
from .people import People
from .values import CellProblem


class MailAddresses:
    """Finds mail addresses of rows that are somebody else's.

    Who has an address in the directory keeps it. Of several rows that name one nobody gets it: which of them is right
    can't be told, and an account's invitation goes there. Where people are told apart by their address, nothing is
    looked for.
    """

    def __init__(self, conn: Connection, people: People, *, fresh: bool) -> None:
        """fresh: the directory holds nobody yet."""
        self.conn = conn
        self.people = people
        self.fresh = fresh
        self._active = "email" in people.table and people.identity != "email"
        self._holders: dict[str, list[MailHolder]] = {}

    def look_up(
        self, rows: Iterable[tuple[ImportedPerson, int, Sequence[str]]], known: Mapping[str, RecordedPerson | None]
    ) -> None:
        """Ask the directory who has the addresses of these rows, but for those recorded for the same person."""
        self._holders = {}
        if not self._active or self.fresh:
            return
        wanted = set()
        for person, _, row in rows:
            try:
                mail = self.people.table.get("email", row)
            except CellProblem:
                continue
            if mail and mail.lower() != _recorded(known.get(person.identity)):
                wanted.add(mail.lower())
        if wanted:
            self._holders = mail_holders(self.conn, wanted, self.people.importer.hidden)

    def problem(self, mail: str | None, known: RecordedPerson | None) -> str | None:
        """Why an address can't be this person's, as a sentence; None if it can."""
        if not self._active or not mail or mail.lower() == _recorded(known):
            return None
        for held in self._holders.get(mail.lower(), ()):
            if (known is None or held.id != known.id) and not self._gives_up(held, mail):
                return f"The mail address belongs to {held.name} ({held.employee_number}) already."
        return "The mail address stands in several rows." if self.people.matcher.shares_mail(mail) else None

    def _gives_up(self, held: MailHolder, mail: str) -> bool:
        """Whether the files give somebody who has an address another one."""
        called = held.employee_number if self.people.identity == "employee_number" else held.external_id
        other = self.people.by_identity(called or "")
        return other is not None and self.people.matcher.has_another_mail(other, mail)


def _recorded(known: RecordedPerson | None) -> str | None:
    mail: str | None = known.card.get("email") if known else None
    return mail and mail.lower()
