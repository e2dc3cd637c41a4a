"""Reports that something is wrong: sent from a profile, dealt with in the inbox, followed by the sender."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field
from pyramid.httpexceptions import HTTPSeeOther

from myproject.accounts import notifications
from myproject.directory.reports import reports
from myproject.directory.reports.reports import MAX_TEXT, ReportRefused
from myproject.directory.visibility.audience import audience_of_person
from myproject.language.texts import gettext as _
from myproject.pages.people.card import known_card
from myproject.security.permissions import Permission
from myproject.web.forms import Form, Sent
from myproject.web.params import ClockQuery, Flag, Id, Text, typeable
from myproject.web.problems import not_found
from myproject.web.request import NO_CLOCK, Request
from myproject.web.views import view_config

PAGE = 50

Message = Annotated[str, Field(max_length=MAX_TEXT * 2), AfterValidator(typeable)]
"""Text of several lines; the domain says how long it may be."""


class ReportForm(Form):
    """What is wrong."""

    subject: Text = ""
    message: Message = ""


class AnswerForm(Form):
    """What became of a report: done, with a note for the sender, or open again."""

    do: Literal["done", "reopen"]
    answer: Message = ""


class InboxQuery(ClockQuery):
    """`state`: which reports. `after`: the last one of the page before."""

    state: Literal["open", "done"] = "open"
    after: Id | None = None


class MineQuery(ClockQuery):
    """`sent`: a report was just sent."""

    sent: Flag = False


# --- sending ------------------------------------------------------------------------------------------------


class ReportQuery(ClockQuery):
    """`subject`: what to begin with."""

    subject: Text = ""


@view_config(
    route_name="report",
    request_method="GET",
    query=ReportQuery,
    permission=Permission.REPORT_SEND,
    renderer="inbox/send.html",
)
def form(request: Request) -> Any:
    """The form to say what is wrong about someone: as it is recorded now."""
    if not request.clock.is_now:
        raise HTTPSeeOther(request.link("report", id=int(request.matchdict["id"]), _query=NO_CLOCK))
    subject = ReportQuery.of(request).subject
    choices = reports.subjects(request.viewer)
    return _page(request, ReportForm.empty(subject=subject if subject in choices else ""))


@view_config(route_name="report", request_method="POST", permission=Permission.REPORT_SEND, renderer="inbox/send.html")
def send(request: Request) -> Any:
    """Take a report."""
    sent = ReportForm.sent(request)
    page = _page(request, sent)
    if sent.form is not None and sent.form.subject not in page["subjects"]:
        sent.refuse("subject", _("Choose what is wrong."))
    if sent.form is not None:
        given = sent.form
        try:
            conn = request.db.connection()
            report = reports.send(
                conn,
                employee=page["employee"],
                user=request.me.user,
                subject=given.subject,
                message=given.message,
                at=request.now,
            )
        except ReportRefused as refused:
            sent.refuse(refused.field, refused.message, refused.remedy)
        else:
            known_to = audience_of_person(conn, page["employee"])
            handlers = notifications.users_with(conn, Permission.INBOX_HANDLE, request.now, known_to)
            told = {"employee": page["employee"], "report": report}
            others = [user for user in handlers if user != request.me.user]
            notifications.notify(conn, "report_received", users=others, args=told, now=request.now)
            return HTTPSeeOther(request.link("me.reports", _query={**NO_CLOCK, "sent": 1}))
    request.response.status_int = 400
    return page


def _page(request: Request, sent: Sent[ReportForm]) -> dict[str, Any]:
    card = known_card(request)
    employee, name = card.id, card.name
    return {
        "sent": sent,
        "employee": employee,
        "name": name,
        "own": request.me.employee == employee,
        "subjects": reports.subjects(request.viewer),
        "longest": MAX_TEXT,
    }


@view_config(
    route_name="me.reports",
    request_method="GET",
    query=MineQuery,
    permission=Permission.REPORT_SEND,
    renderer="inbox/mine.html",
)
def mine(request: Request) -> Any:
    """What one has reported, and what became of it."""
    found = reports.of_user(request.conn, request.viewer, request.me.user)
    return {"reports": found, "just_sent": MineQuery.of(request).sent}


# --- the inbox ----------------------------------------------------------------------------------------------


@view_config(
    route_name="inbox",
    request_method="GET",
    query=InboxQuery,
    permission=Permission.INBOX_HANDLE,
    renderer="inbox/inbox.html",
)
def inbox(request: Request) -> Any:
    """The reports that wait, or those that are done."""
    query = InboxQuery.of(request)
    found = reports.inbox(request.conn, request.viewer, query.state, limit=PAGE + 1, after=query.after)
    shown = found[:PAGE]
    more = len(found) > PAGE
    return {
        "state": query.state,
        "reports": shown,
        "waiting": reports.waiting(request.conn, request.viewer),
        "next": request.link("inbox", _query={"state": query.state, "after": shown[-1].id}) if more else None,
        "beginning": request.link("inbox", _query={"state": query.state}) if query.after else None,
    }


@view_config(
    route_name="inbox.report", request_method="GET", permission=Permission.INBOX_HANDLE, renderer="inbox/report.html"
)
def one(request: Request) -> Any:
    """One report, with the form to be done with it."""
    return _report(request, AnswerForm.empty())


@view_config(
    route_name="inbox.report", request_method="POST", permission=Permission.INBOX_HANDLE, renderer="inbox/report.html"
)
def handle(request: Request) -> Any:
    """Be done with a report, or open it again."""
    conn = request.db.connection()
    sent = AnswerForm.sent(request)
    page = _report(request, sent)
    report = page["report"].id
    if sent.form is not None:
        try:
            if sent.form.do == "done":
                reports.finish(conn, report, answer=sent.form.answer, by=request.me.email, at=request.now)
                if page["report"].user != request.me.user:
                    about = {"employee": page["report"].employee}
                    notifications.notify(
                        conn, "report_answered", users=[page["report"].user], args=about, now=request.now
                    )
            else:
                reports.reopen(conn, report)
        except ReportRefused as refused:
            sent.refuse(refused.field, refused.message, refused.remedy)
        except LookupError:
            sent.refuse("", _("Someone else was faster."), _("Reload the page to see the report as it is now."))
            request.response.status_int = 409
            return page
        else:
            return HTTPSeeOther(request.link("inbox", _query=NO_CLOCK))
    request.response.status_int = 400
    return page


def _report(request: Request, sent: Sent[AnswerForm]) -> dict[str, Any]:
    found = reports.one(request.conn, request.viewer, int(request.matchdict["report"]))
    if found is None:
        raise not_found(_("There is no such report."), _("Look for it in the inbox."))
    if "answer" not in sent.typed:
        sent.typed = {**sent.typed, "answer": found.answer}
    return {"sent": sent, "report": found, "longest": MAX_TEXT}
