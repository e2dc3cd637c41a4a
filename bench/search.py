"""How long a search takes, by kind of question and size of the organisation: `python bench/search.py URL...`.

Each address names an existing, migrated database with employees and a search index. Questions are made of what its
people are called, so they are as common and as rare as the names are. Prints p50 and p95 in milliseconds.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from myproject.db.engines import engines_for
from myproject.directory.schema.clock import Clock
from myproject.directory.search.query import find
from myproject.directory.search.suggest import suggest
from myproject.directory.visibility.audience import colleague
from myproject.models.counter import Counter
from myproject.models.employee import Employee
from myproject.models.present import Present
from myproject.models.vocabulary import JobTitle, Skill

_EMPLOYEE: Any = Employee.__table__
_PRESENT: Any = Present.__table__


def slip(word: str, chance: random.Random) -> str:
    """The word with two neighbours swapped or a letter lost."""
    place = chance.randrange(1, max(2, len(word) - 1))
    swapped = word[:place] + word[place + 1 : place + 2] + word[place : place + 1] + word[place + 2 :]
    return swapped if chance.random() < 0.5 else word[:place] + word[place + 1 :]


def questions(conn: sa.Connection, count: int) -> dict[str, list[str]]:
    """Kind of question -> texts."""
    chance = random.Random(3)
    total = conn.execute(sa.select(sa.func.max(_EMPLOYEE.c.id))).scalar_one()
    ids = [chance.randint(1, total) for _ in range(count)]
    titles = conn.execute(sa.select(JobTitle.__table__.c.name)).scalars().all()
    skills = conn.execute(sa.select(Skill.__table__.c.name)).scalars().all()
    columns = ("given_name", "family_name", "employee_number", "email", "phone")
    rows = [
        conn.execute(sa.select(*(_EMPLOYEE.c[name] for name in columns)).where(_EMPLOYEE.c.id == key)).one()
        for key in ids
    ]
    kinds: dict[str, Callable[[Any], str]] = {
        "given name": lambda row: row.given_name,
        "family name": lambda row: row.family_name,
        "both names": lambda row: f"{row.given_name} {row.family_name}",
        "1 letter": lambda row: row.family_name[:1],
        "3 letters": lambda row: row.family_name[:3],
        "3 + 3 letters": lambda row: f"{row.given_name[:3]} {row.family_name[:3]}",
        "family name, 1 slip": lambda row: slip(row.family_name, chance),
        "both names, 2 slips": lambda row: f"{slip(row.given_name, chance)} {slip(row.family_name, chance)}",
        "job title": lambda _: chance.choice(titles),
        "name and skill": lambda row: f"{row.given_name} {chance.choice(skills)}",
        "name and title": lambda row: f"{row.family_name} {chance.choice(titles).split()[-1]}",
        "number": lambda row: row.employee_number,
        "mail": lambda row: row.email or "x@example.org",
        "phone": lambda row: row.phone or "+44 20 7946 0000",
        "last 4 digits": lambda row: (row.phone or "0000")[-4:],
        "nobody": lambda row: f"{row.family_name}qx zq",
    }
    return {kind: [text(row) for row in rows] for kind, text in kinds.items()}


def best(ask: Callable[[], Any]) -> float:
    """The shorter of two runs, in seconds: other work on the machine only ever makes it longer."""
    taken = []
    for _ in range(2):
        start = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - start)
    return min(taken)


def measure(url: str, count: int = 60) -> dict[str, list[float]]:
    """Kind of question -> seconds of each."""
    engines = engines_for(url)
    viewer = colleague()
    taken: dict[str, list[float]] = {}
    with engines.read.connect() as conn:
        revision = conn.execute(sa.select(Counter.__table__.c.revision)).scalar() or 1
        day = conn.execute(sa.select(sa.func.max(_PRESENT.c.hired_on))).scalar_one()
        clock = Clock(day, day, None, revision, True)
        asked = questions(conn, count)
        for kind, texts in asked.items():
            for q in texts[:12]:  # every shape of statement is built and planned
                find(conn, clock, viewer, q)
            taken[kind] = [best(lambda q=q: find(conn, clock, viewer, q)) for q in texts]
        taken["live search"] = [best(lambda q=q: suggest(conn, clock, viewer, q)) for q in asked["3 letters"]]
    engines.dispose()
    return taken


def main() -> None:
    """Measure each database named on the command line."""
    for url in sys.argv[1:]:
        print(url)
        everything: list[float] = []
        for kind, seconds in measure(url).items():
            everything += seconds
            ordered = sorted(seconds)
            print(f"  {kind:22} {_ms(ordered, 0.5):8.2f} {_ms(ordered, 0.95):8.2f}")
        print(f"  {'all':22} {_ms(sorted(everything), 0.5):8.2f} {_ms(sorted(everything), 0.95):8.2f}")
        print(f"  {'mean':22} {statistics.fmean(everything) * 1e3:8.2f}")


def _ms(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1e3


if __name__ == "__main__":
    main()
