"""Whole lists as CSV or as JSON lines (NDJSON), instead of page by page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

import orjson
from pydantic import Field
from pyramid.response import Response

from myproject.directory.people.exporting.columns import as_cell

#: Format -> the type of the answer.
MEDIA_TYPES = {"csv": "text/csv", "ndjson": "application/x-ndjson"}
Format = Annotated[
    Literal["json", "csv", "ndjson"],
    Field(
        description=(
            "“json” answers a page. “csv” and “ndjson” answer the whole list, whatever `limit`, `offset`, `cursor` and "
            "`count` say: a table for spreadsheets and imports, or a line of JSON for each item."
        )
    ),
]


def json_lines(items: Sequence[Mapping[str, Any]]) -> bytes:
    """Items as NDJSON: one JSON document a line."""
    return b"".join(orjson.dumps(item, option=orjson.OPT_APPEND_NEWLINE) for item in items)


def whole(query: Any, items: Sequence[Mapping[str, Any]]) -> Response:
    """A list that is at hand as a whole, in the format that is asked for."""
    body = _table(items) if query.format == "csv" else json_lines(items)
    return Response(body, content_type=MEDIA_TYPES[query.format], charset="utf-8")


def _table(items: Sequence[Mapping[str, Any]]) -> bytes:
    """Items as CSV, as `directory.exporting` writes it. A reference becomes two columns: `parent` and `parent_id`."""
    rows = [dict(_flat(item)) for item in items]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    columns = list(dict.fromkeys(name for row in rows for name in row))
    writer.writerow(columns)
    writer.writerows([as_cell(row.get(name)) for name in columns] for row in rows)
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def _flat(item: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in item.items():
        if isinstance(value, Mapping):
            yield name, value["name"]
            yield f"{name}_id", value["id"]
        else:
            yield name, value
