"""The change stream: `directory.stream` for programs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field
from pyramid.response import Response

from myproject.api.framework.answering import answer
from myproject.api.framework.operations import PREFIX, operation
from myproject.directory.changes import stream
from myproject.directory.changes.stream import EntryPage, StreamPosition, ThingEntry
from myproject.security.permissions import Permission
from myproject.security.scopes import Scope
from myproject.web.params import BadQuery, Count, Problem, Query
from myproject.web.request import Request

NOW = "now"


class StreamQuery(Query):
    """Where in the stream to go on, and how far."""

    after: Annotated[
        str,
        Field(
            max_length=64, description="A place that an answer gave, a revision, or “now”.", examples=["3~2026-06-15"]
        ),
    ] = "0"
    limit: Annotated[
        Count, Field(le=1000, description="Entries in one answer, at most; a `reload` may come before each.")
    ] = 100


class StreamThing(BaseModel):
    """What an entry is about."""

    id: int
    name: str
    employee_number: str | None = None
    code: str | None = None


class BeforeAfter(BaseModel):
    """What a field held, and what it holds."""

    before: Any
    after: Any


class StreamChangeSet(BaseModel):
    """The change set that an entry is a part of."""

    revision: int
    applied_at: datetime
    author: str
    source: str
    reason: str
    request_id: str | None
    undoes: int | None


class StreamEntry(BaseModel):
    """What happened to one thing: by a change set, or because the day of something planned has come."""

    type: Literal["change", "effective", "reload"] = Field(
        description="`reload`: of whom you may know has changed; read the people anew."
    )
    place: str = Field(description="The place right after this entry: go on there.")
    day: date = Field(description="The day of the stream.")
    revision: int
    change_set: StreamChangeSet | None = None
    kind: Literal["employee", "department", "location"] | None = None
    employee: StreamThing | None = None
    department: StreamThing | None = None
    location: StreamThing | None = None
    verbs: list[str] = []
    effective: date | None = Field(default=None, description="From which day on it is so.")
    planned: bool = Field(default=False, description="Whether something of it comes into effect later.")
    fields: dict[str, BeforeAfter] = Field(default={}, description="What it says on the day, before and after.")
    withdrawn: list[str] = Field(default=[], description="Fields that are kept from you from now on: forget them.")
    rows: list[dict[str, Any]] = Field(
        default=[], description="Dated rows by id: added, removed; or, on their day, begins, ends."
    )


class StreamPage(BaseModel):
    """A part of the stream."""

    items: list[StreamEntry]
    next: str = Field(description="The full address at which to go on, now or later.")
    place: str = Field(description="The same place, for `after`.")
    more: bool = Field(description="Whether there is more already.")


@operation(
    "changes",
    "GET",
    "/changes",
    summary="Follow the changes",
    description=(
        "Everything that has changed, in the order in which it was committed, and everything planned when its day has "
        "come. Apply the entries in their order, keep `place` of the last, and ask on `after` it: nothing is left out "
        "and nothing told twice, however long you stay away. Ask with If-None-Match: as long as nothing has happened "
        "the answer is 304, after one query of one row. `after=now` answers the place of now: take it, read the lists, "
        "then follow."
    ),
    tag="Change stream",
    permission=Permission.CHANGES_READ,
    scope=Scope.CHANGES_READ,
    query=StreamQuery,
    answers={200: StreamPage},
)
def follow(request: Request) -> Response:
    """A part of the stream."""
    query = StreamQuery.of(request)
    after = _place(request, query.after)
    page = stream.page(request.read, request.today_clock, request.viewer, request.zone, after, query.limit)
    address = request.public_address(f"{PREFIX}/changes?after={page.next}&limit={query.limit}")
    return answer(
        {
            "items": [_entry_body(entry, page) for entry in page.entries],
            "next": address,
            "place": str(page.next),
            "more": page.more,
        }
    )


def _place(request: Request, text: str) -> StreamPosition:
    newest, today = request.counter.revision, request.today
    if text == NOW:
        return StreamPosition(newest, today)
    try:
        revision, day, thing, of_day = stream.read_position(text)
    except ValueError:
        raise BadQuery(
            [Problem("after", "“after” is no place in the stream.", "Give a revision, or `place` of an answer.")]
        ) from None
    if revision > newest or (day is not None and day > today):
        raise BadQuery(
            [Problem("after", "“after” lies beyond the end of the stream.", "Give `place` of an answer, or “now”.")]
        )
    if day is None:
        return stream.place_at(request.read, revision, request.zone, today)
    return StreamPosition(revision, day, thing, of_day)


def _entry_body(entry: ThingEntry, page: EntryPage) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": entry.type,
        "place": str(entry.place),
        "day": entry.day,
        "revision": entry.revision,
    }
    if entry.type == "reload":
        return told
    if entry.type == "change":
        row = page.sets[entry.revision]
        told["change_set"] = {
            "revision": entry.revision,
            "applied_at": row["applied_at"].astimezone(UTC),
            **{name: row[name] for name in ("author", "source", "reason", "request_id", "undoes")},
        }
    assert entry.kind is not None
    return told | {
        "kind": entry.kind,
        entry.kind: entry.thing,
        "verbs": entry.verbs,
        "effective": entry.effective if entry.type == "change" else entry.day,
        "planned": entry.type == "change" and any(row["valid_from"] > entry.day for row in entry.rows),
        "fields": {name: {"before": before, "after": after} for name, (before, after) in entry.fields.items()},
        "withdrawn": entry.withdrawn,
        "rows": entry.rows,
    }
