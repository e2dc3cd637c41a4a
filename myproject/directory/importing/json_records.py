"""People in JSON: a list, a page of the API, an answer of another service, or an object on each line.

Objects within a record become columns with a dot in the heading ("department.name"). Records of the API's own shape are
taken literally: a text of theirs is no placeholder, and their ids connect them with each other only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from myproject.directory.importing.literals import list_cell, marked
from myproject.directory.schema.fields import FIELDS

from .files import Encoding, open_bytes, read_some
from .findings import ImportStopped
from .records import Record, Remarks

MAX_DOCUMENT = 64 * 1024**2
"""How large a whole document may be, in bytes: all of it is in memory. JSON lines are read as they come."""
_DEEPEST = 6
_LISTS = ("items", "employees", "people", "users", "persons", "workers", "results", "records", "data", "value",
          "resources", "elements")  # fmt: skip
"""Names under which lists of people stand in an answer."""
_NEXT = ("next", "nextpagetoken", "@odata.nextlink", "next_page", "nextlink")
"""Names under which an answer says that there is more."""
_CONTAINERS = ("name", "fields", "attributes", "employee", "profile", "person", "properties")
"""Objects whose parts belong to the record itself."""
_OWN = frozenset((*FIELDS, "id", "via"))
"""What a record of the API's own shape may have."""
_PASSED = frozenset(("age", "portrait", "via"))
"""Of those, what is worked out or no text."""


def document(path: Path, encoding: Encoding, remarks: Remarks) -> Iterator[Record]:
    """The people of a JSON document, numbered from 1. Raises ImportStopped where it is no JSON, with the line."""
    with open_bytes(path) as stream:
        data = read_some(stream, path, MAX_DOCUMENT + 1)
    if len(data) > MAX_DOCUMENT:
        raise ImportStopped(
            f"{path.name} is larger than {MAX_DOCUMENT // 1024**2} MB, too large for one JSON document.",
            "Write it as JSON lines, an object on each line: that may be as large as you like.",
        )
    try:
        found = _parsed(data.decode(encoding.name))
    except UnicodeDecodeError as error:
        raise ImportStopped(f"{path.name}: not {encoding.name} text.", "Save the file as UTF-8.") from error
    except json.JSONDecodeError as error:
        raise ImportStopped(
            f"{path.name}, line {error.lineno}, column {error.colno}: not JSON ({error.msg}).",
            "Correct it there; is the file complete?",
        ) from error
    except RecursionError as error:
        raise ImportStopped(f"{path.name} is nested too deeply.", "Give a list of people.") from error
    for number, item in enumerate(_people(found, remarks), 1):
        yield from _record(number, item, remarks)


def from_lines(lines: Iterator[str], remarks: Remarks) -> Iterator[Record]:
    """The people of JSON lines; a line that is no JSON is refused by itself."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found = _parsed(line)
        except json.JSONDecodeError as error:
            reason = f"The line is not JSON ({error.msg}, column {error.colno})."
            remarks.refuse("not JSON", number, reason, "Correct it; an object must stand on one line.")
            continue
        except RecursionError:
            remarks.refuse("not JSON", number, "The line is nested too deeply.", "Give one person on each line.")
            continue
        for item in _people(found, remarks):
            yield from _record(number, item, remarks)


def _parsed(text: str) -> Any:
    # Numbers stay as they are written: "0012" is no number, and 12345678901234567890 no float.
    return json.loads(text.lstrip("\ufeff"), parse_int=str, parse_float=str, parse_constant=lambda _: None)


def _people(found: Any, remarks: Remarks) -> list[Any]:
    """The records in a document: the document itself, or the list in it."""
    if isinstance(found, list):
        return found
    if not isinstance(found, dict):
        return [found]
    lists = {str(key).lower(): value for key, value in found.items() if isinstance(value, list)}
    held = next((lists[name] for name in _LISTS if name in lists), None)
    if held is None or not all(isinstance(item, dict) for item in held):
        return [found]
    if any(value for key, value in found.items() if str(key).lower() in _NEXT):
        remarks.note("one page", None, "The file is one page of a list: it says itself that there is more.")
    return held


def _record(number: int, item: Any, remarks: Remarks) -> Iterator[Record]:
    if not isinstance(item, dict):
        remarks.refuse("not JSON", number, "This is no object with the fields of a person.", "Leave it out.")
        return
    own = item.keys() <= _OWN and "id" in item
    values: dict[str, str] = {}
    for key, value in (_own(item) if own else item).items():
        _lay(values, str(key), value, own, 0)
    yield number, values


def _own(item: dict[str, Any]) -> dict[str, Any]:
    """A record of the API as the names of importing have it."""
    found = {key: value for key, value in item.items() if key not in (*_PASSED, "id")}
    for name in ("department", "location", "manager"):
        if isinstance(found.get(name), dict):
            parts = {key: value for key, value in found[name].items() if not isinstance(value, dict | list)}
            if name == "manager":
                found["manager record id"] = parts.get("id")
            kept = ("name", "code") if name != "manager" else ("name", "employee_number", "email")
            found[name] = {key: parts[key] for key in kept if parts.get(key) is not None}
    return {"record id": item["id"], **found}


def _lay(values: dict[str, str], name: str, value: Any, own: bool, depth: int) -> None:
    """Put a value into the columns of a record."""
    if isinstance(value, dict):
        if depth < _DEEPEST:
            for key, part in value.items():
                inside = name.lower() in _CONTAINERS and not isinstance(part, list)
                _lay(values, str(key) if inside else f"{name}.{key}", part, own, depth + 1)
    elif isinstance(value, list):
        items = [_text(chosen) for item in value if (chosen := _of_item(item)) is not None]
        if items and all(isinstance(item, dict) for item in value) and not own and not _named(value):
            values[name] = items[0]  # one of several addresses or numbers
        elif items:
            values[name] = list_cell(items)
    elif value is not None:
        text = _text(value)
        values[name] = marked(text) if own else text


def _named(items: list[dict[str, Any]]) -> bool:
    return all("name" in item for item in items)


def _of_item(item: Any) -> Any:
    """What stands for an object in a list: its name, value, address or number."""
    if not isinstance(item, dict):
        return item if not isinstance(item, list) else None
    return next((item[key] for key in ("name", "value", "address", "number") if item.get(key) is not None), None)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    # A half of a surrogate pair can't be written anywhere.
    return str(value).encode("utf-8", "replace").decode()
