"""Plans that are made before others have come true: each field has the value that was last said for the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from myproject.models.dated import is_current, valid_on
from myproject.models.employment import Assignment, ReportingLine
from tests.conftest import Company
from tests.support.api import Program, service
from tests.support.company import TODAY
from tests.support.importing import Importer
from tests.support.problems import problem

AUTUMN, WINTER, SPRING, SUMMER = date(2026, 9, 1), date(2026, 12, 15), date(2027, 3, 1), date(2027, 6, 1)


@pytest.fixture
def program(own_company: Company) -> Program:
    return service(own_company.app)


@dataclass
class Door:
    """Whoever plans for E05, an engineer of Platform who reports to E03."""

    company: Company
    program: Program

    def act(self, name: str, body: dict[str, Any], status: int = 200, kind: str = "employees", id_: int = 0) -> Any:
        id_ = id_ or self.company.ids["E05"]
        return self.program.post(f"/{kind}/{id_}:{name}", body, if_match="*", status=status)

    def revision(self) -> int:
        return int(self.program.get("/change-sets?limit=1").json["items"][0]["revision"])

    def undo(self, revision: int, status: int = 200) -> Any:
        return self.program.post(f"/change-sets/{revision}:undo", {}, status=status)

    def job(self, on: date) -> tuple[str, str, str | None]:
        """Department, title and manager on a day."""
        card = self.program.get(f"/employees/{self.company.ids['E05']}?as_of={on}").json
        manager = card["manager"]
        return card["department"]["name"], card["job_title"], manager and manager["name"].split()[0]

    def jobs(self) -> list[tuple[str, str, str | None]]:
        return [self.job(on) for on in (TODAY, AUTUMN, WINTER, SPRING, SUMMER)]


@pytest.fixture
def door(own_company: Company, program: Program) -> Door:
    door = Door(own_company, program)
    ids = own_company.ids
    door.act("move", {"effective": str(SPRING), "department": {"code": "SALES"}})
    door.act("change-manager", {"effective": str(SPRING), "manager_id": ids["E09"]})
    door.act("move", {"effective": str(SUMMER), "job_title": "Lead"})
    return door


OLD = ("Platform", "Senior engineer", "Adaeze")


def test_a_change_before_two_planned_ones(door: Door) -> None:
    door.act("move", {"effective": str(WINTER), "job_title": "Senior"})
    expected = [
        OLD, OLD, ("Platform", "Senior", "Adaeze"), ("Sales", "Senior", "Kenji"), ("Sales", "Lead", "Kenji"),
    ]  # fmt: skip
    assert door.jobs() == expected
    # The planned department can be cancelled, moved beyond the planned title, and come back; the title stands.
    row = {"fact": "assignment", "on": str(SPRING)}
    moved = door.act("correct", row | {"changes": {"valid_from": "2027-08-01"}})
    assert [job[:2] for job in door.jobs()[3:]] == [("Platform", "Senior"), ("Platform", "Lead")]
    assert door.job(date(2027, 8, 1))[:2] == ("Sales", "Lead")
    door.undo(int(moved.headers["Revision"]))
    assert door.jobs() == expected
    door.act("correct", row | {"remove": True})
    assert [job[:2] for job in door.jobs()[3:]] == [("Platform", "Senior"), ("Platform", "Lead")]
    door.act("correct", {"fact": "reporting_line", "on": str(SPRING), "remove": True})
    assert [job[2] for job in door.jobs()] == ["Adaeze"] * 5
    door.act("correct", {"fact": "assignment", "on": str(SUMMER), "remove": True})
    assert {job[1] for job in door.jobs()[2:]} == {"Senior"}


def test_with_also_later_the_planned_title_gives_way_and_the_department_does_not(door: Door) -> None:
    door.act("move", {"effective": str(WINTER), "job_title": "Senior", "also_later": True})
    assert [job[:2] for job in door.jobs()[2:]] == [("Platform", "Senior"), ("Sales", "Senior"), ("Sales", "Senior")]


def test_a_plan_is_taken_back_while_what_was_planned_after_it_stands(door: Door) -> None:
    newest = door.revision()  # the title; before it the manager, and before that the department
    door.act("move", {"effective": str(WINTER), "job_title": "Senior"})
    door.undo(newest - 2)
    assert {job[0] for job in door.jobs()} == {"Platform"}
    assert [job[1] for job in door.jobs()[2:]] == ["Senior", "Senior", "Lead"]
    door.undo(newest)
    assert {job[1] for job in door.jobs()[2:]} == {"Senior"}
    # What was said anew of the same field for the same days is in the way, and named.
    first = int(door.act("move", {"effective": str(SUMMER), "job_title": "Head"}).headers["Revision"])
    second = int(door.act("move", {"effective": str(SUMMER), "job_title": "Chief"}).headers["Revision"])
    door.act("move", {"effective": str(SUMMER), "location": {"code": "LOS"}})
    assert f"by #{second}" in problem(door.undo(first, status=409), 409)["detail"]


def test_a_batch_and_a_planned_leave(door: Door) -> None:
    ids = door.company.ids
    leave = int(door.act("leave", {"last_day": "2027-04-30"}).headers["Revision"])
    path = f"/employees/{ids['E05']}"
    operations = [
        {"method": "POST", "path": f"{path}:move", "if_match": "*", "body": {"effective": str(on), **what}}
        for on, what in ((WINTER, {"job_title": "Senior"}), (AUTUMN, {"fte": 0.5}))
    ]
    door.program.post("/batch", {"operations": operations}, status=200)
    assert door.job(SPRING)[:2] == ("Sales", "Senior")
    # The end is taken back: what was said meanwhile holds on, until the next planned change of the same field.
    door.undo(leave)
    assert [job[:2] for job in door.jobs()[2:]] == [("Platform", "Senior"), ("Sales", "Senior"), ("Sales", "Lead")]
    assert door.program.get(f"{path}?as_of={SUMMER}").json["fte"] == 0.5


def test_an_import_leaves_planned_changes_of_other_fields(door: Door, tmp_path: Any) -> None:
    load = Importer(door.company.engines, tmp_path)
    head = "Employee number,First name,Last name,Department code,Job title,Reports to\n"
    assert load(head + "E05,Łukasz,Żak,PLAT,Senior engineer,E03\n", effective=AUTUMN).verbs == {}
    changed = load(head + "E05,Łukasz,Żak,PLAT,Fellow,E03\n", effective=AUTUMN)
    assert (changed.told, changed.verbs) == ([], {"move": 1})
    assert [job[:2] for job in door.jobs()[1:]] == [
        ("Platform", "Fellow"), ("Platform", "Fellow"), ("Sales", "Fellow"), ("Sales", "Lead"),
    ]  # fmt: skip
    assert load(head + "E05,Łukasz,Żak,PLAT,Fellow,E03\n", effective=AUTUMN).verbs == {}


def test_names_and_places_of_departments_are_planned_apart(door: Door) -> None:
    with door.company.engines.read.connect() as conn:
        ids = {row.code: row.id for row in conn.execute(sa.text("SELECT code, id FROM department"))}
    path: dict[str, Any] = {"kind": "departments", "id_": ids["PEOPLE"]}

    def known() -> list[tuple[str, str]]:
        found = [
            door.program.get(f"/departments/{ids['PEOPLE']}?as_of={on}").json for on in (AUTUMN, WINTER, SPRING, SUMMER)
        ]
        return [(each["name"], each["parent"]["name"]) for each in found]

    moved = int(door.act("move", {"effective": str(SPRING), "parent_id": ids["ENG"]}, **path).headers["Revision"])
    door.act("rename", {"effective": str(SUMMER), "name": "Talent"}, **path)
    door.act("rename", {"effective": str(WINTER), "name": "Human Resources"}, **path)
    named = ["People", "Human Resources", "Human Resources", "Talent"]
    assert known() == list(zip(named, ["Larkfield", "Larkfield", "Engineering", "Engineering"], strict=True))
    door.act("correct", {"on": str(SPRING), "valid_from": "2027-08-01"}, **path)
    assert known() == [(name, "Larkfield") for name in named]
    door.act("correct", {"on": "2027-08-01", "valid_from": str(SPRING)}, **path)
    assert known() == list(zip(named, ["Larkfield", "Larkfield", "Engineering", "Engineering"], strict=True))
    door.undo(moved)
    assert known() == [(name, "Larkfield") for name in named]
    door.act("correct", {"on": str(WINTER), "remove": True}, **path)
    assert [name for name, _ in known()] == ["People", "People", "People", "Talent"]
    first = problem(door.act("correct", {"on": str(AUTUMN), "remove": True}, status=422, **path), 422)
    assert "this is its first version" in first["detail"]


def test_who_heads_what_stays_with_the_department(door: Door) -> None:
    """A planned head of Sales does not become head of another department that they go to instead."""

    def heads(on: date) -> bool:
        found: bool = door.program.get(f"/employees/{door.company.ids['E05']}?as_of={on}").json["is_head"]
        return found

    door.act("move", {"effective": str(SUMMER), "is_head": True})
    assert (heads(SPRING), heads(SUMMER)) == (False, True)
    door.act("move", {"effective": str(WINTER), "is_head": True})
    assert (heads(WINTER), heads(SPRING), heads(SUMMER)) == (True, False, True), "head of Platform, then of Sales"
    door.act("move", {"effective": str(SPRING), "department": {"code": "PEOPLE"}})
    assert (heads(WINTER), heads(SPRING), heads(SUMMER)) == (True, False, False)


def test_another_role_becomes_the_primary_one_until_the_next_plan(door: Door) -> None:
    roles = {}
    for code in ("ENG", "PEOPLE"):
        door.act("add-assignment", {"effective": str(AUTUMN), "department": {"code": code}})
        with door.company.engines.read.connect() as conn:
            roles[code] = conn.execute(sa.select(sa.func.max(Assignment.assignment_id))).scalar_one()

    def primary() -> list[str]:
        return [door.job(on)[0] for on in (AUTUMN, WINTER, SUMMER)]

    plan = door.act("make-primary", {"effective": str(SUMMER), "assignment": roles["ENG"]})
    door.act("make-primary", {"effective": str(WINTER), "assignment": roles["PEOPLE"]})
    assert primary() == ["Platform", "People", "Engineering"]
    door.undo(int(plan.headers["Revision"]))
    assert primary() == ["Platform", "People", "People"]
    row = {"fact": "assignment", "on": str(WINTER), "assignment": roles["PEOPLE"]}
    door.act("correct", row | {"changes": {"valid_from": "2027-01-15"}})
    assert primary() == ["Platform", "Platform", "People"]
    door.act("correct", row | {"on": "2027-01-15", "remove": True})
    assert primary() == ["Platform", "Platform", "Sales"]


def test_dotted_lines_are_planned_each_by_itself(door: Door) -> None:
    ids = door.company.ids
    line: Any = ReportingLine.__table__

    def dotted() -> list[set[int]]:
        def on(day: date) -> set[int]:
            query = sa.select(line.c.manager_id).where(
                is_current(line), valid_on(line, day), line.c.employee_id == ids["E05"], line.c.kind == "dotted"
            )
            with door.company.engines.read.connect() as conn:
                return set(conn.execute(query).scalars())

        return [on(day) for day in (AUTUMN, WINTER, SPRING, SUMMER)]

    def say(on: date, manager: str | None, **more: Any) -> int:
        body = {"effective": str(on), "kind": "dotted", "manager_id": manager and ids[manager], **more}
        return int(door.act("change-manager", body).headers["Revision"])

    one, other = ids["E01"], ids["E02"]
    say(AUTUMN, "E01")
    say(SPRING, "E02", until=str(SUMMER - timedelta(days=1)))
    ended = say(WINTER, None)
    assert dotted() == [{one}, set(), {other}, set()], "the line that begins in spring does not bring the other back"
    say(WINTER, "E02")
    assert dotted() == [{one}, {other}, {other}, set()], "its end stays planned"
    door.undo(ended)
    assert dotted() == [{one}, {one, other}, {one, other}, {one}]


# --- those who have left, and those who are still to come -------------------------------------------------------


def test_leaving_again_after_having_left_is_refused(door: Door) -> None:
    ids = door.company.ids
    gone: dict[str, Any] = {"id_": ids["E11"]}  # left on 31 March 2026
    for last_day in ("2026-06-01", "2030-01-01"):
        told = problem(door.act("leave", {"last_day": last_day}, status=422, **gone), 422, place="/last_day")
        assert "left on 31 Mar 2026" in told["detail"]
        assert "Correct the employment" in told["problems"][0]["remedy"]
    door.act("correct", {"fact": "employment", "on": "2026-03-01", "changes": {"valid_to": "2026-05-01"}}, **gone)
    assert door.program.get(f"/employees/{ids['E11']}?as_of=2026-04-30").json["left_on"] == "2026-04-30"
    # An end that is still to come moves as before.
    for last_day in ("2026-09-30", "2026-12-31", "2026-10-31"):
        door.act("leave", {"last_day": last_day})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("action", "body", "words"),
    [
        ("rehire", {"hired_on": "2026-06-20", "department": {"code": "WEB"}}, "already works here from 1 Jul 2026"),
        ("add-assignment", {"effective": "2026-06-20", "department": {"code": "WEB"}}, "does not work here on"),
        ("leave", {"last_day": "2026-06-20"}, "does not work here on 20 Jun 2026"),
        ("end-assignment", {"last_day": "2026-06-20"}, "does not hold this assignment on 20 Jun 2026"),
        ("make-primary", {"effective": "2026-06-20"}, "does not hold this assignment on 20 Jun 2026"),
    ],
)
@pytest.mark.parametrize("who", ["E14", "E11"])
def test_verbs_on_days_without_an_employment(
    door: Door, who: str, action: str, body: dict[str, Any], words: str
) -> None:
    """E14 joins on 1 July 2026; E11 left on 31 March 2026."""
    id_ = door.company.ids[who]
    if ("assignment" in action and action != "add-assignment") or action == "make-primary":
        with door.company.engines.read.connect() as conn:
            query = sa.text("SELECT min(assignment_id) FROM assignment WHERE employee_id = :id")
            body = body | {"assignment": conn.execute(query, {"id": id_}).scalar_one()}
    if who == "E11":
        if action == "rehire":
            door.act(action, body, id_=id_)
            return
        if action == "leave":
            words = "left on 31 Mar 2026"
    told = problem(door.act(action, body, status=422, id_=id_), 422)
    assert words in told["detail"]
    if action == "rehire":
        assert "Correct the employment" in told["problems"][0]["remedy"]


def test_what_removing_a_row_means_is_told(door: Door) -> None:
    told = problem(door.act("correct", {"fact": "assignment", "on": "2022-01-01", "remove": True}, status=422), 422)
    assert "begins with this row" in told["detail"]
    assert "remove the employment" in told["problems"][0]["remedy"]
