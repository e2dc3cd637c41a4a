"""The people employed on the clock's day, as FROM clauses for search statements.

Each has the columns employee_id, sort_name, department_id, job_title_id, location_id and
hired_on; conditions are written once for all of them. Statements are cached; the clock is
passed in the bind parameters `values`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    Text,
    and_,
    bindparam,
    cast,
    literal_column,
    select,
)

from myproject.db.ids import id_list, text_list
from myproject.directory.schema.clock import Clock
from myproject.models.dated import known_at, valid_on
from myproject.models.employee import Employee, EmployeeSkill
from myproject.models.employment import Assignment, Employment
from myproject.models.present import Present
from myproject.models.search import SearchCode, SearchName

NAME = SearchName.__table__
CODE = SearchCode.__table__
SKILL = EmployeeSkill.__table__
_PRESENT = Present.__table__
_EMPLOYEE = Employee.__table__
_ASSIGNMENT = Assignment.__table__
_EMPLOYMENT = Employment.__table__

COLUMNS = ("employee_id", "sort_name", "department_id", "job_title_id", "location_id", "hired_on")
NO_TEXT = cast(literal_column("''"), Text)
NO_NUMBER = cast(literal_column("0"), BigInteger)


class Population:
    """Everyone employed on a day. FROM clauses made from an index also have `text` and `number`, the matched entry.

    Values are bind parameters, so that statements can be cached; with `inline` they are part of the condition, for use
    in another module's statement.
    """

    def __init__(self, clock: Clock, *, inline: bool = False) -> None:
        self._inline = inline
        self._clock = clock
        self.indexed = clock.present
        """Whether `present` answers, and with it indexes of departments, places and titles in the order of names."""
        self._now = clock.known is None
        self.shape = (self.indexed, self._now)
        """What a kept statement depends on."""
        self.values: dict[str, Any] = {}
        if not self.indexed:
            self.values["population_day"] = clock.as_of
            if not self._now:
                self.values["population_revision"] = clock.revision

    def value(self, name: str, value: Any) -> ColumnElement[Any]:
        """A value in a condition: the parameter of this name, or the value itself."""
        return bindparam(None, value, unique=True) if self._inline else bindparam(name)

    def ids(self, name: str, values: Collection[int]) -> Any:
        """A list of ids for `in_`: the parameter of this name, or the ids themselves."""
        return id_list(values if self._inline else name)

    def texts(self, name: str, values: Collection[str]) -> Any:
        """A list of words for `in_`: the parameter of this name, or the words themselves."""
        return text_list(values if self._inline else name)

    def named(
        self, condition: ColumnElement[bool], *, most: int | None = None, count: ColumnElement[int] | None = None
    ) -> Subquery:
        """Those with a word in `search_name` that fits; `text` is the word, `number` its field, `words` are all theirs.

        most: so many rows of the index at most, in its order. count: so many there are, as is known. PostgreSQL
        believes that each word of a list has a hundred people, and without it would rather read the whole table.
        """
        text, number = NAME.c.word.label("text"), NAME.c.field.label("number")
        found = select(NAME.c.employee_id, NAME.c.sort_name, text, number, NAME.c.words).where(condition)
        if count is not None:
            all_ = found.limit(count).subquery("all")
            return self._attach(select(*all_.c), all_.c.employee_id)
        if most is None:
            return self._attach(found, NAME.c.employee_id)
        first = found.order_by(NAME.c.word, NAME.c.sort_name, NAME.c.employee_id).limit(most).subquery("first")
        return self._attach(select(*first.c), first.c.employee_id)

    def coded(self, column: str, condition: ColumnElement[bool]) -> Subquery:
        """Those whose number, mail or phone fits; `text` is the column's value."""
        found = select(CODE.c.employee_id, CODE.c[column].label("text"), NO_NUMBER.label("number"))
        return self._attach(found.where(condition), CODE.c.employee_id)

    def skilled(self, condition: ColumnElement[bool]) -> Subquery:
        """Those with a skill that fits; `number` is its id."""
        found = select(SKILL.c.employee_id, NO_TEXT.label("text"), SKILL.c.skill_id.label("number"))
        return self._attach(found.where(condition), SKILL.c.employee_id)

    def everyone(self) -> FromClause:
        """All of them, without `text` and `number`; `present` itself where it answers."""
        if self.indexed:
            return _PRESENT
        table = _ASSIGNMENT
        return (
            select(
                table.c.employee_id,
                _sort_name(table.c.employee_id).label("sort_name"),
                table.c.department_id,
                table.c.job_title_id,
                table.c.location_id,
                self._hired_on(table.c.employee_id).label("hired_on"),
            )
            .where(*self._on_day(table), table.c.is_primary)
            .subquery("people")
        )

    def in_order(self, within: int | None = None) -> FromClause:
        """`everyone`, to be read in the order of names and only as far as needed; or the first so many of them."""
        if self.indexed:
            if within is None:
                return _PRESENT
            columns = [_PRESENT.c[name] for name in COLUMNS]
            return select(*columns).order_by(*columns[1::-1]).limit(within).subquery("first")
        table = _EMPLOYEE.alias("person")
        people = select(table.c.id.label("employee_id"), table.c.sort_name)
        if within is None:
            return self._attach(people, table.c.id)
        first = people.order_by(table.c.sort_name, table.c.id).limit(within).subquery("first")
        return self._attach(select(*first.c), first.c.employee_id)

    def column(self, people: FromClause, name: str) -> ColumnElement[Any]:
        """A column of somebody's job on the day, looked up where the list at hand does not have it."""
        if name in people.c:
            return people.c[name]
        if self.indexed:
            table, conditions = _PRESENT.alias(), []
        else:
            table = _ASSIGNMENT.alias()
            conditions = [*self._on_day(table), table.c.is_primary]
        of_person = table.c.employee_id == people.c.employee_id
        return select(table.c[name]).where(of_person, *conditions).limit(1).scalar_subquery()

    def _attach(self, found: Select[Any], employee_id: ColumnElement[int]) -> Subquery:
        """The rows found in an index, with what their employee does on the day; those not employed drop out."""
        if self.indexed:
            given = {column.name for column in found.selected_columns}
            rest = [_PRESENT.c[name] for name in COLUMNS if name not in given]
            same = _PRESENT.c.employee_id == employee_id
            if "sort_name" in given:
                # So PostgreSQL reads all of it from the index in the order of names, a fifth of the table's size.
                same = and_(same, _PRESENT.c.sort_name == employee_id.table.c.sort_name)
            return found.add_columns(*rest).join(_PRESENT, same).subquery("people")
        # One look-up per row found, never a join whose order a planner chooses (facts of the stack, section 9).
        job = _ASSIGNMENT.alias("job")
        own_row = (
            select(job.c.id)
            .where(job.c.employee_id == employee_id, *self._on_day(job), job.c.is_primary)
            .limit(1)
            .scalar_subquery()
        )
        rows = found.add_columns(own_row.label("row_id"), self._hired_on(employee_id).label("hired_on"))
        if "sort_name" not in found.selected_columns:
            rows = rows.add_columns(_sort_name(employee_id).label("sort_name"))
        inner = rows.subquery("found")
        own = _ASSIGNMENT.alias("own")
        return (
            select(*inner.c, own.c.department_id, own.c.job_title_id, own.c.location_id)
            .select_from(inner.join(own, own.c.id == inner.c.row_id))
            .subquery("people")
        )

    def _on_day(self, table: FromClause) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        revision: Any = None if self._now else self.value("population_revision", self._clock.revision)
        return known_at(table, revision), valid_on(table, self.value("population_day", self._clock.as_of))

    def _hired_on(self, employee_id: ColumnElement[int]) -> ColumnElement[Any]:
        table = _EMPLOYMENT.alias()
        return (
            select(table.c.valid_from)
            .where(table.c.employee_id == employee_id, *self._on_day(table))
            .limit(1)
            .scalar_subquery()
        )


def _sort_name(employee_id: ColumnElement[int]) -> ColumnElement[str]:
    table = _EMPLOYEE.alias()
    return select(table.c.sort_name).where(table.c.id == employee_id).scalar_subquery()
