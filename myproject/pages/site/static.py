"""Our own files: style sheets, scripts, pictures. Addresses follow their content, so browsers may keep them."""

from __future__ import annotations

from typing import Any

from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.static import static_view

from myproject.pages.site.assets import FOR_GOOD, ROOT, version
from myproject.web.params import Nothing, Query, Text
from myproject.web.request import Request
from myproject.web.views import view_config

_ASK_AGAIN = "no-cache"
_A_DAY = "public, max-age=86400"
_serve = static_view(str(ROOT), use_subpath=True, cache_max_age=None)


class AssetQuery(Query):
    """The version of a file."""

    v: Text = ""


@view_config(
    route_name="static", request_method="GET", permission=NO_PERMISSION_REQUIRED, query=AssetQuery, cache=_ASK_AGAIN
)
def static(context: Any, request: Request) -> Response:
    """A file: for good under its current version, else to be asked about again."""
    response = _serve(context, request)
    wanted = AssetQuery.of(request).v
    current = response.status_int == 200 and wanted and wanted == version("/".join(request.subpath))
    if current:
        response.headers["Cache-Control"] = FOR_GOOD
    return response


@view_config(route_name="robots", request_method="GET", permission=NO_PERMISSION_REQUIRED, query=Nothing, cache=_A_DAY)
def robots(_request: Request) -> Response:
    """Nothing here is for search engines."""
    return Response(
        b"User-agent: *\nDisallow: /\n",
        content_type="text/plain",
        charset="utf-8",
    )


@view_config(route_name="favicon", request_method="GET", permission=NO_PERMISSION_REQUIRED, query=Nothing, cache=_A_DAY)
def favicon(_request: Request) -> Response:
    """Pages name their icon themselves; this is for browsers that look here unasked."""
    return Response(status=204, headerlist=[])
