"""Lists as files: counted, entered into the audit log, and made while they are sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any
from urllib.parse import quote

from pyramid.response import Response
from sqlalchemy import Connection

from myproject.accounts import throttle
from myproject.accounts.audit import Event, record
from myproject.accounts.throttle import Limit, Throttled, wait_words
from myproject.directory.people.listing.filters import ListQueryError
from myproject.directory.search.search_text import BadSearchText, ask
from myproject.jobs import files
from myproject.jobs.files import JobFileRow
from myproject.language.texts import ngettext
from myproject.transfers.exports import ExportFormat, ExportOrder
from myproject.web.listing import ListQuery, ListRequest, refused
from myproject.web.problems import too_often
from myproject.web.request import Request

HOUR = 3_600
#: What is no filter: how a list is answered, not who is on it.
_ANSWERING = frozenset({"format", "fields", "omit", "brief"})


def count_export(request: Request) -> None:
    """Count a list that is about to be sent as a file; raise a 429 where an account, or a token, takes too many."""
    most = request.settings["throttle.exports"]
    if not most:
        return
    me = request.me
    whose = str(me.user) if me.token is None else f"token {me.token}"
    try:
        throttle.try_once(request.engines, [Limit("export", whose, most, HOUR)], request.now)
    except Throttled as error:
        message = ngettext(
            "You have downloaded %(num)s list within an hour.",
            "You have downloaded %(num)s lists within an hour.",
            most,
        )
        raise too_often(message, wait_words(error.seconds), error.seconds) from None


def people_file(
    request: Request, query: ListQuery, media_type: str, ending: str, lines: Callable[[Connection], Iterator[bytes]]
) -> Response:
    """Everyone on a list as a file. `lines` makes it in pieces, over a connection that outlives the request's.

    Raises `BadQuery` for what the viewer may not ask, and a 429 where they take too many files.
    """
    response = Response(content_type=media_type, charset="utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="people-{request.clock.as_of}.{ending}"'
    if request.method != "HEAD":
        count_export(request)
        response.app_iter = _begun(request, query, lines)
    return response


def export_order(request: Request, query: ListQuery, asked: ListRequest, kind: ExportFormat) -> ExportOrder:
    """A list as a file that is made in the background. Raises `BadQuery` for a search text that can't be looked for."""
    filters = asked.filters
    try:
        ask(filters.q)
    except BadSearchText as error:
        raise refused(error) from None
    clock = request.clock
    return ExportOrder.by(
        request.me,
        request.origin,
        format=kind,
        q=filters.q,
        name=filters.name,
        similar=filters.similar,
        only=filters.only,
        chosen=filters.chosen,
        given=_given(query),
        sort=asked.order.text,
        as_of=None if clock.as_of == request.today else clock.as_of,
        known_at=clock.known_at,
    )


def job_file(request: Request, file: JobFileRow) -> Response:
    """A file of a job, in parts, over a connection that outlives the request's."""
    engine = request.engines.read

    def parts() -> Iterator[bytes]:
        with engine.connect() as conn:
            yield from files.content(conn, file)

    response = Response(content_type=file.media_type, app_iter=parts())
    response.content_length = file.size
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    return response


def _begun(request: Request, query: ListQuery, lines: Callable[[Connection], Iterator[bytes]]) -> Iterator[bytes]:
    """The pieces. The first two are made now, while a mistake can still be answered with an error."""
    engine = request.engines.read

    def pieces() -> Iterator[bytes]:
        with engine.connect() as conn:
            yield from lines(conn)

    given: Any = pieces()
    try:
        first = list(islice(given, 2))
        _note(request, query)
    except (ListQueryError, BadSearchText) as error:
        raise refused(error) from None
    except Exception:
        # The error keeps the frame, and the frame the connection, until somebody collects the garbage.
        given.close()
        raise
    return chain(first, given)


def _note(request: Request, query: ListQuery) -> None:
    """Enter the export into the audit log: a request that writes although it only reads.

    Without the entry there is no file: while another write holds the database for long, the answer is a 503.
    """
    filters = _given(query)
    details = {"what": "people", **({"filters": filters} if filters else {})}
    with request.engines.begin(wait=2) as conn:
        record(conn, request.origin, Event.EXPORTED, user=request.me.user or None, details=details)


def _given(query: ListQuery) -> dict[str, Any]:
    """What was asked for, in the words of the address."""
    given = query.model_dump(mode="json", exclude_defaults=True, exclude=set(_ANSWERING))
    return {name: value for name, value in given.items() if value}
