"""The JSON Schemas of what is sent and answered, made from the models that validate and serialise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from myproject.api.change_bodies import PlanAnswer
from myproject.api.framework.operations import PREFIX, load

DIALECT = "https://json-schema.org/draft/2020-12/schema"
#: How the specification refers to a schema.
REF = "#/components/schemas/{model}"


class ProblemPlace(BaseModel):
    """One thing that is wrong with what was sent: where, what, and what to do about it."""

    model_config = ConfigDict(extra="forbid")

    pointer: Annotated[str, Field(description="Where in the body (RFC 6901); the empty text is the whole.")] = ""
    parameter: Annotated[str, Field(description="The parameter of the address, instead of a pointer.")] = ""
    message: Annotated[str, Field(examples=["“limit” is out of range."])]
    remedy: Annotated[str, Field(examples=["Give at most 200."])]


REQUEST = "The request, as the log of the server knows it."


class ProblemDetails(BaseModel):
    """What went wrong (RFC 9457). Some types of problems say more."""

    model_config = ConfigDict(extra="allow")

    type: Annotated[str, Field(description="Tells kinds of problems apart; about:blank is what the status says.")]
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: Annotated[str, Field(description="What is wrong and what to do about it, in words.")]
    request_id: Annotated[str, Field(description=REQUEST)]
    problems: Annotated[list[ProblemPlace] | None, Field(description="Each thing that is wrong.")] = None


def _described() -> dict[tuple[str, str], Any]:
    """Name -> type of everything that is sent or answered; the direction is part of the key."""
    found: dict[tuple[str, str], Any] = {}
    for each in load().values():
        for answer in each.answers.values():
            if answer is not None:
                found[key_of(answer), "serialization"] = answer
        if each.body is not None:
            found[key_of(each.body), "validation"] = each.body
    found["ProblemDetails", "serialization"] = ProblemDetails
    found["PlanAnswer", "serialization"] = PlanAnswer
    return found


def key_of(kind: Any) -> str:
    """The name by which a type is told."""
    return kind.__name__ if isinstance(kind, type) else repr(kind)


def parts_of(template: str) -> tuple[dict[tuple[str, str], Any], dict[str, Any]]:
    """(`key_of` a type, direction) -> schema, mostly a reference; and name -> schema of all that is referred to."""
    inputs: Any = [(key, mode, TypeAdapter(kind)) for (key, mode), kind in _described().items()]
    made, rest = TypeAdapter.json_schemas(inputs, ref_template=template)
    return proper(dict(made)), proper(rest.get("$defs", {}))


#: What pydantic calls a limit that stands behind a validator, and JSON Schema otherwise.
_LIMITS = {"ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum"}


def proper(schema: Any) -> Any:
    """The schema in the words of JSON Schema alone, and without titles that only repeat the name."""
    if isinstance(schema, list):
        return [proper(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {}
    several = schema.get("type") == "array"
    for key, value in schema.items():
        if key == "properties":
            found[key] = {name: untitled(proper(each)) for name, each in value.items()}
            continue
        name = _LIMITS.get(key, key) if isinstance(key, str) else key
        if several and name in ("maxLength", "minLength"):
            name = name.replace("Length", "Items")
        found[name] = proper(value)
    if _stands_for_nothing(found):
        del found["default"]
    return found


def _stands_for_nothing(schema: dict[str, Any]) -> bool:
    """Whether the default is no value that could be given: it means that none was."""
    default = schema.get("default")
    if isinstance(default, str):
        return len(default) < schema.get("minLength", 0)
    return isinstance(default, int | float) and default < schema.get("minimum", default)


def untitled(schema: Any) -> Any:
    """The schema without its own title."""
    return {key: value for key, value in schema.items() if key != "title"} if isinstance(schema, dict) else schema


def schemas() -> dict[str, dict[str, Any]]:
    """Name -> JSON Schema (2020-12) of everything that is sent or answered, each complete in itself."""
    _, parts = parts_of("#/$defs/{model}")
    found = {}
    for name, schema in sorted(parts.items()):
        needed = _needed(schema, parts) - {name}
        defs = {each: parts[each] for each in sorted(needed | ({name} if _refers(schema, name) else set()))}
        found[name] = {
            "$schema": DIALECT,
            "$id": f"{PREFIX}/schemas/{name}",
            **schema,
            **({"$defs": defs} if defs else {}),
        }
    return found


def _refers(schema: Any, name: str) -> bool:
    return f"#/$defs/{name}" in set(_references(schema))


def _references(schema: Any) -> Iterable[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"]
        for value in schema.values():
            yield from _references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _references(value)


def _needed(schema: Any, parts: Mapping[str, Any]) -> set[str]:
    found: set[str] = set()
    waiting = [schema]
    while waiting:
        for reference in _references(waiting.pop()):
            name = reference.rpartition("/")[2]
            if name in parts and name not in found:
                found.add(name)
                waiting.append(parts[name])
    return found


def fields_of(kind: Any) -> list[tuple[str, str, bool, str]]:
    """The fields of a model that is sent: name, type in words, whether it is required, what it is."""
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return []
    schema = proper(kind.model_json_schema(ref_template=REF))
    required = set(schema.get("required", ()))
    return [
        (name, kind_in_words(told), name in required, told.get("description", ""))
        for name, told in schema.get("properties", {}).items()
    ]


def kind_in_words(schema: Mapping[str, Any]) -> str:
    """What a value is, in a word or two: "whole number, 0 to 200"."""
    if "const" in schema:
        return str(schema["const"])
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(kind_in_words(each) for each in schema["anyOf"]))
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    kind = schema.get("type")
    if kind == "array":
        return f"several: {kind_in_words(schema.get('items', {}))}"
    if kind == "string":
        return {"date": "day", "date-time": "moment"}.get(schema.get("format", ""), "text")
    words = {"integer": "whole number", "number": "number", "boolean": "yes or no", "null": "null"}.get(
        str(kind), "value"
    )
    if "minimum" in schema and schema.get("maximum", 10**9) < 10**9:
        return f"{words}, {schema['minimum']} to {schema['maximum']}"
    return words
