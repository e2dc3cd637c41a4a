"""Reading the query string strictly: typed values, or a 400 that says which parameter and what to do.

A view declares what it takes as a class of `ClockQuery` and asks for the values::

    class ListQuery(ClockQuery):
        q: Text = ""
        department: tuple[Id, ...] = ()
        sort: Literal["name", "-name"] = "name"

    @view_config(route_name="employees", request_method="GET", query=ListQuery, renderer="people/employees.html")
    def employees(request):
        query = ListQuery.of(request)

A view without ``query`` takes ``as_of`` and ``known_at`` only; ``query=None`` switches the check off. The
check is made before the view runs, after access has been decided. Empty values count as absent, as forms
send them.
"""

from __future__ import annotations

import difflib
import re
import typing
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, NamedTuple, Self
from zoneinfo import ZoneInfo

import pydantic
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError
from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPBadRequest

from myproject.cache.bounded import MemoryCache
from myproject.directory.schema.clock import FIRST_DAY, LAST_DAY
from myproject.language.formats import list_text
from myproject.language.texts import gettext as _
from myproject.language.texts import marked, ngettext

_MAX_ID = 10**18 - 1


FROM_THE_LIST = marked("Choose one from the list.")
"""A remedy."""


class Problem(NamedTuple):
    """What is wrong with one value: where, what, and what to do about it."""

    place: str
    message: str
    remedy: str


class BadQuery(HTTPBadRequest):
    """The query string can't be read. ``problems`` has one entry per mistake."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(problem.message for problem in self.problems))
        self.remedy = " ".join(dict.fromkeys(problem.remedy for problem in self.problems))


def wrong(message: str, remedy: str) -> PydanticCustomError:
    """What a validator raises to tell in words what is wrong and what to do."""
    # The texts travel as context: braces in what a person typed must not be taken for a template.
    return PydanticCustomError("told", "{message}", {"message": message, "remedy": remedy})


_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII).fullmatch
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII).fullmatch
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]").search


def _number(value: object) -> object:
    if isinstance(value, str):
        if not _NUMBER(value):
            raise wrong(
                _("“%(value)s” is not a number that can be used here.", value=shown(value)), _("Give a whole number.")
            )
        return int(value)
    return value


def _day(value: object) -> object:
    if not isinstance(value, str):
        return value
    remedy = _("Give a day from %(first)s to %(last)s, written like 2026-03-31.", first=FIRST_DAY, last=LAST_DAY)
    try:
        day = date.fromisoformat(value) if _DAY(value) else None
    except ValueError:
        day = None
    if day is None:
        raise wrong(_("“%(value)s” is not a day of the calendar.", value=shown(value)), remedy)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise wrong(_("%(day)s is too far away.", day=day), remedy)
    return day


def _moment(value: object) -> object:
    """A day stays a day; a moment without a time zone stays without: the organisation's zone comes later."""
    if not isinstance(value, str):
        return value
    if _DAY(value):
        return _day(value)
    remedy = _("Give a day like 2026-03-31, or a moment like 2026-03-31T17:00 or 2026-03-31T17:00:00Z.")
    try:
        # A "+" of an offset that was not escaped arrives as a space.
        moment = datetime.fromisoformat(re.sub(r" (?=\d\d:?\d\d$)", "+", value))
    except ValueError:
        raise wrong(_("“%(value)s” is not a moment.", value=shown(value)), remedy) from None
    if not FIRST_DAY <= moment.date() <= LAST_DAY:
        raise wrong(_("%(day)s is too far away.", day=moment.date()), remedy)
    return moment


def typeable(value: str) -> str:
    """Text of any number of lines, refused where it holds what nobody types."""
    if _CONTROL(value):
        raise wrong(_("The text contains characters that can't be typed."), _("Leave out control characters."))
    return value


def _text(value: str) -> str:
    return " ".join(typeable(value).split())


def _flag(value: object) -> object:
    if isinstance(value, str):
        known = {
            "1": True,
            "yes": True,
            "true": True,
            "on": True,
            "0": False,
            "no": False,
            "false": False,
            "off": False,
        }
        if value.lower() not in known:
            raise wrong(_("“%(value)s” is neither yes nor no.", value=shown(value)), _("Give 1 or 0."))
        return known[value.lower()]
    return value


