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
from myproject.accounts.roles import Role
from myproject.db.ids import id_list, text_list
from myproject.directory import departments, editing
from myproject.directory.audience import audiences_of, hidden_from, hides_from, may_see, visible_of
from myproject.directory.bounds import leaves
from myproject.directory.fields import FIELDS
from myproject.directory.planning.cards import CHOICE
from myproject.directory.planning.draft import Career
from myproject.directory.plans import Plan
from myproject.directory.verbs import (
    AddAssignment,
    ChangeAudience,
    ChangeLocation,
    ChangeManager,
    CloseDepartment,
    Correct,
    CorrectDepartment,
    CreateDepartment,
    CreateLocation,
    EditCard,
    EditDepartment,
    EndAssignment,
    EndReportingLine,
    Join,
    Leave,
    MakePrimary,
    Move,
    MoveDepartment,
    Rehire,
    RenameDepartment,
    Verb,
)
from myproject.models.dated import is_current
from myproject.models.employee import Employee
from myproject.models.employment import Assignment
from myproject.request import Request
from myproject.security.permissions import Permission
from myproject.security.policy import holds
from myproject.web.problems import forbidden

MAINTAINERS = frozenset({Role.PEOPLE_TEAM.value, Role.ADMINISTRATOR.value})
"""The roles that maintain everybody's card."""

_E: Any = Employee.__table__
_A: Any = Assignment.__table__
_BY_NUMBER = select(_E.c.employee_number, _E.c.id).where(_E.c.employee_number.in_(text_list("numbers")))
_PLACES = select(_A.c.assignment_id, _A.c.department_id).where(is_current(_A), _A.c.employee_id.in_(id_list("ids")))
_PEOPLE = (
    Join, Leave, Rehire, Move, AddAssignment, EndAssignment, MakePrimary, ChangeManager, EndReportingLine, Correct,
)  # fmt: skip
_DEPARTMENTS = (
    CreateDepartment, RenameDepartment, MoveDepartment, CloseDepartment, EditDepartment, CorrectDepartment,
)  # fmt: skip


BEYOND = "This leads out of the department that the token is bound to."
WITHIN = "Keep to that department and those below it, or use another token."
HIDES = "This would hide somebody from you, so that you could not undo it."
WIDER = "Choose an audience that you are in yourself, or ask an administrator."


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
                raise forbidden(HIDES, WIDER)
        within, request = self._me.within, self._request
        if within is None:
            return
        hidden = hidden_from(request.read, request.today_clock, request.viewer)
        if leaves(self._conn, plan, within, hidden, request.today):
            raise forbidden(BEYOND, WITHIN)

    def _beyond(self, position: int, verb: Verb) -> Iterable[Denied]:
        """Why a verb leads out of the department that a token is bound to, whatever else its owner may do."""
        if self._me.within is None:
            return
        if isinstance(verb, CreateLocation | ChangeLocation):
            yield Denied(position, None, "A token that is bound to a department changes no locations.", WITHIN)
            return
        said: Any = verb.changes if isinstance(verb, Correct) else verb
        for field, department in self._above(verb) if isinstance(verb, _DEPARTMENTS) else self._around(verb):
            if department is None and isinstance(getattr(said, field, None), str):
                # Of a code that nobody has yet the plan tells, or another verb makes it.
                continue
            if department is None or all(node.id != self._me.within for node in self._tree.path_of(department)):
                yield Denied(position, field, BEYOND, WITHIN)
                return

    def _of(self, position: int, verb: Verb) -> Iterable[Denied]:
        if isinstance(verb, EditCard):
            yield from self._card(position, verb)
        elif isinstance(verb, ChangeAudience):
            if not holds(self._me, Permission.PERSON_HIDE):
                yield Denied(position, None, "You may not say who may know of somebody.", "The people team can.")
            elif hides_from(self._request.viewer, verb.audience):
                yield Denied(position, "audience", HIDES, WIDER)
        elif isinstance(verb, CreateLocation | ChangeLocation):
            if not holds(self._me, Permission.LOCATION_CHANGE):
                yield Denied(position, None, "You may not change locations.", "The people team can.")
        elif isinstance(verb, _PEOPLE):
            if not holds(self._me, Permission.EMPLOYEE_CHANGE):
                outside = list(self._outside(position, self._around(verb), "people"))
                yield from outside
                if isinstance(verb, Join) and not outside:
                    yield from self._new_card(position, verb)
        elif isinstance(verb, _DEPARTMENTS):
            if not holds(self._me, Permission.DEPARTMENT_EDIT):
                yield from self._outside(position, self._above(verb), "departments")
        else:  # pragma: no cover - a verb that nobody has thought of is nobody's
            yield Denied(position, None, "This is not open to you.", "")

    def _outside(self, position: int, places: Iterable[tuple[str, int | None]], what: str) -> Iterable[Denied]:
        for field, department in places:
            if not self._edits(department):
                yield Denied(
                    position,
                    field,
                    f"You may change {what} below the departments that you edit only.",
                    "The people team can, or an editor of a department above.",
                )
                return

    def _edits(self, department: int | None) -> bool:
        """Whether a department is one that they edit, or below one, as the tree stands today."""
        if department is None:
            return False
        mine = self._me.editor_of
        return any(node.id in mine for node in self._tree.path_of(department))

    @property
    def _tree(self) -> departments.DepartmentTree:
        request = self._request
        return departments.tree(request.read, request.today_clock, counts=False)

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
        return None if employee is None else departments.department_of(self._conn, self._day, employee)

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
        wanted = verb.changes.model_fields_set | ({editing.NUMBER} if verb.employee_number is not None else set())
        own = employee is not None and self._me.employee == employee
        if verb.audiences and not own:
            yield Denied(position, "audiences", "Only the person can choose who sees what of theirs.", "Leave it out.")
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
            yield Denied(position, name, f"You may not change “{FIELDS[name].label}” here.", "The people team can.")

    def card(self, employee: int) -> frozenset[str]:
        """The fields of somebody's card that may be edited."""
        request, viewer = self._request, self._request.viewer
        narrowed = self._conn.execute(select(_E.c.narrowed).where(_E.c.id == employee)).scalar()
        return editing.editable(
            viewer,
            visible_of(request.read, request.today_clock, viewer, employee, narrowed),
            own=self._me.employee == employee,
            editor=self._edits(self._department_of(employee)),
            maintains=bool(self._me.roles & MAINTAINERS),
            invitable=users.of_employee(request.read, employee) is None,
        )

    def _choices(self, position: int, wanted: Any, employee: int) -> Iterable[Denied]:
        known = audiences_of(self._conn, self._request.viewer, employee)
        for name, audience in wanted.items():
            if name in known and audience not in (None, "colleagues", *known[name].choices):
                message = f"“{FIELDS[name].label}” can’t be kept to “{audience}”."
                yield Denied(position, CHOICE + name, message, "Choose a narrower audience that the field has.")

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

