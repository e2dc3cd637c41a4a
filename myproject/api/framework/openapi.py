"""The specification of the API: OpenAPI 3.1, made from the same declarations that validate and describe.

`document` gives it as a dictionary. Nothing is written down twice: an operation that is declared is in it, with its
parameters, headers, errors, examples and scope.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

from myproject.api.change_bodies import PlanAnswer
from myproject.api.framework.formats import MEDIA_TYPES
from myproject.api.framework.json_schemas import REF, REQUEST, key_of, parts_of, proper, untitled
from myproject.api.framework.operations import Operation, load, route_pattern
from myproject.api.framework.paging import TOTAL
from myproject.security.scopes import MEANING
from myproject.web.params import Query
from myproject.web.problems import MEDIA_TYPE, phrase

#: What an id in an address is, as `myproject.routes.ID` has it.
_ID: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": 10**18 - 1}
#: What any other step of an address may hold.
_STEP: dict[str, Any] = {"type": "string", "minLength": 1, "pattern": r"^[^\u0000-\u001f\u007f/]+$"}
_IDS = re.compile(r"\[1-9\]\[0-9\]\{0,17\}")
_PART = re.compile(r"\{(\w+)(?::((?:[^{}]|\{[^{}]*\})*))?\}")
#: What may go wrong with every operation.
_USUAL = (400, 401, 403, 406, 429, 500, 503)
_WITH_BODY = (413, 415, 422)

_ERRORS: dict[int, str] = {
    400: "The address, a parameter or the body can't be read.",
    401: "No proof of who asks, or one that doesn't hold any more.",
    403: "It is not open to whoever asks, or the token lacks the scope.",
    404: "There is no such thing, or whoever asks may not know of it.",
    405: "The address does not take this method.",
    406: "Only JSON is answered.",
    409: "It goes against what is there by now.",
    412: "It has been changed since the tag that If-Match names; the answer tells the current one.",
    413: "The body is too long.",
    415: "The body is not JSON.",
    422: "The body can be read, and what it says can't be done.",
    428: "If-Match is missing.",
    429: "Too many requests in a minute.",
    500: "A fault of the server's.",
    503: "The database is busy or away.",
}
_ERROR_HEADERS: dict[int, tuple[str, ...]] = {
    401: ("WWW-Authenticate",),
    403: ("WWW-Authenticate",),
    405: ("Allow",),
    412: ("ETag",),
    415: ("Accept-Patch",),
    429: ("Retry-After",),
    503: ("Retry-After",),
}
_HEADERS: dict[str, tuple[str, str]] = {
    "Accept-Patch": ("The types of a body that are taken.", "application/json"),
    "Allow": ("The methods that are taken.", "GET, HEAD, OPTIONS"),
    "ETag": ("The version of the answer, for If-None-Match and If-Match.", '"1204-5f1c0ba52e0d2ac9b1"'),
    "Link": ("The next and the previous page (RFC 8288).", '</api/v1/employees?cursor=...>; rel="next"'),
    "Location": ("The address of what was made.", "/api/v1/employees/1042"),
    "RateLimit": ("Requests left, and seconds until there are more.", '"token";r=599;t=42'),
    "RateLimit-Policy": ("How many requests are answered in a minute.", '"token";q=600;w=60'),
    "Revision": ("The change set that was written; absent where nothing had to be.", "1205"),
    "Retry-After": ("Seconds after which to try again.", "7"),
    "Total-Objects": (TOTAL, "240"),
    "WWW-Authenticate": ("How to prove who asks.", 'Bearer realm="directory"'),
    "X-Request-ID": (REQUEST, "0f1e2d3c4b5a6978"),
}
_EVERYWHERE = ("X-Request-ID", "RateLimit", "RateLimit-Policy")

_INTRODUCTION = """\
The staff directory, for programs. [The guide]({guide}) goes from a token to the first page of people.

* **Proof**: a token in the header `Authorization: Bearer dir_...`, made on the page of your account or by
  `myproject token create`. A scope says what a token is for; it never opens more than its owner, or its role, may.
