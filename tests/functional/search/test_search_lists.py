"""Search as lists: how many of the hits are given, narrowed by filters, in another order, and as suggestions."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from myproject.directory.search import candidates, query
from myproject.directory.search.query import find, matching
from myproject.directory.search.suggest import suggest
from myproject.models.present import Present
from tests.support.search_company import members
from tests.support.searching import COLLEAGUE, EMPLOYEE, NOT_ROLLED, NOW, PAST, Place

_PRESENT: Any = Present.__table__


def test_the_best_are_given_of_very_many(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ("engineer", "accountant", "python", "payroll", "köln", "finance", "software engineer", "public speaking")
    whole = {(q, clock): find(place.conn, clock, COLLEAGUE, q).hits for q in asked for clock in (NOW, PAST)}
    monkeypatch.setattr(candidates, "CAP", 5)
    monkeypatch.setattr(query, "MOST", 5)
    for (q, clock), hits in whole.items():
        found = find(place.conn, clock, COLLEAGUE, q)
        assert found.hits == hits[:5], q
        assert found.more == (len(hits) > 5), q


def test_the_limit_cuts_the_same_order(place: Place) -> None:
    whole = find(place.conn, NOW, COLLEAGUE, "m")
    short = find(place.conn, NOW, COLLEAGUE, "m", limit=5)
    assert short.hits == whole.hits[:5]
    assert short.more
    assert not whole.more


@pytest.mark.slow
def test_filters_narrow_the_hits(place: Place) -> None:
    def designers(people: Any) -> Any:
        title = sa.text("id FROM job_title WHERE name = 'Designer'")
        return people.c.job_title_id == sa.select(title).scalar_subquery()

    def known(people: Any) -> Any:
        return people.c.hired_on < date(2025, 1, 1)

    for clock in (NOW, PAST, NOT_ROLLED):
        everyone = [
            key
            for key, member in enumerate(members(), 1)
            if member.there(clock.as_of) and member.title == "Designer" and member.joined < date(2025, 1, 1)
        ]
        for q in ("a", "ma", "designer", "maria", "engineering", "python", "example", "mraia"):
            free = find(place.conn, clock, COLLEAGUE, q).ids
            found = find(place.conn, clock, COLLEAGUE, q, narrow=[designers, known]).ids
            assert set(free) & set(everyone) <= set(found) <= set(everyone), q
            assert set(matching(place.conn, clock, COLLEAGUE, q, narrow=[designers, known]).ids or ()) == set(found)


@pytest.mark.slow
def test_a_list_in_another_order_holds_all_who_match(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    columns = sa.select(EMPLOYEE.c.id.label("employee_id")).subquery("everyone")
    for cap in (candidates.CAP, 3):
        monkeypatch.setattr(candidates, "CAP", cap)
        monkeypatch.setattr(query, "CAP", cap)
        for q in ("m", "ma", "engineering python", "maria", "designer köln", "020 7946", "mraia", "zürich pet"):
            for clock in (NOW, PAST):
                found = matching(place.conn, clock, COLLEAGUE, q)
                wanted = set(find(place.conn, clock, COLLEAGUE, q).ids)
                assert found.count in (None, len(wanted))
                listed = place.conn.execute(sa.select(columns.c.employee_id).where(found(columns))).scalars().all()
                there = {key for key, member in enumerate(members(), 1) if member.there(clock.as_of)}
                assert set(listed) & there == wanted
                if clock is NOW:
                    people = sa.select(_PRESENT.c.employee_id).where(found(_PRESENT)).order_by(_PRESENT.c.hired_on)
                    assert set(place.conn.execute(people).scalars()) == wanted


def test_things_are_suggested_whose_name_has_every_word(place: Place) -> None:
    found = suggest(place.conn, NOW, COLLEAGUE, "engineer")
    assert [entity.name for entity in found.departments] == ["Engineering"]
    assert found.departments[0].detail == "Company"
    assert found.departments[0].path == "company/engineering"
    assert [entity.name for entity in found.job_titles] == ["Senior Software Engineer", "Software Engineer"]
    assert len(found.people) == 8
    assert found.more
    assert [entity.name for entity in suggest(place.conn, NOW, COLLEAGUE, "soft sen").job_titles] == [
        "Senior Software Engineer"
    ]
    assert [entity.name for entity in suggest(place.conn, NOW, COLLEAGUE, "zur").locations] == ["Zürich Hub"]
    assert suggest(place.conn, NOW, COLLEAGUE, "zur").locations[0].detail == "Zürich"
    assert [entity.name for entity in suggest(place.conn, NOW, COLLEAGUE, "pyhton").skills] == ["Python"]
    assert [entity.name for entity in suggest(place.conn, PAST, COLLEAGUE, "inter").departments] == ["Internet"]
    assert suggest(place.conn, NOW, COLLEAGUE, "inter").departments == ()
    assert suggest(place.conn, NOW, COLLEAGUE, "engineer", limit=3).people == found.people[:3]
