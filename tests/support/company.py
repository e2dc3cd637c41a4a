"""A small known organisation, told in verbs: the facts that tests may count on.

Today is `TODAY`. Three change sets: how it stands (#1), a correction found later (#2), what is planned (#3), applied at
`APPLIED`. Every person has the birth date `BIRTH`, which no colleague may see.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from myproject.db.engines import Engines
from myproject.directory.changes.change_sets import apply
from myproject.directory.schema.fields import Card
from myproject.directory.schema.verbs import (
    AddAssignment,
    ChangeManager,
    CloseDepartment,
    Correct,
    CorrectedFact,
    CreateDepartment,
    CreateLocation,
    Join,
    Leave,
    Move,
    Rehire,
    RenameDepartment,
    Verb,
)
from myproject.models.change_set import ChangeSet
from myproject.models.employee import Employee

TODAY = date(2026, 6, 15)
BIRTH = date(1971, 7, 13)
FOUNDED = date(2015, 1, 1)
APPLIED = (
    datetime(2026, 1, 5, 9, tzinfo=UTC),
    datetime(2026, 3, 10, 9, tzinfo=UTC),
    datetime(2026, 6, 1, 9, tzinfo=UTC),
)

#: code, name, parent
DEPARTMENTS = (
    ("LARK", "Larkfield", None),
    ("ENG", "Engineering", "LARK"),
    ("PLAT", "Platform", "ENG"),
    ("WEB", "Web", "ENG"),
    ("PEOPLE", "People", "LARK"),
    ("SALES", "Sales", "LARK"),
    ("OLD", "Old Products", "SALES"),
)

#: number, given, family, joined, department, job title, location, manager, more
PEOPLE: tuple[tuple[str, str, str, date, str, str, str | None, str | None, dict[str, Any]], ...] = (
    ("E01", "Omar", "Haddad", FOUNDED, "LARK", "Chief executive", "OSL", None, {"is_head": True}),
    ("E02", "Grace", "Hall", FOUNDED, "ENG", "Head of engineering", "OSL", "E01", {"is_head": True}),
    ("E03", "Adaeze", "Nwosu", date(2021, 9, 3), "PLAT", "Staff engineer", "LOS", "E02", {"is_head": True}),
    ("E04", "Bjørn", "Sørensen", date(2018, 4, 1), "WEB", "Team lead", "OSL", "E02", {"is_head": True}),
    ("E05", "Łukasz", "Żak", date(2021, 10, 1), "PLAT", "Engineer", "OSL", "E03", {}),
    ("E06", "花子", "山田", date(2022, 10, 1), "PLAT", "Engineer", None, "E03", {}),
    ("E07", "Siobhán", "O’Brien", date(2023, 5, 15), "WEB", "Engineer", "LOS", "E04", {}),
    ("E08", "Noor", "Haddad", date(2019, 1, 7), "PEOPLE", "People partner", "OSL", "E01", {"is_head": True}),
    ("E09", "Kenji", "Itō", date(2017, 3, 1), "SALES", "Head of sales", "LOS", "E01", {"is_head": True}),
    ("E10", "Zoë", "de la Cruz", date(2024, 1, 8), "SALES", "Account manager", "LOS", "E09", {"fte": 0.5}),
    ("E11", "Per", "Ås", date(2018, 6, 1), "WEB", "Engineer", "OSL", "E04", {}),
    ("E12", "Ines", "Pereira", date(2022, 2, 1), "WEB", "Designer", "OSL", "E04", {}),
    ("E13", "Tom", "Rehired", date(2017, 4, 1), "SALES", "Account manager", "OSL", "E09", {}),
)

SKILLS = {"E03": ["Python", "PostgreSQL"], "E05": ["Python"], "E07": ["CSS", "Accessibility"], "E12": ["Drawing"]}
PREFERRED = {"E12": "Nessie", "E06": "Hana"}
OTHER_NAMES = {"E12": ["Inês Costa"], "E06": ["Hanako Yamada"]}


def join(number: str, given: str, family: str, on: date, *rest: Any) -> Join:
    department, title, location, manager, more = rest
    digits = number[1:]
    card = Card(
        given_name=given,
        family_name=family,
        preferred_name=PREFERRED.get(number),
        alternative_names=OTHER_NAMES.get(number),
        email=f"{number.lower()}@larkfield.example",
        phone=f"+47 22 00 00 {digits}",
        date_of_birth=BIRTH,
        external_id=f"canary-{number}",
        skills=SKILLS.get(number),
    )
    return Join(
        employee_number=number,
        card=card,
        on=on,
        department=department,
        job_title=title,
        location=location,
        manager=manager,
        **more,
    )


def standing() -> list[Verb]:
    """How it stands: #1."""
    verbs: list[Verb] = [
        CreateLocation(code="OSL", name="Oslo", city="Oslo", country="NO", time_zone="Europe/Oslo"),
        CreateLocation(code="LOS", name="Lagos", city="Lagos", country="NG", time_zone="Africa/Lagos"),
    ]
    verbs += [CreateDepartment(code=code, name=name, parent=parent, on=FOUNDED) for code, name, parent in DEPARTMENTS]
    verbs += [join(*person) for person in PEOPLE]
    verbs += [
        # A team lead since 2025, an engineer before.
        Move(employee="E03", on=date(2025, 3, 12), job_title="Principal engineer"),
        # Left, and came back a year later.
        Leave(employee="E13", last_day=date(2020, 12, 31)),
        Rehire(employee="E13", on=date(2022, 1, 1), department="SALES", job_title="Account manager", manager="E09"),
        # Gone for good.
        Leave(employee="E11", last_day=date(2026, 3, 31)),
        CloseDepartment(department="OLD", last_day=date(2024, 12, 31)),
        # Half a day for the web team, reporting to its lead there; and a dotted line to the chief.
        AddAssignment(
            employee="E10", on=date(2025, 1, 1), department="WEB", job_title="Translator", fte=0.2, manager="E04"
        ),
        ChangeManager(employee="E08", manager="E02", on=date(2025, 6, 1), kind="dotted"),
    ]
    return verbs


def correction() -> list[Verb]:
    """What was wrong all along: #2."""
    changes = CorrectedFact(job_title="Senior engineer")
    return [Correct(employee="E05", fact="assignment", on=date(2026, 1, 1), changes=changes)]


def planned() -> list[Verb]:
    """What is to come: #3."""
    return [
        join("E14", "Future", "Joiner", date(2026, 7, 1), "WEB", "Engineer", "OSL", "E04", {}),
        Move(employee="E07", on=date(2026, 7, 1), department="PLAT"),
        ChangeManager(employee="E07", manager="E03", on=date(2026, 7, 1)),
        Leave(employee="E12", last_day=date(2026, 7, 31)),
        RenameDepartment(department="WEB", name="Web and Mobile", on=date(2026, 9, 1)),
    ]


def load(engines: Engines) -> None:
    """Apply the three change sets."""
    table = ChangeSet.__table__
    with engines.begin() as conn:
        for verbs, moment in zip((standing(), correction(), planned()), APPLIED, strict=True):
            applied = apply(conn, verbs, today=TODAY, author="test", source="command", reason="a known company")
            conn.execute(sa.update(table).where(table.c.revision == applied.revision).values(applied_at=moment))


def ids(engines: Engines) -> dict[str, int]:
    """Employee number -> id."""
    table = Employee.__table__
    with engines.read.connect() as conn:
        return dict(conn.execute(sa.select(table.c.employee_number, table.c.id)).all())
