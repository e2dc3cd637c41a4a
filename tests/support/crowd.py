"""A crowd of people made by rule, to page through: every fact of a person follows from their number.

`PERSONS` tells who is employed on `TODAY` in plain Python, so that tests can work out any list by themselves.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from myproject.db.engines import Engines
from myproject.directory.changes.change_sets import apply
from myproject.directory.schema.fields import Card
from myproject.directory.schema.text import fold
from myproject.directory.schema.verbs import CreateDepartment, CreateLocation, Join, Leave, Move, Verb

TODAY = date(2026, 6, 15)
FOUNDED = date(2010, 1, 1)
DEPARTMENTS = (
    ("TOP", "Crowd", None),
    ("A", "Assembly", "TOP"),
    ("AB", "Benches", "A"),
    ("AC", "cranes", "A"),
    ("Z", "Ægir", "TOP"),
    ("ZZ", "Assembly", "Z"),
)
#: Code -> codes of it and of all below it.
BELOW = {"TOP": {"TOP", "A", "AB", "AC", "Z", "ZZ"}, "A": {"A", "AB", "AC"}, "AB": {"AB"}, "Z": {"Z", "ZZ"}}
LOCATIONS = (("N", "North", "Europe/Oslo"), ("S", "South", None), ("E", "=East()", "Asia/Tokyo"))
TITLES = ("Fitter", "fitter’s mate", "Énergéticien", "=cmd|' /C calc'!A0", None)
GIVEN = ("Ada", "Åse", "bo", "Çelik", "Zoë", "李")
FAMILY = ("Berg", "berg", "Ødegård", "O’Neill", "van Dyk", "Šimić", "陳")
SKILLS = ("Welding", "Rigging", "First aid")
SIZE = 90


class Someone(NamedTuple):
    """A person of the crowd as they are on `TODAY`."""

    number: str
    name: str
    sort_name: str
    joined: date
    department: str
    location: str | None
    title: str | None
    skills: frozenset[str]
    manager: str | None


def _person(n: int) -> Someone:
    given, family = GIVEN[n % len(GIVEN)], FAMILY[n % len(FAMILY)]
    return Someone(
        number=f"C{n:03}",
        name=f"{given} {family}",
        sort_name=fold(f"{family} {given}"),
        joined=FOUNDED + timedelta(days=(n * n * 7) % 2000 // 50 * 50),
        department=DEPARTMENTS[n % len(DEPARTMENTS)][0],
        location=(LOCATIONS[n % 4][0] if n % 4 < len(LOCATIONS) else None),
        title=TITLES[n % len(TITLES)],
        skills=frozenset(skill for place, skill in enumerate(SKILLS) if n % (place + 2) == 0),
        manager=None if n == 0 else f"C{n // 7:03}",
    )


EVERYONE = [_person(n) for n in range(SIZE)]
#: Who is employed on `TODAY`: every ninth, none of them a manager, has left.
LEFT = {person.number for n, person in enumerate(EVERYONE) if n % 9 == 4 and n * 7 >= SIZE}
PERSONS = [person for person in EVERYONE if person.number not in LEFT]
NAMES = {code: name for code, name, _ in DEPARTMENTS}
PLACES = {code: name for code, name, _ in LOCATIONS}


def verbs() -> list[Verb]:
    """How the crowd comes about. Nobody begins in their department or title of today: all have moved once."""
    made: list[Verb] = [CreateLocation(code=code, name=name, time_zone=zone) for code, name, zone in LOCATIONS]
    made += [CreateDepartment(code=code, name=name, parent=parent, on=FOUNDED) for code, name, parent in DEPARTMENTS]
    for person in EVERYONE:
        given, family = person.name.split(" ", 1)
        made.append(
            Join(
                employee_number=person.number,
                card=Card(
                    given_name=given,
                    family_name=family,
                    email=f"{person.number.lower()}@crowd.example",
                    phone=f"+47 22 00 {person.number[1:]}",
                    date_of_birth=date(1969, 7, 13),
                    skills=sorted(person.skills) or None,
                ),
                on=person.joined,
                department="TOP",
                job_title="Beginner",
                location=person.location,
            )
        )
    for person in EVERYONE:
        on = FOUNDED + timedelta(days=2500)
        made.append(Move(employee=person.number, on=on, department=person.department, job_title=person.title))
    return made


def lines() -> list[Verb]:
    """Who reports to whom, and who leaves."""
    from myproject.directory.schema.verbs import ChangeManager

    made: list[Verb] = [
        ChangeManager(employee=person.number, manager=person.manager, on=FOUNDED + timedelta(days=2500))
        for person in EVERYONE
        if person.manager is not None
    ]
    made += [Leave(employee=number, last_day=date(2025, 12, 31)) for number in sorted(LEFT)]
    return made


def load(engines: Engines) -> None:
    """Apply it all, as two change sets."""
    for each in (verbs(), lines()):
        with engines.begin() as conn:
            apply(conn, each, today=TODAY, author="test", source="command", reason="a crowd")
