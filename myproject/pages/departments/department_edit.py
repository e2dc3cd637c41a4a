"""What is said about a department, edited: by its editors, by those of a department above it, by the people team."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Annotated, Any

from pydantic import AfterValidator, Field
from pyramid.httpexceptions import HTTPSeeOther

from myproject.accounts import users
from myproject.accounts.errors import AccountError
from myproject.directory.changes.change_sets import ChangeSetWriter
from myproject.directory.departments import department_history as history
from myproject.directory.departments.department_history import About
from myproject.directory.schema.verbs import EditDepartment
from myproject.language.formats import number_text
from myproject.language.texts import gettext as _
from myproject.language.texts import length_text
from myproject.security.permissions import Permission
from myproject.web.forms import Form, Sent
from myproject.web.params import Nothing, Text, typeable
from myproject.web.problems import words_for
from myproject.web.request import NO_CLOCK, Request
from myproject.web.resources import DepartmentResource
from myproject.web.views import view_config

LONGEST = 4000
"""Characters of the text about a department."""
_BREAKS = re.compile(r"\r\n?").sub


def _prose(text: str) -> str:
    return "\n".join(line.rstrip() for line in _BREAKS("\n", typeable(text)).split("\n")).strip()


#: Text of several lines. Browsers send a line break as two characters, so more come than count.
Prose = Annotated[str, Field(max_length=2 * LONGEST), AfterValidator(_prose)]


class DepartmentForm(Form):
    """What is said about it. `version` tells what it read when the form was made."""

    about: Prose = ""
    email: Text = ""
    version: Text = ""


@view_config(
    route_name="department.edit",
    request_method="GET",
    permission=Permission.DEPARTMENT_EDIT,
    query=Nothing,
    renderer="departments/edit.html",
)
def form(context: DepartmentResource, request: Request) -> Any:
    """The form."""
    now = history.about(request.conn, context.node.id)
    sent = DepartmentForm.empty(about=now.about or "", email=now.email or "", version=_version(now))
    return _page(context, sent)


@view_config(
    route_name="department.edit",
    request_method="POST",
    permission=Permission.DEPARTMENT_EDIT,
    query=Nothing,
    renderer="departments/edit.html",
)
def save(context: DepartmentResource, request: Request) -> Any:
    """Keep it as a change set, unless somebody else has changed it meanwhile."""
    sent = DepartmentForm.sent(request)
    if sent.form is not None:
        _look(sent)
    if sent.form is None:
        request.response.status_int = 400
        return _page(context, sent)
    form, department = sent.form, context.node.id
    wanted = About(form.about or None, form.email.lower() or None)
    with ChangeSetWriter(
        request.db.connection(),
        today=request.today,
        author=request.me.email,
        source="form",
        request_id=request.request_id,
    ) as writer:
        # Read once we are the only writer: what we see here is what we replace.
        now = history.about(writer.conn, department)
        if form.version == _version(now):
            changed = {name: value for name, value in wanted._asdict().items() if value != getattr(now, name)}
            if changed:
                writer.add([EditDepartment(department=department, **changed)])
            return HTTPSeeOther(_address(request, context))
    request.response.status_int = 409
    sent.refuse(
        "",
        words_for(409, api=False)[1],
        _("Their text is below. Save yours to replace it."),
    )
    sent.typed = {**sent.typed, "version": _version(now)}
    return _page(context, sent, now)


def _look(sent: Sent[DepartmentForm]) -> None:
    assert sent.form is not None
    form = sent.form
    if len(form.about) > LONGEST:
        sent.refuse("about", length_text(form.about), _("Use at most %(number)s.", number=number_text(LONGEST)))
    if form.email:
        try:
            users.clean_email(form.email)
        except AccountError as error:
            sent.refuse("email", error.message, error.remedy)


def _page(context: DepartmentResource, sent: Sent[DepartmentForm], now: About | None = None) -> dict[str, Any]:
    return {"sent": sent, "node": context.node, "path": context.tree.path_of(context.node.id), "now": now}


def _address(request: Request, context: DepartmentResource) -> str:
    return request.link("departments", NO_CLOCK, traverse=context.node.path.split("/"))


def _version(about: About) -> str:
    """A token that changes with what is said about a department."""
    return hashlib.sha256(json.dumps(about).encode()).hexdigest()[:16]
