"""Having a list of people made as a workbook, beside the pages."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from myproject.security.permissions import Permission
from myproject.transfers.exports import export
from myproject.web.exports import count_export, export_order
from myproject.web.forms import Form
from myproject.web.listing import ListQuery, ListRequest
from myproject.web.request import Request
from myproject.web.views import view_config

_NOW: dict[str, Any] = {"as_of": None, "known_at": None}


@view_config(route_name="export", request_method="POST", query=ListQuery, permission=Permission.DIRECTORY_EXPORT)
def as_workbook(request: Request) -> HTTPSeeOther:
    """Everyone on the list that the address asks for; it is found among one's own background work."""
    Form.sent(request)
    query = ListQuery.of(request)
    asked = ListRequest(request, query)
    if asked.bad_query:
        raise asked.bad_query
    count_export(request)
    request.enqueue(export, export_order(request, query, asked, "xlsx"), user=request.me.user)
    return HTTPSeeOther(request.link("me.jobs", _NOW))
