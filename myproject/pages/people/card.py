"""Editing a card: one's own, or that of others by who maintains them. Always as it is now, whatever day was shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from pyramid.httpexceptions import HTTPSeeOther

from myproject.accounts import users
from myproject.directory.changes.change_sets import ChangeSetWriter
from myproject.directory.changes.planning.cards import CHOICE
from myproject.directory.people import card_editing
from myproject.directory.people.card_editing import Saved, StoredCard
from myproject.directory.schema.fields import FIELDS
from myproject.directory.visibility.audience import Shown, audiences_of, hidden_from, knows, visible_of
from myproject.language.texts import gettext as _
from myproject.pages.people import card_form
from myproject.pages.people.card_form import PORTRAIT, Claim, Control
from myproject.pages.people.field_words import Wrong, wrong
from myproject.security.permissions import Permission
from myproject.security.policy import holds
from myproject.web.forms import no_field
from myproject.web.params import BadQuery, ClockQuery, Flag, shown
from myproject.web.problems import bad_request, forbidden, not_found
from myproject.web.request import NO_CLOCK, Request
from myproject.web.views import view_config

KEEP = "keep."
"""Begins the name of the control that says whose value of a field stays: "keep.desk"."""
_OWN_FIELDS = frozenset({"csrf_token", "version", "seen"})


class EditQuery(ClockQuery):
    """`unchanged`: the form was just sent and said nothing new."""

    unchanged: Flag = False


@dataclass(frozen=True, slots=True)
class Access:
    """What somebody may do with a card."""

    own: bool
    """Whether it is theirs."""
    fields: frozenset[str]
    """What they may edit."""
    seen: frozenset[str]
    """What they may see."""


class Section(NamedTuple):
    """Fields under one heading; `locked` are told but can't be edited here: label, value, who can see it."""

    title: str
    controls: list[Control]
    locked: list[tuple[str, str, card_form.Shelf]]


def card_of(request: Request) -> tuple[StoredCard, Access]:
    """The card at the request's address, and what the viewer may do with it. Raises a 404."""
    conn, viewer = request.conn, request.viewer
    found = known_card(request)
    employee = found.id
    seen = visible_of(conn, request.today_clock, viewer, employee, found.narrowed)
    me = request.me
    own = me.employee == employee
    fields = card_editing.editable(
        viewer,
        seen,
        own=own,
        edits_department=_edits_department(request),
        maintains=holds(me, Permission.CARD_EDIT),
        invitable=users.of_employee(conn, employee) is None,
    )
    return found, Access(own, fields, seen)


def known_card(request: Request) -> StoredCard:
    """The card at the request's address. Raises a 404.

    A 404 too for somebody of whom the viewer may not know: that they may edit cards was decided before.
    """
    employee = int(request.matchdict["id"])
    known = knows(request.conn, request.today_clock, request.viewer, employee)
    found = card_editing.stored_card(request.conn, employee) if known else None
    if found is None:
        raise not_found(_("There is no one at this address."), _("Search for the person."))
    return found


def _edits_department(request: Request) -> bool:
    """Whether the viewer edits the cards of a department above the person, as it stands today."""
    place, granted = request.context, request.me.departments_with(Permission.CARD_EDIT)
    while place is not None and granted:
        if getattr(place, "node", None) is not None and place.id in granted:
            return True
        place = place.__parent__
    return False


# --- the way there ------------------------------------------------------------------------------------------


@view_config(route_name="me", request_method="GET", permission=Permission.DIRECTORY_READ)
def me(request: Request) -> Any:
    """To one's own profile."""
    return HTTPSeeOther(request.link("employee", id=_myself(request)))


@view_config(route_name="me.card", request_method="GET", permission=Permission.DIRECTORY_READ)
def my_card(request: Request) -> Any:
    """To one's own card."""
    return HTTPSeeOther(request.link("card.edit", id=_myself(request), _query=NO_CLOCK))


def _myself(request: Request) -> int:
    employee = request.me.employee
    if employee is None:
        raise not_found(
            _("Your account is not linked to anyone in the directory."),
            _("If you work here, ask an administrator to link it.")
            if request.me.view_as is None
            else _("Stop viewing as someone else, then open your card."),
        )
    return employee