* **Days**: every answer is of a day (`as_of`) as known at a moment (`known_at`); both default to now.
* **Pages**: follow `next` until it is null.
* **Versions**: `If-None-Match` with the `ETag` of an answer is answered 304 where nothing has changed.
* **Errors**: problem details (RFC 9457), with a place and a remedy for each thing that is wrong.
"""


# --- parameters -----------------------------------------------------------------------------------------------


def path_parameters(each: Operation) -> list[dict[str, Any]]:
    """The parts of the address of an operation, as OpenAPI has them."""
    found = []
    for name, pattern in _PART.findall(route_pattern(each.pattern)):
        schema = dict(_ID) if _IDS.fullmatch(pattern) else dict(_STEP)
        if pattern and not _IDS.fullmatch(pattern):
            schema["pattern"] = f"^{pattern}$"
        found.append(
            {
                "name": name,
                "in": "path",
                "required": True,
                "description": each.parts.get(name, f"The {name.replace('_', ' ')}."),
                "schema": schema,
            }
        )
    return found


def query_parameters(query: type[Query]) -> list[dict[str, Any]]:
    """The parameters of a query, as OpenAPI has them."""
    schema = proper(query.model_json_schema(ref_template=REF))
    required = set(schema.get("required", ()))
    found = []
    for name, told in schema.get("properties", {}).items():
        kind = _plain(told, schema.get("$defs", {}))
        parameter: dict[str, Any] = {"name": name, "in": "query", "required": name in required}
        for key in ("description", "deprecated"):
            if key in kind:
                parameter[key] = kind.pop(key)
        examples = kind.pop("examples", None)
        if examples and kind.get("type") == "array":
            examples = [each.split(",") if isinstance(each, str) else each for each in examples]
        if examples and name in required:
            parameter["example"] = examples[0]
        elif examples:
            # Of the schema, not of the parameter: interactive documentation fills those in, all at once, and what is
            # optional is seldom wanted together.
            kind["examples"] = examples
        if name not in required:
            # As forms send it: nothing there is as if it were not given.
            parameter["allowEmptyValue"] = True
        if kind.get("type") == "array":
            parameter |= {"style": "form", "explode": True}
        parameter["schema"] = kind
        found.append(parameter)
    return found


def _plain(told: dict[str, Any], parts: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a parameter: a query knows no null, what is not given is absent."""
    schema = untitled(told)
    if schema.get("default", "") in (None, "", []):
        schema.pop("default", None)
    if "$ref" in schema:
        name = schema.pop("$ref").rpartition("/")[2]
        schema = {**untitled(parts[name]), **schema}
    choices = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    if choices:
        del schema["anyOf"]
        plain = [_plain(each, parts) for each in choices]
        schema = {**plain[0], **schema} if len(plain) == 1 else {**schema, "anyOf": plain}
    return schema


def header_parameters(each: Operation) -> list[dict[str, Any]]:
    """The headers that an operation takes, as OpenAPI has them."""
    told: dict[str, Any] = {}
    if each.etag:
        told["If-None-Match"] = "The tag of an answer that is at hand: where it is still good, the answer is 304."
    told |= each.headers
    return [
        {"name": name, "in": "header", "required": False, "schema": {"type": "string"}, "description": words}
        if isinstance(words, str)
        else {"name": name, "in": "header", "required": False, "schema": {"type": "string"}, **words}
        for name, words in told.items()
    ]


# --- operations -----------------------------------------------------------------------------------------------


def _operation(each: Operation, made: Mapping[tuple[str, str], Any]) -> dict[str, Any]:
    scope = [str(each.scope)] if each.scope else []
    needs = f"Needs the scope `{each.scope}`." if each.scope else "Any token will do."
    told: dict[str, Any] = {
        "operationId": each.id,
        "summary": each.summary,
        "description": f"{each.description}\n\n{needs}".strip(),
        "tags": [each.tag],
        "security": [{"token": scope}, {"session": []}],
    }
    parameters = [*path_parameters(each), *query_parameters(each.query), *header_parameters(each)]
    if parameters:
        told["parameters"] = parameters
    if each.body is not None:
        schema: dict[str, Any] = {"schema": made[key_of(each.body), "validation"]}
        if "body" in each.examples:
            schema["example"] = each.examples["body"]
        types = ["application/json", *(["application/merge-patch+json"] if each.method == "PATCH" else [])]
        told["requestBody"] = {"required": True, "content": dict.fromkeys(types, schema)}
    if each.files:
        told["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": _form(each.files)}}}
    told["responses"] = _responses(each, made)
    return told


def _form(files: Mapping[str, str]) -> dict[str, Any]:
    """A form with files, as OpenAPI has it: any number of the first, which is needed."""
    first, *rest = files
    binary = {"type": "string", "format": "binary"}
    several = {"type": "array", "items": binary, "minItems": 1, "description": files[first]}
    return {
        "type": "object",
        "properties": {first: several} | {name: {**binary, "description": files[name]} for name in rest},
        "required": [first],
        "additionalProperties": False,
    }


