"""The change stream for tokens that are bound to a department: a follower ends with what the token can see."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from myproject.directory.schema.fields import Card
from myproject.directory.schema.verbs import (
    ChangeAudience,
    ChangeManager,
    EditCard,
    Leave,
    Move,
    MoveDepartment,
    Verb,
)
from tests.conftest import Company
from tests.support.api import Program, service
from tests.support.bound_tokens import write
from tests.support.company import TODAY

KEPT = {"name": "name", "desk": "desk", "phone": "phone", "job_title": "job_title"}


class Copy:
    """People as a follower keeps them: by the entries, and read anew where it is told to."""

    def __init__(self, program: Program, limit: int, place: str = "0") -> None:
        self.program, self.limit, self.place = program, limit, place
        self.people: dict[int, dict[str, Any]] = {}
        self.departments: dict[int, dict[str, Any]] = {}
        self.reloads = 0
        if place != "0":
            self.people = self.read()

    def read(self) -> dict[int, dict[str, Any]]:
        listed = self.program.get("/employees?limit=200").json["items"]
        whole = (self.program.get(f"/employees/{each['id']}").json for each in listed)
        return {
            each["id"]: {
                **{name: each[theirs] for name, theirs in KEPT.items()},
                "department_id": each["department"]["id"],
                "manager_id": each["manager"] and each["manager"]["id"],
            }
            for each in whole
        }

    def catch_up(self) -> None:
        while True:
            page = self.program.get(f"/changes?after={self.place}&limit={self.limit}").json
            for entry in page["items"]:
                self.apply(entry)
            self.place = page["place"]
            if not page["more"]:
                return

    def apply(self, entry: dict[str, Any]) -> None:
        if entry["type"] == "reload":
            assert entry.keys() == {"type", "place", "day", "revision"}
            self.reloads += 1
            self.people = self.read()
        elif entry["kind"] == "department":
            mine = self.departments.setdefault(entry["department"]["id"], {})
            mine.update({name: values["after"] for name, values in entry["fields"].items()})
        elif entry["kind"] == "employee":
            mine = self.people.setdefault(entry["employee"]["id"], {})
            mine.update({name: values["after"] for name, values in entry["fields"].items()})
            for name in entry["withdrawn"]:
                mine[name] = None

    @property
    def kept(self) -> dict[int, dict[str, Any]]:
        names = (*KEPT, "department_id", "manager_id")
        return {
            id_: {name: each.get(name) for name in names}
            for id_, each in self.people.items()
            if each.get("employed", True)
        }


@pytest.mark.slow
def test_a_follower_ends_with_what_the_token_can_see(own_company: Company, travel: Any) -> None:
    program = service(own_company.app, department="ENG")
    started = program.get("/changes?after=now").json["place"]
    copies = [Copy(program, 1), Copy(program, 1000), Copy(program, 2, started)]
    ids = own_company.ids

    def same() -> None:
        for copy in copies:
            copy.catch_up()
            assert copy.kept == copy.read()
            assert copy.departments.get(1, {}).get("name", "Larkfield") == "Larkfield"

    same()
    steps: list[tuple[Verb, ...]] = [
        (Move(employee="E13", on=TODAY, department="WEB"),),
        (EditCard(employee="E13", changes=Card(desk="13")),),
        (Move(employee="E05", on=TODAY, department="SALES"), EditCard(employee="E05", changes=Card(desk="5"))),
        (EditCard(employee="E05", changes=Card(desk="55")), EditCard(employee="E06", changes=Card(desk="6"))),
        (MoveDepartment(department="PLAT", parent="SALES", on=TODAY),),
        (EditCard(employee="E06", changes=Card(desk="66")),),
        (MoveDepartment(department="PLAT", parent="WEB", on=TODAY),),
        (ChangeManager(employee="E13", manager="E01", on=TODAY), Leave(employee="E12", last_day=date(2026, 6, 20))),
        (MoveDepartment(department="SALES", parent="ENG", on=date(2026, 7, 3)),),
        (ChangeAudience(employee="E04", audience="administrators"),),
    ]
    for step in steps:
        write(own_company, *step)
        same()
    assert ids["E04"] not in copies[0].kept
    reloads = copies[2].reloads
    assert reloads >= 5
    # Days on which somebody comes, leaves, and a whole department comes.
    for day in ("2026-06-21", "2026-07-01", "2026-07-03", "2026-10-01"):
        travel(own_company.app, f"{day}T08:00Z")
        same()
    assert {ids["E09"], ids["E14"]} <= copies[0].kept.keys()
    assert ids["E12"] not in copies[0].kept
    # Whoever begins now, or went away long ago, comes to the same.
    copies += [Copy(program, 3), Copy(program, 50, started)]
    same()
    # Nothing inside is told where nothing inside has changed.
    quiet = Copy(program, 100, program.get("/changes?after=now").json["place"])
    write(own_company, EditCard(employee="E01", changes=Card(desk="1")))
    quiet.catch_up()
    assert quiet.reloads == 0
