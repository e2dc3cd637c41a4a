"""Our request: what a view needs, each thing made when it is first asked for.

Everything hangs on this class. Pyramid's ``add_request_method`` would make a class per request (14 µs).
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

import pyramid.request
import sqlalchemy as sa
import sqlalchemy.exc
import transaction
from pyramid.decorator import reify
from pyramid.httpexceptions import HTTPBadRequest, HTTPRequestEntityTooLarge
from pyramid_retry import is_error_retryable
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from myproject.accounts.audit import Origin
from myproject.accounts.identity import Identity
from myproject.db.engines import Engines
from myproject.db.prepared import Prepared
from myproject.db.retry import is_silent
from myproject.db.sessions import session_for
from myproject.directory.schema.clock import Clock, make_clock
from myproject.directory.visibility.audience import Viewer
from myproject.language.languages import Language, language_of
from myproject.language.texts import gettext as _
from myproject.models.account import AccessCounter
from myproject.models.counter import Counter
from myproject.security.addresses import client_address
from myproject.web.negotiation import preferred_language
from myproject.web.params import ClockQuery

if TYPE_CHECKING:
    from myproject.jobs.kinds import A, Kind

log = logging.getLogger(__name__)

#: An id that a proxy or a client may choose for its request: enough to correlate, nothing to inject.
_TRUSTED_ID = re.compile(r"[A-Za-z0-9._-]{8,64}").fullmatch

_counter, _access = Counter.__table__.c, AccessCounter.__table__.c
_COUNTER = Prepared(
    sa.select(_counter.revision, _counter.present_day, _access.number)
    .select_from(sa.join(Counter.__table__, AccessCounter.__table__, _access.id == _counter.id))
    .where(_counter.id == 1)
)


_UNREADABLE = frozenset("\0\N{REPLACEMENT CHARACTER}")


class UnreadableFormError(HTTPBadRequest):
    """The body of a form is no form, or not UTF-8."""

    def __init__(self) -> None:
        super().__init__(_("The form can't be read."))
        self.remedy = _("Send the form again, as UTF-8.")


#: The longest form, in bytes: a card with all that it can hold takes a tenth.
MAX_FORM = 1024**2
#: The longest form with a file: the largest picture that is taken, and what is around it.
MAX_UPLOAD = 10 * 1024**2 + 64 * 1024
#: Routes whose forms hold a file.
UPLOADS = frozenset({"card.portrait", "api.imports", "import"})


NO_CLOCK: dict[str, Any] = {"as_of": None, "known_at": None}
"""For `Request.link`: to a page of today, as known now, whatever the page shows that links to it."""


class FormTooLargeError(HTTPRequestEntityTooLarge):
    """The body is longer than any form of ours."""

    def __init__(self, limit: int) -> None:
        size = f"{limit // 1024**2} MB"
        super().__init__(_("What you sent is larger than %(size)s.", size=size))
        self.remedy = _("Send a smaller file.") if limit == MAX_UPLOAD else _("Send less at once.")


class CounterRow(NamedTuple):
    """What the one-row counters say: the newest revision, the day of `present`, the access number."""

    revision: int
    present_day: date | None
    access: int


class Request(pyramid.request.Request):
    """A request with its connections, its clock and its viewer."""

    #: Longer bodies are kept in a file, in case the request is made anew (`web.outermost_tween.attempts`).
    request_body_tempfile_limit = MAX_FORM

    # --- what the process holds -----------------------------------------------------------------------------

    @property
    def settings(self) -> Mapping[str, Any]:
        """The settings of the application, by name: ``request.settings["organisation.name"]``."""
        settings: Mapping[str, Any] = self.registry.app_settings
        return settings

    @property
    def engines(self) -> Engines:
        """The engines, for answers that outlive the request: a streamed body opens its own connection."""
        engines: Engines = self.registry.engines
        return engines

    @reify
    def language(self) -> Language:
        """The language of the answer: the person's choice, else what the browser asks for, among those of the ini."""
        offered = self.settings["pages.languages"]
        try:
            chosen = self.identity.language if self.identity is not None else None
        except sqlalchemy.exc.SQLAlchemyError:  # an error page comes without a database, too
            chosen = None
        if chosen not in offered:
            chosen = preferred_language(self.environ.get("HTTP_ACCEPT_LANGUAGE", ""), offered)
        return language_of(chosen)

    # --- what was sent --------------------------------------------------------------------------------------

    @reify
    def POST(self) -> Any:  # noqa: N802 - WebOb's name
        """The fields of the form that was sent; a 400 where they can't be read."""
        self._check_length()
        try:
            form = super().POST
        except (ValueError, LookupError, OSError, DeprecationWarning) as error:
            # Another charset (WebOb raises a warning), multipart without a boundary, a client that went away.
            raise UnreadableFormError from error
        if self._uploads:
            # Each file lies in a temporary file of its own, however short it is.
            self.add_finished_callback(close_body)
        for name, value in form.items():
            # WebOb puts U+FFFD where bytes are no UTF-8; nobody types it, or NUL.
            if isinstance(value, str) and not _UNREADABLE.isdisjoint(name + value):
                raise UnreadableFormError
        return form

    @property
    def _uploads(self) -> bool:
        """Whether a file may come with the form."""
        route = getattr(self, "matched_route", None)
        return route is not None and route.name in UPLOADS

    def _check_length(self) -> None:
        """Refuse by its length what no form of ours sends, before any of it is read."""
        limit = MAX_UPLOAD if self._uploads else MAX_FORM
        if (self.content_length or 0) > limit:
            raise FormTooLargeError(limit)

    # --- connections ----------------------------------------------------------------------------------------

    @property
    def conn(self) -> Connection:
        """The connection to read by. Once `db` has been used it is the connection of that session."""
        if "db" in self.__dict__:
            return self.db.connection()
        return self.read

    @reify
    def read(self) -> Connection:
        """The connection of the read engine, whatever else the request does."""
        conn = self.engines.read.connect()
        # This very one: `counter` puts another in its place where it was lost, and may find none.
        self.add_finished_callback(lambda _request: conn.close())
        return conn

    @reify
    def tm(self) -> transaction.TransactionManager:
        """The transaction manager of this request, active for methods that may write."""
        return self.environ.get("tm.manager") or transaction.TransactionManager(explicit=True)

    @reify
    def db(self) -> Session:
        """The session to write with: committed when the view returns, rolled back when it raises."""
        session = session_for(self.registry.session_factory, self.tm)
        # The transaction manager closes it in the ordinary way; this is for a session that never joined one.
        self.add_finished_callback(lambda _request: session.close())
        return session

    @reify
    def counter(self) -> CounterRow:
        """The counter rows as they were when the request first asked."""
        try:
            row = _COUNTER.first(self.read)
        except sqlalchemy.exc.DBAPIError as error:
            if not error.connection_invalidated or is_silent(error.orig):
                raise
            # The pooled connection had died since its last use. This is the first query of nearly every
            # request, so trying it again on a new connection is a pre-ping that costs nothing.
            self.read.close()
            self.__dict__.pop("read")
            row = _COUNTER.first(self.read)
        return CounterRow(*row)

    def enqueue(self, kind: Kind[A], args: A, **options: Any) -> int | None:
        """Have something done in the background once what the request writes is committed, with `Kind.enqueue`."""
        self.ring()
        return kind.enqueue(self.db.connection(), args, now=self.now, **options)

    def ring(self) -> None:
        """Have those who do jobs look at the ledger once what the request writes is committed."""

        def committed(success: bool) -> None:
            if success:
                self.registry.jobs.ring()

        self.tm.get().addAfterCommitHook(committed)

    # --- time -----------------------------------------------------------------------------------------------

    @reify
    def now(self) -> datetime:
        """The moment of the request, in UTC."""
        now: datetime = self.registry.now()
        return now.astimezone(UTC)

    @property
    def zone(self) -> ZoneInfo:
        """The organisation's time zone."""
        zone: ZoneInfo = self.registry.zone
        return zone

    @reify
    def today(self) -> date:
        """The day of the request, in the organisation's time zone."""
        return self.now.astimezone(self.zone).date()

    @reify
    def clock(self) -> Clock:
        """The day and the knowledge that the request asks for; a 400 when it asks for nonsense."""
        asked = ClockQuery.of(self)
        as_of, known_at = asked.as_of, asked.known_at_moment(self.zone)
        if known_at is not None and known_at >= self.now:
            known_at = None
        return self._clock_for(as_of, known_at)

    @reify
    def today_clock(self) -> Clock:
        """Today as known now, whatever the page shows: what rights and forms go by."""
        return self.clock if self.clock.is_now else self._clock_for(None, None)

    def _clock_for(self, as_of: date | None, known_at: datetime | None) -> Clock:
        counter = self.counter
        present_day = counter.present_day
        if known_at is None and present_day != self.today and as_of in (None, self.today):
            present_day = self.registry.roll_forward(self.today, present_day)
        return make_clock(
            self.conn,
            today=self.today,
            revision=counter.revision,
            present_day=present_day,
            as_of=as_of,
            known_at=known_at,
        )

    # --- who ------------------------------------------------------------------------------------------------

    @reify
    def identity(self) -> Identity | None:
        """Who asks, or None; worked out by the security policy, once."""
        identity: Identity | None = self.registry.policy.identity(self)
        return identity

    @property
    def me(self) -> Identity:
        """Who asks, in views that nobody reaches without having signed in."""
        identity = self.identity
        assert identity is not None
        return identity

    @reify
    def viewer(self) -> Viewer:
        """How the directory sees who asks; nobody sees nothing."""
        viewer: Viewer = self.registry.viewer_of(self.identity)
        return viewer

    @reify
    def origin(self) -> Origin:
        """Who does something, from where and when: for the audit log."""
        actor = self.identity.email if self.identity else "nobody"
        return Origin(actor, self.now, client_address(self), self.request_id)

    @reify
    def request_id(self) -> str:
        """A name for this request in logs and on error pages; the same for every attempt at it."""
        environ = self.environ
        known: str | None = environ.get("myproject.request_id")
        if known is None:
            given = environ.get("HTTP_X_REQUEST_ID", "")
            known = environ["myproject.request_id"] = given if _TRUSTED_ID(given) else secrets.token_hex(8)
        return known

    # --- addresses ------------------------------------------------------------------------------------------

    def link(self, target: str, /, _query: Mapping[str, Any] | None = None, **parts: Any) -> str:
        """The address of a route, or of a path that begins with ``/``, that keeps ``as_of`` and ``known_at``.

        ``_query`` adds parameters: None and empty values are left out, lists are repeated; ``as_of=None``
        drops the date. ``link("departments", traverse=("engineering", "platform"))`` is a place in the tree.
        """
        path = target if target[0] == "/" else _path(self.registry.paths[target], parts)
        query = urlencode(_flat({**self._kept, **_query})) if _query else self._kept_text
        prefix = self.environ.get("SCRIPT_NAME")
        if prefix:
            path = quote(prefix) + path
        return f"{path}?{query}" if query else path

    def public_address(self, path: str) -> str:
        """The full address of a path, for programs: by `security.base_url`, whatever Host the request names."""
        return f"{self.settings['security.base_url']}{quote(self.environ.get('SCRIPT_NAME', ''))}{path}"

    @reify
    def _kept(self) -> dict[str, str]:
        """The parameters of the clock, as they were given."""
        if not self.environ.get("QUERY_STRING"):
            return {}
        given = self.GET
        return {name: given[name] for name in ("as_of", "known_at") if given.get(name)}

    @reify
    def _kept_text(self) -> str:
        return urlencode(self._kept)


def close_body(request: Request) -> None:
    """Let go of the temporary files of a long body now rather than when Python gets round to it.

    A finished callback. A body that another attempt at the request will read is left open.
    """
    for value in request.__dict__.get("POST", {}).values():
        if not isinstance(value, str | bytes) and value.file is not None:
            value.file.close()
    if request.is_body_seekable and not is_error_retryable(request, request.exception):
        request.body_file_raw.close()


def _path(pattern: str, parts: Mapping[str, Any]) -> str:
    if not parts:
        return pattern.removesuffix("{traverse}")
    return pattern.format_map({name: _segment(value) for name, value in parts.items()})


def _segment(value: object) -> str:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return quote(value, safe="~")
    if isinstance(value, Sequence):
        return "".join(f"{quote(str(part), safe='~')}/" for part in value)
    raise TypeError(f"{value!r} is no part of an address")


def _flat(query: Mapping[str, Any]) -> list[tuple[str, str]]:
    pairs = []
    for name, value in query.items():
        values = value if isinstance(value, list | tuple | set | frozenset) else (value,)
        pairs += [(name, str(each)) for each in values if each is not None and each != ""]
    return pairs
