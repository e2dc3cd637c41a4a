"""An import while others write: nobody waits for it, nobody sees half of it, and nothing that they wrote is lost."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from myproject.accounts import users
from myproject.db.engines import Engines
from myproject.db.retry import is_busy
from myproject.directory.changes import change_sets, counter
from myproject.directory.changes.planning.administrators import administrators
from myproject.directory.importing import running
from myproject.directory.present import present_table
from myproject.directory.schema import verbs
from myproject.directory.schema.fields import Card
from myproject.directory.search import verification
from myproject.models.change_set import ChangeItem, ChangeSet
from tests.support.accounts import ORIGIN, account
from tests.support.importing import TODAY, Importer, cards, facts, tree

pytestmark = pytest.mark.long

HEAD = "Employee number,First name,Last name,E-mail,Department,Job title,Location,Start date,Reports to,Phone,Skills\n"
BEFORE = HEAD + (
    "1,Ann,Lee,ann@example.com,Board,Director,Oslo,2020-01-01,,+47 22 00 00 01,\n"
    "2,Bo,Lee,bo@example.com,Sales,Head of sales,Oslo,2020-01-01,1,+47 22 00 00 02,Selling\n"
    "3,Cy,Dee,cy@example.com,Sales,Seller,Oslo,2021-01-01,2,+47 22 00 00 03,Selling\n"
    "4,Di,Eff,di@example.com,Sales,Seller,Oslo,2021-01-01,2,+47 22 00 00 04,\n"
    "5,Ed,Gee,ed@example.com,Works,Foreman,Bergen,2021-01-01,1,+47 22 00 00 05,\n"
    "6,Fay,Hay,fay@example.com,Works,Fitter,Bergen,2022-01-01,5,+47 22 00 00 06,\n"
    "7,Gus,Ivy,gus@example.com,Stores,Keeper,Bergen,2022-01-01,1,+47 22 00 00 07,\n"
)
#: 3 moves, 4 has another phone and family name, 6 another manager, 7 is as before, 5 is gone; 8 and 9 are new, with a
#: department, a location, a job title and a skill that are new as well.
AFTER = HEAD + (
    "1,Ann,Lee,ann@example.com,Board,Director,Oslo,2020-01-01,,+47 22 00 00 01,\n"
    "2,Bo,Lee,bo@example.com,Sales,Head of sales,Oslo,2020-01-01,1,+47 22 00 00 02,Selling\n"
    "3,Cy,Dee,cy@example.com,Sales,Planner,Oslo,2021-01-01,2,+47 22 00 00 03,Selling\n"
    "4,Di,Effing,di@example.com,Sales,Seller,Oslo,2021-01-01,2,+47 22 00 00 44,Planning\n"
    "6,Fay,Hay,fay@example.com,Works,Fitter,Bergen,2022-01-01,2,+47 22 00 00 06,\n"
    "7,Gus,Ivy,gus@example.com,Stores,Keeper,Bergen,2022-01-01,1,+47 22 00 00 07,\n"
    "8,Hal,Joy,hal@example.com,Plans,Planner,Stavanger,2026-06-01,2,+47 22 00 00 08,Planning\n"
    "9,Ivy,Kay,ivy@example.com,Stores,Planner,Bergen,2026-06-01,8,+47 22 00 00 09,Selling\n"
)
IMPORT: dict[str, Any] = {"leavers": "end", "good_rows": True}
WHO: dict[str, Any] = {"today": TODAY, "author": "somebody else", "source": "form"}

Edit = Callable[[Engines], Any]


@pytest.fixture
def made(database: Any, tmp_path: Path) -> Iterator[Callable[[], Importer]]:
    """``made()`` gives a directory of its own that holds `BEFORE`, and imports into it."""
    from myproject.db.engines import engines_for

    def fill(engines: Engines) -> None:
        folder = tmp_path / "before"
        folder.mkdir()
        Importer(engines, folder)(BEFORE)

    template = database.template("imported before", fill)
    opened: list[Importer] = []

    def make() -> Importer:
        folder = tmp_path / str(len(opened))
        folder.mkdir()
        opened.append(Importer(engines_for(database.copy(template)), folder))
        return opened[-1]

    yield make
    for importer in opened:
        importer.engines.dispose()
        database.drop(importer.engines.write.url)


def edit(*wanted: verbs.Verb) -> Edit:
    """Somebody else's change; it waits for nobody."""

    def write(engines: Engines) -> None:
        with engines.begin(wait=0) as conn:
            change_sets.apply(conn, wanted, **WHO)

    return write


