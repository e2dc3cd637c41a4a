"""Mapping files: which column of which sheet says what. TOML, described in docs/imports/README.md."""

from __future__ import annotations

import difflib
import tomllib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model, model_validator

from myproject.directory.schema.fields import IMPORTED_FIELDS

from .findings import ImportStopped

DateStyle = Literal["dmy", "mdy"] | list[str]
MAX_MAPPING_BYTES = 1024**2
Property = Literal["id", "key", "email", "name", "code", "path", "any"]
"""By what a column names a person (number or external id, key of a row, mail, name), a department or a location."""
_SOURCES = ("column", "join", "first_of", "path", "by", "constant")


class Strict(BaseModel):
    """Unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, str_strip_whitespace=True)


class Lookup(Strict):
    """The cell is a key of another sheet; its value there is what counts."""

    sheet: str
    key: str
    value: str


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str | dict) else value


def _as_value(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


class Value(Strict):
    """How a value is made of the cells of a row. In a mapping file a plain text is `{ column = "…" }`."""

    column: str | None = None
    join: list[str] | None = None
    separator: str = Field(default=" ")
    all: bool = False
    """For `join`: whether the value is blank where any of the columns is, not only where all are."""
    first_of: list[str] | None = None
    """The first of these columns that holds anything."""
    path: list[str] | None = None
    """For departments: the names from the top down, one column each."""
    by: dict[Property, str] | None = None
    """For managers, departments and locations: the columns that name them by one property each, the surest first."""
    constant: str | None = None
    split: str | None = None
    """Divide the cell here and take one part."""
    take: int = Field(default=1, ge=1)
    lookup: Annotated[list[Lookup], BeforeValidator(_as_list)] = Field(default_factory=list)
    values: dict[str, str] = Field(default_factory=dict)
    """Cells to replace, compared without case and accents."""
    others: Literal["keep", "none", "refuse"] = "keep"
    """What becomes of cells that `values` doesn't name."""
    placeholders: list[str] = Field(default_factory=list)
    """Texts that stand for nothing here, besides those of [values]."""
    dates: DateStyle | None = None
    domain: str | None = None
    """For mail addresses: what follows the @ where there is none."""
    case: Literal["lower", "upper", "title"] | None = None
    prefix: str = ""
    suffix: str = ""
    cut: int | None = Field(default=None, ge=1)
    """Cut longer texts here. Without it they are refused."""
    digest: int | None = Field(default=None, ge=6, le=32)
    """Make a short key of a long one: this many letters and digits."""
    otherwise: Annotated[Value | None, BeforeValidator(_as_value)] = None
    """What counts where this value is blank."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)

    @model_validator(mode="after")
    def _one_source(self) -> Value:
        given = [name for name in _SOURCES if getattr(self, name) is not None]
        if len(given) != 1:
            told = f"not {' and '.join(given)}" if given else "none is given"
            raise ValueError(f"needs exactly one of {', '.join(_SOURCES)}; {told}")
        return self

    @property
    def columns(self) -> list[str]:
        """The columns it reads."""
        several = self.join or self.first_of or self.path or list((self.by or {}).values())
        return [self.column] if self.column else list(several)


AnyValue = Annotated[Value, BeforeValidator(_as_value)]
MaybeValue = Annotated[Value | None, BeforeValidator(_as_value)]
By = Literal["employee_number", "external_id", "email", "key"]


class SheetSource(Strict):
    """Where a sheet is, and how to read it."""

    file: str | None = None
    """Relative to the folder that is imported; ".gz" may be added to the name there. Not needed within one workbook."""
    sheet: str | None = None
    heading_row: int | None = Field(default=None, ge=1)
    encoding: str | None = None
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    drop: list[str] = Field(default_factory=list)
    """Columns that are left out on purpose, like pay."""
    only: dict[str, list[str]] = Field(default_factory=dict)
    """Only rows that hold one of these texts in that column count."""


class Values(Strict):
    """What holds for the cells of every sheet."""

    placeholders: list[str] = Field(default_factory=list)
    dates: DateStyle | None = None
    open_end: list[str] = Field(default_factory=list)
    """Ends that mean none, besides any in the year 2200 or later."""
    end: Literal["inclusive", "exclusive"] = "inclusive"
    """Whether an end is the last day, or the first day after."""
    same_day: Literal["none", "day"] = "none"
    """Where ends are exclusive: whether a row that begins and ends on one day holds on no day, or on that day."""


class OnSheet(Strict):
    sheet: str | None = None
    """A name of [sheets]; not needed if there is one only."""


class DatedSection(OnSheet):
    since: MaybeValue = Field(default=None, alias="from")
    until: MaybeValue = None


class LocationsSection(OnSheet):
    code: AnyValue
    name: MaybeValue = None
    address: MaybeValue = None
    city: MaybeValue = None
    country: MaybeValue = None
    time_zone: MaybeValue = None


class DepartmentsSection(DatedSection):
    code: AnyValue
    name: MaybeValue = None
    parent: MaybeValue = None
    roots: list[str] = Field(default_factory=list)
    """Texts that stand in `parent` for the top."""
    head: MaybeValue = None
    head_by: By | None = None
    about: MaybeValue = None
    email: MaybeValue = None


class EmployeesBase(OnSheet):
    key: MaybeValue = None
    """What other rows call this one by, if not the employee number."""
    employee_number: MaybeValue = None
    name: MaybeValue = None
    """The whole name in one column."""
    hired_on: MaybeValue = None
    left_on: MaybeValue = None
    department: MaybeValue = None
    job_title: MaybeValue = None
    location: MaybeValue = None
    fte: MaybeValue = None
    is_head: MaybeValue = None
    manager: MaybeValue = None
    manager_by: By | None = None
    roots: list[str] = Field(default_factory=list)
    """Texts that stand in `manager` for nobody."""
    vacant: list[str] = Field(default_factory=list)
    """Names that say that a post is vacant, besides the usual ones."""
    repeats: Literal["refuse", "assignments"] = "refuse"
    """What a further row of the same person is: a mistake, or another assignment."""
    number_format: str = Field(default="P{:06d}", pattern=r"^[^{}]*\{:0?\d*d?\}[^{}]*$", max_length=40)
    """Employee numbers for new people where the sheet has none."""


if TYPE_CHECKING:
    EmployeesMapping = EmployeesBase
else:
    EmployeesMapping = create_model(
        "Employees", __base__=EmployeesBase, **dict.fromkeys(IMPORTED_FIELDS, (MaybeValue, None))
    )


class Assignments(DatedSection):
    employee: AnyValue
    employee_by: By | None = None
    department: MaybeValue = None
    job_title: MaybeValue = None
    location: MaybeValue = None
    fte: MaybeValue = None
    is_head: MaybeValue = None


class Employments(DatedSection):
    employee: AnyValue
    employee_by: By | None = None


class Heads(DatedSection):
    employee: AnyValue
    employee_by: By | None = None
    department: AnyValue


class ReportingLines(DatedSection):
    employee: AnyValue
    employee_by: By | None = None
    manager: AnyValue
    manager_by: By | None = None
    kind: MaybeValue = None


class Groups(OnSheet):
    """Rows that count posts instead of naming people. They stay out; the result says how many there are."""

    count: AnyValue
    """How many posts, or how much full time, a row stands for."""


class ImportRules(Strict):
    """How the sheets are put together."""

    employment: Literal["hired_on", "assignments", "employments"] = "hired_on"
    """What tells when someone works here: from `hired_on` to `left_on`, and whatever assignments lie outside; the
    days of the assignments only; or the rows of [[employments]]."""
    overlaps: Literal["second", "latest", "refuse"] = "second"
    """Two assignments of a person on one day: the later begun is a second one, replaces the first, or is refused."""
    managers: Literal["stated", "department_head"] = "stated"
    """Whether managers are stated, or follow from who heads the department on that day."""
    heads: Literal["members", "anyone"] = "members"
    """Whether who heads a department must work in it; who doesn't is refused, or manages it from outside."""
    missing: Literal["create", "refuse"] = "create"
    """What becomes of a department or location that no sheet describes and the directory doesn't have."""
    blanks: Literal["keep", "clear"] = "keep"
    """Whether a blank cell leaves what is recorded, or clears it."""


