"""Random plans of several fields, taken back, cancelled or moved in any order: no field disturbs another."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from myproject.db.engines import Engines
from myproject.directory.changes import change_sets
from myproject.directory.present import present_table
from myproject.directory.schema import verbs
from myproject.directory.schema.fields import Card
from myproject.models.dated import is_current, valid_on
from myproject.models.department import DepartmentVersion
from myproject.models.employment import Assignment, ReportingLine
from myproject.models.vocabulary import JobTitle
from tests.support.company import TODAY
from tests.support.examples import examples

pytestmark = pytest.mark.long

FIRST = date(2020, 1, 1)
HORIZON = 12
"""Days after today that plans are made for."""
FIELDS = ("department", "job_title", "fte", "manager", "name", "parent")
OF_DEPARTMENT = ("name", "parent")
WHO: dict[str, Any] = {"today": TODAY, "author": "test", "source": "test"}


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


@dataclass
class Said:
    """A planned change: from which day on, and the value. Every value is said once."""

    field: str
    on: int
    value: Any
    revision: int | None
    moved: bool = False


@dataclass
class Plans:
    """The directory beside a list of what was said: the value of a day is that of the newest day until then."""

    conn: Connection
    said: list[Said] = field(default_factory=list)
    count: int = 0

    def __post_init__(self) -> None:
        founding: list[verbs.Verb] = [verbs.CreateDepartment(code="0", name="Company", on=FIRST)]
        founding += [
            verbs.CreateDepartment(code=str(number), name=f"Department {number}", parent="0", on=FIRST)
            for number in range(1, 9)
        ]
        founding += [
            verbs.Join(employee_number=str(number), card=Card(family_name=f"P{number}"), on=FIRST, department="0")
            for number in range(1, 9)
        ]
        founding.append(
            verbs.Join(
                employee_number="who", card=Card(family_name="Who"), on=FIRST, department="1", job_title="T0",
                fte=1.0, manager="1",
            )
        )  # fmt: skip
        # Department 1 is the one that gets other names and places; department 2 on are where it and people go.
        change_sets.apply(self.conn, founding, **WHO)
        first = {"department": 2, "job_title": "T0", "fte": 1.0, "manager": 1, "name": "Department 1", "parent": 1}
        self.said = [Said(name, -1, value, None) for name, value in first.items()]

    def value(self, name: str, on: int) -> Any:
        return max((each for each in self.said if each.field == name and each.on <= on), key=lambda each: each.on).value

    def apply(self, *said: verbs.Verb) -> int | None:
        return change_sets.apply(self.conn, said, **WHO).revision

    def free(self, name: str, on: int) -> bool:
        return not any(each.field == name and each.on == on for each in self.said)

    def say(self, name: str, on: int) -> None:
        if not self.free(name, on):
            return
        self.count = count = self.count + 1
        verb: verbs.Verb
        value: Any
        if name == "manager":
            value = count % 7 + 2
            verb = verbs.ChangeManager(employee="who", manager=value, on=day(on))
        elif name == "name":
            value = f"Name {count}"
            verb = verbs.RenameDepartment(department="1", name=value, on=day(on))
        elif name == "parent":
            value = count % 7 + 3
            verb = verbs.MoveDepartment(department="1", parent=value, on=day(on))
        else:
            value = {"department": count % 7 + 3, "job_title": f"T{count}", "fte": count / 64}[name]
            verb = verbs.Move(employee="who", on=day(on), **{name: value})
        if value in {each.value for each in self.said if each.field == name}:
            return
        self.said.append(Said(name, on, value, self.apply(verb)))

    def planned(self, which: int) -> Said | None:
        planned = [each for each in self.said if each.on > 0]
        return planned[which % len(planned)] if planned else None

    def together(self, one: Said) -> list[Said]:
        """What is planned for the same row on the same day."""
        fact = _fact(one.field)
        return [each for each in self.said if each.on == one.on and _fact(each.field) == fact]

    def take_back(self, which: int) -> None:
        one = self.planned(which)
        if one is not None and not one.moved and one.revision is not None:
            change_sets.undo(self.conn, one.revision, today=TODAY, author="test")
            self.said.remove(one)

    def cancel(self, which: int) -> None:
        one = self.planned(which)
        if one is not None:
            self.apply(_correct(one, remove=True))
            for each in self.together(one):
                self.said.remove(each)

    def move(self, which: int, to: int) -> None:
        one = self.planned(which)
        if one is None or to == one.on:
            return
        together = self.together(one)
        if all(self.free(each.field, to) for each in together):
            self.apply(_correct(one, valid_from=day(to)))
            for each in together:
                each.on, each.moved = to, True

    def agree(self) -> None:
        for on in range(-1, HORIZON + 2):
            assert self.found(day(on)) == {name: self.value(name, on) for name in FIELDS}, f"on day {on}: {self.said}"
        assert present_table.verify(self.conn) == []

    def found(self, on: date) -> dict[str, Any]:
        job: Any = Assignment.__table__
        line: Any = ReportingLine.__table__
        version: Any = DepartmentVersion.__table__
        who = sa.select(sa.func.max(job.c.employee_id)).scalar_subquery()
        row = self.conn.execute(
            sa.select(job.c.department_id, JobTitle.name, job.c.fte)
            .join(JobTitle, JobTitle.id == job.c.job_title_id)
            .where(is_current(job), valid_on(job, on), job.c.employee_id == who)
        ).one()
        manager = self.conn.execute(
            sa.select(line.c.manager_id).where(is_current(line), valid_on(line, on), line.c.employee_id == who)
        ).scalar_one()
        place = self.conn.execute(
            sa.select(version.c.name, version.c.parent_id).where(
                is_current(version), valid_on(version, on), version.c.department_id == 2
            )
        ).one()
        return {
            "department": row.department_id, "job_title": row.name, "fte": row.fte, "manager": manager,
            "name": place.name, "parent": place.parent_id,
        }  # fmt: skip


def _fact(name: str) -> str:
    return "department" if name in OF_DEPARTMENT else "reporting_line" if name == "manager" else "assignment"


def _correct(one: Said, *, remove: bool = False, valid_from: date | None = None) -> verbs.Verb:
    fact: Any = _fact(one.field)
    edge: dict[str, Any] = {} if valid_from is None else {"valid_from": valid_from}
    if fact == "department":
        return verbs.CorrectDepartment(department="1", on=day(one.on), remove=remove, **edge)
    changes = verbs.CorrectedFact(**edge)
    return verbs.Correct(employee="who", fact=fact, on=day(one.on), changes=changes, remove=remove)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("say", "say", "say", "take_back", "cancel", "move")),
        st.integers(0, 30),  # which field, or which plan
        st.integers(1, HORIZON),  # for when
    ),
    min_size=2,
    max_size=14,
)


@settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
# One that was planned is put off over a change that is taken back: it holds from its new day on.
@example(steps=[("say", 4, 2), ("say", 4, 1), ("move", 0, 3), ("take_back", 1, 1)])
def test_plans_of_different_fields_leave_each_other_alone(engines: Engines, steps: list[tuple[str, int, int]]) -> None:
    """Said in any order, taken back, cancelled or moved: every field has what was last said for the day."""
    with engines.write.connect() as conn, conn.begin() as transaction:
        try:
            plans = Plans(conn)
            for what, which, on in steps:
                if what == "say":
                    plans.say(FIELDS[which % len(FIELDS)], on)
                elif what == "move":
                    plans.move(which, on)
                else:
                    getattr(plans, what)(which)
            plans.agree()
        finally:
            transaction.rollback()
