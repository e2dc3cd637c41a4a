"""Careers put together from base, spells and overlays, held against a day-by-day model of the same rules."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from myproject.directory.importing.careers import NOTHING, UNSTATED, Period, State, StatedSpell, build, merged, union
from myproject.models.dated import FOREVER

FIRST = date(2020, 1, 1)


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def spell(start: int, end: int, department: int | None = None, title: str | None = None, row: int = 0) -> StatedSpell:
    state = State(
        UNSTATED if department is None else department,
        UNSTATED if title is None else title,
        UNSTATED,
        UNSTATED,
        UNSTATED,
    )
    return StatedSpell(day(start), day(end), state, row)


spans = st.tuples(st.integers(0, 40), st.integers(1, 20)).map(lambda pair: (pair[0], pair[0] + pair[1]))
spells = st.lists(st.tuples(spans, st.integers(1, 3)), max_size=5).map(
    lambda items: [spell(*span, department=department, row=row) for row, (span, department) in enumerate(items)]
)
overlays = st.lists(st.tuples(spans, st.sampled_from("xyz")), max_size=4).map(
    lambda items: [spell(*span, title=title, row=row) for row, (span, title) in enumerate(items)]
)
bases = st.one_of(
    st.none(), st.tuples(spans, st.integers(7, 8)).map(lambda item: spell(*item[0], department=item[1], title="base"))
)


@given(bases, spells, overlays)
def test_every_day_says_what_the_rows_say(base, given_spells, given_overlays):
    career = build([base] if base else [], given_spells, given_overlays)
    for number in range(70):
        at = day(number)
        holding = [s for s in sorted(given_spells, key=lambda s: (s.start, s.row)) if s.start <= at < s.end]
        primary = [s for s in career.primary if s.start <= at < s.end]
        assert len(primary) <= 1
        if holding:
            departments = sorted(str(s.state.department) for s in holding)
            beside = [str(s.state.department) for s in career.others if s.start <= at < s.end]
            assert sorted([str(primary[0].state.department), *beside]) == departments, "nobody's post gets lost"
        elif base and base.start <= at < base.end:
            assert primary[0].state.department == base.state.department
        else:
            assert not primary
        titles = [s for s in sorted(given_overlays, key=lambda s: (s.start, s.row)) if s.start <= at < s.end]
        if primary and titles:
            assert primary[0].state.job_title == titles[-1].state.job_title
    covered = {at for s in career.primary for at in range(s.start.toordinal(), s.end.toordinal())}
    employed = {at for p in career.periods for at in range(p.start.toordinal(), p.end.toordinal())}
    assert covered == employed
    assert merged(career.primary) == career.primary


@given(spells)
def test_the_later_of_two_may_replace_the_earlier(given_spells):
    career = build([], given_spells, overlaps="latest")
    assert not career.others
    for number in range(70):
        at = day(number)
        holding = [s for s in sorted(given_spells, key=lambda s: (s.start, s.row)) if s.start <= at < s.end]
        primary = [s for s in career.primary if s.start <= at < s.end]
        assert [s.state.department for s in primary] == [s.state.department for s in holding[-1:]]


def test_touching_spells_are_one_employment_and_gaps_are_not():
    career = build([], [spell(0, 10, 1), spell(10, 20, 2), spell(25, 30, 1)])
    assert career.periods == [Period(day(0), day(20)), Period(day(25), day(30))]


def test_two_histories_are_joined_by_date():
    career = build([], [spell(0, 20, 1), spell(20, 40, 2)], [spell(0, 10, title="a"), spell(10, 30, title="b")])
    assert [(s.start, s.end, s.state.department, s.state.job_title) for s in career.primary] == [
        (day(0), day(10), 1, "a"), (day(10), day(20), 1, "b"), (day(20), day(30), 2, "b"),
        (day(30), day(40), 2, UNSTATED),
    ]  # fmt: skip


def test_the_row_of_a_person_speaks_for_the_days_that_no_spell_does():
    base = StatedSpell(day(10), FOREVER, State(9, "now"), -1)
    career = build([base], [spell(0, 5, 1, "then"), spell(15, 20, 2, "later")])
    assert [(s.start, s.end, s.state.department) for s in career.primary] == [
        (day(0), day(5), 1), (day(10), day(15), 9), (day(15), day(20), 2), (day(20), FOREVER, 9),
    ]  # fmt: skip


def test_a_row_without_a_department_speaks_for_the_last_spell():
    base = StatedSpell(date.min, FOREVER, State(UNSTATED, "now", 4), -1)
    career = build([base], [spell(0, 5, 1, "then"), spell(5, 9, 2)])
    assert [(s.state.job_title, s.state.location) for s in career.primary] == [("then", UNSTATED), ("now", 4)]


def test_stated_employment_cuts_what_lies_outside():
    career = build([], [spell(0, 20, 1)], periods=[Period(day(5), day(10)), Period(day(15), day(30))])
    assert career.periods == [Period(day(5), day(10)), Period(day(15), day(20))]
    assert [remark for remark, _ in career.remarks] == ["outside employment"]


def test_overlaps_may_be_refused():
    career = build([], [spell(0, 20, 1), spell(10, 30, 2)], overlaps="refuse")
    assert [remark for remark, _ in career.remarks] == ["overlap refused"]


def test_union_of_periods():
    assert union([Period(day(5), day(9)), Period(day(0), day(5)), Period(day(12), day(13))]) == [
        Period(day(0), day(9)), Period(day(12), day(13)),
    ]  # fmt: skip
    assert NOTHING.stated() == {}
