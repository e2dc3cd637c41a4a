"""What is the organisation's own about the look: the accent colour and the logo, from the ini."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from pyramid.httpexceptions import HTTPNotFound
from pyramid.response import FileResponse, Response
from pyramid.security import NO_PERMISSION_REQUIRED

from myproject.pages.site.assets import FOR_GOOD, theme_sheet, theme_version
from myproject.security.headers import DRAWING
from myproject.web.params import Query, Text
from myproject.web.request import Request
from myproject.web.views import view_config


class VersionQuery(Query):
    """The version of the colours."""

    v: Text = ""


@view_config(
    route_name="theme", request_method="GET", permission=NO_PERMISSION_REQUIRED, query=VersionQuery, cache="no-cache"
)
def theme_css(request: Request) -> Response:
    """The accent by day and by night, as custom properties that the style sheet reads."""
    sheet = theme_sheet(request)
    current = VersionQuery.of(request).v == theme_version(sheet)
    response = Response(sheet, content_type="text/css", charset="utf-8")
    if current:
        response.headers["Cache-Control"] = FOR_GOOD
    return response


@view_config(
    route_name="logo",
    request_method="GET",
    permission=NO_PERMISSION_REQUIRED,
    query=VersionQuery,
    cache="public, max-age=86400",
    csp=DRAWING,
)
def logo(request: Request) -> Response:
    """The organisation's logo."""
    path = request.settings["organisation.logo"]
    if not path or not Path(path).is_file():
        raise HTTPNotFound
    kind = mimetypes.guess_type(str(path))[0] or "application/octet-stream"
    response: Response = FileResponse(str(path), request=request, content_type=kind)
    return response
