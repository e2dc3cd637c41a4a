"""Having a list of people made as a file, beside the pages."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from myproject.directory.people import people_list
from myproject.directory.people.listing.filters import ListQueryError
from myproject.directory.search.search_text import BadSearchText
from myproject.language.texts import gettext as _
from myproject.security.permissions import Permission
from myproject.transfers.exports import ExportFormat, export
from myproject.web.exports import count_export, export_order
from myproject.web.forms import Form
from myproject.web.listing import ListQuery, ListRequest, refused
from myproject.web.request import NO_CLOCK, Request
from myproject.web.views import view_config


class ExportForm(Form):
    """As what kind of file."""

    format: ExportFormat = "xlsx"


@view_config(
    route_name="export",
    request_method="GET",
    query=ListQuery,
    permission=Permission.DIRECTORY_EXPORT,
    renderer="transfers/export.html",
)
def form(request: Request) -> Any:
    """How many people it would be, and the kinds of file that there are."""
    asked = _asked(request)
    try:
        page = people_list.page(request.conn, request.clock, request.viewer, asked.filters, asked.order, size=1)
        count = page.total(exact=True).number
    except (ListQueryError, BadSearchText) as error:
        raise refused(error) from None
    return {
        "count": count,
        "kinds": [
            ("xlsx", _("Excel workbook"), _("Days and numbers are cells of their kind.")),
            ("csv", _("CSV"), _("Text, for other programs.")),
        ],
        "list": request.link("employees", _query=_given(request)),
    }


@view_config(route_name="export", request_method="POST", query=ListQuery, permission=Permission.DIRECTORY_EXPORT)
def make(request: Request) -> HTTPSeeOther:
    """Have it made: it is found among one's own background work."""
    sent = ExportForm.sent(request)
    kind: ExportFormat = sent.form.format if sent.form is not None else "xlsx"
    asked = _asked(request)
    count_export(request)
    request.enqueue(export, export_order(request, asked.query, asked, kind), user=request.me.user)
    return HTTPSeeOther(request.link("me.jobs", NO_CLOCK))


def _asked(request: Request) -> ListRequest:
    """The list that the address asks for. Raises `BadQuery`."""
    asked = ListRequest(request, ListQuery.of(request))
    if asked.bad_query:
        raise asked.bad_query
    return asked


def _given(request: Request) -> dict[str, Any]:
    return {name: request.GET.getall(name) for name in request.GET if name not in NO_CLOCK}
