"""What was recorded: change sets, newest first, and what each of them changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from myproject.directory.changes import change_history
from myproject.directory.changes.change_history import ChangeLine
from myproject.directory.changes.place_fields import place_label
from myproject.directory.departments import department_tree
from myproject.directory.people.career.differences import (
    CareerDifference,
    DepartmentDifference,
    of_departments,
    of_people,
)
from myproject.directory.schema.fields import FIELDS
from myproject.directory.schema.verbs import VERBS
from myproject.directory.visibility.audience import LABELS
from myproject.language.formats import day_text, list_text
from myproject.language.texts import gettext as _
from myproject.language.texts import marked, marked_plural, moment_text, ngettext
from myproject.pages.people.career_words import Piece, Words
from myproject.pages.people.values import Links
from myproject.security.permissions import Permission
from myproject.security.policy import holds
from myproject.web.params import ClockQuery, Count, Id
from myproject.web.problems import not_found
from myproject.web.request import NO_CLOCK, Request
from myproject.web.views import view_config

SETS = 25
"""Change sets on a page."""
ITEMS = 50
"""Items of a change set on a page."""

_UNDONE = marked("Undone")
_UNDOES = marked_plural("%(num)s part undone", "%(num)s parts undone")
"""An undo is no verb: what it says, and how it is counted."""
SOURCES = {
    "form": marked("form"),
    "import": marked("import"),
    "command": marked("command line"),
    "demo": marked("demo"),
    "api": marked("API"),
    "undo": marked("undo"),
}
"""Through what a change set came."""


class ChangesPageQuery(ClockQuery):
    """The parameters of the list. `before`: only what is older than this revision."""

    before: Id | None = None


class ChangePageQuery(ClockQuery):
    """The parameters of one change set. `after`: its items after this position."""

    after: Annotated[Count | None, Field(le=10**9)] = None


@view_config(
    route_name="changes",
    request_method="GET",
    query=ChangesPageQuery,
    permission=Permission.CHANGES_READ,
    renderer="changes/changes.html",
)
def all_changes(request: Request) -> Any:
    """The change sets known by the clock, a page of them."""
    asked = ChangesPageQuery.of(request).before
    newest = request.clock.revision + 1
    before = min(asked or newest, newest)
    found = change_history.change_sets(request.conn, request.clock, request.viewer, limit=SETS + 1, before=before)
    shown = found[:SETS]
    names = change_history.author_names(request.conn, {change.author for change in shown})
    return {
        "sets": [_row(request, change, names) for change in shown],
        "next": request.link("changes", _query={"before": shown[-1].revision}) if len(found) > SETS else None,
        "newest": request.link("changes") if asked and asked < newest else None,
    }


def _row(request: Request, change: change_history.ChangeSummary, names: Mapping[str, str]) -> dict[str, Any]:
    moment = change.applied_at.astimezone(request.zone)
    return {
        "revision": change.revision,
        "url": request.link("change", revision=change.revision),
        "title": title(change),
        "summary": summary(change.summary) if change.reason else "",
        "author": names.get(change.author, change.author) or _("someone"),
        "source": _(SOURCES.get(change.source, change.source)),
        "reason": change.reason,
        "when": moment_text(moment),
        "iso": moment.isoformat(timespec="seconds"),
        "undoes": change.undoes,
        "undone_by": change.undone_by if (change.undone_by or 0) <= request.clock.revision else None,
        "request_id": change.request_id,
    }


def title(change: change_history.ChangeSummary) -> str:
    """What a change set is called: why it was made; where nobody said why, what was done."""
    return change.reason or summary(change.summary)


def summary(verbs: Mapping[str, int]) -> str:
    """What was done, in words: "3 people join and 1 move"."""
    parts = [
        ngettext(*(VERBS[verb].counted if verb in VERBS else _UNDOES), times)
        for verb, times in sorted(verbs.items(), key=lambda each: -each[1])
    ]
    return list_text(parts) or _("nothing")


# --- one of them --------------------------------------------------------------------------------------------


class ChangeBlock(NamedTuple):
    """What a change set says about one employee, department or location."""

    kind: str
    name: str
    url: str
    verbs: str
    lines: list[dict[str, Any]]
    """day, iso, gone, pieces: a sentence."""
    edits: list[tuple[str, str, str]]
    """Label of a field, what it held before, what it holds now."""
    passed_on: list[PassedOnReport]
    """Those who reported to them and get another manager."""


class PassedOnReport(NamedTuple):
    """Somebody who gets another manager because theirs is gone."""

    name: str
    url: str
    lines: list[dict[str, Any]]
    """As those of a block."""


def no_change(revision: int) -> Exception:
    """A 404 to raise for a change set that there is not."""
    return not_found(_("There is no change #%(number)s.", number=revision), _("Look at the list of changes."))


@view_config(
    route_name="change",
    request_method="GET",
    query=ChangePageQuery,
    permission=Permission.CHANGES_READ,
    renderer="changes/change.html",
)
def one_change(request: Request) -> Any:
    """One change set: who, when, why, and what it changed; long ones in pages."""
    revision = int(request.matchdict["revision"])
    conn, clock, viewer = request.conn, request.clock, request.viewer
    change = change_history.change_set(conn, clock, viewer, revision) if revision <= clock.revision else None
    if change is None:
        raise no_change(revision)
    after = ChangePageQuery.of(request).after
    found = change_history.change_lines(
        conn, clock, viewer, revision, limit=ITEMS + 1, after=-1 if after is None else after
    )
    if after is not None and not found:
        raise not_found(
            _("Change #%(number)s has nothing after %(place)s.", number=revision, place=after),
            _("Go back to its beginning."),
        )
    shown = found[:ITEMS]
    more = len(found) > ITEMS
    blocks = _blocks(request, revision, shown)
    return {
        "change": _row(request, change, change_history.author_names(conn, {change.author})),
        "undo": request.link("change.undo", NO_CLOCK, revision=revision)
        if holds(request.me, Permission.CHANGES_UNDO)
        else None,
        "blocks": blocks,
        "untold": sum(not (block.lines or block.edits or block.passed_on) for block in blocks),
        "beginning": request.link("change", revision=revision) if after is not None else None,
        "next": request.link("change", revision=revision, _query={"after": shown[-1].position}) if more else None,
    }


def _blocks(request: Request, revision: int, lines: Sequence[ChangeLine]) -> list[ChangeBlock]:
    """What is told of each employee, department and location, in the order in which they come first."""
    conn, clock, viewer = request.conn, request.clock, request.viewer
    ids = _ids(lines, "employee")
    reports = change_history.passed_on(conn, clock, viewer, revision, ids)
    ids = sorted({*ids, *(id_ for each in reports.values() for id_, _ in each)})
    people = of_people(conn, clock, viewer, revision, ids)
    places = of_departments(conn, revision, _ids(lines, "department"))
    links, words = Links(request), Words(request)
    tree = department_tree.tree(conn, clock, counts=False)
    things: dict[tuple[str, int | None], list[ChangeLine]] = {}
    for line in lines:
        things.setdefault((line.kind, line.id), []).append(line)
    blocks = []
    for (kind, number), items in things.items():
        sentences: list[dict[str, Any]] = []
        passed_on: list[PassedOnReport] = []
        url = ""
        if kind == "employee" and number is not None:
            url = links.person(number)
            sentences = [_difference(each, words) for each in people.get(number, [])]
            passed_on = [
                PassedOnReport(name, links.person(id_), [_difference(each, words) for each in people.get(id_, [])])
                for id_, name in reports.get(number, [])
            ]
        elif kind == "department" and number is not None:
            node = tree.get(number)
            url = links.department(node.path) if node else ""
            sentences = [_told_of_department(each) for each in places.get(number, [])]
        verbs = summary_of(items)
        blocks.append(ChangeBlock(kind, items[0].name or kind, url, verbs, sentences, _edits(items), passed_on))
    return blocks


def _ids(lines: Sequence[ChangeLine], kind: str) -> list[int]:
    return sorted({line.id for line in lines if line.kind == kind and line.id is not None})


def summary_of(items: Sequence[ChangeLine]) -> str:
    """The verbs of some items about one thing."""
    return " · ".join(dict.fromkeys(_(VERBS[item.verb].title if item.verb in VERBS else _UNDONE) for item in items))


def _difference(each: CareerDifference, words: Words) -> dict[str, Any]:
    return {
        "day": day_text(each.day),
        "iso": each.day.isoformat(),
        "gone": each.gone,
        "pieces": words.of(each.fact, ahead=True),
    }


def _told_of_department(each: DepartmentDifference) -> dict[str, Any]:
    pieces = [Piece(_(_of_department(each), now=each.now, was=each.was))]
    return {"day": day_text(each.day), "iso": each.day.isoformat(), "gone": each.gone, "pieces": pieces}


def _of_department(each: DepartmentDifference) -> str:
    """The text that says it, not translated yet."""
    match each.what:
        case "created":
            return marked("Created as %(now)s in %(was)s") if each.was else marked("Created as %(now)s")
        case "renamed":
            return marked("Renamed to %(now)s (was %(was)s)")
        case "moved" if each.now:
            return marked("Moves to %(now)s (was in %(was)s)") if each.was else marked("Moves to %(now)s")
        case "moved":
            return marked("Moves to the top level (was in %(was)s)") if each.was else marked("Moves to the top level")
        case _:
            return marked("Last day of %(now)s")


def _edits(items: Sequence[ChangeLine]) -> list[tuple[str, str, str]]:
    """Undated fields before and after."""
    edits = []
    for item in items:
        for name, values in item.changes.items():
            of_person = item.kind == "employee"
            before, after = ([_said(name, value) if of_person else _value(value) for value in values] + ["", ""])[:2]
            edits.append((_label(name) if of_person else place_label(name), before, after))
    return edits


def _label(name: str) -> str:
    """What was changed about a person."""
    first, _dot, field = name.partition(".")
    if first == "audience":
        return _("Who may see “%(field)s”", field=_(FIELDS[field].label)) if field else _("Who can find them")
    return _(FIELDS[name].label)


def _said(name: str, value: Any) -> str:
    if name.startswith("audience"):
        return _(LABELS[value]) if value in LABELS else ""
    return (_("a photo") if value else "") if name == "portrait" else _value(value)


def _value(value: Any) -> str:
    if value is None or value == []:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
