"""What tells programs and their makers how the API is used: specification, schemas, documentation, reference."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from importlib.metadata import version
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlencode

import orjson
import swagger_ui_bundle
from pydantic import BaseModel, ConfigDict, Field
from pyramid.config import Configurator
from pyramid.interfaces import ICSRFStoragePolicy
from pyramid.response import FileResponse, Response

from myproject.api.framework import json_schemas, openapi
from myproject.api.framework.answering import JSON, matches
from myproject.api.framework.operations import OPERATIONS, PREFIX, Operation, operation
from myproject.security.permissions import Permission
from myproject.security.scopes import Scope
from myproject.web.params import Nothing, Query, Text
from myproject.web.problems import not_found
from myproject.web.request import Request

#: Browsers may keep these files until the package is another one: its version is in their addresses.
_FILES = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
}
UI_VERSION = swagger_ui_bundle.swagger_ui_path.name.rpartition("-")[2]
_FOR_GOOD = "private, max-age=31536000, immutable"


class ApiRoot(BaseModel):
    """Where everything is: names of the lists and documents -> their full addresses."""

    model_config = ConfigDict(extra="allow")

    name: Annotated[str, Field(description="The directory's own name.", examples=["Larkfield"])]
    version: Annotated[str, Field(description="Of the software.", examples=["0.1.0"])]


class Specification(BaseModel):
    """An OpenAPI document."""

    model_config = ConfigDict(extra="allow")

    openapi: Annotated[str, Field(examples=["3.1.0"])]


class SchemaName(BaseModel):
    """A JSON Schema that there is."""

    name: str
    url: str


class SchemaNames(BaseModel):
    """The JSON Schemas that there are."""

    items: list[SchemaName]


class JsonSchema(BaseModel):
    """A JSON Schema (2020-12)."""

    model_config = ConfigDict(extra="allow")


def _fixed(request: Request, body: bytes) -> Response:
    """An answer that is the same until another version runs."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    headers = [("ETag", tag), ("Cache-Control", "private, no-cache")]
    given = request.environ.get("HTTP_IF_NONE_MATCH")
    if given is not None and matches(given, tag):
        return Response(status=304, headerlist=headers)
    return Response(app_iter=[body], headerlist=[JSON, ("Content-Length", str(len(body))), *headers])


@operation(
    "root",
    "GET",
    "",
    summary="Find your way",
    description="The addresses of everything that is read without knowing an id.",
    tag="Documentation",
    permission=Permission.SPECIFICATION_READ,
    scope=None,
    query=Nothing,
    answers={200: ApiRoot, 304: None},
    headers={"If-None-Match": "The tag of the answer that is at hand."},
    etag=False,
)
def root(request: Request) -> Response:
    """The addresses of the lists and documents."""
    addresses = {
        each.name.replace(".", "_"): request.public_address(each.path)
        for each in OPERATIONS.values()
        if each.safe and each.pattern and "{" not in each.pattern
    }
    names = {"name": request.settings["organisation.name"], "version": version("myproject")}
    return _fixed(request, orjson.dumps({**names, **addresses}))


@operation(
    "openapi",
    "GET",
    "/openapi.json",
    summary="Read the specification",
    description="This document: OpenAPI 3.1.",
    tag="Documentation",
    permission=Permission.SPECIFICATION_READ,
    scope=None,
    query=Nothing,
    answers={200: Specification, 304: None},
    headers={"If-None-Match": "The tag of the document that is at hand."},
    etag=False,
)
def specification(request: Request) -> Response:
    """The specification."""
    settings = request.settings
    return _fixed(
        request, _document(settings["organisation.name"], request.script_name or "/", request.registry.session_cookie)
    )


@lru_cache(maxsize=8)
def _document(title: str, server: str, cookie: str) -> bytes:
    return orjson.dumps(openapi.document(title=title, server=server, cookie=cookie))


@operation(
    "schemas",
    "GET",
    "/schemas",
    summary="List the JSON Schemas",
    tag="Documentation",
    permission=Permission.SPECIFICATION_READ,
    scope=None,
    query=Nothing,
    answers={200: SchemaNames, 304: None},
    headers={"If-None-Match": "The tag of the list that is at hand."},
    etag=False,
)
def schema_names(request: Request) -> Response:
    """The JSON Schemas of everything that is sent or answered."""
    prefix = request.script_name
    items = [{"name": name, "url": f"{prefix}{PREFIX}/schemas/{name}"} for name in _schemas()]
    return _fixed(request, orjson.dumps({"items": items}))


@lru_cache(maxsize=1)
def _schemas() -> dict[str, bytes]:
    return {name: orjson.dumps(schema) for name, schema in json_schemas.schemas().items()}


@operation(
    "schema",
    "GET",
    "/schemas/{name:[A-Za-z0-9_]+}",
    summary="Read a JSON Schema",
    tag="Documentation",
    permission=Permission.SPECIFICATION_READ,
    scope=None,
    query=Nothing,
    answers={200: JsonSchema, 304: None},
    errors=(404,),
    parts={"name": "The name of the schema, such as Employee."},
    headers={"If-None-Match": "The tag of the schema that is at hand."},
    etag=False,
)
def schema(request: Request) -> Response:
    """One JSON Schema, complete in itself."""
    body = _schemas().get(request.matchdict["name"])
    if body is None:
        raise not_found("There is no schema of this name.", f"{PREFIX}/schemas lists them.")
    return _fixed(request, body)


