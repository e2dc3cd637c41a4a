"""Search by random questions: both databases, all indexes and both sets of tables give the same."""

from __future__ import annotations

import random
from typing import Any

import pytest

from myproject.directory.search import candidates
from myproject.directory.search.query import find
from tests.support.search_company import KINDS_OF_SLIP, Judge, members, misspell
from tests.support.searching import COLLEAGUE, NOT_ROLLED, NOW, PAST, Place

pytestmark = pytest.mark.long


def questions(count: int) -> list[str]:
    """Texts that somebody might type: words of someone's, whole or begun or with a slip, in any order."""
    chance = random.Random(7)
    everyone = members()
    asked = []
    for _ in range(count):
        member = chance.choice(everyone)
        words = f"{member.card.given_name} {member.card.family_name}".split()
        words += [*(member.card.preferred_name or "").split(), *(member.card.alternative_names or [])]
        words += [member.title, member.number, member.location or "", *(member.card.skills or [])]
        words += [*chance.sample(sorted(member.departments), 1), (member.card.phone or "")[-6:], "Engineering"]
        typed = []
        for word in chance.sample([word for word in words if word], chance.choice((1, 1, 2, 2, 3))):
            how = chance.random()
            if how < 0.4:
                word = word[: chance.randint(1, len(word))]
            elif how < 0.7 and len(word) >= 4:
                word = misspell(word, chance.choice(KINDS_OF_SLIP), chance)
            typed.append(word)
        asked.append(" ".join(typed))
    return asked


_answers: dict[str, list[Any]] = {}


def test_random_questions_find_who_fits_on_any_day(place: Place) -> None:
    for clock in (NOW, PAST, NOT_ROLLED):
        judge = Judge(clock.as_of)
        for q in questions(80):
            found = find(place.conn, clock, COLLEAGUE, q)
            _, wanted = judge.fit(q)
            assert set(found.ids) == wanted, (q, clock.as_of, clock.present)
            assert not found.more


@pytest.mark.parametrize("cap", [candidates.CAP, 12, 3])
def test_random_questions_have_the_same_answers_on_every_database(
    place: Place, database: Any, monkeypatch: pytest.MonkeyPatch, cap: int
) -> None:
    monkeypatch.setattr(candidates, "CAP", cap)
    answers = [
        (q, clock.present, find(place.conn, clock, COLLEAGUE, q)) for clock in (NOW, PAST) for q in questions(120)
    ]
    for (q, present_answers, found), (_, _, known) in zip(answers, _answers.setdefault("hits", answers), strict=True):
        # However many there are of a word, and so whatever index is read, the hits are the same.
        assert found.hits == known.hits, (q, present_answers)


@pytest.mark.parametrize("cap", [40, 12, 3])
def test_whoever_leads_the_same_people_are_found(place: Place, cap: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [q for q in questions(120) if " " in q]
    whole = {(q, clock): find(place.conn, clock, COLLEAGUE, q) for q in asked for clock in (NOW, PAST)}
    monkeypatch.setattr(candidates, "CAP", cap)
    for (q, clock), wanted in whole.items():
        found = find(place.conn, clock, COLLEAGUE, q)
        if not (wanted.near or wanted.more):
            assert found.hits == wanted.hits, q


def test_the_plain_and_the_dated_tables_give_the_same(place: Place) -> None:
    for q in questions(80):
        assert find(place.conn, NOW, COLLEAGUE, q) == find(place.conn, NOT_ROLLED, COLLEAGUE, q), q