# --- the form -----------------------------------------------------------------------------------------------


@view_config(
    route_name="card.edit",
    request_method="GET",
    query=EditQuery,
    permission=Permission.CARD_EDIT,
    renderer="people/card.html",
)
def form(request: Request) -> Any:
    """The form of a card, holding what is stored."""
    if not request.clock.is_now:
        raise HTTPSeeOther(request.link("card.edit", id=int(request.matchdict["id"]), _query=NO_CLOCK))
    found, access = card_of(request)
    return _page(request, found, access, unchanged=EditQuery.of(request).unchanged)


@view_config(
    route_name="card.edit", request_method="POST", permission=Permission.CARD_EDIT, renderer="people/card.html"
)
def save(request: Request) -> Any:
    """Save what was typed as one change set; the form again, with reasons, where something is in the way."""
    conn = request.db.connection()
    _, access = card_of(request)
    employee = int(request.matchdict["id"])
    sent = _read(request, access)
    with ChangeSetWriter(
        conn,
        today=request.today,
        author=request.me.email,
        source="form",
        reason="",
        request_id=request.request_id,
        hidden_people=hidden_from(request.read, request.today_clock, request.viewer),
        unique_mail=True,
    ) as writer:
        saved = card_editing.save(
            writer,
            employee,
            {name: card_form.read(name, texts) for name, texts in sent.typed.items()},
            version=sent.version,
            narrowed=sent.audiences,
            touched=card_form.differs,
            chosen=sent.keep,
            seen=sent.seen,
        )
    assert saved is not None
    if saved.revision is not None:
        return HTTPSeeOther(request.link("employee", id=employee, _query={**NO_CLOCK, "saved": saved.revision}))
    problems = wrong(saved.errors) | {
        each.field or "": Wrong(each.message, each.remedy) for each in reversed(saved.problems)
    }
    if not problems and not saved.conflicts:
        return HTTPSeeOther(request.link("card.edit", id=employee, _query={**NO_CLOCK, "unchanged": 1}))
    request.tm.doom()
    request.response.status_int = 409 if saved.conflicts else 400
    return _page(request, saved.stored, access, sent=sent, saved=saved, problems=problems)


class Typed(NamedTuple):
    """What a browser sent."""

    version: int
    seen: int
    typed: dict[str, list[str]]
    audiences: dict[str, str | None]
    keep: dict[str, Any]


def _read(request: Request, access: Access) -> Typed:
    """The form as it was sent. Raises a 400 or 403 for what this form does not have."""
    given = request.POST
    typed: dict[str, list[str]] = {}
    audiences: dict[str, str | None] = {}
    keep: dict[str, Any] = {}
    for name in dict.fromkeys(given):
        values = [value if isinstance(value, str) else "" for value in given.getall(name)]
        field = name.removeprefix(KEEP).removeprefix(CHOICE)
        if name in _OWN_FIELDS:
            continue
        if field not in FIELDS:
            raise BadQuery([no_field(name)])
        if name.startswith(KEEP):
            if values[-1] in ("mine", "theirs"):
                keep[name.removeprefix(KEEP)] = values[-1]
        elif name.startswith(CHOICE):
            audiences[field] = _audience(request, access, field, values[-1])
        elif name not in access.fields or name == PORTRAIT:
            raise _not_yours(access, name)
        else:
            typed[name] = values
    return Typed(_number(given.get("version")), _number(given.get("seen", "0")), typed, audiences, keep)


def _number(text: Any) -> int:
    if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 19:
        return int(text)
    raise bad_request(_("The form does not say which version of the card it shows."), _("Reload the page."))


def _not_yours(access: Access, name: str) -> Exception:
    label = _(FIELDS[name].label)
    if name == PORTRAIT:
        return bad_request(_("The photo has a form of its own."), _("Use the photo page."))
    if name not in card_editing.EDITABLE:
        return forbidden(_("“%(field)s” can’t be changed on a card.", field=label), _("The people team keeps it."))
    yourself = _("You can’t change “%(field)s” yourself.", field=label)
    here = _("You can’t change “%(field)s” here.", field=label)
    return forbidden(yourself if access.own else here, _("Ask the people team to change it."))


