"""What may be done with somebody, for the menus of pages: the forms are those of `pages.careers`."""

from __future__ import annotations

from myproject.directory.schema.verbs import VERBS
from myproject.language.texts import gettext as _
from myproject.language.texts import marked
from myproject.security.permissions import Permission
from myproject.security.policy import holds
from myproject.web.request import NO_CLOCK, Request
from myproject.web.resources import employee_context

ACTIONS = {
    "job": marked("Change job…"),
    "manager": marked("New manager…"),
    "role": marked("Second role…"),
    "correct": marked("Correct…"),
    "leave": marked("Leaves…"),
}
"""With who works here today: name of the form -> its label."""
ROLE_VERBS = {
    name.replace("_", "-"): verb
    for name, verb in VERBS.items()
    if verb.subject == "employee" and (told := verb.model_fields.get("assignment")) and told.is_required()
}
"""What is said of one role of several: with who has a role beside the main one. Each has a form of its own."""
FORMER_ACTIONS = {"rehire": marked("Rehire…")}
"""With who does not."""


def actions(request: Request, employee: int, *, former: bool = False, several: bool = False) -> list[tuple[str, str]]:
    """What the viewer may do with somebody: label and address of each form. `several`: whether they have two roles."""
    me, wanted = request.me, Permission.EMPLOYEE_CHANGE
    # The database is asked only for who has a role for a department.
    if not holds(me, wanted) and not (
        me.department_roles and request.has_permission(wanted, employee_context(request))
    ):
        return []
    labels = {name: _(label) for name, label in (FORMER_ACTIONS if former else ACTIONS).items()}
    if several:
        labels |= {name: f"{_(verb.title)}…" for name, verb in ROLE_VERBS.items()}
    return [(label, request.link("career.act", NO_CLOCK, id=employee, action=name)) for name, label in labels.items()]