# --- pages --------------------------------------------------------------------------------------------------


class FileQuery(Query):
    """The version of a file."""

    v: Text = ""


def documentation(request: Request) -> dict[str, Any]:
    """The interactive documentation: Swagger UI, from files of a package."""
    return {
        "files": {name: f"{request.link('documentation.file', name=name)}?v={UI_VERSION}" for name in _FILES},
        "specification": f"{request.script_name}{PREFIX}/openapi.json",
        "token": request.registry.getUtility(ICSRFStoragePolicy).get_csrf_token(request),
        "version": version("myproject"),
    }


def documentation_file(request: Request) -> Response:
    """A file of Swagger UI."""
    name = request.matchdict["name"]
    if name not in _FILES:
        raise not_found("There is no such file.")
    path = swagger_ui_bundle.swagger_ui_path / name
    if name.endswith(".css"):
        # In a layer of its own, so that `static/css/api-docs.css` wins however much its selectors weigh.
        body = b"@layer swagger {\n" + path.read_bytes() + b"\n}\n"
        return Response(body, content_type=_FILES[name], charset="utf-8")
    return FileResponse(str(path), request=request, content_type=_FILES[name])


class Parameter(NamedTuple):
    """Something that an operation takes."""

    name: str
    place: str
    kind: str
    required: bool
    words: str


class OperationInWords(NamedTuple):
    """An operation as the reference tells of it."""

    operation: Operation
    anchor: str
    parameters: list[Parameter]
    fields: list[tuple[str, str, bool, str]]
    statuses: list[int]
    curl: str
    answers: list[str]
    """Names of the schemas of its answers."""


def reference(request: Request) -> dict[str, Any]:
    """Every operation that is open to who has signed in, with how to call it; without a script."""
    open_to_me = [each for each in OPERATIONS.values() if _open(request, each)]
    groups: dict[str, list[OperationInWords]] = {}
    for each in open_to_me:
        groups.setdefault(each.tag, []).append(_operation_in_words(request, each))
    return {
        "groups": groups,
        "scopes": list(Scope),
        "closed": len(OPERATIONS) - len(open_to_me),
        "schemas": list(_schemas()),
        "prefix": f"{request.script_name}{PREFIX}",
    }


def _open(request: Request, each: Operation) -> bool:
    """Whether it may be open: everywhere by a role, or somewhere by a relation."""
    from myproject.security.permissions import OF_SELF
    from myproject.security.policy import holds

    me = request.me
    if holds(me, each.permission):
        return True
    return bool(me.departments_with(each.permission)) or (me.employee is not None and each.permission in OF_SELF)


def _operation_in_words(request: Request, each: Operation) -> OperationInWords:
    given = [
        *openapi.path_parameters(each),
        *openapi.query_parameters(each.query),
        *openapi.header_parameters(each),
    ]
    parameters = [
        Parameter(
            told["name"],
            {"path": "address", "query": "query", "header": "header"}[told["in"]],
            json_schemas.kind_in_words(told["schema"]),
            told["required"],
            told.get("description", ""),
        )
        for told in given
    ]
    answers = sorted({getattr(answer, "__name__", "") for answer in each.answers.values() if answer is not None})
    return OperationInWords(
        each,
        each.id.replace(".", "-"),
        parameters,
        json_schemas.fields_of(each.body),
        openapi.statuses(each),
        _curl(request, each),
        [name for name in answers if name in _schemas()],
    )


def _curl(request: Request, each: Operation) -> str:
    """How to call it from a shell; the token is in a variable."""
    address = request.public_address(each.path)
    asked = [
        (told["name"], told["schema"]["examples"][0])
        for told in openapi.query_parameters(each.query)
        if told["name"] == "limit" and "examples" in told["schema"]
    ]
    if asked:
        address += f"?{urlencode(asked)}"
    lines = [f'curl -H "Authorization: Bearer $TOKEN"{"" if each.safe else f" -X {each.method}"}']
    for name, words in each.headers.items():
        example = words.get("example") if isinstance(words, dict) else None
        if example:
            lines.append(f"-H '{name}: {example}'")
    if each.body is not None:
        lines.append("-H 'Content-Type: application/json'")
        lines.append(f"-d {_quoted(json.dumps(each.examples.get('body', {}), ensure_ascii=False))}")
    lines.append(f"'{address}'")
    return " \\\n  ".join(lines)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def includeme(config: Configurator) -> None:
    """Add the pages; the rest are operations."""
    config.add_view(
        documentation,
        route_name="documentation",
        request_method="GET",
        permission=Permission.DIRECTORY_READ,
        query=Nothing,
        renderer="api/documentation.html",
        # Its style sheet draws icons from data in itself.
        csp={"img-src": "'self' data:"},
    )
    config.add_view(
        documentation_file,
        route_name="documentation.file",
        request_method="GET",
        permission=Permission.DIRECTORY_READ,
        query=FileQuery,
        cache=_FOR_GOOD,
    )
    config.add_view(
        reference,
        route_name="reference",
        request_method="GET",
        permission=Permission.DIRECTORY_READ,
        query=Nothing,
        renderer="api/reference.html",
    )