class Mapping(Strict):
    """A whole mapping file."""

    title: str = ""
    effective: date | None = None
    sheets: dict[str, SheetSource] = Field(default_factory=dict)
    values: Values = Field(default_factory=Values)
    rules: ImportRules = Field(default_factory=ImportRules)
    locations: LocationsSection | None = None
    departments: DepartmentsSection | None = None
    employees: EmployeesMapping
    assignments: list[Assignments] = Field(default_factory=list)
    employments: list[Employments] = Field(default_factory=list)
    heads: list[Heads] = Field(default_factory=list)
    reporting_lines: list[ReportingLines] = Field(default_factory=list)
    groups: list[Groups] = Field(default_factory=list)

    @model_validator(mode="after")
    def _consistent(self) -> Mapping:
        if self.rules.employment == "assignments" and not self.assignments:
            raise ValueError('rules.employment = "assignments" needs [[assignments]]')
        if (self.rules.employment == "employments") != bool(self.employments):
            raise ValueError('rules.employment = "employments" and [[employments]] need each other')
        if self.rules.managers == "department_head" and (self.employees.manager or self.reporting_lines):
            raise ValueError('rules.managers = "department_head" leaves no place for stated managers')
        named_by: set[By | None] = {self.departments.head_by} if self.departments else set()
        for tables in (self.assignments, self.employments, self.heads, self.reporting_lines):
            named_by |= {getattr(table, "employee_by", None) for table in tables}
        for column in sorted(named_by - {None, "key"}, key=str):
            if getattr(self.employees, str(column)) is None:
                raise ValueError(f'employee_by and head_by = "{column}" need {column} in [employees]')
        for number, item in enumerate(self.assignments, 1):
            if item.since is None:
                raise ValueError(f"assignments, table {number}: `from` is needed")
            if not (item.department or item.job_title or item.location or item.fte):
                raise ValueError(
                    f"assignments, table {number}: it states nothing; give department, job_title, location or fte"
                )
        return self


