"""Imports in the background: what was sent is kept with the job, planned, and written as one change set."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, Literal

from sqlalchemy import Connection

from myproject.accounts import notifications
from myproject.accounts.askers import Asked
from myproject.accounts.errors import AccountError
from myproject.accounts.identity import Identity, audiences_set
from myproject.accounts.permissions import Permission
from myproject.directory.importing.change_list import ChangeList
from myproject.directory.importing.findings import Findings, ImportStopped
from myproject.directory.importing.mapping import load_mapping
from myproject.directory.importing.options import NotApplied, Options, Result
from myproject.directory.importing.running import run_import
from myproject.directory.importing.source import SHEETS, ImportSource
from myproject.jobs import files, ledger
from myproject.jobs.kinds import job
from myproject.jobs.ledger import JobState
from myproject.jobs.running import Work
from myproject.language.texts import gettext as _
from myproject.language.texts import marked

from .made_files import IMPORT, SEEN_AS, seen_as

KIND = IMPORT
GROUP = "import"
"""One at a time: each plans on a copy of the whole directory."""
MAPPING = "mapping.toml"
REPORT, CHANGES = "report.csv", "changes.csv"
MOST_FILES = 20
MOST_WAITING = 20
"""Imports that may be open at a time: each keeps its files in the database."""
_NAME = re.compile(r"[^\x00-\x1f\x7f/\\]{1,150}").fullmatch

Outcome = Literal["applied", "unchanged", "dry_run", "refused", "no_good_row", "too_many_leavers", "stopped"]


OUTCOMES: dict[Outcome, str] = {
    "applied": marked("Imported"),
    "unchanged": marked("Nothing to change: the directory says the same"),
    "dry_run": marked("Checked: nothing has been changed yet"),
    "refused": marked("Some rows can’t be imported: nothing has been changed"),
    "no_good_row": marked("No row can be imported: nothing has been changed"),
    "too_many_leavers": marked("Too many people would leave: nothing has been changed"),
    "stopped": marked("The files can’t be imported"),
}
"""Each in words."""


class ImportOrder(Asked):
    """How it is to be imported; `directory.importing.options.Options` says what each means."""

    dry_run: bool = False
    effective: date | None = None
    good_rows: bool = False
    leavers: Literal["report", "end", "keep"] = "report"
    leavers_count: int | None = None
    bad_cells: Literal["contact", "refuse", "blank"] = "contact"
    department: str = ""
    joined: date | None = None
    sheet: str = ""
    reason: str = ""


def check_name(name: str) -> str:
    """The name of a file that was sent, without its folders. Raises `AccountError` for one that can't be imported."""
    name = name.replace("\\", "/").rpartition("/")[2].strip()
    if not _NAME(name) or name.startswith("."):
        raise AccountError(_("The file has no name that can be used."), _("Give it another name."))
    if not name.lower().removesuffix(".gz").endswith(SHEETS):
        raise AccountError(
            _("%(name)s can’t be imported: this kind of file is not supported.", name=name),
            _("Send CSV, XLSX, XLS, ODS, JSON, LDIF or vCard, or one of these as .gz."),
        )
    return name


def keep(conn: Connection, wanted: int, sent: dict[str, BinaryIO], mapping: BinaryIO | None) -> None:
    """Keep the files of an import with its job."""
    for name, content in sent.items():
        files.add(conn, wanted, name, "application/octet-stream", content, is_input=True)
    if mapping is not None:
        files.add(conn, wanted, MAPPING, "application/toml", mapping, is_input=True)


def refuse_many(conn: Connection) -> None:
    """Raise `AccountError` where so many imports wait that another has to come later."""
    waiting = ledger.newest(conn, kind=KIND, states=(JobState.DUE, JobState.RUNNING), limit=MOST_WAITING)
    if len(waiting) >= MOST_WAITING:
        raise AccountError(_("Too many imports are waiting."), _("Send it again when some of them are done."))


@job(KIND, marked("Import"), ImportOrder, attempts=3, time_limit=timedelta(hours=2))
def import_files(work: Work, order: ImportOrder) -> None:
    """Import what was sent. What it found goes into files; the ledger gets numbers alone."""
    with TemporaryDirectory(prefix="myproject-import-") as name:
        folder = Path(name)
        (folder / "sent").mkdir()
        with work.engines.read.connect() as conn:
            identity = order.still_with(conn, work, Permission.DIRECTORY_IMPORT)
            unpacked = _unpack(conn, work.job.id, folder / "sent")
        try:
            _import(work, order, identity, unpacked, folder)
        except ImportStopped as stopped:
            told = {"outcome": "stopped", "message": stopped.message, "remedy": stopped.remedy}
            with work.begin() as conn:
                _finish(conn, work, order, told, [])


