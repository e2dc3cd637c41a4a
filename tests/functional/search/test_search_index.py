"""The index of search: right after a load and after every change, and told when it is not."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from myproject.db.engines import Engines
from myproject.directory.changes.change_sets import apply
from myproject.directory.schema.clock import Clock
from myproject.directory.schema.fields import Card
from myproject.directory.schema.verbs import EditCard, Join, RenameDepartment
from myproject.directory.search import index, verification
from myproject.directory.search.query import find
from tests.support.search_company import TODAY, members
from tests.support.searching import COLLEAGUE


def test_the_index_is_right_after_a_load_and_told_when_it_is_not(own_place: Engines) -> None:
    with own_place.begin() as conn:
        assert verification.verify(conn) == []
        rows = conn.execute(sa.text("SELECT count(*) FROM search_name")).scalar()
        conn.execute(sa.text("DELETE FROM search_name WHERE employee_id = 5"))
        conn.execute(sa.text("UPDATE search_code SET mail = 'wrong' WHERE employee_id = 7"))
        conn.execute(sa.text("DELETE FROM search_word WHERE kind = 'skill' AND word = 'python'"))
        problems = "\n".join(verification.verify(conn))
        assert "employee 000104 (id 5) is not indexed by their name" in problems
        assert "employee 000106 (id 7) is not indexed by number, mail and phone" in problems
        assert "is not indexed by its word python" in problems
        index.rebuild(conn)
        assert verification.verify(conn) == []
        assert conn.execute(sa.text("SELECT count(*) FROM search_name")).scalar() == rows
        conn.execute(sa.text("DELETE FROM search_variant WHERE word = 'odegaard'"))
        assert "the word odegaard has no variant dega" in "\n".join(verification.verify(conn))


def test_a_change_is_found_and_what_was_before_is_not(own_place: Engines) -> None:
    def ids(conn: Connection, q: str) -> tuple[int, ...]:
        revision = conn.execute(sa.text("SELECT revision FROM counter")).scalar_one()
        return find(conn, Clock(TODAY, TODAY, None, revision, True), COLLEAGUE, q).ids

    with own_place.begin() as conn:
        assert ids(conn, "wojcik") == (3,)
        card = Card(family_name="Quetzalcoatl", email="lq@example.org", phone="+44 20 1234 5678")
        verbs = [EditCard(employee=3, changes=card), RenameDepartment(department="PAY", name="Wages", on=TODAY)]
        apply(conn, verbs, today=TODAY, author="test", source="test")
        assert ids(conn, "quetzalcoatl") == ids(conn, "quetzalcotal") == (3,)
        assert ids(conn, "wojcik") == ()
        assert 3 in ids(conn, "12345678")
        assert ids(conn, "lq@example.org") == (3,)
        assert len(ids(conn, "wages")) == sum(m.there(TODAY) and "PAY" in m.departments for m in members())
        assert ids(conn, "payroll") == ()
        assert verification.verify(conn) == []
        left = conn.execute(sa.text("SELECT count(*) FROM search_variant WHERE word = 'wojcik'")).scalar()
        assert left == 0
        apply(conn, [EditCard(employee=3, changes=Card(family_name="Wójcik"))], today=TODAY, author="t", source="t")
        assert ids(conn, "wojick") == (3,)
        assert verification.verify(conn) == []


def test_who_joins_and_keeps_a_value_to_themselves_at_once_is_not_found_by_it(own_place: Engines) -> None:
    card = Card(given_name="Ottilie", family_name="Quast", email="o.zebra@example.com", phone="+49 30 987654")
    join = Join(employee_number="Q1", card=card, on=TODAY, department=1)
    narrow = EditCard(employee="Q1", changes=Card.model_construct(), audiences={"phone": "people_team"})
    with own_place.begin() as conn:
        apply(conn, [join, narrow], today=TODAY, author="test", source="test")
        assert verification.verify(conn) == []


def test_what_is_not_searched_is_refused(own_place: Engines) -> None:
    with own_place.begin() as conn, pytest.raises(ValueError, match="nothing of the kind photo is searched for"):
        index.refresh(conn, "photo", [1])
