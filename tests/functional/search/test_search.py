"""Search on both databases: who is found, in what order, by what; and that both give the same."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from myproject.directory.schema.clock import Clock
from myproject.directory.search import query
from myproject.directory.search.query import Found, find, matching
from myproject.directory.search.search_text import BadSearchText
from myproject.directory.search.suggest import suggest
from myproject.directory.search.words import has_typos
from myproject.directory.visibility.audience import colleague
from tests.support.search_company import BEFORE, KINDS_OF_SLIP, TODAY, Judge, members, misspell
from tests.support.searching import COLLEAGUE, NOT_ROLLED, NOW, PAST, Place

# --- names ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("q", "name"),
    [
        ("odegaard", "Søren Ødegaard"),
        ("ØDEGAARD soren", "Søren Ødegaard"),
        ("oedegaard", "Søren Ødegaard"),
        ("nguyen", "Nguyễn Thị Minh Khai"),
        ("khai ngu", "Nguyễn Thị Minh Khai"),
        ("lukasz wojcik", "Łukasz Wójcik"),
        ("grossmann", "Hans Großmann"),
        ("GROSSMANN", "Hans Großmann"),
        ("großm", "Hans Großmann"),
        ("obrien", "Siobhán O’Brien"),
        ("o'brien", "Siobhán O’Brien"),
        ("o’brien", "Siobhán O’Brien"),
        ("brien siobhan", "Siobhán O’Brien"),
        ("jeanluc", "Jean-Luc d'Angelo"),
        ("jean luc", "Jean-Luc d'Angelo"),
        ("luc angelo", "Jean-Luc d'Angelo"),
        ("delacruz", "Zoë de la Cruz"),
        ("cruz zoe", "Zoë de la Cruz"),
        ("bob smith", "Bob Smith"),
        ("robert smith", "Bob Smith"),
        ("nowak", "Marta Kowalska"),
        ("aebelo", "Åse Æbelø"),
        ("aase", "Åse Æbelø"),
        ("ibrahim yildiz", "İbrahim Yıldız"),
        ("dorde duric", "Đorđe Đurić"),
        ("山田", "Hana 山田"),
        ("山田花子", "Hana 山田"),
        ("hanako", "Hana 山田"),
        ("王小明", "小明 王"),
        ("wang", "小明 王"),
        ("हिन्दी", "हिन्दी शर्मा"),
        ("ольга йов", "Ольга Йовович"),
        ("παπαδοπουλου", "Ελένη Παπαδοπούλου"),
        ("محمد", "محمد العلي"),
        ("li na", "Li Na"),
        ("vandenberg anna", "Anna Maria van den Berg"),
        ("score", "Under Score_d"),
        ("null none", "Null None"),
        ("byron ada", "Ada Lovelace-Byron"),
        ("lovelacebyron", "Ada Lovelace-Byron"),
        ("Ｍａｄｏｎｎａ", "Madonna Ciccone"),
    ],
)
def test_a_name_is_found_however_it_is_typed(place: Place, q: str, name: str) -> None:
    assert name in place.names(q)[:2]
    assert name in place.names(q, NOT_ROLLED)[:2]


def test_both_spellings_of_an_umlaut_are_found_by_either(place: Place) -> None:
    assert place.names("müller") == ["Greta Mueller", "Jürgen Müller"]
    assert place.names("mueller") == ["Greta Mueller", "Jürgen Müller"]
    assert place.names("muller")[0] == "Jürgen Müller"


def test_the_name_as_people_write_it_comes_first(place: Place) -> None:
    assert place.names("james martin")[:2] == ["James Martin", "Martin James"]
    assert place.names("martin james")[:2] == ["Martin James", "James Martin"]
    assert place.names("martin")[:2] == ["Martin James", "James Martin"]  # in the order of family names
    assert "Jamie Martins" in place.names("martin")


def test_a_whole_word_comes_before_a_beginning_and_a_name_before_a_job(place: Place) -> None:
    names = place.names("li")
    assert set(names[:2]) == {"Cher Li", "Li Na"}
    assert "Lisbeth" in names[3]
    found = find(place.conn, NOW, COLLEAGUE, "data")
    assert {hit.via for hit in found.hits} == {("job_title",)}
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)


def test_words_come_in_any_order_and_as_beginnings(place: Place) -> None:
    assert place.names("pet tay") == place.names("tay pet")
    assert {"Peter Taylor", "Petra Taylor"} & set(place.names("tay pet"))


# --- slips ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_one_slip_in_each_word_of_four_letters_is_forgiven(place: Place) -> None:
    chance = random.Random(11)
    judge = Judge(TODAY)
    for key, (_, called, _) in sorted(judge.people.items()):
        for word in sorted(word for word in called if len(word) >= 4 and has_typos(word)):
            for kind in KINDS_OF_SLIP:
                typed = misspell(word, kind, chance)
                ids = find(place.conn, NOW, COLLEAGUE, typed).ids
                # Many others may be called just so, then nobody asks whether it was a slip.
                assert key in ids or len(judge.fit(typed)[0]) >= query.FEW, (word, kind, typed)


def test_a_slip_in_one_word_beside_another_that_is_right(place: Place) -> None:
    assert place.names("soren odegard")[0] == "Søren Ødegaard"
    assert place.names("siobahn brien")[0] == "Siobhán O’Brien"
    assert place.names("siobahn brein")[0] == "Siobhán O’Brien"
    found = find(place.conn, NOW, COLLEAGUE, "lukazs wojcik")
    assert found.near
    assert len(found.hits) == 1


@pytest.mark.slow
def test_who_fits_as_typed_can_be_all_that_is_looked_for(place: Place) -> None:
    """Without `similar`, slips are forgiven only if nobody has every word, whole, as it was typed."""
    judge = Judge(TODAY)
    narrowed = 0
    for key, (_, called, _) in sorted(judge.people.items()):
        for q in (max(sorted(called), key=len), " ".join(sorted(called, key=len)[-2:])):
            wide = find(place.conn, NOW, COLLEAGUE, q)
            found = find(place.conn, NOW, COLLEAGUE, q, similar=False)
            assert key in found.ids or key not in wide.ids
            assert found.ids == wide.ids[: len(found.ids)]
            assert not (found.near and found.narrow)
            assert found.narrow or found == wide
            narrowed += wide.near and found.narrow
            for clock in (NOW, PAST):
                fits = matching(place.conn, clock, COLLEAGUE, q, similar=False).ids
                assert fits is None or fits == tuple(sorted(find(place.conn, clock, COLLEAGUE, q, similar=False).ids))
    assert narrowed > 5


def test_words_that_nobody_has_are_forgiven_all_the_same(place: Place) -> None:
    for q in ("soren odegard", "siobahn brein", "lukazs", "enginering", "zurihc"):
        found = find(place.conn, NOW, COLLEAGUE, q, similar=False)
        assert found == find(place.conn, NOW, COLLEAGUE, q)
        assert found.near
        assert not found.narrow


def test_a_beginning_is_not_the_whole_word(place: Place) -> None:
    wide = find(place.conn, NOW, COLLEAGUE, "khai ngu")
    assert find(place.conn, NOW, COLLEAGUE, "khai ngu", similar=False) == wide


def test_slips_in_titles_departments_and_places_are_forgiven(place: Place) -> None:
    assert len(place.names("acountant")) == len(place.names("accountant")) > 0
    assert len(place.names("enginering")) > 0
    assert set(place.names("zurihc")) == set(place.names("zürich"))


def test_short_words_and_words_with_digits_are_taken_as_typed(place: Place) -> None:
    assert not find(place.conn, NOW, COLLEAGUE, "qx").near
    assert find(place.conn, NOW, COLLEAGUE, "e999999").hits == ()


# --- jobs, skills -------------------------------------------------------------------------------------------------


def test_people_are_found_by_department_with_all_below_title_place_and_skill(place: Place) -> None:
    for q, fits in (
        ("engineering", lambda member: "ENG" in member.departments),
        ("it", lambda member: "IT" in member.departments),
        ("payroll", lambda member: "PAY" in member.departments),
        ("web", lambda member: "WEB" in member.departments),
        ("accountant", lambda member: member.title == "Accountant"),
        ("koeln", lambda member: member.location == "CGN"),
        ("Köln", lambda member: member.location == "CGN"),
        ("sao paulo", lambda member: member.location == "SP"),
        ("python", lambda member: "Python" in (member.card.skills or ())),
        ("årsregn", lambda member: "Årsregnskap" in (member.card.skills or ())),
        ("level-3", lambda member: member.title == "Level-3 Support"),
        (
            "senior engineer zürich",
            lambda member: member.title == "Senior Software Engineer" and member.location == "ZRH",
        ),
    ):
        wanted = {key for key, member in enumerate(members(), 1) if member.there(TODAY) and fits(member)}
        assert set(find(place.conn, NOW, COLLEAGUE, q).ids) == wanted, q


def test_a_past_day_answers_with_its_people_and_names(place: Place) -> None:
    fits = [key for key, member in enumerate(members(), 1) if "WEB" in member.departments and member.there(BEFORE)]
    assert set(find(place.conn, PAST, COLLEAGUE, "internet").ids) == set(fits)
    assert find(place.conn, NOW, COLLEAGUE, "internet").hits == ()
    assert not set(find(place.conn, PAST, COLLEAGUE, "web").ids) - set(fits)  # by its code


def test_known_at_a_revision_before_anything_nobody_is_found(place: Place) -> None:
    empty = Clock(TODAY, TODAY, datetime(2000, 1, 1, tzinfo=UTC), 0, False)
    for q in ("martin", "engineering", "python", "000100"):
        assert find(place.conn, empty, COLLEAGUE, q).hits == ()


# --- codes --------------------------------------------------------------------------------------------------------


def test_an_employee_is_found_by_number_mail_and_phone(place: Place) -> None:
    member = members()[3]
    assert member.number == "E-000103"
    for q in (
        "E-000103",
        "e000103",
        "000103",
        "103",
        member.card.email or "",
        (member.card.email or "").upper(),
        (member.card.email or "")[:-8],
        "+44 20 7946 0003",
        "+442079460003",
        "020 7946 0003",
        "02079460003",
        "(020) 7946-0003",
        "0044 20 7946 0003",
        "79460003",
        member.card.mobile or "",
        "+49" + (member.card.mobile or "")[1:],
        (member.card.mobile or "")[-5:],
    ):
        assert 4 in find(place.conn, NOW, COLLEAGUE, q).ids, q
    assert find(place.conn, NOW, COLLEAGUE, "E-000103").ids == (4,)
    assert find(place.conn, NOW, COLLEAGUE, member.card.email or "").ids == (4,)
    assert find(place.conn, NOW, COLLEAGUE, "+44 20 7946 0003").ids == (4,)
    assert find(place.conn, NOW, COLLEAGUE, "020 7946").more is False
    assert len(find(place.conn, NOW, COLLEAGUE, "020 7946").ids) > 50


def test_the_number_itself_comes_before_those_that_begin_so(place: Place) -> None:
    found = find(place.conn, NOW, COLLEAGUE, "103")
    assert found.hits[0].employee_id == 4
    assert found.hits[0].via == ("employee_number",)


# --- what is hidden -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_hidden_value_is_not_found(place: Place) -> None:
    asked = {
        "phone": "+44 20 7946 0003",
        "mobile": members()[3].card.mobile,
        "email": members()[3].card.email,
        "employee_number": "E-000103",
        "alternative_names": "nowak",
        "given_name": "robert",
        "department": "payroll",
        "job_title": "accountant",
        "location": "köln",
        "skills": "python",
    }
    for field, q in asked.items():
        hidden = colleague({field: "people_team"})
        for clock in (NOW, NOT_ROLLED):
            seen = find(place.conn, clock, COLLEAGUE, q or "")
            found = find(place.conn, clock, hidden, q or "")
            assert any(field in hit.via for hit in seen.hits), field
            assert not any(field in hit.via for hit in found.hits), field
            assert not set(matching(place.conn, clock, hidden, q or "").ids or ()) - set(found.ids)
            assert not set(found.ids) & {hit.employee_id for hit in seen.hits if hit.via == (field,)}, field
        things = suggest(place.conn, NOW, hidden, q or "")
        kind = {"department": things.departments, "job_title": things.job_titles, "location": things.locations}
        assert not kind.get(field, things.skills if field == "skills" else ())
    # What everyone is called stays found.
    assert place.names("bob", viewer=colleague({"given_name": "people_team"})) == ["Bob Smith"]
    assert place.names("robert", viewer=colleague({"given_name": "people_team"})) == []


# --- odd questions ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("q", ["", " ", "%", "_", "*", "'", '"', "\x00", "--", "()", "\\", "@", "+", "\ud800", "🙂"])
def test_a_text_without_words_finds_nobody(place: Place, q: str) -> None:
    for clock in (NOW, NOT_ROLLED):
        assert find(place.conn, clock, COLLEAGUE, q) == Found((), False, False)
        assert matching(place.conn, clock, COLLEAGUE, q).ids == ()
        assert suggest(place.conn, clock, COLLEAGUE, q).people == ()


@pytest.mark.parametrize("q", ["martin%", "martin\x00", "'martin", "_martin_", '"martin";', "\ud800martin", "\\martin"])
def test_signs_only_divide_words(place: Place, q: str) -> None:
    assert place.names(q) == place.names("martin")
    assert place.names(f"{q} james")[0] == "Martin James"


@pytest.mark.slow
def test_any_text_is_answered(place: Place) -> None:
    chance = random.Random(13)
    signs = "ab1  @.+-'%_\\\x00\n\u200d\u0301ßİ山हि王🙂\ud800\U0010ffff٣²ﬁ"
    for _ in range(150):
        q = "".join(chance.choices(signs, k=chance.randint(1, 12)))
        for clock in (NOW, PAST):
            found = find(place.conn, clock, COLLEAGUE, q)
            assert set(matching(place.conn, clock, COLLEAGUE, q).ids or ()) == set(found.ids), repr(q)
        assert suggest(place.conn, NOW, COLLEAGUE, q).people == find(place.conn, NOW, COLLEAGUE, q, limit=8).hits


def test_too_long_a_text_is_refused_in_words(place: Place) -> None:
    with pytest.raises(BadSearchText, match="201 characters, but only 200 are allowed"):
        find(place.conn, NOW, COLLEAGUE, "x" * 201)
    with pytest.raises(BadSearchText, match="9 words, but only 8 are allowed"):
        matching(place.conn, NOW, COLLEAGUE, "a b c d e f g h i")
    assert find(place.conn, NOW, COLLEAGUE, "x" * 200).hits == ()
    assert find(place.conn, NOW, COLLEAGUE, "a a a a a a a a a").hits != ()


# --- queries ------------------------------------------------------------------------------------------------------


def test_a_search_takes_a_fixed_number_of_queries(place: Place) -> None:
    statements: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    find(place.conn, NOW, COLLEAGUE, "engineering")  # the department tree is read once
    find(place.conn, PAST, COLLEAGUE, "engineering")
    sa.event.listen(place.engines.read, "before_cursor_execute", note)
    try:
        for clock in (NOW, PAST):
            for q, most in (
                ("martin", 6),
                ("zzz", 3),
                ("james martin", 8),
                ("engineer zürich python maria", 8),
                ("e-000103", 4),
            ):
                statements.clear()
                find(place.conn, clock, COLLEAGUE, q)
                assert len(statements) <= most, "\n---\n".join(statements)
    finally:
        sa.event.remove(place.engines.read, "before_cursor_execute", note)