def undo(revision: int) -> Edit:
    def write(engines: Engines) -> None:
        with engines.begin(wait=0) as conn:
            change_sets.undo(conn, revision, today=TODAY, author="somebody else")

    return write


def beside(importer: Importer, doing: Edit, *, times: int = 1, **options: Any) -> Any:
    """Import `AFTER`; when everybody has been read, somebody else does something, as often as it is planned."""
    left = [times]

    def progress(name: str, _total: int | None) -> Callable[[int], object]:
        if name == "Reporting lines" and left[0]:
            left[0] -= 1
            doing(importer.engines)
        return lambda _steps: None

    return importer(AFTER, progress=progress, **IMPORT | options)


def state(engines: Engines) -> dict[str, Any]:
    """All that an import says of people and places, but for their ids."""
    skills = (
        "SELECT e.employee_number, s.name FROM employee_skill h"
        " JOIN employee e ON e.id = h.employee_id JOIN skill s ON s.id = h.skill_id"
    )
    with engines.read.connect() as conn:
        having = {tuple(row) for row in conn.execute(sa.text(skills))}
        problems = counter.verify(conn) + present_table.verify(conn) + verification.verify(conn)
    assert problems == []
    shown = ("name", "sort_name", "phone", "desk", "preferred_name", "email")
    return {
        "skills": having,
        "cards": {number: [getattr(card, name) for name in shown] for number, card in cards(engines).items()},
        **{str(day): (facts(engines, day), tree(engines, day)) for day in (date(2026, 6, 14), TODAY, date(2027, 1, 1))},
    }


def newest(engines: Engines) -> Any:
    table = ChangeSet.__table__
    with engines.read.connect() as conn:
        return conn.execute(sa.select(table).order_by(table.c.revision.desc()).limit(1)).one()


def test_others_write_meanwhile_and_see_nothing_of_it(made: Any) -> None:
    importer = made()
    seen = []

    def others(engines: Engines) -> None:
        edit(verbs.EditCard(employee="7", changes=Card(desk="12")))(engines)
        edit(verbs.Join(employee_number="N1", card=Card(family_name="New"), on=TODAY, department="works"))(engines)
        seen.append(sorted(facts(engines)))
        seen.append(newest(engines).author)

    outcome = beside(importer, others)
    assert outcome.told == []
    assert seen == [["1", "2", "3", "4", "5", "6", "7", "N1"], "somebody else"]
    assert outcome.result.revision == 4
    after = state(importer.engines)
    assert sorted(after[str(TODAY)][0]) == ["1", "2", "3", "4", "6", "7", "8", "9", "N1"]
    assert after["cards"]["7"][3] == "12"
    table = ChangeItem.__table__
    with importer.engines.read.connect() as conn:
        kept = sa.select(sa.func.count()).where(table.c.revision == 4)
        assert conn.execute(kept).scalar_one() == sum(newest(importer.engines).summary.values())
    # Taken back as one: what the others did stays.
    importer.undo(4)
    alone = made()
    others(alone.engines)
    back, wanted = state(importer.engines), state(alone.engines)
    for number in ("8", "9"):
        del back["cards"][number]
    back["skills"] -= {("8", "Planning"), ("9", "Selling")}
    assert back == wanted


def test_a_dry_run_holds_nobody_up(made: Any) -> None:
    importer = made()
    before = state(importer.engines)
    outcome = beside(importer, edit(verbs.EditCard(employee="4", changes=Card(phone="+47 23 00 00 00"))), dry_run=True)
    assert not outcome.written
    assert outcome.result.new == 2
    before["cards"]["4"][2] = "+47 23 00 00 00"
    assert state(importer.engines) == before


def test_the_last_administrator_does_not_leave_by_an_import_that_knew_of_another_one(made: Any) -> None:
    """5 leaves by the file, which is fine as long as there is somebody else; that account is disabled meanwhile."""
    importer = made()
    account(importer.engines, "ed@example.com", employee="5", role="administrator")
    other = account(importer.engines, "other@example.com", role="administrator")

    def disable(engines: Engines) -> None:
        with engines.begin(wait=0) as conn:
            users.disable(conn, ORIGIN, other)

    outcome = beside(importer, disable)
    (finding,) = [each for each in outcome.result.findings.kept if "administrator" in each.reason]
    assert "Ed Gee (5) is the last administrator" in finding.reason
    assert "5" in state(importer.engines)["cards"]
    with importer.engines.read.connect() as conn:
        assert administrators(conn, TODAY)


