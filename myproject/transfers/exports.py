"""Exports in the background: a list of people as a file, made as whoever asked may see it when it is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from myproject.accounts import notifications
from myproject.accounts.askers import Asked
from myproject.accounts.audit import Event, record
from myproject.accounts.identity import audiences_set
from myproject.accounts.permissions import Permission
from myproject.directory.people import people_list
from myproject.directory.people.exporting import people_csv, people_xlsx, reading
from myproject.directory.people.exporting.columns import Record
from myproject.directory.people.listing.filters import Filters, ListQueryError, Order
from myproject.directory.schema.clock import clock_now
from myproject.jobs import files
from myproject.jobs.kinds import GiveUpError, job
from myproject.jobs.running import Work
from myproject.language.texts import marked

from .made_files import EXPORT, SEEN_AS, seen_as

KIND = EXPORT
MEDIA_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ExportFormat = Literal["csv", "xlsx"]


class ExportOrder(Asked):
    """Who is on the list, in which order, on which day, and as what."""

    format: ExportFormat = "csv"
    q: str = ""
    name: str = ""
    similar: bool = False
    only: bool = False
    chosen: dict[str, int | date | tuple[int, ...]] = {}  # noqa: RUF012 - pydantic copies it
    """Filter -> ids, or a day: `Filters.chosen`."""
    given: dict[str, Any] = {}  # noqa: RUF012
    """What was asked for, in the words of the address: for the audit log."""
    sort: str = "name"
    as_of: date | None = None
    known_at: datetime | None = None

    def filters(self) -> Filters:
        """The question, as the directory takes it."""
        chosen: Any = self.chosen
        return Filters(q=self.q, name=self.name, similar=self.similar, only=self.only, **chosen)


@job(KIND, marked("Export"), ExportOrder, attempts=3, time_limit=timedelta(hours=2))
def export(work: Work, order: ExportOrder) -> None:
    """Make the file."""
    with TemporaryDirectory(prefix="myproject-export-") as folder:
        path = Path(folder) / "people"
        with work.engines.read.connect() as conn:
            identity = order.still_with(conn, work, Permission.DIRECTORY_EXPORT)
            viewer = identity.viewer(audiences_set(work.settings))
            clock = clock_now(conn, work.today, order.as_of, order.known_at)
            filters, sort = order.filters(), Order.of(order.sort)
            try:
                total = people_list.page(conn, clock, viewer, filters, sort, size=1).total(exact=True).number
                if order.format == "xlsx" and total > people_xlsx.MOST:
                    raise GiveUpError(marked("A workbook can't hold so many rows: ask for CSV."))
                told = _Counted(work, reading.everyone(conn, clock, viewer, filters, sort), total)
                if order.format == "xlsx":
                    people_xlsx.write(path, told, viewer)
                else:
                    with path.open("wb") as out:
                        out.writelines(people_csv.lines(told, viewer))
            except ListQueryError as refused:
                raise GiveUpError(
                    marked("The person who asked for it may no longer see what it asks for.")
                ) from refused
        name = f"people-{clock.as_of}.{order.format}"
        with work.begin() as conn, path.open("rb") as content:
            files.add(conn, work.job.id, name, MEDIA_TYPES[order.format], content)
            details = {"what": "people", **({"filters": order.given} if order.given else {})}
            record(conn, order.origin(work.now()), Event.EXPORTED, user=order.user or None, details=details)
            if order.user:
                about = {"job": work.job.kind, "id": work.job.id}
                notifications.notify(conn, "job_done", users=[order.user], args=about, now=work.now())
            work.finish(conn, {"people": told.done, SEEN_AS: seen_as(identity)})


class _Counted:
    """Lists of records, told as they go by."""

    def __init__(self, work: Work, chunks: Iterable[list[Record]], total: int) -> None:
        self._work, self._chunks, self._total = work, chunks, total
        self.done = 0

    def __iter__(self) -> Iterator[list[Record]]:
        for chunk in self._chunks:
            yield chunk
            self.done += len(chunk)
            self._work.hint_progress(done=self.done, of=max(self._total, self.done))
