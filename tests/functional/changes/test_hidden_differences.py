"""With hidden people and without them every answer is the same to whoever may not know of them.

Every route is asked, reading and writing, by every role (`support/declared.py`). What tells anyway is listed here,
and in docs/security.md with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest

from tests.conftest import NOW
from tests.support.declared import Ask, Declared
from tests.support.twins import BLIND, Client, Twins, twins

pytestmark = pytest.mark.long

#: Identifiers of hidden people. In the database each is one person's, so whoever gives them away is told.
TAKEN = {"E90", "E91", "E92"}
EXTERNAL = "canary-E90"


@pytest.fixture(scope="module")
def pair(database: Any, ini_settings: dict[str, str]) -> Iterator[Twins]:
    """The company with hidden people, and without."""
    with twins(database, ini_settings) as pair:
        yield pair


def excepted(ask: Ask) -> bool:
    """Whether an answer may differ: an identifier that is taken, and a change set that holds something hidden."""
    if "undo" in ask.path:
        return any(f"/{number}" in ask.path.replace(":", "/") for number in (4, 6))
    if not isinstance(ask.body, dict) or "/api/" not in ask.path:
        return False
    number = ask.path.partition("?")[0].rpartition("/")[2] if "by-number" in ask.path else ""
    return bool({number, ask.body.get("employee_number")} & TAKEN) or ask.body.get("external_id") == EXTERNAL


#: Roles that differ from another only in whom they may change.
ALIKE = frozenset({"editor elsewhere", "manager", "person", "token bound elsewhere"})


def some(pair: Twins, who: str, asks: Iterator[Ask]) -> Iterator[Ask]:
    """All requests, on SQLite; a third on PostgreSQL, where the same code answers, and of roles that are nearly alike.

    Together the roles have asked for all of them.
    """
    if pair.full.engines.read.dialect.name == "sqlite" and who not in ALIKE:
        return asks
    return islice(asks, BLIND.index(who) % 3, None, 3)


def differences(clients: tuple[Client, Client], asks: Iterator[Ask]) -> list[str]:
    """What is answered otherwise, beginning where it differs."""
    found = []
    for ask in asks:
        one, other = (client.ask(*ask) for client in clients)
        if one == other:
            continue
        places = zip(one.body, other.body, strict=False)
        place = next((number for number, (a, b) in enumerate(places) if a != b), 0)
        bodies = [each.body[max(place - 60, 0) : place + 120] for each in (one, other)]
        found.append(f"{ask}: {one.status} {other.status} {set(one.headers) ^ set(other.headers)} {bodies}")
    return found


@pytest.mark.parametrize("who", BLIND)
def test_what_is_read_is_the_same(pair: Twins, who: str) -> None:
    asks = (ask for ask in Declared(pair).reads() if not excepted(ask))
    assert not differences(pair.clients(who), some(pair, who, asks))


@pytest.mark.parametrize("who", BLIND)
def test_what_is_written_is_answered_the_same(pair: Twins, who: str) -> None:
    """As a plan, alone and in a batch; what can't be done is then tried in earnest, and writes nothing."""
    clients = pair.clients(who)

    def asks() -> Iterator[Ask]:
        closed: set[str] = set()
        for ask in some(pair, who, (ask for ask in Declared(pair).writes() if not excepted(ask))):
            # To whom an operation is closed, it is whatever the body says: the bodies as such, and no values in them.
            kind = f"{ask.method} {ask.path}"
            if kind in closed:
                continue
            dry = Ask(ask.method, f"{ask.path}{'&' if '?' in ask.path else '?'}dry_run=1", ask.body)
            yield dry
            if ask.method != "DELETE" and "undo" not in ask.path:
                part = {"method": ask.method, "path": ask.path, "body": ask.body, "if_match": "*"}
                yield Ask("POST", "/api/v1/batch?dry_run=1", {"operations": [part]})
            answer = clients[0].ask(*dry)
            if answer.status == 403 and "problems" not in answer.body:
                closed.add(kind)
            if answer.status != 200 or '"possible":false' in answer.body:
                yield ask

    assert not differences(clients, asks())


@pytest.mark.parametrize("who", [who for who in BLIND if "token" not in who])
def test_forms_are_answered_the_same(pair: Twins, who: str) -> None:
    assert not differences(pair.clients(who), (ask for ask in Declared(pair).forms() if not excepted(ask)))


@pytest.mark.parametrize("who", ["editor", "people team", "token bound here"])
def test_a_planned_day_that_has_come_is_told_the_same(pair: Twins, who: str, travel: Any) -> None:
    """On the day after somebody hidden has begun to work here, and another one has got another job."""
    apps = (pair.full.app, pair.bare.app)
    for app in apps:
        travel(app, "2026-08-02T08:00Z")
    try:
        asks = [ask for ask in Declared(pair).reads() if "?" not in ask.path or "/changes" in ask.path]
        assert not differences(pair.clients(who), (ask for ask in asks if not excepted(ask)))
    finally:
        for app in apps:
            travel(app, NOW)


def test_who_may_know_of_them_is_told(pair: Twins) -> None:
    """So that the same answers to the others prove something: the twins do differ, and what is excepted does."""
    assert len(differences(pair.clients("administrator"), islice(Declared(pair).reads(), 150))) > 30
    asks = [Ask(ask.method, f"{ask.path}?dry_run=1", ask.body) for ask in Declared(pair).writes() if excepted(ask)]
    assert len(differences(pair.clients("people team"), iter(asks))) == len(asks)
