"""Reading the JSON of a request strictly: a model's values, or every problem with a pointer to where it is.

`read(request, Model)` refuses what is no JSON (415), too long (413), no UTF-8, too deep, or says a name twice (400),
and tells what the model does not take, unknown names among it (422).
"""

from __future__ import annotations

import difflib
import json
from typing import Any, TypeVar

import pydantic
from pydantic import BaseModel
from pyramid.httpexceptions import (
    HTTPBadRequest,
    HTTPRequestEntityTooLarge,
    HTTPUnprocessableEntity,
    HTTPUnsupportedMediaType,
)

from myproject.web.params import Problem, shown
from myproject.web.problems import words_for
from myproject.web.request import Request

#: The longest body of a single change, in bytes.
MAX_BODY = 256 * 1024
#: How deep lists and objects may lie in each other.
MAX_DEPTH = 12

_TYPES = frozenset({"application/json", "application/merge-patch+json"})

Model = TypeVar("Model", bound=BaseModel)


class UnreadableBodyError(HTTPBadRequest):
    """The body is no JSON that could be taken."""

    kind = "unreadable-body"

    def __init__(self, message: str, remedy: str, pointer: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy
        self.problems = (Problem(pointer, message, remedy),)


class InvalidBodyError(HTTPUnprocessableEntity):
    """The body was read, and holds what can't be used. ``problems`` has one entry per mistake."""

    kind = "invalid-body"

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(dict.fromkeys(problem.message for problem in problems)))
        self.remedy = " ".join(dict.fromkeys(problem.remedy for problem in problems))


class BodyTooLargeError(HTTPRequestEntityTooLarge):
    """The body is longer than what is taken here."""

    kind = "too-large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"What was sent is larger than {limit // 1024} kB.")
        self.remedy = "Send less at once."


class NotJsonError(HTTPUnsupportedMediaType):
    """The body says that it is something else than JSON."""

    kind = "not-json"
    remedy = words_for(415, api=True)[2]

    def __init__(self, given: str, types: frozenset[str]) -> None:
        super().__init__(f"“{shown(given)}” is not taken here." if given else "The body has no Content-Type.")
        self.headers["Accept-Patch"] = ", ".join(sorted(types))


def read(request: Request, model: type[Model], *, limit: int = MAX_BODY) -> Model:
    """The body as the model says, or the error that tells what is wrong with it."""
    return validate(model, read_json(request, limit=limit))


def read_json(request: Request, *, limit: int = MAX_BODY, types: frozenset[str] = _TYPES) -> Any:
    """The body as plain values: text, numbers, lists, dictionaries."""
    given = request.environ.get("CONTENT_TYPE", "")
    kind, _, parameters = given.partition(";")
    charset = parameters.partition("charset=")[2].strip(' "').lower()
    if kind.strip().lower() not in types or charset not in ("", "utf-8", "utf8"):
        raise NotJsonError(given, types)
    if (request.content_length or 0) > limit:
        raise BodyTooLargeError(limit)
    raw = request.body_file.read(limit + 1)
    if len(raw) > limit:
        raise BodyTooLargeError(limit)
    request.__dict__["sent"] = raw
    return parse(raw)


def parse(raw: bytes) -> Any:
    """JSON text as plain values. Raises `UnreadableBodyError`."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise UnreadableBodyError("The body is not valid UTF-8.", "Encode it as UTF-8.") from None
    if not text.strip():
        raise UnreadableBodyError("The body is empty.", "Send a JSON object.")
    if _depth(text) > MAX_DEPTH:
        raise UnreadableBodyError("The body is nested too deep.", f"Nest at most {MAX_DEPTH} levels.")
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant, parse_int=_whole)
    except UnreadableBodyError:
        raise
    except ValueError as error:
        place = f" at line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise UnreadableBodyError(f"The body is not valid JSON{place}.", "Correct it there.") from None


def validate(model: type[Model], value: Any, pointer: str = "") -> Model:
    """Plain values as the model says; `pointer` is where they stand in the body. Raises `InvalidBodyError`."""
    if not isinstance(value, dict):
        message = f"{pointer or 'The body'} is not an object."
        raise InvalidBodyError([Problem(pointer, message, "Send a JSON object.")])
    try:
        return model.model_validate(value)
    except pydantic.ValidationError as error:
        told = [_problem_of(details, model, pointer) for details in error.errors(include_url=False)]
        raise InvalidBodyError(told) from None


# --- strictness ---------------------------------------------------------------------------------------------


def _depth(text: str) -> int:
    """How deep brackets lie in each other, those in strings not counted; or a number that it is below."""
    opened = text.count("{") + text.count("[")
    if opened <= MAX_DEPTH:
        return opened
    deepest = depth = 0
    inside = False
    skip = False
    for character in text:
        if inside:
            if skip:
                skip = False
            elif character == "\\":
                skip = True
            elif character == '"':
                inside = False
        elif character == '"':
            inside = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise UnreadableBodyError(f"“{shown(name)}” is given twice.", "Give each name once.")
        found[name] = value
    return found


def _no_constant(name: str) -> Any:
    raise UnreadableBodyError(f"{name} is not a number of JSON.", "Give a number, or null.")


def _whole(digits: str) -> int | float:
    # Python refuses to read thousands of digits; no number of ours has more than these.
    if len(digits) > 30:
        raise UnreadableBodyError("A number has too many digits.", "Give a shorter one.")
    return int(digits)


# --- in words -----------------------------------------------------------------------------------------------


def _problem_of(details: Any, model: type[BaseModel], pointer: str) -> Problem:
    steps = [str(step).replace("~", "~0").replace("/", "~1") for step in details["loc"]]
    place = "".join(f"/{step}" for step in steps)
    name = steps[-1] if steps else "The body"
    context = details.get("ctx") or {}
    kind = details["type"]
    if kind == "told":
        return Problem(pointer + place, context["message"], context["remedy"])
    message, remedy = _words(kind, name, context, details, model)
    return Problem(pointer + place, message, remedy)


def _words(kind: str, name: str, context: dict[str, Any], details: Any, model: type[BaseModel]) -> tuple[str, str]:
    if kind == "missing":
        return f"“{name}” is missing.", "Give it a value."
    if kind == "extra_forbidden":
        known = [field.alias or key for key, field in model.model_fields.items()]
        near = difflib.get_close_matches(name, known, 1, 0.5) if len(details["loc"]) == 1 else []
        remedy = f"Did you mean “{near[0]}”?" if near else "Leave it out."
        return f"There is no field “{shown(name)}” here.", remedy
    given = shown(str(details["input"]))
    if kind == "literal_error":
        return f"“{given}” is no choice for “{name}”.", f"Choose from {context['expected']}."
    if kind == "string_too_long":
        return f"“{name}” is too long.", f"Use at most {context['max_length']} characters."
    if kind == "string_too_short":
        return f"“{name}” is empty.", "Give it a value, or leave it out."
    if kind == "value_error":
        text = str(context.get("error", "can't be used"))
        what, _, remedy = text.partition("; ")
        return f"“{given}” {what}." if what.startswith("is ") else f"“{name}”: {what}.", f"{remedy or 'Correct it'}."
    words = str(details["msg"])
    return f"“{name}” can't be used: {words[:1].lower()}{words[1:]}.", "See the documentation of this field."
