"""The event loop of a process: whoever listens there, and what they are told.

In a web process it lives in a thread of its own (`live/thread.py`); as a server of its own
(`[server:live]`) it is the process. What must ask the database does so in one other thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import resource
import socket
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, timedelta
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from myproject.directory.changes.affected import affected_since

from .admission import Admission, AdmissionRefused, Listener, may_edit
from .news import Hint, HintFinder, LiveState, hints_since, notified_since, state_now
from .socket import LiveSocket
from .topics import MINE, MOST, LiveTopic, read_topic

log = logging.getLogger(__name__)

POLL = 1.0
"""Seconds between two looks when nobody rings: changes of other processes, a new day."""
EACH_MOST = 10
"""Sockets of one account."""
SPARE_FILES = 256
"""Open files of the process that sockets leave for everything else."""
RECHECK, RECHECK_SOON = 60.0, 2.0
"""Seconds until sessions are looked at again: always, and after a change set, which may have ended an employment."""
LATELY = timedelta(minutes=2)
"""How long ago a notification may have been written that is seen now."""
PING, SILENCE = 25.0, 60.0
"""Seconds between two pings, and without a sign of life until a connection counts as gone."""
GOING_AWAY, POLICY, SIGNED_OUT = 1001, 1008, 4401

R = TypeVar("R")


class Wanted(BaseModel):
    """What a page sends: its topics, and the revision that it was made after."""

    model_config = ConfigDict(extra="forbid", strict=True)

    topics: list[str] = Field(max_length=MOST)
    revision: int = Field(ge=0, le=2**53)


class _Look(NamedTuple):
    """What a look at the database found."""

    state: LiveState
    hints: dict[LiveSocket, list[Hint] | None]
    """None: too much to tell one by one."""
    listeners: dict[LiveSocket, Listener | None]
    """Those that were looked at again; None for a session that is over."""
    notified: frozenset[int]
    """Accounts that were told of something."""


def _open_files() -> int:
    """How many files the process may have open, after asking for as many as it can get."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    now, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return now if now != resource.RLIM_INFINITY else 2**20