def _responses(each: Operation, made: Mapping[tuple[str, str], Any]) -> dict[str, Any]:
    found: dict[int, dict[str, Any]] = {}
    errors = _errors(each)
    for status, kinds in _answers(each).items():
        response: dict[str, Any] = {
            "description": phrase(status),
            "headers": _refs("headers", _answer_headers(each, status)),
        }
        schemas = [made[key_of(kind), "serialization"] for kind in kinds]
        if schemas:
            content: dict[str, Any] = {"schema": schemas[0] if len(schemas) == 1 else {"anyOf": schemas}}
            example = dict(each.examples).get(str(status))
            if example is not None:
                content["example"] = example
            response["content"] = {"application/json": content}
            if "format" in each.query.model_fields:
                response["content"] |= {name: {"schema": {"type": "string"}} for name in MEDIA_TYPES.values()}
        if PlanAnswer in kinds:
            response["description"] += "; with `dry_run` the plan of the change"
        if status in errors:
            usual = _error_responses()[str(status)]
            response["description"] = usual["description"]
            response["headers"] |= usual["headers"]
            response["content"] |= usual["content"]
        found[status] = response
    if each.etag:
        found[304] = {
            "description": "What is at hand is still good.",
            "headers": _refs("headers", ("ETag", *_EVERYWHERE)),
        }
    for status in errors - found.keys():
        found[status] = {"$ref": f"#/components/responses/{status}"}
    return {str(status): found[status] for status in sorted(found)}


def _answers(each: Operation) -> dict[int, list[Any]]:
    """Status -> what may be answered with it: of a change also its plan."""
    found = {status: [answer] if answer is not None else [] for status, answer in each.answers.items()}
    if "dry_run" in each.query.model_fields:
        found.setdefault(200, []).append(PlanAnswer)
    return found


def _errors(each: Operation) -> set[int]:
    named = {*_USUAL, *each.errors}
    if _PART.search(each.pattern):
        named.add(404)
    if each.body is not None or each.files:
        named.update(_WITH_BODY)
    return named


def _answer_headers(each: Operation, status: int) -> tuple[str, ...]:
    more = ["ETag"] if each.etag and status == 200 else []
    if status < HTTPStatus.BAD_REQUEST:
        more += each.sends
    if status == HTTPStatus.CREATED:
        more.append("Location")
    if "cursor" in each.query.model_fields:
        more += ["Link", *(["Total-Objects"] if "count" in each.query.model_fields else [])]
    return (*more, *_EVERYWHERE)


def _refs(kind: str, names: Iterable[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/{kind}/{name}"} for name in names}


def _error_responses() -> dict[str, Any]:
    return {
        str(status): {
            "description": words,
            "headers": _refs("headers", (*_ERROR_HEADERS.get(status, ()), *_EVERYWHERE)),
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": REF.format(model="ProblemDetails")},
                    "example": {
                        "type": "about:blank",
                        "title": phrase(status),
                        "status": status,
                        "detail": words,
                        "request_id": "0f1e2d3c4b5a6978",
                    },
                }
            },
        }
        for status, words in _ERRORS.items()
    }


def document(*, title: str = "Staff directory", server: str = "/", cookie: str = "session") -> dict[str, Any]:
    """The whole specification. `server`: where the API is; `cookie`: the name of the one of sessions."""
    made, parts = parts_of(REF)
    paths: dict[str, dict[str, Any]] = {}
    for each in load().values():
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(each, made)
    tags = dict.fromkeys(each.tag for each in load().values())
    scopes = "\n".join(f"* `{scope}`: {words}" for scope, words in MEANING.items())
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{title}: API",
            "version": version("myproject"),
            "summary": "The staff directory, for programs.",
            "description": _INTRODUCTION.format(guide=f"{server.rstrip('/')}/api/reference"),
        },
        "servers": [{"url": server}],
        "tags": [{"name": name} for name in tags],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(parts.items())),
            "responses": _error_responses(),
            "headers": {
                name: {"description": words, "schema": {"type": "string"}, "example": example}
                for name, (words, example) in _HEADERS.items()
            },
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "dir_ and 49 letters and digits",
                    "description": f"An access token. Its scopes:\n\n{scopes}",
                },
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": cookie,
                    "description": (
                        "The cookie of who has signed in with a browser. What changes something is taken only with "
                        "the token of the session's forms in the header `X-CSRF-Token`."
                    ),
                },
            },
        },
    }


def statuses(each: Operation) -> list[int]:
    """Every status that an operation may answer: for the reference page."""
    return sorted({*_answers(each), *({304} if each.etag else ()), *_errors(each)})
