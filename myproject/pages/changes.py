"""What was recorded: change sets, newest first, and what each of them changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple

from pydantic import Field
from pyramid.view import view_config

from myproject.directory import changes, departments
from myproject.directory.audience import LABELS
from myproject.directory.career.differences import DepartmentDifference, Difference, of_departments, of_people
from myproject.directory.changes import ChangeLine
from myproject.directory.fields import FIELDS
from myproject.pages.career_words import Piece, Words
from myproject.pages.rows import Links, day_in_words
from myproject.request import Request
from myproject.security.permissions import Permission
from myproject.security.policy import holds
from myproject.web.params import ClockQuery, Count, Id
from myproject.web.problems import not_found

SETS = 25
"""Change sets on a page."""
ITEMS = 50
"""Items of a change set on a page."""

#: verb -> what was done, to how many: one, more.
VERBS = {
    "join": ("1 person joins", "{} people join"),
    "leave": ("1 person leaves", "{} people leave"),
    "rehire": ("1 person comes back", "{} people come back"),
    "move": ("1 move", "{} moves"),
    "add_assignment": ("1 second role", "{} second roles"),
    "end_assignment": ("1 second role ends", "{} second roles end"),
    "make_primary": ("1 change of main role", "{} changes of main role"),
    "change_manager": ("1 change of manager", "{} changes of manager"),
    "end_reporting_line": ("1 reporting line ends", "{} reporting lines end"),
    "edit_card": ("1 card edited", "{} cards edited"),
    "change_audience": ("1 choice of who may know of somebody", "{} choices of who may know of somebody"),
    "correct": ("1 correction", "{} corrections"),
    "create_department": ("1 new department", "{} new departments"),
    "rename_department": ("1 department renamed", "{} departments renamed"),
    "move_department": ("1 department moved", "{} departments moved"),
    "close_department": ("1 department closed", "{} departments closed"),
    "edit_department": ("1 department edited", "{} departments edited"),
    "correct_department": ("1 department corrected", "{} departments corrected"),
    "create_location": ("1 new location", "{} new locations"),
    "change_location": ("1 location edited", "{} locations edited"),
    "undo": ("1 undone", "{} undone"),
}
SOURCES = {"form": "form", "import": "import", "command": "command line", "demo": "demo", "api": "API", "undo": "undo"}


class ChangesQuery(ClockQuery):
    """The parameters of the list. `before`: only what is older than this revision."""

    before: Id | None = None


class ChangeQuery(ClockQuery):
    """The parameters of one change set. `after`: its items after this position."""

    after: Annotated[Count | None, Field(le=10**9)] = None


@view_config(
    route_name="changes",
    request_method="GET",
    query=ChangesQuery,
    permission=Permission.CHANGES_READ,
    renderer="changes.html",
)
def all_changes(request: Request) -> Any:
    """The change sets known by the clock, a page of them."""
    asked = ChangesQuery.of(request).before
    newest = request.clock.revision + 1
    before = min(asked or newest, newest)
    found = changes.change_sets(request.conn, request.clock, request.viewer, limit=SETS + 1, before=before)
    shown = found[:SETS]
    names = changes.author_names(request.conn, {change.author for change in shown})
    return {
        "sets": [_row(request, change, names) for change in shown],
        "next": request.link("changes", _query={"before": shown[-1].revision}) if len(found) > SETS else None,
        "newest": request.link("changes") if asked and asked < newest else None,
    }


def _row(request: Request, change: changes.Change, names: Mapping[str, str]) -> dict[str, Any]:
    moment = change.applied_at.astimezone(request.zone)
    return {
        "revision": change.revision,
        "url": request.link("change", revision=change.revision),
        "title": title(change),
        "summary": summary(change.summary) if change.reason else "",
        "author": names.get(change.author, change.author) or "someone",
        "source": SOURCES.get(change.source, change.source),
        "reason": change.reason,
        "when": f"{day_in_words(moment.date())}, {moment:%H:%M}",
        "iso": moment.isoformat(timespec="seconds"),
        "undoes": change.undoes,
        "undone_by": change.undone_by if (change.undone_by or 0) <= request.clock.revision else None,
        "request_id": change.request_id,
    }


def title(change: changes.Change) -> str:
    """What a change set is called: why it was made; where nobody said why, what was done."""
    return change.reason or summary(change.summary)


def summary(verbs: Mapping[str, int]) -> str:
    """What was done, in words: "3 people join, 1 move"."""
    parts = []
    for verb, times in sorted(verbs.items(), key=lambda each: -each[1]):
        one, more = VERBS.get(verb, (f"1 × {verb}", f"{{}} × {verb}"))
        parts.append(one if times == 1 else more.format(f"{times:,}"))
    return ", ".join(parts) or "nothing"


# --- one of them --------------------------------------------------------------------------------------------


class Block(NamedTuple):
    """What a change set says about one employee, department or location."""

    kind: str
    name: str
    url: str
    verbs: str
    lines: list[dict[str, Any]]
    """day, iso, gone, pieces: a sentence."""
    edits: list[tuple[str, str, str]]
    """Label of a field, what it held before, what it holds now."""
    passed_on: list[Report]
    """Those who reported to them and get another manager."""


class Report(NamedTuple):
    """Somebody who gets another manager because theirs is gone."""

    name: str
    url: str
    lines: list[dict[str, Any]]
    """As those of a block."""


@view_config(
    route_name="change",
    request_method="GET",
    query=ChangeQuery,
    permission=Permission.CHANGES_READ,
    renderer="change.html",
)
def one_change(request: Request) -> Any:
    """One change set: who, when, why, and what it changed; long ones in pages."""
    revision = int(request.matchdict["revision"])
    conn, clock, viewer = request.conn, request.clock, request.viewer
    change = changes.change_set(conn, clock, viewer, revision) if revision <= clock.revision else None
    if change is None:
        raise not_found(f"There is no change {revision}.", "Look at the list of changes.")
    after = ChangeQuery.of(request).after
    found = changes.change_lines(conn, clock, viewer, revision, limit=ITEMS + 1, after=-1 if after is None else after)
    if after is not None and not found:
        raise not_found(f"Change {revision} has nothing after {after}.", "Go back to its beginning.")
    shown = found[:ITEMS]
    more = len(found) > ITEMS
    blocks = _blocks(request, revision, shown)
    return {
        "change": _row(request, change, changes.author_names(conn, {change.author})),
        "undo": request.link("change.undo", {"as_of": None, "known_at": None}, revision=revision)
        if holds(request.me, Permission.CHANGES_UNDO)
        else None,
        "blocks": blocks,
        "untold": sum(not (block.lines or block.edits or block.passed_on) for block in blocks),
        "beginning": request.link("change", revision=revision) if after is not None else None,
        "next": request.link("change", revision=revision, _query={"after": shown[-1].position}) if more else None,
    }


def _blocks(request: Request, revision: int, lines: Sequence[ChangeLine]) -> list[Block]:
    """What is told of each employee, department and location, in the order in which they come first."""
    conn, clock, viewer = request.conn, request.clock, request.viewer
    ids = _ids(lines, "employee")
    reports = changes.passed_on(conn, clock, viewer, revision, ids)
    ids = sorted({*ids, *(id_ for each in reports.values() for id_, _ in each)})
    people = of_people(conn, clock, viewer, revision, ids)
    places = of_departments(conn, revision, _ids(lines, "department"))
    links, words = Links(request), Words(request)
    tree = departments.tree(conn, clock, counts=False)
    things: dict[tuple[str, int | None], list[ChangeLine]] = {}
    for line in lines:
        things.setdefault((line.kind, line.id), []).append(line)
    blocks = []
    for (kind, number), items in things.items():
        sentences: list[dict[str, Any]] = []
        passed_on: list[Report] = []
        url = ""
        if kind == "employee" and number is not None:
            url = links.person(number)
            sentences = [_told(each, words) for each in people.get(number, [])]
            passed_on = [
                Report(name, links.person(id_), [_told(each, words) for each in people.get(id_, [])])
                for id_, name in reports.get(number, [])
            ]
        elif kind == "department" and number is not None:
            node = tree.get(number)
            url = links.department(node.path) if node else ""
            sentences = [_told_of_department(each) for each in places.get(number, [])]
        verbs = summary_of(items)
        blocks.append(Block(kind, items[0].name or kind, url, verbs, sentences, _edits(items), passed_on))
    return blocks


def _ids(lines: Sequence[ChangeLine], kind: str) -> list[int]:
    return sorted({line.id for line in lines if line.kind == kind and line.id is not None})


_DONE = {
    "join": "Joins",
    "leave": "Leaves",
    "rehire": "Comes back",
    "move": "Moves",
    "add_assignment": "Second role",
    "end_assignment": "Second role ends",
    "make_primary": "Main role",
    "change_manager": "Manager",
    "end_reporting_line": "Reporting line ends",
    "edit_card": "Card",
    "change_audience": "Who may know of them",
    "correct": "Correction",
    "create_department": "New department",
    "rename_department": "Renamed",
    "move_department": "Moved",
    "close_department": "Closed",
    "edit_department": "Department",
    "correct_department": "Correction",
    "create_location": "New location",
    "change_location": "Location",
    "undo": "Undone",
}


def summary_of(items: Sequence[ChangeLine]) -> str:
    """The verbs of some items about one thing."""
    return " · ".join(dict.fromkeys(_DONE.get(item.verb, item.verb) for item in items))


def _told(each: Difference, words: Words) -> dict[str, Any]:
    return {
        "day": day_in_words(each.day),
        "iso": each.day.isoformat(),
        "gone": each.gone,
        "pieces": words.of(each.fact, ahead=True),
    }


def _told_of_department(each: DepartmentDifference) -> dict[str, Any]:
    sentence = {
        "created": f"Begins as {each.now}" + (f", under {each.was}" if each.was else ""),
        "renamed": f"Is called {each.now}, before: {each.was}",
        "moved": (f"Moves under {each.now}" if each.now else "Moves to the top")
        + (f", from {each.was}" if each.was else ""),
        "closed": f"{each.now} closes",
    }[each.what]
    pieces = [Piece(sentence)]
    return {"day": day_in_words(each.day), "iso": each.day.isoformat(), "gone": each.gone, "pieces": pieces}


def _edits(items: Sequence[ChangeLine]) -> list[tuple[str, str, str]]:
    """Undated fields before and after."""
    edits = []
    for item in items:
        for name, values in item.changes.items():
            of_person = item.kind == "employee"
            before, after = ([_said(name, value) if of_person else _value(value) for value in values] + ["", ""])[:2]
            edits.append((_label(name) if of_person else name.replace("_", " ").capitalize(), before, after))
    return edits


def _label(name: str) -> str:
    """What was changed about a person."""
    first, _, field = name.partition(".")
    if first == "audience":
        return f"Who may see {FIELDS[field].label}" if field else "Who may know of them"
    return FIELDS[name].label


def _said(name: str, value: Any) -> str:
    if name.startswith("audience"):
        return LABELS.get(value, "")
    return ("a picture" if value else "") if name == "portrait" else _value(value)


def _value(value: Any) -> str:
    if value is None or value == []:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
