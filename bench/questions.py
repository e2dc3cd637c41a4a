"""What is asked of the directory: addresses of pages, drawn from the people and departments of a database."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

import sqlalchemy as sa
from sqlalchemy import Connection

from myproject.directory.departments import department_tree
from myproject.directory.schema.clock import Clock
from myproject.models.counter import Counter
from myproject.models.employee import Employee
from myproject.models.present import Present

EMPLOYEE: Any = Employee.__table__
PRESENT: Any = Present.__table__
Get = Callable[[str], str]
"""Fetches an address, gives the body."""

_NEXT = re.compile(r'href="(/employees\?[^"]*after=[^"]*)"')


class Question:
    """One kind of request. `bound`: whether its cost may be at most 1.5 times that of the smallest size."""

    def __init__(self, name: str, title: str, bound: bool, addresses: list[str]) -> None:
        self.name = name
        self.title = title
        self.bound = bound
        self.addresses = addresses

    def draw(self, number: int, seed: object) -> list[str]:
        """Addresses for one round: the same ones for the same seed."""
        return random.Random(f"{self.name} {seed}").choices(self.addresses, k=number)


def slip(word: str, chance: random.Random) -> str:
    """The word as somebody in a hurry types it: two neighbours swapped, or a letter lost."""
    if len(word) < 4:
        return word
    place = chance.randrange(1, len(word) - 1)
    if chance.random() < 0.5:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return word[:place] + word[place + 1 :]


def _clock(conn: Connection) -> Clock:
    counter = Counter.__table__.c
    revision, day = conn.execute(sa.select(counter.revision, counter.present_day)).one()
    return Clock(day, day, None, revision, True)


def _people(conn: Connection, chance: random.Random, count: int) -> list[Any]:
    """People drawn at random, each with the columns that questions are made of."""
    highest = conn.execute(sa.select(sa.func.max(PRESENT.c.employee_id))).scalar_one()
    wanted = sa.select(
        PRESENT.c.employee_id, EMPLOYEE.c.given_name, EMPLOYEE.c.family_name, PRESENT.c.department_id,
        PRESENT.c.location_id, PRESENT.c.job_title_id, PRESENT.c.below,
    ).join(EMPLOYEE, EMPLOYEE.c.id == PRESENT.c.employee_id)  # fmt: skip
    after = wanted.where(PRESENT.c.employee_id >= sa.bindparam("at")).order_by(PRESENT.c.employee_id).limit(1)
    return [conn.execute(after, {"at": chance.randint(1, highest)}).one() for _ in range(count)]


def _walk(get: Get, start: str, pages: int) -> Iterator[str]:
    """A list's first address and those of the pages after it."""
    address: str | None = start
    for _ in range(pages):
        if address is None:
            return
        yield address
        found = _NEXT.search(get(address))
        address = found[1].replace("&amp;", "&") if found else None


def _deep(get: Get) -> str:
    """The address of a page far down the list, as one comes to it by following the links; the last one of a short list.

    Not page by page: the last page that can be asked for by number leads on by a cursor.
    """
    for start in (9_950, 950, 0):
        following: str | None = json.loads(get(f"/api/v1/employees?offset={start}")).get("next")
        if following:
            return following
    return "/api/v1/employees"


def _search(*words: str) -> str:
    return f"/employees?{urlencode({'q': ' '.join(words)})}"


