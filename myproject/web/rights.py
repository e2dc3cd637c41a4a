"""Whether somebody may do what a list of verbs says: asked of each verb, on what it touches.

Who has the permission by a role may do it everywhere. An editor may do it below the departments that they edit, as the
tree stands today; what goes from one place to another needs both. A card is edited field by field, by the same
function as on its page (`directory.editing.editable`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from myproject.accounts import users
from myproject.accounts.permissions import WHO_CAN
from myproject.db.ids import id_list, text_list
from myproject.directory.changes.planning.cards import CHOICE
from myproject.directory.changes.planning.draft import Career
from myproject.directory.changes.plans import Plan
from myproject.directory.changes.scope_check import leaves
from myproject.directory.departments import department_tree
from myproject.directory.people import card_editing
from myproject.directory.schema.fields import FIELDS
from myproject.directory.schema.verbs import (
    ChangeAudience,
    Correct,
    CorrectDepartment,
    CreateDepartment,
    EditCard,
    Join,
    MoveDepartment,
    Verb,
)
from myproject.directory.visibility.audience import audiences_of, hidden_from, hides_from, may_see, visible_of
from myproject.language.texts import gettext as _
from myproject.language.texts import marked
from myproject.models.dated import is_current
from myproject.models.employee import Employee
from myproject.models.employment import Assignment
from myproject.security.permissions import Permission
from myproject.security.policy import holds
from myproject.web.problems import forbidden
from myproject.web.request import Request

_E = Employee.__table__
_A = Assignment.__table__
_BY_NUMBER = select(_E.c.employee_number, _E.c.id).where(_E.c.employee_number.in_(text_list("numbers")))
_PLACES = select(_A.c.assignment_id, _A.c.department_id).where(is_current(_A), _A.c.employee_id.in_(id_list("ids")))
_OUTSIDE = {
    "people": marked("You may only change people below the departments that you edit."),
    "departments": marked("You may only change departments below the departments that you edit."),
}
BEYOND = marked("This reaches beyond the department that the token is limited to.")
WITHIN = marked("Keep to that department and those below it, or use another token.")
HIDES = marked("This would hide the person from you, so that you could not undo it.")
WIDER = marked("Choose an audience that includes you, or ask an administrator.")


class Denied(NamedTuple):
    """A verb that somebody may not do."""

    position: int
    field: str | None
    message: str
    remedy: str


class Rights:
    """What whoever sent a request may change. Made for one request."""

    def __init__(self, request: Request, conn: Connection) -> None:
        self._request, self._conn = request, conn
        self._me = request.me
        self._numbers: dict[str, int] = {}

    def denied(self, verbs: Sequence[Verb]) -> list[Denied]:
        """The verbs that may not be done, and why."""
        found = []
        for position, verb in enumerate(verbs):
            found += [*self._of(position, verb), *self._beyond(position, verb)]
        return found

    def check(self, plan: Plan) -> None:
        """Raise a 403 for a plan that hides somebody from whoever asks, or that leads out of the department that a
        token is bound to.

        `denied` looks at what verbs say; this, once they are worked out, at all that would be written. An undo has no
        verbs.
        """
        for thing in plan.things():
            audience = (thing.card or {}).get("audience") if isinstance(thing, Career) else None
            if audience is not None and hides_from(self._request.viewer, audience):
                raise forbidden(_(HIDES), _(WIDER))
        within, request = self._me.within, self._request
        if within is None:
            return
        hidden = hidden_from(request.read, request.today_clock, request.viewer)
        if leaves(self._conn, plan, within, hidden, request.today):
            raise forbidden(_(BEYOND), _(WITHIN))

    def _beyond(self, position: int, verb: Verb) -> Iterable[Denied]:
        """Why a verb leads out of the department that a token is bound to, whatever else its owner may do."""
        if self._me.within is None:
            return
        if verb.subject == "location":
            yield Denied(
                position, None, _("A token that is limited to a department can't change locations."), _(WITHIN)
            )
            return
        said: Any = verb.changes if isinstance(verb, Correct) else verb
        for field, department in self._touched(verb):
            if department is None and isinstance(getattr(said, field, None), str):
                # Of a code that nobody has yet the plan tells, or another verb makes it.
                continue
            if department is None or all(node.id != self._me.within for node in self._tree.path_of(department)):
                yield Denied(position, field, _(BEYOND), _(WITHIN))
                return

    def _of(self, position: int, verb: Verb) -> Iterable[Denied]:
        if isinstance(verb, EditCard):
            yield from self._card(position, verb)
        elif isinstance(verb, ChangeAudience):
            if not holds(self._me, verb.permission):
                yield Denied(position, None, _("You may not choose who can see a person."), _("The people team can."))
            elif hides_from(self._request.viewer, verb.audience):
                yield Denied(position, "audience", _(HIDES), _(WIDER))
        elif holds(self._me, verb.permission):
            return
        elif verb.subject == "location":
            yield Denied(position, None, _("You may not change locations."), _("The people team can."))
        else:
            message = _(_OUTSIDE["departments" if verb.subject == "department" else "people"])
            outside = list(self._outside(position, self._touched(verb), verb.permission, message))
            yield from outside
            if isinstance(verb, Join) and not outside:
                yield from self._new_card(position, verb)

    def _touched(self, verb: Verb) -> Iterable[tuple[str, int | None]]:
        """(field, department) that a verb touches; None is outside of every department."""
        return self._above(verb) if verb.subject == "department" else self._around(verb)

    def _outside(
        self, position: int, places: Iterable[tuple[str, int | None]], permission: str, message: str
    ) -> Iterable[Denied]:
        for field, department in places:
            if not self._edits(department, permission):
                yield Denied(
                    position,
                    field,
                    message,
                    _(WHO_CAN),
                )
                return

    def _edits(self, department: int | None, permission: str) -> bool:
        """Whether they have a permission for a department or for one above it, as the tree stands today."""
        if department is None:
            return False
        mine = self._me.departments_with(permission)
        return any(node.id in mine for node in self._tree.path_of(department))

    @property
    def _tree(self) -> department_tree.DepartmentTree:
        request = self._request
        return department_tree.tree(request.read, request.today_clock, counts=False)

    # --- people ---------------------------------------------------------------------------------------------

    def _around(self, verb: Any) -> Iterable[tuple[str, int | None]]:
        """(field, department) that a verb about a person touches; None is outside of every department."""
        if not isinstance(verb, Join):
            employee = self._employee(verb.employee)
            yield "employee", self._department_of(employee)
            if getattr(verb, "assignment", None) is not None:
                rows = self._conn.execute(_PLACES, {"ids": [employee or 0]}).all()
                yield from (("assignment", row.department_id) for row in rows if row.assignment_id == verb.assignment)
        said: Any = verb.changes if isinstance(verb, Correct) else verb
        if getattr(said, "department", None) is not None:
            yield "department", self._department(said.department)

    def _department_of(self, employee: int | None) -> int | None:
        return None if employee is None else department_tree.department_of(self._conn, self._day, employee)

    @property
    def _day(self) -> date:
        return self._request.today

    def _department(self, ref: int | str) -> int | None:
        if not isinstance(ref, str):
            return ref
        node = self._tree.find_by_code(ref)
        return node.id if node is not None and node.code == ref else None

    def _employee(self, ref: int | str) -> int | None:
        if not isinstance(ref, str):
            return ref
        if ref not in self._numbers:
            self._numbers.update(self._conn.execute(_BY_NUMBER, {"numbers": [ref]}).all())
        return self._numbers.get(ref)

    def _card(self, position: int, verb: EditCard) -> Iterable[Denied]:
        employee = self._employee(verb.employee)
        wanted = verb.changes.model_fields_set | ({card_editing.NUMBER} if verb.employee_number is not None else set())
        own = employee is not None and self._me.employee == employee
        if verb.audiences and not own:
            yield Denied(
                position, "audiences", _("Only the person can choose who sees these fields."), _("Leave it out.")
            )
        if employee is None:
            return
        if verb.audiences and own:
            yield from self._choices(position, verb.audiences, employee)
        yield from self._closed(position, wanted - self.card(employee))

    def _new_card(self, position: int, verb: Join) -> Iterable[Denied]:
        """An identifier that they may not see of others: that it is taken already would tell whose it is not."""
        if verb.card.external_id is not None and not may_see(self._request.viewer, "external_id"):
            yield from self._closed(position, ("external_id",))

    @staticmethod
    def _closed(position: int, names: Iterable[str]) -> Iterable[Denied]:
        for name in sorted(names):
            yield Denied(
                position,
                name,
                _("You may not change “%(field)s” here.", field=_(FIELDS[name].label)),
                _("The people team can."),
            )

    def card(self, employee: int) -> frozenset[str]:
        """The fields of somebody's card that may be edited."""
        request, viewer = self._request, self._request.viewer
        narrowed = self._conn.execute(select(_E.c.narrowed).where(_E.c.id == employee)).scalar()
        return card_editing.editable(
            viewer,
            visible_of(request.read, request.today_clock, viewer, employee, narrowed),
            own=self._me.employee == employee,
            edits_department=self._edits(self._department_of(employee), Permission.CARD_EDIT),
            maintains=holds(self._me, Permission.CARD_EDIT),
            invitable=users.of_employee(request.read, employee) is None,
        )

    def _choices(self, position: int, wanted: Any, employee: int) -> Iterable[Denied]:
        known = audiences_of(self._conn, self._request.viewer, employee)
        for name, audience in wanted.items():
            if name in known and audience not in (None, "colleagues", *known[name].choices):
                message = _(
                    "“%(field)s” can't be limited to “%(audience)s”.", field=_(FIELDS[name].label), audience=audience
                )
                yield Denied(position, CHOICE + name, message, _("Choose one of the narrower audiences of the field."))

    # --- departments ----------------------------------------------------------------------------------------

    def _above(self, verb: Any) -> Iterable[tuple[str, int | None]]:
        if isinstance(verb, CreateDepartment):
            yield "parent", None if verb.parent is None else self._department(verb.parent)
            return
        department = self._department(verb.department)
        yield "department", department
        moves = isinstance(verb, MoveDepartment) or (
            isinstance(verb, CorrectDepartment) and "parent" in verb.model_fields_set
        )
        if moves:
            node = self._tree.get(department)
            yield "department", node.parent if node else None
            yield "parent", None if verb.parent is None else self._department(verb.parent)
