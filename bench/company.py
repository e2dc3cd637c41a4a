"""A made-up company of any size, written straight into the tables: for measuring reads, not for showing.

Names follow the distribution of real ones: a few are everywhere, most are rare.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from myproject.db.bulk import insert_rows
from myproject.directory.schema.text import fold, slug
from myproject.models.all import metadata
from myproject.models.dated import FOREVER, OPEN_REVISION

TODAY = date(2026, 6, 1)
_GIVEN = (
    "Maria James Anna John Wei Mohammed Olga Ivan José Ana Fatima Ahmed Yuki Hiroshi Łukasz Agnieszka Jürgen Ursula"
    " Søren Åse Björn Siân Nguyễn Thị Minh Raj Priya Amit Sunita Chidi Ngozi Kwame Amara Pierre Hélène Luca Giulia"
    " Carlos Sofía Miguel Lucía Emma Oliver Noah Mia Lena Felix Jonas Sarah David Daniel Laura Peter Michael Thomas"
    " Elizabeth Katherine Margaret Christopher Alexander Benjamin Nicholas Jonathan Stephanie Jean-Luc Anne-Marie"
).split()
_FAMILY = (
    "Smith Müller Nguyễn García Rossi Novák Kowalski Ivanov Kim Wang Li Zhang Tanaka Suzuki Singh Patel Khan Ali"
    " Okafor Mensah Hansen Ødegaard Johansson Virtanen Dubois Martin Silva Santos O'Brien MacDonald Jones Williams"
    " Brown Taylor Wilson Evans Thomas Roberts Johnson Lee Walker Robinson Wood Thompson White Hughes Edwards Green"
).split()
_ENDS = "son sen ova ski ez mann berg stein field ton ley ham well ford wood worth man er ic enko".split()
_SYLLABLES = (
    "ba be bi bo ca ce da de di do fa fe ga go ha he ja jo ka ki la le li lo ma me mi mo na ne ni no pa"
    " pe ra re ri ro sa se si so ta te ti to va ve vi vo wa we ya yo za zu"
).split()
_ROLES = "Engineer Analyst Manager Designer Consultant Accountant Technician Coordinator Specialist Director".split()
_AREAS = (
    "Software Hardware Network Data Security Quality Sales Marketing Finance Legal People Logistics Procurement"
    " Research Clinical Regulatory Customer Field Process Product Energy Safety Training Events Payroll"
).split()
_TOOLS = ("Python", "Excel", "Planning", "German", "Audits", "SAP")
_LEVELS = ("", "Senior ", "Junior ", "Lead ", "Principal ")
_CITIES = (
    "Berlin London Paris Oslo København Zürich Warszawa Praha Madrid Lisboa Roma Athens Istanbul Nairobi Lagos Mumbai"
    " Bengaluru Singapore Tokyo Osaka Seoul Sydney Melbourne Auckland Toronto Montréal Boston Chicago Austin Denver"
    " Seattle Bogotá Lima Santiago Curitiba Cairo Dubai Wien Brno Gdańsk"
).split()


def _names(chance: random.Random, known: list[str], count: int) -> list[str]:
    found = dict.fromkeys(known)
    while len(found) < count:
        syllables = chance.choices(_SYLLABLES, k=chance.randint(2, 3))
        found["".join(syllables).capitalize() + chance.choice(_ENDS)] = None
    return list(found)


def _zipf(count: int) -> list[float]:
    return list(itertools.accumulate(1 / (rank + 5) for rank in range(count)))


def fill(conn: Connection, employees: int, seed: int = 1) -> None:
    """Employees, departments, locations, titles, skills, dated rows and `present`; everything but the search index."""
    chance = random.Random(seed)
    departments = max(5, employees // 80)
    given, family = _names(chance, _GIVEN, 3_000), _names(chance, _FAMILY, 20_000)
    titles = [f"{level}{area} {role}" for area in _AREAS for role in _ROLES for level in _LEVELS]
    skills = [f"{area} {word}" for area in _AREAS for word in _TOOLS]
    tables: dict[str, Any] = dict(metadata.tables)

    def put(table: str, columns: str, rows: Iterator[Any] | list[Any]) -> None:
        insert_rows(conn, tables[table], columns.split(), rows)

    put("job_title", "id name sort_name", [(i, t, fold(t)) for i, t in enumerate(titles, 1)])
    put("skill", "id name sort_name", [(i, t, fold(t)) for i, t in enumerate(skills, 1)])
    put(
        "location",
        "id code name sort_name city country closed recorded_in",
        [(i, f"L{i}", f"{t} office", fold(t), t, "XX", False, 1) for i, t in enumerate(_CITIES, 1)],
    )
    names = [
        f"{chance.choice(_AREAS)} {chance.choice(('Operations', 'Services', 'Group', 'Team', 'Lab'))} {i}"
        for i in range(1, departments + 1)
    ]
    names[:5] = ["Engineering", "Sales", "Finance", "People", "Research"]
    put(
        "department",
        "id code recorded_in",
        [(i, f"D{i:05}", 1) for i in range(1, departments + 1)],
    )
    period = (date(2000, 1, 1), FOREVER, 1, OPEN_REVISION)
    put(
        "department_version",
        "id department_id name slug parent_id valid_from valid_to recorded_in superseded_in",
        [
            (i, i, name, f"d{i}", None if i <= 5 else (i - 2) // 4 + 1 if i > 20 else i % 5 + 1, *period)
            for i, name in enumerate(names, 1)
        ],
    )
    ids = range(1, employees + 1)
    first = chance.choices(given, cum_weights=_zipf(len(given)), k=employees)
    last = chance.choices(family, cum_weights=_zipf(len(family)), k=employees)
    full = [f"{a} {b}" for a, b in zip(first, last, strict=True)]
    sort_names = [fold(f"{b} {a}") for a, b in zip(first, last, strict=True)]
    phones = [f"+44 20 {chance.randint(1000, 9999)} {i % 10000:04}" for i in ids]
    mobiles = [f"+49 171 {chance.randint(1000000, 9999999)}" if i % 2 else None for i in ids]
    mails = [f"{slug(a)}.{slug(b)}{i}@example.org" for i, a, b in zip(ids, first, last, strict=True)]
    joined = [TODAY - timedelta(days=chance.randint(1, 6000)) for _ in ids]
    jobs = [
        (
            chance.randint(1, departments),
            min(len(titles), int(chance.expovariate(1 / 250)) + 1),
            min(len(_CITIES), int(chance.expovariate(1 / 8)) + 1),
        )
        for _ in ids
    ]
    put(
        "employee",
        "id employee_number given_name family_name alternative_names email phone mobile name sort_name recorded_in",
        (
            (i, f"E{i:06}", a, b, ["Bunny"] if i % 500 == 0 else None, m, p, q, f"{a} {b}", s, 1)
            for i, a, b, m, p, q, s in zip(ids, first, last, mails, phones, mobiles, sort_names, strict=True)
        ),
    )
    put(
        "employee_skill",
        "employee_id skill_id",
        ((i, skill) for i in ids for skill in set(chance.choices(range(1, len(skills) + 1), k=3))),
    )
    dated = "valid_from valid_to recorded_in superseded_in"
    put("employment", f"id employee_id {dated}", ((i, i, joined[i - 1], *period[1:]) for i in ids))
    put(
        "assignment",
        f"id assignment_id employee_id department_id job_title_id location_id fte is_primary is_head {dated}",
        ((i, i, i, *jobs[i - 1], 1.0, True, False, joined[i - 1], *period[1:]) for i in ids),
    )
    put(
        "present",
        "employee_id employee_number name given_name family_name sort_name email phone hired_on assignment_id"
        " department_id department_sort job_title_id job_title job_title_sort location_id location location_sort"
        " fte is_head manager_id manager reports below",
        (
            (
                i, f"E{i:06}", full[i - 1], first[i - 1], last[i - 1], sort_names[i - 1], mails[i - 1], phones[i - 1],
                joined[i - 1], i, d, fold(names[d - 1]), t, titles[t - 1], fold(titles[t - 1]), o,
                f"{_CITIES[o - 1]} office", fold(_CITIES[o - 1]), 1.0, False,
                i // 8 or None, full[i // 8 - 1] if i // 8 else None, 0, 0,
            )
            for i, (d, t, o) in zip(ids, jobs, strict=True)
        ),
    )  # fmt: skip
