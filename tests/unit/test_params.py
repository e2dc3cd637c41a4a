"""The query string is read strictly, and what is wrong with it is said."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import pytest
from pydantic import Field
from webob.multidict import MultiDict

from myproject.web.params import BadQuery, ClockQuery, Count, Day, Flag, Id, Nothing, Text, Token


class ListQuery(ClockQuery):
    q: Text = ""
    department: Annotated[tuple[Id, ...], Field(max_length=3)] = ()
    size: Annotated[Count, Field(ge=1, le=200)] = 50
    sort: Literal["name", "-name"] = "name"
    below: Flag = False
    joined: Day | None = None
    after: Token | None = None


def read(*pairs: tuple[str, str]) -> ListQuery:
    return ListQuery.read(MultiDict(pairs))


def problems(*pairs: tuple[str, str]) -> list[tuple[str, str, str]]:
    with pytest.raises(BadQuery) as caught:
        read(*pairs)
    return [(each.place, each.message, each.remedy) for each in caught.value.problems]


def test_nothing_given() -> None:
    assert read() == ListQuery()


def test_values() -> None:
    query = read(
        ("q", "  Ada \t Lovelace "),
        ("department", "7"),
        ("department", "12"),
        ("size", "200"),
        ("sort", "-name"),
        ("below", "1"),
        ("joined", "2026-02-28"),
        ("after", "eyJh-_~="),
    )
    assert query.q == "Ada Lovelace"
    assert query.department == (7, 12)
    assert (query.size, query.sort, query.below, query.joined) == (200, "-name", True, date(2026, 2, 28))
    assert query.after == "eyJh-_~="


def test_blank_is_absent_as_forms_send_it() -> None:
    assert read(("q", ""), ("department", ""), ("size", " "), ("sort", ""), ("as_of", "")) == ListQuery()


@pytest.mark.parametrize(
    ("name", "near"), [("depratment", "department"), ("sorted", "sort"), ("as-of", "as_of"), ("known", "known_at")]
)
def test_an_unknown_name_gets_the_nearest(name: str, near: str) -> None:
    ((place, message, remedy),) = problems((name, "1"))
    assert place == name
    assert message == f"There is no parameter “{name}” here."
    assert remedy == f"Did you mean “{near}”?"


def test_an_unknown_name_like_none() -> None:
    ((_, _, remedy),) = problems(("zzzzzz", "1"))
    assert remedy.startswith("Known here: as_of, known_at, q, department")
    with pytest.raises(BadQuery, match="There is no parameter"):
        Nothing.read({"x": "1"})


@pytest.mark.parametrize(
    "number", ["x", "-1", "+1", "1.0", "1e3", "1_000", " 7", "٣", "9" * 19, "9" * 5000, "0", "NaN", "True"]
)
def test_numbers_that_are_none(number: str) -> None:
    ((place, message, remedy),) = problems(("department", number))
    assert place == "department"
    assert message
    assert remedy
    assert len(message) < 150


def test_bounds_and_choices() -> None:
    assert problems(("size", "201")) == [("size", "“201” is out of range for “size”.", "Give at most 200.")]
    assert problems(("size", "0")) == [("size", "“0” is out of range for “size”.", "Give at least 1.")]
    assert problems(("sort", "age")) == [
        ("sort", "“age” is not a choice for “sort”.", "Choose from 'name' or '-name'.")
    ]
    assert problems(("below", "perhaps"))[0][2] == "Give 1 or 0."
    assert problems(*[("department", "1")] * 4)[0][2] == "Give it at most 3 times."
    assert problems(("q", "x" * 201)) == [("q", "“q” is too long.", "Use at most 200 characters.")]
    assert problems(("after", "<script>"))[0][0] == "after"


def test_given_twice() -> None:
    assert problems(("q", "a"), ("q", "b")) == [("q", "“q” is given 2 times.", "Give it once.")]


def test_every_problem_is_told_at_once() -> None:
    places = [place for place, _, _ in problems(("size", "x"), ("sort", "x"), ("nope", "1"))]
    assert sorted(places) == ["nope", "size", "sort"]


@pytest.mark.parametrize("text", ["a\0b", "a\x1bb", "\x7f"])
def test_text_that_nobody_types(text: str) -> None:
    assert problems(("q", text))[0][2] == "Leave out control characters."


@pytest.mark.parametrize("q", ["%", "_", "\\", "'", '"', "{}", "{message}", "O’Brien", "日本", "a\nb"])
def test_text_is_taken_as_it_is(q: str) -> None:
    assert read(("q", q)).q == " ".join(q.split())


def test_braces_in_a_wrong_value_are_no_template() -> None:
    assert problems(("size", "{message}"))[0][1].startswith("“{message}” is not a number")


@pytest.mark.parametrize(
    "day",
    [
        "2026-02-30",
        "2026-13-01",
        "31.3.2026",
        "2026-3-1",
        "20260301",
        "2026-W10-1",
        "today",
        "1899-12-31",
        "2200-01-01",
        "0000-00-00",
    ],
)
def test_days_that_are_none(day: str) -> None:
    for name in ("as_of", "joined", "known_at"):
        if name == "known_at" and day in ("20260301", "2026-W10-1"):
            continue  # other spellings of a day, which a moment may have
        ((place, _, remedy),) = problems((name, day))
        assert place == name
        assert "like 2026-03-31" in remedy


def test_known_at() -> None:
    berlin = ZoneInfo("Europe/Berlin")

    def moment(text: str) -> datetime | None:
        return read(("known_at", text)).known_at_moment(berlin)

    assert moment("") is None
    assert moment("2026-03-31T17:00:00Z") == datetime(2026, 3, 31, 17, tzinfo=UTC)
    assert moment("2026-03-31T17:00") == datetime(2026, 3, 31, 15, tzinfo=UTC)
    assert moment("2026-03-31T17:00 02:00") == datetime(2026, 3, 31, 15, tzinfo=UTC)
    # A day means its last instant there: the 29th of March has 23 hours in Berlin.
    assert moment("2026-03-29") == datetime(2026, 3, 29, 21, 59, 59, 999999, tzinfo=UTC)