def _unpack(conn: Connection, wanted: int, folder: Path) -> list[Path]:
    found = []
    for file in files.of_job(conn, wanted, is_input=True):
        path = folder / file.name
        with path.open("wb") as out:
            for part in files.content(conn, file):
                out.write(part)
        found.append(path)
    return found


def _import(work: Work, order: ImportOrder, identity: Identity, sent: list[Path], folder: Path) -> None:
    sheets = [path for path in sent if path.name != MAPPING]
    described = load_mapping(sheets[0].parent / MAPPING) if len(sheets) < len(sent) else None
    with ExitStack() as stack:
        source = ImportSource(sheets[0] if len(sheets) == 1 else sheets[0].parent, described, sheet=order.sheet or None)
        stack.callback(source.close)
        report = Findings(folder / REPORT)
        stack.callback(report.close)
        listed = stack.enter_context(ChangeList(folder / CHANGES))
        title = source.mapping.title or f"Import of {sheets[0].name}"
        settings = work.settings
        options = Options(
            today=work.today,
            effective=order.effective or source.mapping.effective or work.today,
            author=identity.author,
            good_rows=order.good_rows,
            dry_run=order.dry_run,
            leavers=order.leavers,
            leavers_percent=settings["import.leavers_percent"],
            leavers_least=settings["import.leavers_least"],
            leavers_count=order.leavers_count,
            bad_cells=order.bad_cells,
            reason=order.reason or title,
            request_id=order.request_id,
            department=order.department or None,
            viewer=identity.viewer(audiences_set(settings)),
            joined=order.joined,
        )

        def finish(conn: Connection, result: Result) -> None:
            report.flush()
            listed.flush()
            told = summary(result, order) | {SEEN_AS: seen_as(identity)}
            _finish(conn, work, order, told, [folder / REPORT, folder / CHANGES])

        try:
            result = run_import(
                work.engines, source, options, report, progress=_progress(work), changes=listed, written=finish
            )
        except NotApplied as stopped:
            result = stopped.result
        if not work.is_finished:
            with work.begin() as conn:
                finish(conn, result)


def _progress(work: Work) -> Callable[[str, int | None], Callable[[int], object]]:
    def phase(name: str, total: int | None) -> Callable[[int], object]:
        done = 0

        def steps(number: int) -> None:
            nonlocal done
            done += number
            work.hint_progress(phase=name, done=done, of=total)

        work.hint_progress(phase=name, done=0, of=total)
        return steps

    return phase


def _finish(conn: Connection, work: Work, order: ImportOrder, told: dict[str, Any], made: list[Path]) -> None:
    for path in made:
        with path.open("rb") as content:
            files.add(conn, work.job.id, path.name, "text/csv", content)
    if order.user:
        about = {"job": work.job.kind, "id": work.job.id}
        notifications.notify(conn, "job_done", users=[order.user], args=about, now=work.now())
    work.finish(conn, told)


def summary(result: Result, order: ImportOrder) -> dict[str, Any]:
    """What became of an import, in numbers: nothing of anybody's."""
    counts = result.findings.counts
    return {
        "outcome": outcome(result, order),
        "revision": result.revision,
        "rows": result.rows,
        "new": result.new,
        "changed": result.changed,
        "unchanged": result.unchanged,
        "gone": result.gone_count,
        "vacant": result.vacant,
        "changes": dict(result.verbs),
        "refused": {kind: count for (level, kind), count in counts.items() if level == "refused"},
        "noted": {kind: count for (level, kind), count in counts.items() if level == "noted"},
    }


def outcome(result: Result, order: ImportOrder) -> Outcome:
    """What became of it as a whole."""
    if result.revision is not None:
        return "applied"
    if result.stopped:
        return "too_many_leavers"
    if not result.good:
        return "no_good_row"
    if order.dry_run and (result.verbs or result.findings.refused):
        return "dry_run"
    return "refused" if result.findings.refused and not order.good_rows else "unchanged"


def title(args: Mapping[str, Any], result: Mapping[str, Any] | None) -> str:
    """What an import is called while it is done and afterwards; marked for translation."""
    if result is not None:
        return OUTCOMES[result["outcome"]]
    return marked("Checking") if args["dry_run"] else marked("Importing")