def load_mapping(path: Path) -> Mapping:
    """Read a mapping file. Raises ImportStopped with every mistake in it: the key, and the nearest known one."""
    try:
        if path.stat().st_size > MAX_MAPPING_BYTES:
            raise ImportStopped(f"{path.name} is too large for a mapping file.", "Was the sheet itself named?")
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ImportStopped(f"{path} can't be read: {error.strerror}.", "Check the name.") from error
    except UnicodeDecodeError as error:
        raise ImportStopped(f"{path.name} is not UTF-8 text.", "Save the mapping file as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise ImportStopped(f"{path.name} is not TOML: {error}.", "See docs/imports/README.md for examples.") from error
    try:
        return Mapping.model_validate(data)
    except ValidationError as error:
        told = "\n".join(f"  - {line}" for line in _problems(error))
        raise ImportStopped(f"{path.name} is no valid mapping:\n{told}", "See docs/imports/README.md.") from error


def nearest(name: str, known: list[str]) -> str:
    """(did you mean …?) or nothing."""
    found = difflib.get_close_matches(name.casefold(), [item.casefold() for item in known], 1, 0.6)
    original = next((item for item in known if found and item.casefold() == found[0]), None)
    return f" (did you mean {original}?)" if original else ""


def _problems(error: ValidationError) -> list[str]:
    found = []
    for item in error.errors():
        where = ".".join(str(part + 1 if isinstance(part, int) else part) for part in item["loc"])
        last = str(item["loc"][-1]) if item["loc"] else ""
        match item["type"]:
            case "extra_forbidden":
                told = f"unknown key{nearest(last, _keys_at(item['loc'][:-1]))}"
            case "missing":
                told = "is needed"
            case "literal_error":
                told = f"{item['input']!r} is not one of {item['ctx']['expected']}"
            case "value_error":
                told = str(item["ctx"]["error"])
            case _:
                told = item["msg"]
        found.append(f"{where}: {told}" if where else told)
    return found


def _keys_at(place: tuple[int | str, ...]) -> list[str]:
    """The keys that a mapping file may have at a place."""
    model: Any = Mapping
    for part in place:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part)
        if field is None:  # the name of a sheet
            continue
        model = _model_of(field.annotation) or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_of(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model_of(inner))), None)