HIRE: dict[str, Any] = {"on": TODAY, "department": "works"}
MEANWHILE: dict[str, Edit] = {
    "a field that the file changes": edit(verbs.EditCard(employee="4", changes=Card(phone="+47 23 00 00 00"))),
    "another field": edit(verbs.EditCard(employee="4", changes=Card(desk="4"))),
    "another part of the name": edit(verbs.EditCard(employee="4", changes=Card(preferred_name="Didi"))),
    "skills": edit(verbs.EditCard(employee="4", changes=Card(skills=["Planning", "Running"]))),
    "somebody whom the file moves is moved": edit(verbs.Move(employee="3", on=TODAY, department="works")),
    "somebody whom the file leaves is moved": edit(verbs.Move(employee="7", on=TODAY, job_title="Planner")),
    "a hire under a number of the file": edit(
        verbs.Join(employee_number="8", card=Card(family_name="Joys"), job_title="Planner", **HIRE)
    ),
    "a hire with what is new in the file": edit(
        verbs.CreateLocation(code="x", name="Xanadu"),
        verbs.CreateDepartment(code="x", name="Xanadu", on=TODAY),
        verbs.Join(
            employee_number="N1", card=Card(family_name="New", skills=["Running", "Planning"]), job_title="Planner",
            manager="7", **{**HIRE, "department": "x"},
        ),
    ),
    "a department of the file": edit(verbs.CreateDepartment(code="plans", name="Plans", on=TODAY)),
    "a location of the file": edit(verbs.CreateLocation(code="stavanger", name="Stavanger")),
    "a manager leaves": edit(verbs.Leave(employee="2", last_day=TODAY)),
    "a report of who leaves": edit(verbs.ChangeManager(employee="7", manager="5", on=TODAY)),
    "a hire below who leaves": edit(
        verbs.Join(employee_number="N1", card=Card(family_name="New"), manager="5", **HIRE)
    ),
    "a line that closes a circle": edit(verbs.ChangeManager(employee="2", manager="6", on=TODAY)),
    "a department is renamed": edit(verbs.RenameDepartment(department="stores", name="Stock", on=TODAY)),
    "a department is moved": edit(verbs.MoveDepartment(department="works", parent="board", on=TODAY)),
    "a department is described": edit(verbs.EditDepartment(department="stores", about="What we keep.")),
    "what was imported before is taken back": undo(1),
}  # fmt: skip


@pytest.mark.parametrize("doing", MEANWHILE)
def test_it_is_as_if_one_had_come_after_the_other(made: Any, doing: str) -> None:
    """Whatever is changed meanwhile: the directory is as if it had been changed before the import, or after it."""
    importer = made()
    beside(importer, MEANWHILE[doing])
    found = state(importer.engines)
    orders = []
    for first in (True, False):
        other = made()
        if first:
            MEANWHILE[doing](other.engines)
        other(AFTER, **IMPORT)
        if not first:
            try:
                MEANWHILE[doing](other.engines)
            except change_sets.ChangeRefused:
                continue
        orders.append(state(other.engines))
        if found == orders[-1]:
            return
    assert found in orders


class Listed:
    """The changes of an import."""

    def __init__(self) -> None:
        self.changes: list[Any] = []

    def add(self, change: Any) -> None:
        self.changes.append(change)

    def restart(self) -> None:
        self.changes.clear()


def test_where_others_change_the_same_all_the_time_they_wait_in_the_end(made: Any, tmp_path: Path) -> None:
    """Planned again each time; then with the place in the queue. What is told is told once."""
    importer, report, listed = made(), tmp_path / "report.csv", Listed()
    phones: list[str] = []

    def others(engines: Engines) -> None:
        phone = f"+47 23 00 00 0{len(phones)}"
        try:
            edit(verbs.EditCard(employee="4", changes=Card(phone=phone)))(engines)
        except Exception as error:
            if not is_busy(error):
                raise
            phones.append("had to wait")
        else:
            phones.append(phone)

    outcome = beside(importer, others, times=10, report=report, changes=listed)
    assert len(phones) == running._TRIES + 1
    assert phones[-1] == "had to wait"
    assert outcome.result.revision == 2 + running._TRIES
    assert cards(importer.engines)["4"].phone == "+47 22 00 00 44"
    assert sum(outcome.verbs.values()) == len(listed.changes)
    with report.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == sum(outcome.result.findings.counts.values())
    state(importer.engines)


def test_an_import_that_changes_nothing_takes_no_number(made: Any) -> None:
    importer = made()
    assert importer(BEFORE).result.revision is None
    assert newest(importer.engines).revision == 1
