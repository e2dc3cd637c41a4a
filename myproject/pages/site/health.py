"""Is the process alive, and can it serve? For load balancers and monitors; tells nothing about versions."""

from __future__ import annotations

import logging

import orjson
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED

from myproject.db.answer_limit import in_a_hurry
from myproject.db.migrations import is_current
from myproject.web.params import Nothing
from myproject.web.request import Request
from myproject.web.views import view_config

log = logging.getLogger(__name__)

#: Seconds for which readiness waits for the database, to connect and again to be answered; monitors wait for some five.
PATIENCE = 2.0


@view_config(route_name="health.live", request_method="GET", permission=NO_PERMISSION_REQUIRED, query=Nothing)
def live(_request: Request) -> Response:
    """The process answers. Asks no database: restarting us would not mend one."""
    return _answer({})


@view_config(route_name="health", request_method="GET", permission=NO_PERMISSION_REQUIRED, query=Nothing)
@view_config(route_name="health.ready", request_method="GET", permission=NO_PERMISSION_REQUIRED, query=Nothing)
def ready(request: Request) -> Response:
    """The database answers and has every migration; else 503 and the name of what fails."""
    checks = {"database": "ok", "migrations": "ok"}
    try:
        with in_a_hurry(PATIENCE):
            if not is_current(request.conn):
                checks["migrations"] = "failed"
    except Exception as error:  # noqa: BLE001 - whatever it is, the answer is no
        log.warning("not ready: %s", (str(error).splitlines() or [type(error).__name__])[0])
        checks = {"database": "failed"}
    return _answer(checks)


def _answer(checks: dict[str, str]) -> Response:
    failed = "failed" in checks.values()
    body = {"status": "failed" if failed else "ok", **({"checks": checks} if checks else {})}
    return Response(orjson.dumps(body), status=503 if failed else 200, content_type="application/json")
