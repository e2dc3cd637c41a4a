"""What is the organisation's own about the look: the accent colour and the logo, from the ini."""

from __future__ import annotations

import hashlib
import mimetypes
from pathlib import Path

from pyramid.httpexceptions import HTTPNotFound
from pyramid.response import FileResponse, Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from myproject.request import Request
from myproject.security.headers import DRAWING
from myproject.web.params import Query, Text


class VersionQuery(Query):
    """The version of the colours."""

    v: Text = ""


def _sheet(request: Request) -> str:
    day, night = request.settings["organisation.accent"], request.settings["organisation.accent_dark"]
    return f":root {{ --accent-day: {day}; --accent-night: {night}; }}\n"


def _version(sheet: str) -> str:
    return hashlib.sha256(sheet.encode()).hexdigest()[:12]


def theme(request: Request) -> str:
    """For templates: the address of the organisation's colours."""
    return f"{request.script_name}/theme.css?v={_version(_sheet(request))}"


@view_config(
    route_name="theme", request_method="GET", permission=NO_PERMISSION_REQUIRED, query=VersionQuery, cache="no-cache"
)
def theme_css(request: Request) -> Response:
    """The accent by day and by night, as custom properties that the style sheet reads."""
    sheet = _sheet(request)
    current = VersionQuery.of(request).v == _version(sheet)
    response = Response(sheet, content_type="text/css", charset="utf-8")
    if current:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
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
