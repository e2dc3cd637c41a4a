"""Reports that something about an employee is wrong, and the people team's answers to them.

A report is a message to people, no fact of the organisation: it has no dates of validity and makes no change set.
What it leads to is an edit of its own. So these are plain writes, in the caller's transaction.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, and_, bindparam, func, insert, select, update

from myproject.directory.schema.fields import AUDIENCES, FIELDS
from myproject.directory.visibility.audience import Viewer, visible_fields
from myproject.language.formats import number_text
from myproject.language.texts import gettext as _
from myproject.language.texts import length_text, marked, ngettext
from myproject.models.account import User
from myproject.models.employee import Employee
from myproject.models.report import Report

_R = Report.__table__
_E = Employee.__table__
_U = User.__table__
_SENDER: Any = Employee.__table__.alias("sender")

MAX_TEXT = 2000
MAX_OPEN = 20
"""Reports that one account may have waiting at a time: nobody can flood the inbox."""
OTHERS = {"left": marked("No longer works here"), "other": marked("Something else")}
"""What can be wrong besides a field."""

State = Literal["open", "done"]


class ReportRefused(Exception):
    """A report or an answer is not taken: which part of it, why, and what to do."""

    def __init__(self, field: str, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.field = field
        self.message = message
        self.remedy = remedy


class ReportRow(NamedTuple):
    """A report as its readers see it."""

    id: int
    employee: int
    name: str | None
    """Of the employee; None where the reader may not know of them."""
    user: int
    sender_mail: str
    sender: int | None
    """The employee whose account sent it."""
    sender_name: str | None
    subject: str
    message: str
    sent_at: datetime
    done_at: datetime | None
    done_by: str | None
    answer: str

    @property
    def about(self) -> str:
        """What is said to be wrong, in words."""
        label = OTHERS.get(self.subject) or (FIELDS[self.subject].label if self.subject in FIELDS else "")
        return _(label) if label else self.subject


def subjects(viewer: Viewer) -> dict[str, str]:
    """What a viewer can say is wrong: the fields that they may see of everyone, and the rest. Value -> label."""
    seen = visible_fields(viewer)
    labels = {name: info.label for name, info in FIELDS.items() if name in seen} | OTHERS
    return {name: _(label) for name, label in labels.items()}


def send(conn: Connection, *, employee: int, user: int, subject: str, message: str, at: datetime) -> int:
    """Take a report; its id. That the sender may know of the employee has been seen to.

    Raises `ReportRefused`.
    """
    message = "\n".join(line.rstrip() for line in message.splitlines()).strip()
    if subject not in FIELDS and subject not in OTHERS:
        raise ReportRefused("subject", _("Choose what is wrong."))
    if not message and subject != "left":
        raise ReportRefused("message", _("Say what is wrong."), _("What should it say instead?"))
    if len(message) > MAX_TEXT:
        raise _too_long("message", message)
    waiting = conn.execute(select(func.count()).where(_R.c.user_id == user, _R.c.done_at.is_(None))).scalar() or 0
    if waiting >= MAX_OPEN:
        raise ReportRefused(
            "message",
            ngettext("You already have %(num)s report waiting.", "You already have %(num)s reports waiting.", waiting),
            _("Wait until the people team has dealt with some of them."),
        )
    values = {"employee_id": employee, "user_id": user, "subject": subject, "message": message, "sent_at": at}
    new: int = conn.execute(insert(_R).values(**values, answer="").returning(_R.c.id)).scalar_one()
    return new


def _too_long(field: str, text: str) -> ReportRefused:
    return ReportRefused(
        field,
        length_text(text),
        _("Use at most %(most)s characters.", most=number_text(MAX_TEXT)),
    )


def finish(conn: Connection, report: int, *, answer: str, by: str, at: datetime) -> None:
    """The people team has dealt with a report. Raises `ReportRefused`, and LookupError for one that is not open."""
    answer = "\n".join(line.rstrip() for line in answer.splitlines()).strip()
    if len(answer) > MAX_TEXT:
        raise _too_long("answer", answer)
    done = conn.execute(
        update(_R).where(_R.c.id == report, _R.c.done_at.is_(None)).values(done_at=at, done_by=by, answer=answer)
    )
    if not done.rowcount:
        raise LookupError(f"there is no open report {report}")


def reopen(conn: Connection, report: int) -> None:
    """A report that was done by mistake waits again; its answer is kept for the next one to change."""
    done = conn.execute(
        update(_R).where(_R.c.id == report, _R.c.done_at.is_not(None)).values(done_at=None, done_by=None)
    )
    if not done.rowcount:
        raise LookupError(f"there is no finished report {report}")


def _known(viewer: Viewer) -> Any:
    """The condition on employees of whom the viewer may know, by their reach: who handles reports has one."""
    known = _E.c.audience.in_(AUDIENCES[AUDIENCES.index(viewer.audience) :])
    return known if viewer.employee is None else known | (_E.c.id == viewer.employee)


def _reports(viewer: Viewer) -> Any:
    columns = (
        _R.c.id,
        _R.c.employee_id,
        _E.c.name,
        _R.c.user_id,
        _U.c.email,
        _U.c.employee_id,
        _SENDER.c.name,
        _R.c.subject,
        _R.c.message,
        _R.c.sent_at,
        _R.c.done_at,
        _R.c.done_by,
        _R.c.answer,
    )
    return select(*columns).select_from(
        _R.join(_U, _U.c.id == _R.c.user_id)
        .outerjoin(_E, and_(_E.c.id == _R.c.employee_id, _known(viewer)))
        .outerjoin(_SENDER, _SENDER.c.id == _U.c.employee_id)
    )


def inbox(
    conn: Connection, viewer: Viewer, state: State, *, limit: int = 50, after: int | None = None
) -> list[ReportRow]:
    """The reports about those whom the viewer may know: open ones with the oldest first, done ones with the newest.

    after: the id of the last one of the page before.
    """
    query = _reports(viewer).where(_E.c.id.is_not(None)).limit(limit)
    if state == "open":
        query = query.where(_R.c.done_at.is_(None)).order_by(_R.c.id)
        if after is not None:
            query = query.where(_R.c.id > after)
    else:
        query = query.where(_R.c.done_at.is_not(None)).order_by(_R.c.done_at.desc(), _R.c.id.desc())
        if after is not None:
            last = select(_R.c.done_at).where(_R.c.id == after).scalar_subquery()
            query = query.where((_R.c.done_at < last) | ((_R.c.done_at == last) & (_R.c.id < after)))
    return [ReportRow._make(row) for row in conn.execute(query)]


def of_user(conn: Connection, viewer: Viewer, user: int, *, limit: int = 100) -> list[ReportRow]:
    """What an account has reported, the newest first."""
    query = _reports(viewer).where(_R.c.user_id == user).order_by(_R.c.id.desc()).limit(limit)
    return [ReportRow._make(row) for row in conn.execute(query)]


def one(conn: Connection, viewer: Viewer, report: int) -> ReportRow | None:
    """One report; None where there is none, or where the viewer may not know of the employee."""
    row = conn.execute(_reports(viewer).where(_R.c.id == bindparam("report"), _E.c.id.is_not(None)), {"report": report})
    found = row.first()
    return ReportRow._make(found) if found else None


def waiting(conn: Connection, viewer: Viewer) -> int:
    """How many reports are open of which the viewer may know: from an index that holds the open ones only."""
    query = select(func.count()).select_from(_R.join(_E, _E.c.id == _R.c.employee_id))
    return int(conn.execute(query.where(_R.c.done_at.is_(None), _known(viewer))).scalar() or 0)
