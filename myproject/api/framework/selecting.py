"""Which fields of a thing to answer: `fields`, `omit`, `brief`, `expand`."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from myproject.web.params import BadQuery, Flag, Problem, shown


def split(value: Any) -> Any:
    """Names divided by commas, or given many times."""
    if isinstance(value, list | tuple):
        return tuple(dict.fromkeys(name.strip() for text in value for name in str(text).split(",") if name.strip()))
    return value


Name = Annotated[str, WithJsonSchema({"type": "string", "pattern": "^[a-z_]+(,[a-z_]+)*$"})]
Names = Annotated[tuple[Name, ...], BeforeValidator(split), Field(max_length=60)]
Fields = Annotated[Names, Field(description="Answer these fields only, divided by commas.", examples=["id,name,email"])]
Omit = Annotated[Names, Field(description="Answer all but these fields, divided by commas.", examples=["phone"])]
Brief = Annotated[Flag, Field(description="Answer the fewest fields: enough to tell what it is.")]
Expand = Annotated[
    Names, Field(description="Answer these in full instead of by id and name, divided by commas.", examples=["manager"])
]


def select(
    query: Any, *, usual: Iterable[str], known: Collection[str], brief: Iterable[str], open_: Collection[str]
) -> tuple[str, ...]:
    """The names of the fields to answer, in their order.

    `usual` are answered where nothing else is asked for, `known` may be asked for, `open_` may be seen by the viewer.
    Raises `BadQuery` for a name that is unknown or not open, and for ways to ask that go against each other.
    """
    if query.fields and (query.omit or query.brief):
        raise BadQuery([Problem("fields", "“fields” says all there is to say.", "Leave out “omit” and “brief”.")])
    problems = [*_unknown("fields", query.fields, known, open_), *_unknown("omit", query.omit, known, known)]
    if problems:
        raise BadQuery(problems)
    if query.fields:
        return query.fields
    names = brief if query.brief else usual
    return tuple(name for name in names if name in open_ and name not in query.omit)


def expanded(query: Any, known: Collection[str], open_: Collection[str]) -> frozenset[str]:
    """The names to expand. Raises `BadQuery` for those that can't be."""
    problems = _unknown("expand", query.expand, known, open_)
    if problems:
        raise BadQuery(problems)
    return frozenset(query.expand)


def _unknown(parameter: str, names: Iterable[str], known: Collection[str], open_: Collection[str]) -> list[Problem]:
    problems = []
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1, 0.5)
            remedy = f"Did you mean “{near[0]}”?" if near else f"Known here: {', '.join(sorted(known))}."
            problems.append(Problem(parameter, f"There is no field “{shown(name)}” here.", remedy))
        elif name not in open_:
            problems.append(Problem(parameter, f"“{name}” is not open to you.", "Leave it out."))
    return problems