Id = Annotated[int, BeforeValidator(_number), Field(ge=1, le=_MAX_ID)]
"""The id of something."""
Count = Annotated[int, BeforeValidator(_number), Field(ge=0, le=_MAX_ID)]
"""A whole number from 0; narrow it with a further ``Field(ge=, le=)``."""
Day = Annotated[date, BeforeValidator(_day)]
"""A day of the calendar, YYYY-MM-DD."""
Moment = Annotated[date | datetime, BeforeValidator(_moment)]
"""A day or a moment."""
#: What `typeable` refuses, as JSON Schema says it.
_TYPEABLE = {"pattern": r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"}
Text = Annotated[str, Field(max_length=200, json_schema_extra=_TYPEABLE), AfterValidator(_text)]
"""What a person typed: at most 200 characters, white space made single."""
Token = Annotated[str, Field(max_length=2000, pattern=r"^[A-Za-z0-9._~=-]*$")]
"""Something of our own that comes back, such as the place in a list."""
Flag = Annotated[bool, BeforeValidator(_flag)]
"""Yes or no: 1, 0, yes, no, true, false, on, off."""


class Query(BaseModel):
    """What a view takes from the query string: a field per parameter, a tuple for one given many times."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)

    _several: typing.ClassVar[frozenset[str]] = frozenset()
    _names: typing.ClassVar[tuple[str, ...]] = ()

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        fields = {(field.alias or name): field for name, field in cls.model_fields.items()}
        cls._names = tuple(fields)
        cls._several = frozenset(name for name, field in fields.items() if typing.get_origin(field.annotation) is tuple)

    @classmethod
    def of(cls, request: Any) -> Self:
        """The values of a request, worked out once; raises `BadQuery`."""
        known = request.__dict__.get("_query")
        if isinstance(known, cls):
            return known
        query = request.__dict__["_query"] = cls._read(request)
        return query

    @classmethod
    def _read(cls, request: Any) -> Self:
        return cls.read(request.GET if request.environ.get("QUERY_STRING") else {})

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        """The values of a multi-dictionary of texts; raises `BadQuery` with every problem in it."""
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        for name in dict.fromkeys(given):
            if name not in cls._names:
                problems.append(cls._unknown(name))
                continue
            texts = [text for text in _all(given, name) if text.strip() or _CONTROL(text)]
            if name in cls._several:
                values[name] = texts
            elif len(texts) > 1:
                message = ngettext(
                    "“%(name)s” is given %(num)s time.", "“%(name)s” is given %(num)s times.", len(texts), name=name
                )
                problems.append(Problem(name, message, _("Give it once.")))
            elif texts:
                values[name] = texts[0]
        query: Self | None = None
        try:
            query = cls.model_validate(values)
        except pydantic.ValidationError as error:
            problems += [_problem_of(details) for details in error.errors(include_url=False)]
        if query is None or problems:
            raise BadQuery(problems)
        return query

    @classmethod
    def _unknown(cls, name: str) -> Problem:
        near = difflib.get_close_matches(name, cls._names, 1, 0.5)
        if near:
            remedy = _("Did you mean “%(name)s”?", name=near[0])
        elif cls._names:
            remedy = _("Known here: %(names)s.", names=", ".join(cls._names))
        else:
            remedy = _("Leave it out: this address takes none.")
        return Problem(shown(name), _("There is no parameter “%(name)s” here.", name=shown(name)), remedy)


class Nothing(Query):
    """For addresses that take no parameter at all."""


class ClockQuery(Query):
    """The parameters of every page: which day, and as known when."""

    as_of: Annotated[
        Day | None,
        Field(
            description=f"The day that the answer is of, from {FIRST_DAY} to {LAST_DAY}; today where it isn't given.",
            examples=["2026-03-31"],
        ),
    ] = None
    known_at: Annotated[
        Moment | None,
        Field(
            description="As it was known at this moment, or at the end of this day; now where it isn't given.",
            examples=["2026-03-31T17:00:00Z"],
        ),
    ] = None

    @classmethod
    def of(cls, request: Any) -> Self:
        """As `Query.of`; the bare class looks at its own parameters only before a view is found, and where the view
        takes none of them.
        """
        if cls is not ClockQuery or isinstance(request.__dict__.get("_query"), ClockQuery):
            return super().of(request)
        text = request.environ.get("QUERY_STRING")
        # A name may be written with escapes in it; then, and only then, the query has to be taken apart to know.
        if not text or ("as_of" not in text and "known_at" not in text and "%" not in text):
            return _NOW  # type: ignore[return-value]
        return cls.read({name: request.GET[name] for name in cls._names if name in request.GET})

    def known_at_moment(self, zone: ZoneInfo) -> datetime | None:
        """The moment of ``known_at``: a bare day means its last instant in the organisation's time zone."""
        asked = self.known_at
        if isinstance(asked, datetime):
            return asked if asked.tzinfo else asked.replace(tzinfo=zone)
        if asked is None:
            return None
        midnight = datetime.combine(asked + timedelta(days=1), time(), zone)
        return midnight - timedelta(microseconds=1)


_NOW = ClockQuery()


def _all(given: Mapping[str, str], name: str) -> list[str]:
    getall: Callable[[str], list[str]] | None = getattr(given, "getall", None)
    return getall(name) if getall else [given[name]]


def _problem_of(details: Any) -> Problem:
    place = ".".join(str(part) for part in details["loc"][:1])
    context = details.get("ctx") or {}
    kind = details["type"]
    if kind == "told":
        return Problem(place, context["message"], context["remedy"])
    if kind == "missing":
        return Problem(place, _("“%(name)s” is missing.", name=place), _("Give it a value."))
    given = shown(str(details["input"]))
    if kind in ("literal_error", "enum"):
        return Problem(
            place,
            _("“%(value)s” is not a choice for “%(name)s”.", value=given, name=place),
            _("Choose from %(choices)s.", choices=_choices(context["expected"])),
        )
    if kind == "string_too_long":
        remedy = ngettext("Use at most %(num)s character.", "Use at most %(num)s characters.", context["max_length"])
        return Problem(place, _("“%(name)s” is too long.", name=place), remedy)
    if kind in ("greater_than_equal", "less_than_equal"):
        remedy = (
            _("Give at least %(least)s.", least=context["ge"])
            if "ge" in context
            else _("Give at most %(most)s.", most=context["le"])
        )
        return Problem(place, _("“%(value)s” is out of range for “%(name)s”.", value=given, name=place), remedy)
    if kind == "too_long":
        remedy = ngettext("Give it at most %(num)s time.", "Give it at most %(num)s times.", context["max_length"])
        return Problem(place, _("“%(name)s” is given too often.", name=place), remedy)
    return Problem(
        place,
        _("“%(value)s” can't be used for “%(name)s”.", value=given, name=place),
        _("Follow a link of the page, or leave it out."),
    )


def _choices(expected: str) -> str:
    """The choices of pydantic's sentence ("'a', 'b' or 'c'") in a sentence of ours."""
    found = _QUOTED(expected)
    return list_text(found, "or") if found else expected


_QUOTED = re.compile("'[^']*'").findall


def shown(value: str, limit: int = 60) -> str:
    """What somebody typed, short and printable, to be quoted in a sentence."""
    value = _CONTROL_ALL.sub("\N{REPLACEMENT CHARACTER}", value)
    return value if len(value) <= limit else value[: limit - 1] + "…"


_CONTROL_ALL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def query_view(view: Any, info: Any) -> Any:
    """A view deriver: reads the query string before the view runs (option ``query`` of the view)."""
    model: type[Query] | None = info.options.get("query", ClockQuery)
    if model is None or info.exception_only:
        return view

    def checked(context: Any, request: Any) -> Any:
        text = request.environ.get("QUERY_STRING")
        if text:
            request.__dict__["_query"] = _READ.get((model, text)) or _read(model, text, request)
        return view(context, request)

    return checked


def _read(model: type[Query], text: str, request: Any) -> Query:
    """The values of a query, kept: the same addresses are asked for again and again, and nobody changes a query."""
    query = model.read(request.GET)
    if len(text) <= _LONGEST_KEPT:
        _READ.put((model, text), query)
    return query


_READ: MemoryCache[Query] = MemoryCache(2_000)
_LONGEST_KEPT = 300

query_view.options = ("query",)  # type: ignore[attr-defined]


def includeme(config: Configurator) -> None:
    """Check the query string of every view."""
    config.add_view_deriver(query_view)
