"""Random histories: a step is a tuple of small numbers, read as a verb, done in the directory and in a plain model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from hypothesis import currently_in_test_context, note
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from myproject.db.engines import Engines
from myproject.directory.changes import change_sets
from myproject.directory.present import present_table
from myproject.directory.schema import verbs
from myproject.directory.schema.fields import Card
from myproject.models.dated import known_at, valid_on
from myproject.models.department import DepartmentVersion
from myproject.models.employment import Assignment, Employment, ReportingLine
from myproject.models.vocabulary import JobTitle
from tests.support.organisation import Organisation
from tests.support.organisation_days import DAYS, LAST, Not
from tests.support.organisation_people import Job

START = date(2026, 1, 1)
TODAY = START + timedelta(days=10)
TITLES = (None, "Engineer", "Lead")
NAMES = ("Sales", "Payments", "Platform")
KINDS = ("solid", "dotted", "acting")

Step = tuple[int, ...]
STEPS = st.lists(
    st.tuples(
        st.integers(0, 20),  # which verb
        st.integers(0, 5),  # about whom
        st.integers(0, LAST - 2),  # from when
        st.integers(0, LAST),  # how long; 0 is no end
        st.integers(0, 5),  # and whom else
        st.integers(0, 11),  # and what
    ),
    min_size=3,
    max_size=24,
)


def day(number: int) -> date:
    return START + timedelta(days=number)


def fact(**changes: Any) -> verbs.CorrectedFact:
    return verbs.CorrectedFact(**changes)


def until(end: int | None) -> date | None:
    return None if end is None or end > LAST else day(end - 1)


def tell(text: str) -> None:
    """Show it with a failing example."""
    if currently_in_test_context():
        note(text)


class Both:
    """The model and the directory side by side; every change set is known to both."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self.model = Organisation()
        self.known: dict[int, Organisation] = {}
        self.titles: dict[int | None, str | None] = {None: None}
        self.apply(
            verbs.CreateDepartment(code="1", name="Company", on=START),
            "create_department",
            1,
            "Company",
            None,
            0,
            LAST + 1,
        )
        self.apply(
            verbs.CreateDepartment(code="2", name="Sales", parent="1", on=START),
            "create_department",
            2,
            "Sales",
            1,
            0,
            LAST + 1,
        )
        self.apply(self.join(1, 0, None, 1, 1, None), "join", 1, 0, LAST + 1, self.job(1, 1), None)

    def job(self, department: int, what: int) -> Job:
        return Job(department, TITLES[what % 3], (1.0, 0.5)[what % 2], True, what % 4 == 3)

    def join(
        self, id_: int, first: int, end: int | None, department: int, what: int, manager: int | None
    ) -> verbs.Join:
        job = self.job(department, what)
        return verbs.Join(
            employee_number=str(id_), card=Card(family_name=f"P{id_}"), on=day(first), until=until(end),
            department=department, job_title=job.title, fte=job.fte, is_head=job.head, manager=manager,
        )  # fmt: skip

    def apply(self, verb: verbs.Verb, method: str, *args: Any) -> bool:
        """Do the same in both; whether it was allowed."""
        after = self.model.copy()
        try:
            getattr(after, method)(*args)
            after.check()
            allowed = True
        except Not:
            allowed = False
        try:
            applied = change_sets.apply(self.conn, [verb], today=TODAY, author="test", source="test")
        except change_sets.ChangeRefused as refused:
            problems, revision = refused.plan.problems, None
        else:
            problems, revision = [], applied.revision
        tell(f"  refused: {problems}" if problems else "  done")
        assert allowed == (not problems), f"the model {'allows' if allowed else 'refuses'} it: {verb!r}: {problems}"
        if problems:
            assert all(problem.message and problem.remedy for problem in problems)
            return False
        self.model = after
        if revision is not None:
            self.known[revision] = after
        return True

    def answer(self, on: int, revision: int | None) -> tuple[Any, ...]:
        """What the tables say of a day, as known at a revision."""

        def rows(table: Any, *columns: str) -> set[tuple[Any, ...]]:
            query = select(*(table.c[name] for name in columns)).where(
                known_at(table, revision), valid_on(table, day(on))
            )
            found = self.conn.execute(query).all()
            assert len(set(found)) == len(found)
            return {tuple(row) for row in found}

        titles = {row.id: row.name for row in self.conn.execute(select(JobTitle.id, JobTitle.name))}
        jobs = rows(
            Assignment.__table__,
            "employee_id",
            "assignment_id",
            "department_id",
            "job_title_id",
            "fte",
            "is_primary",
            "is_head",
        )
        return (
            {id_ for (id_,) in rows(Employment.__table__, "employee_id")},
            {(*job[:3], titles.get(job[3]), *job[4:]) for job in jobs},
            rows(ReportingLine.__table__, "employee_id", "assignment_id", "kind", "manager_id"),
            rows(DepartmentVersion.__table__, "department_id", "name", "parent_id"),
        )

    def agree(self) -> None:
        """As of every day, as known now and at every revision; and `present` with the dated rows."""
        for on in DAYS:
            assert self.answer(on, None) == self.model.answer(on), f"as of day {on}"
        for revision, model in self.known.items():
            for on in (0, 10, LAST):
                assert self.answer(on, revision) == model.answer(on), f"as of day {on}, as known at {revision}"
        assert present_table.verify(self.conn) == []

    def step(self, step: Step) -> None:  # noqa: C901 - a table of verbs
        """Read a step as a verb, and do it in both."""
        which, who, first, length, other, what = step
        people = sorted(self.model.people)
        id_, second = people[who % len(people)], people[other % len(people)]
        manager = None if what % 4 == 0 else second
        departments = sorted(self.model.departments)
        department = departments[other % len(departments)]
        end = None if length == 0 else min(first + length, LAST + 1)
        stop = LAST + 1 if end is None else end
        last = max(first - 1, 0)
        numbers = sorted(self.model.people[id_].jobs)
        number = numbers[what % len(numbers)] if numbers else 999
        changes = self.changes(what, department)
        job = self.job(department, what)
        hire: dict[str, Any] = {
            "on": day(first),
            "until": until(end),
            "department": department,
            "job_title": job.title,
            "fte": job.fte,
            "is_head": job.head,
            "manager": manager,
        }
        later = length % 2 == 1 and end is None
        tell(f"{step}: person {id_}, other {second}, department {department}, days {first} to {end}")
        kind: Any = KINDS[length % 3]
        verb: Any
        match which:
            case 0 | 1 | 2:
                new = len(people) + 1
                boss = manager if which else id_
                self.apply(self.join(new, first, end, department, what, boss), "join", new, first, stop, job, boss)
            case 3 | 4:
                heir = None if what % 3 else second
                self.apply(verbs.Leave(employee=id_, last_day=day(last), hand_over_to=heir), "leave", id_, last, heir)
            case 5:
                self.apply(verbs.Rehire(employee=id_, **hire), "rehire", id_, first, stop, job, manager)
            case 6 | 7:
                odd = what % 2 == 1
                said = self.verb_changes(changes)
                verb = verbs.Move(employee=id_, on=day(first), until=until(end), also_later=odd, **said)
                told = None if until(end) is None else end
                self.apply(verb, "move", id_, None, first, told, odd, changes)
            case 8:
                told = None if until(end) is None else end
                self.apply(verbs.AddAssignment(employee=id_, **hire), "add_assignment", id_, first, told, job, manager)
            case 9:
                verb = verbs.EndAssignment(employee=id_, assignment=number, last_day=day(last))
                self.apply(verb, "end_assignment", id_, number, last)
            case 10:
                verb = verbs.MakePrimary(employee=id_, assignment=number, on=day(first))
                self.apply(verb, "make_primary", id_, number, first)
            case 11 | 12:
                told = None if until(end) is None else end
                verb = verbs.ChangeManager(employee=id_, manager=manager, kind=kind, on=day(first), until=until(end),
                                           also_later=later)  # fmt: skip
                self.apply(verb, "change_manager", id_, None, manager, kind, first, told, later)
            case 13:
                lines = self.model.people[id_].lines.items()
                if sum(key[1:] == (kind, second) and days[last] for key, days in lines) <= 1:
                    verb = verbs.EndReportingLine(employee=id_, manager=second, kind=kind, last_day=day(last))
                    self.apply(verb, "end_line", id_, second, kind, last)
            case 14:
                self.correct(id_, second, first, end, what, changes)
            case 15:
                parent = None if what == 0 else department
                new = len(departments) + 1
                verb = verbs.CreateDepartment(
                    code=str(new), name=NAMES[what % 3], parent=parent, on=day(first), until=until(end)
                )
                self.apply(verb, "create_department", new, NAMES[what % 3], parent, first, stop)
            case 16:
                target = departments[who % len(departments)]
                if what % 2:
                    verb = verbs.RenameDepartment(
                        department=target, name=NAMES[what % 3], on=day(first), also_later=later
                    )
                    self.apply(verb, "change_department", target, first, later, 0, NAMES[what % 3])
                else:
                    verb = verbs.MoveDepartment(department=target, parent=department, on=day(first), also_later=later)
                    self.apply(verb, "change_department", target, first, later, 1, department)
            case 17:
                if what % 2:
                    self.apply(
                        verbs.CloseDepartment(department=department, last_day=day(last)),
                        "close_department",
                        department,
                        last,
                    )
                else:
                    self.undo_last()
            case 18:
                self.remove(id_, number, first, what, departments[who % len(departments)])
            case 19 | 20:
                # A planned change moves to another day, or a field of the row that holds is corrected.
                on, named = (first, {}) if which == 19 else (last, changes)
                told = None if which == 20 and what % 2 else (end or first) % LAST
                edge: dict[str, Any] = {} if told is None else {"valid_from": day(told)}
                if edge or named:
                    restated = fact(**edge, **self.verb_changes(named))
                    verb = verbs.Correct(employee=id_, fact="assignment", on=day(on), changes=restated)
                    self.apply(verb, "correct_job", id_, on, (told, None), named)

    def remove(self, id_: int, number: int, on: int, what: int, department: int) -> None:
        """The change that a row begins with never was."""
        verb: Any
        if what % 4 == 0:
            mine = self.model.people[id_].primary(on) or 999
            verb = verbs.Correct(employee=id_, fact="reporting_line", on=day(on), assignment=mine, remove=True)
            self.apply(verb, "remove_line", id_, on)
        elif what % 4 == 1:
            verb = verbs.CorrectDepartment(department=department, on=day(on), remove=True)
            self.apply(verb, "remove_version", department, on)
        else:
            which = number if what % 4 == 2 else None
            verb = verbs.Correct(employee=id_, fact="assignment", assignment=which, on=day(on), remove=True)
            self.apply(verb, "remove_job", id_, which, on)

    def changes(self, what: int, department: int) -> dict[str, Any]:
        changes: dict[str, Any] = {}
        if what % 2:
            changes["department"] = department
        if what % 3:
            changes["title"] = TITLES[what % 3]
        if what % 5 == 0:
            changes["fte"] = 0.5
        if what % 4 == 3:
            changes["head"] = what > 5
        return changes

    def verb_changes(self, changes: dict[str, Any]) -> dict[str, Any]:
        names = {"title": "job_title", "head": "is_head"}
        return {names.get(name, name): value for name, value in changes.items()}

    def correct(self, id_: int, second: int, on: int, end: int | None, what: int, changes: dict[str, Any]) -> None:
        if what % 3 == 0:
            first = (end or on) % (LAST - 1)
            verb = verbs.Correct(employee=id_, fact="employment", on=day(on), changes=fact(valid_from=day(first)))
            self.apply(verb, "correct_employment", id_, on, first)
        elif what % 3 == 1:
            mine = self.model.people[id_].primary(on) or 999
            new = fact(manager=second)
            verb = verbs.Correct(employee=id_, fact="reporting_line", on=day(on), assignment=mine, changes=new)
            self.apply(verb, "correct_line", id_, on, second)
        elif changes:
            span = (max(on - what // 2, 0), max(on + 1, end or LAST + 1))
            told: dict[str, Any] = {"valid_from": day(span[0]), "valid_to": None if span[1] > LAST else day(span[1])}
            verb = verbs.Correct(
                employee=id_, fact="assignment", on=day(on), changes=fact(**told, **self.verb_changes(changes))
            )
            self.apply(verb, "correct_job", id_, on, span, changes)

    def undo_last(self) -> None:
        """Taking back the newest change set gives the answers that were there before it."""
        newest = max(self.known)
        before = self.known.get(newest - 1)
        if before is None:
            return
        back = change_sets.undo(self.conn, newest, today=TODAY, author="test")
        again = before.copy()
        # Numbers given out stay given out; so do people and departments that now never were.
        again.assignments = self.model.assignments
        for id_, person in self.model.people.items():
            if id_ not in again.people:
                again.people[id_] = type(person)()
            again.people[id_].employments = person.employments
        for id_ in self.model.departments:
            again.departments.setdefault(id_, [None] * (LAST + 1))
        self.model = again
        if back.revision is not None:
            self.known[back.revision] = again


@contextmanager
def history(engines: Engines) -> Iterator[Both]:
    """An empty directory for one example: a transaction that is rolled back."""
    with engines.write.connect() as conn, conn.begin() as transaction:
        try:
            yield Both(conn)
        finally:
            transaction.rollback()