def _audience(request: Request, access: Access, name: str, value: str) -> str | None:
    if not access.own:
        raise forbidden(_("Only the person can choose who sees their details."), _("Ask them to change it themselves."))
    options = audiences_of(request.conn, request.viewer, int(request.matchdict["id"]))[name].choices
    if not value:
        return None
    if value not in options:
        raise bad_request(
            _("“%(field)s” can’t be limited to “%(audience)s”.", field=_(FIELDS[name].label), audience=shown(value)),
            _("Choose from the list."),
        )
    return value


# --- the page -----------------------------------------------------------------------------------------------


def _page(
    request: Request,
    found: StoredCard,
    access: Access,
    *,
    sent: Typed | None = None,
    saved: Saved | None = None,
    problems: Mapping[str, Wrong] | None = None,
    unchanged: bool = False,
) -> dict[str, Any]:
    shelves = audiences_of(request.conn, request.viewer, found.id) if access.own else {}
    make = _Controls(found, access, shelves, sent, saved, problems or {})
    sections = [make.section(title, names) for title, names in card_form.SECTIONS]
    told = {name: problem for name, problem in (problems or {}).items() if name in make.made}
    return {
        "person": found,
        "own": access.own,
        "sections": [each for each in sections if each.controls or each.locked],
        "problems": [*told.items()],
        "refused": [problem for name, problem in (problems or {}).items() if name not in make.made],
        "clashes": [(each.field, _label(each.field)) for each in saved.conflicts] if saved else [],
        "version": sent.version if sent else found.version,
        "seen": found.version,
        "portrait": found.values[PORTRAIT],
        "portrait_seen": PORTRAIT in access.seen,
        "portrait_shelf": make.shelf(PORTRAIT),
        "portrait_editable": PORTRAIT in access.fields,
        "unchanged": unchanged,
        "may_view_as": access.own,
        "days": card_form.days(),
    }


def _label(name: str) -> str:
    field = name.removeprefix(CHOICE)
    label = _(FIELDS[field].label)
    return label if field == name else _("Who can see “%(field)s”", field=label)


class _Controls:
    """Makes the fields of the form from what is stored, what was typed, and what was wrong with it."""

    def __init__(
        self,
        found: StoredCard,
        access: Access,
        shelves: Mapping[str, Shown],
        sent: Typed | None,
        saved: Saved | None,
        problems: Mapping[str, Wrong],
    ) -> None:
        self._found, self._access, self._shelves = found, access, shelves
        self._sent, self._problems = sent, problems
        self._touched = saved.touched if saved else frozenset()
        self._conflicts = {each.field: each for each in saved.conflicts} if saved else {}
        self.made: set[str] = set()

    def section(self, title: str, names: tuple[str, ...]) -> Section:
        """The fields of one heading."""
        controls = [self.control(name) for name in names if name in self._access.fields]
        locked = [
            (_(FIELDS[name].label), card_form.in_words(name, self._found.values[name]), shelf)
            for name in names
            if name not in self._access.fields and (shelf := self.shelf(name)) is not None
        ]
        return Section(_(title), controls, locked)

    def control(self, name: str) -> Control:
        """A field, holding what was typed where that differs from what the form showed."""
        self.made.add(name)
        value = card_form.written(name, self._found.values[name])
        if self._sent and name in self._touched and name in self._sent.typed:
            typed = self._sent.typed[name]
            value = [day for day in typed if day] if card_form.KINDS[name] == "days" else typed[0]
        return card_form.control(
            name,
            value,
            own=self._access.own,
            problem=self._problems.get(name),
            shelf=self.shelf(name),
            claim=self._claim(name),
        )

    def shelf(self, name: str) -> card_form.Shelf | None:
        """Who can see it; None on the cards of others."""
        if name not in self._shelves:
            return None
        chosen = self._found.narrowed.get(name)
        if self._sent and name in self._sent.audiences:
            chosen = self._sent.audiences[name]
        return card_form.shelf(self._shelves[name], chosen, self._claim(CHOICE + name))

    def _claim(self, name: str) -> Claim | None:
        clash = self._conflicts.get(name)
        if clash is None:
            return None
        words = card_form.in_words if name in FIELDS else card_form.audience_in_words
        empty = _("empty")
        return Claim(clash.author, words(name, clash.theirs) or empty, words(name, clash.mine) or empty)