class Gateway:
    """The sockets of a process."""

    def __init__(self, registry: Any, poll: float = POLL) -> None:
        self._registry = registry
        self._poll = poll
        self._admission = Admission(registry)
        self._most = max(_open_files() - SPARE_FILES, EACH_MOST)
        self._sockets: set[LiveSocket] = set()
        self._each: Counter[int] = Counter()
        self._forms: dict[LiveTopic, set[LiveSocket]] = {}
        self._seen: LiveState | None = None
        self._recheck_at = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    # --- from other threads -----------------------------------------------------------------------------------

    @property
    def pages(self) -> int:
        """How many listen."""
        return len(self._sockets)

    def ring(self) -> None:
        """Something was committed."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # it ends at this moment
                self._loop.call_soon_threadsafe(self._rung.set)

    def adopt(self, connection: socket.socket, received: bytes) -> None:
        """Take over a connection from a web server, with the request that it has read from it."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._start, self._take(connection, received))

    def stop(self) -> None:
        """End: every page is told that it was for now."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._ending.set)

    # --- its life ---------------------------------------------------------------------------------------------

    async def run(self, begun: Callable[[], None], listening: Mapping[str, Any] | None = None) -> None:
        """Serve, until `stop`; `listening`: arguments of `loop.create_server` where it has an address of its own."""
        loop = asyncio.get_running_loop()
        self._rung, self._ending = asyncio.Event(), asyncio.Event()
        self._database = ThreadPoolExecutor(1, thread_name_prefix="live-database")
        server = await loop.create_server(self._made, **listening) if listening is not None else None
        self._loop = loop
        self._start(self._follow())
        self._start(self._watch())
        begun()
        try:
            await self._ending.wait()
        finally:
            self._loop = None
            if server is not None:
                server.close()
            for each in tuple(self._sockets):
                each.close(GOING_AWAY)
            for task in tuple(self._tasks):
                task.cancel()
            await asyncio.sleep(0.1)  # the words are sent
            for each in tuple(self._sockets):
                each.abort()
            self._database.shutdown(wait=False)

    def _start(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _ask(self, ask: Callable[..., R], *args: Any) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._database, ask, *args)

    # --- connections ------------------------------------------------------------------------------------------

    def _made(self) -> LiveSocket:
        return LiveSocket(self._on_request, self._on_message, self._on_close)

    async def _take(self, connection: socket.socket, received: bytes) -> None:
        connection.setblocking(False)
        try:
            _, made = await asyncio.get_running_loop().connect_accepted_socket(self._made, connection)
        except OSError:
            connection.close()
            return
        made.data_received(received)

    def _on_request(self, page: LiveSocket, request: Any) -> None:
        self._start(self._admit(page, request))

    async def _admit(self, page: LiveSocket, request: Any) -> None:
        if request.path == "/health/live":
            page.refuse(200, "live")
            return
        names = [name.lower() for name, _ in request.headers.raw_items()]
        headers = {name: ", ".join(request.headers.get_all(name)) for name in names}
        try:
            listener = await self._ask(self._listener, headers, request.path)
        except AdmissionRefused as refused:
            page.refuse(refused.status, refused.reason)
            return
        except Exception:
            log.exception("nobody could be admitted")
            page.refuse(503, "Try again later.")
            return
        if self._each[listener.identity.user] >= EACH_MOST:
            page.refuse(429, "Close some other pages first.")
            return
        if len(self._sockets) >= self._most:
            page.refuse(503, "Too many pages listen already.")
            return
        page.listener = listener
        page.accept()
        if page.is_open:
            self._sockets.add(page)
            self._each[listener.identity.user] += 1

    def _on_close(self, page: LiveSocket) -> None:
        if page in self._sockets:
            self._sockets.discard(page)
            self._leave_forms(page)
            assert page.listener is not None
            self._each[page.listener.identity.user] -= 1
            self._each += Counter()  # drops those at zero

    def _on_message(self, page: LiveSocket, message: Any) -> None:
        try:
            wanted = Wanted.model_validate(message)
            topics = tuple(dict.fromkeys(map(read_topic, wanted.topics)))
        except (ValidationError, ValueError):
            page.close(POLICY, "no such topics")
            return
        self._leave_forms(page)
        page.topics = ()
        self._start(self._catch_up(page, topics, wanted.revision))

    async def _catch_up(self, page: LiveSocket, topics: tuple[LiveTopic, ...], revision: int) -> None:
        """Tell what has happened since the page was made, and listen from then on: nothing in between is missed."""
        while page.is_open:
            assert page.listener is not None
            try:
                state, listener, hints = await self._ask(self._hints, page.listener, topics, revision)
            except Exception:
                log.exception("what a page has missed could not be read")
                page.close(1011)
                return
            if listener is None:
                page.close(SIGNED_OUT, "signed out")
                return
            page.listener = listener
            self._send_hints(page, state.revision, hints)
            revision = max(revision, state.revision)
            if self._seen is None or self._seen.revision <= revision:
                self._seen = self._seen or state
                page.topics, page.revision = topics, revision
                self._enter_forms(page)
                return

    def _enter_forms(self, page: LiveSocket) -> None:
        assert page.listener is not None
        for topic in page.topics:
            if topic.is_form and may_edit(page.listener.identity, topic):
                self._forms.setdefault(topic, set()).add(page)
                self._send_others(topic)

    def _leave_forms(self, page: LiveSocket) -> None:
        for topic in page.topics:
            pages = self._forms.get(topic, set())
            if page in pages:
                pages.discard(page)
                self._send_others(topic)
                if not pages:
                    del self._forms[topic]

    def _send_others(self, topic: LiveTopic) -> None:
        """Tell whoever has a form open how many others have: accounts, not windows."""
        here = {page: page.listener.identity.user for page in self._forms[topic] if page.listener is not None}
        for page, user in here.items():
            page.send({"form": str(topic), "others": len(set(here.values()) - {user})})

    @staticmethod
    def _send_hints(page: LiveSocket, revision: int, hints: list[Hint] | None) -> None:
        if hints is None:
            page.send({"revision": revision, "resync": True})
            return
        for hint in hints:
            page.send({"revision": hint.revision, "topics": hint.topics})

    # --- what happens -----------------------------------------------------------------------------------------

    async def _follow(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._rung.wait(), self._poll)
            self._rung.clear()
            if self._seen is None or not self._sockets:
                self._seen = None
                continue
            try:
                found = await self._ask(self._look, self._seen, tuple(self._sockets))
            except Exception:
                log.exception("what has happened could not be read, trying again")
                await asyncio.sleep(self._poll)
                continue
            self._deliver(found)

    def _deliver(self, found: _Look) -> None:
        """Who may no longer listen goes first."""
        for page, listener in found.listeners.items():
            if listener is None:
                page.close(SIGNED_OUT, "signed out")
            else:
                page.listener = listener
        self._seen = found.state
        for page, hints in found.hints.items():
            if page.topics:
                new = hints and [hint for hint in hints if hint.revision > page.revision]
                self._send_hints(page, found.state.revision, new)
                page.revision = max(page.revision, found.state.revision)
        if found.notified:
            for page in tuple(self._sockets):
                if page.listener is not None and page.listener.identity.user in found.notified and MINE in page.topics:
                    page.send({"revision": page.revision, "topics": [str(MINE)]})

    async def _watch(self) -> None:
        """Find those that are gone without a word."""
        while True:
            await asyncio.sleep(PING)
            now = time.monotonic()
            for page in tuple(self._sockets):
                if now - page.last_received_at > SILENCE:
                    page.abort()
                else:
                    page.ping()

    # --- in the database's thread -----------------------------------------------------------------------------

    def _today(self) -> date:
        today: date = self._registry.now().astimezone(UTC).astimezone(self._registry.zone).date()
        return today

    def _listener(self, headers: Mapping[str, str], path: str) -> Listener:
        with self._registry.engines.read.connect() as conn:
            return self._admission.listener(conn, headers, path, state_now(conn, self._today()))

    def _hints(
        self, listener: Listener, topics: tuple[LiveTopic, ...], revision: int
    ) -> tuple[LiveState, Listener | None, list[Hint] | None]:
        with self._registry.engines.read.connect() as conn:
            state = state_now(conn, self._today())
            # Their rights may have changed since they were let in.
            again = listener if listener.access == state.access else self._again(conn, listener, state)
            if again is None:
                return state, None, []
            return state, again, hints_since(conn, state.clock(conn), again.viewer, topics, revision)

    def _look(self, seen: LiveState, pages: tuple[LiveSocket, ...]) -> _Look:
        with self._registry.engines.read.connect() as conn:
            state = state_now(conn, self._today())
            now = time.monotonic()
            if state.revision != seen.revision:
                self._recheck_at = min(self._recheck_at, now + RECHECK_SOON)
            due = now >= self._recheck_at
            if due:
                self._recheck_at = now + RECHECK
            listeners = {
                page: self._again(conn, page.listener, state)
                for page in pages
                if page.listener is not None and (due or page.listener.access != state.access)
            }
            hints: dict[LiveSocket, list[Hint] | None] = {}
            if (state.revision, state.day) != (seen.revision, seen.day):
                clock = state.clock(conn)
                affected = affected_since(conn, clock, seen.revision) if state.day == seen.day else None
                finder = HintFinder(conn, clock, affected) if affected is not None else None
                for page in pages:
                    listener = listeners.get(page, page.listener)
                    if page.topics and listener is not None:
                        hints[page] = finder.hints(listener.viewer, page.topics) if finder is not None else None
            # As many as may have been written by a transaction that took its time.
            lately = self._registry.now() - LATELY
            notified = notified_since(conn, lately) if state.notified != seen.notified else frozenset()
            return _Look(state, hints, listeners, notified)

    def _again(self, conn: Any, listener: Listener, state: LiveState) -> Listener | None:
        return self._admission.by_session(conn, listener.token, state)