def questions(conn: Connection, get: Get, count: int = 150, searched: int = 600) -> list[Question]:
    """Every kind of request, with addresses from fixed seeds.

    Searches are made of so many people that most are asked for the first time: answers to the last 256 are kept.
    """
    chance = random.Random(8)
    clock = _clock(conn)
    people = _people(conn, chance, count)
    tree = department_tree.tree(conn, clock)
    nodes = [node for node in tree if node.total]
    tops = [node for node in nodes if node.depth <= 1]
    leaves = [node for node in nodes if not node.children] or nodes
    ids = [person.employee_id for person in people]
    by_size = PRESENT.c.below.desc(), PRESENT.c.employee_id
    chiefs = conn.execute(sa.select(PRESENT.c.employee_id).order_by(*by_size).limit(8)).scalars().all()
    middle = conn.execute(
        sa.select(PRESENT.c.employee_id).where(PRESENT.c.below.between(5, 60)).order_by(PRESENT.c.name).limit(3000)
    ).scalars().all()  # fmt: skip
    year_ago = (clock.today - timedelta(days=365)).isoformat()
    both = [(p.given_name, p.family_name) for p in _people(conn, chance, searched)]
    made = {
        "home": ("Home", False, ["/"]),
        "list": ("List, first pages", True, list(_walk(get, "/employees", 8))),
        "list sorted": (
            "List by place, title, department or joining date",
            True,
            [f"/employees?sort={order}" for order in ("location", "job_title", "department", "-hired_on")],
        ),
        "list of department": (
            "List of a department and all below it",
            True,
            [f"/employees?department={node.id}" for node in chance.choices(nodes, k=count)],
        ),
        "list of joiners": (
            "List of those who joined since a day",
            False,
            [f"/employees?hired_on_from={clock.today - timedelta(days=days)}" for days in range(1, 61)],
        ),
        "list of location": (
            "List of a location",
            True,
            [f"/employees?location={p.location_id}" for p in people if p.location_id],
        ),
        "list of three": (
            "List of a division at a location with a title",
            True,
            [
                f"/employees?department={chance.choice(tops).id}&location={p.location_id}&job_title={p.job_title_id}"
                for p in people
                if p.location_id
            ],
        ),
        "search name": ("Search: given and family name", True, [_search(*names) for names in both]),
        "search prefixes": ("Search: beginnings of two names", True, [_search(g[:3], f[:3]) for g, f in both]),
        "search slip": ("Search: family name with a slip", True, [_search(slip(f, chance)) for _, f in both]),
        "suggest": ("Live search: three letters", True, [f"/suggest?q={quote(f[:3])}" for _, f in both]),
        "profile": ("Profile", True, [f"/employees/{key}" for key in ids]),
        "profile of chief": ("Profile of somebody near the top", True, [f"/employees/{key}" for key in chiefs]),
        "chart top": ("Chart from the top", True, ["/chart", *(f"/chart/{key}" for key in chiefs)]),
        "chart middle": ("Chart around a manager", True, [f"/chart/{key}" for key in middle]),
        "chart anybody": ("Chart around anybody", True, [f"/chart/{key}" for key in ids]),
        "department top": ("Department near the top", False, [f"/departments/{node.path}/" for node in tops]),
        "department leaf": ("Department at the bottom", False, [f"/departments/{node.path}/" for node in leaves]),
        "api list": ("API: list, first pages", True, [f"/api/v1/employees?offset={50 * n}" for n in range(20)]),
        "api cursor": ("API: list, 200 pages in by cursor", True, [_deep(get)]),
        "api name": (
            "API: people whose name begins so",
            True,
            [f"/api/v1/employees?limit=20&name={quote(f[:4])}" for _, f in both],
        ),
        "api detail": ("API: one employee", True, [f"/api/v1/employees/{key}" for key in ids]),
        "list a year ago": ("List a year ago", False, [f"/employees?as_of={year_ago}"]),
        "profile a year ago": (
            "Profile a year ago",
            False,
            [address for key in ids if ok(get, address := f"/employees/{key}?as_of={year_ago}")],
        ),
        "chart a year ago": ("Chart from the top a year ago", False, [f"/chart?as_of={year_ago}"]),
    }
    return [Question(name, *rest) for name, rest in made.items()]


def ok(get: Get, address: str) -> bool:
    """Whether there is such a page: not everyone was here a year ago."""
    return bool(get(address))
