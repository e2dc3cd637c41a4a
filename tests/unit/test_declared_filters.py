"""A filter of lists of people is declared once: every door has it, hides it and documents it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from myproject.api.employees import EmployeesQuery as ApiQuery
from myproject.directory.people.listing import dated_list, present_list
from myproject.directory.people.listing.declared_filters import CONDITIONS, FILTERS, FromDay, ListFilter
from myproject.directory.people.listing.filters import FIELD_OF, Filters, Order, hidden_errors
from myproject.directory.people.listing.statement_shape import Shape, names_of, values
from myproject.directory.schema.fields import FIELDS
from myproject.directory.visibility.audience import colleague
from myproject.pages.people.employees import EmployeesPageQuery as PageQuery

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "integrating.md"


def some_value(declared: ListFilter) -> int | date | tuple[int, ...]:
    if isinstance(declared.values, FromDay):
        return date(2020, 1, 1)
    return tuple(range(1, declared.most + 1)) if declared.most > 1 else 7


@pytest.mark.parametrize("name", FILTERS)
def test_every_door_has_it(name: str) -> None:
    declared = FILTERS[name]
    for query in (PageQuery, ApiQuery):
        assert query.model_fields[name].description == declared.description
    assert f"`{name}`" in DOCUMENT.read_text(encoding="utf-8")
    assert declared.field in FIELDS


@pytest.mark.parametrize("name", FILTERS)
def test_it_is_refused_where_its_field_is_hidden(name: str) -> None:
    viewer = colleague({FILTERS[name].field: "administrators"})
    (error,) = hidden_errors(viewer, [name], Order())
    assert (error.place, str(error)) == (name, f"“{name}” is not open to you.")
    assert hidden_errors(colleague(dict.fromkeys(FIELDS, "colleagues")), [name], Order()) == []


@pytest.mark.parametrize("name", FILTERS)
def test_it_narrows_every_statement(name: str) -> None:
    filters = Filters(**{name: some_value(FILTERS[name])})  # type: ignore[arg-type]
    conditions = names_of(filters, several=False)
    assert conditions == FILTERS[name].conditions
    assert values(filters, ()).keys() == set(conditions)
    for driver in (None, conditions[0]):
        shape = Shape(Order(), False, False, conditions, driver, frozenset())
        for statement in (present_list.page(shape), dated_list.page(shape, True), dated_list.page(shape, False)):
            assert set(conditions) <= statement.compile().params.keys()
    assert present_list.sizes(conditions).compile().params.keys() >= set(conditions)


@pytest.mark.parametrize("name", [name for name, each in FILTERS.items() if isinstance(each.values, FromDay)])
def test_a_range_of_days_is_read_from_the_index_of_its_order(name: str) -> None:
    range_ = FILTERS[name].values.range  # type: ignore[union-attr]
    assert FIELD_OF[range_] == FILTERS[name].field
    conditions = names_of(Filters(**{name: some_value(FILTERS[name])}), several=False)  # type: ignore[arg-type]
    text = str(present_list.found(Shape(Order(range_), False, False, conditions, None, frozenset())))
    assert "CASE" not in text, "packed, no planner would see it"


@pytest.mark.parametrize("name", FILTERS)
def test_an_index_begins_with_its_column(name: str) -> None:
    column = FILTERS[name].column
    assert any(next(iter(index.columns)) is column for index in column.table.indexes)


def test_filters_that_are_not_declared() -> None:
    with pytest.raises(TypeError, match="shoe_size"):
        Filters(shoe_size=43)
    assert CONDITIONS["skill_0"] is FILTERS["skill"]
    assert Filters(skill=(), manager=None).key == Filters().key
