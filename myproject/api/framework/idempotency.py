"""Requests that may be sent again: the header Idempotency-Key, and the answer that is kept under it.

A key belongs to who sent it (a token, an account) and to one request: the same key with another method, address or body
is refused. What a request did and what it was answered are committed together, so a key that is known means that the
change was made, once; a request that failed leaves no key and may be corrected and sent again under the same one.
While one is being done, the same key in the same process gets a 409 at once; in another process it waits its turn with
all other writers, and then finds the answer.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import sqlalchemy as sa
from pyramid.response import Response
from sqlalchemy import Connection, bindparam, delete, insert, select

from myproject.models.idempotency import IdempotencyKey
from myproject.web.problems import bad_request, conflict, unprocessable
from myproject.web.request import Request

HEADER = "HTTP_IDEMPOTENCY_KEY"
KEPT = timedelta(hours=24)
LONGEST = 255

_KEY = IdempotencyKey.__table__
_KNOWN = select(_KEY.c.fingerprint, _KEY.c.status, _KEY.c.headers, _KEY.c.body, _KEY.c.created_at).where(
    _KEY.c.caller == bindparam("caller"), _KEY.c.key == bindparam("key")
)
_REPLAYED = ("Idempotency-Replayed", "true")

_running: set[tuple[str, str, str]] = set()
_lock = threading.Lock()


class Key:
    """The key of one request."""

    def __init__(self, request: Request, text: str) -> None:
        self._request = request
        me = request.me
        self.caller = f"token:{me.token}" if me.token is not None else f"account:{me.user}"
        self.text = text
        environ = request.environ
        told = "\n".join((environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("QUERY_STRING", "")))
        body: bytes = request.__dict__.get("sent", b"")
        self.fingerprint = hashlib.sha256(told.encode("utf-8", "surrogateescape") + b"\n" + body).hexdigest()

    def known(self, conn: Connection) -> Response | None:
        """The answer that was given before. To be asked by who has the place in the queue of writers."""
        row = conn.execute(_KNOWN, {"caller": self.caller, "key": self.text}).first()
        if row is None:
            return None
        if row.created_at < self._request.now - KEPT:
            conn.execute(delete(_KEY).where(_KEY.c.caller == self.caller, _KEY.c.key == self.text))
            return None
        if row.fingerprint != self.fingerprint:
            message = "This Idempotency-Key was sent with another request before."
            raise unprocessable(message, "Use a new key for each request.", kind="idempotency-key-reused")
        return Response(app_iter=[row.body], status=row.status, headerlist=[*row.headers.items(), _REPLAYED])

    def keep(self, conn: Connection, response: Response) -> None:
        """Keep the answer, in the transaction of what was done; and let go of what is a day old."""
        now = self._request.now
        conn.execute(delete(_KEY).where(_KEY.c.created_at < now - KEPT))
        conn.execute(
            insert(_KEY).values(
                caller=self.caller,
                key=self.text,
                fingerprint=self.fingerprint,
                created_at=now,
                status=response.status_int,
                headers=dict(response.headerlist),
                body=b"".join(response.app_iter),
            )
        )


def given_key(request: Request) -> str | None:
    """The text of the key that came with a request. Raises a 400 where it can't be used, if only for a plan."""
    text = request.environ.get(HEADER)
    if text is None:
        return None
    if not text or len(text) > LONGEST or not text.isprintable() or not text.isascii():
        raise bad_request(
            "The Idempotency-Key can't be used.", f"Make it of 1 to {LONGEST} printable ASCII characters, like a UUID."
        )
    return str(text)


@contextmanager
def key_of(request: Request) -> Iterator[Key | None]:
    """The key that came with a request, or None; a 409 while the same one is being done."""
    text = given_key(request)
    if text is None:
        yield None
        return
    key = Key(request, text)
    place = (str(sa.make_url(request.engines.write.url)), key.caller, key.text)
    with _lock:
        if place in _running:
            error = conflict(
                "A request with this Idempotency-Key is being done.", "Send it again in a second.", kind="in-flight"
            )
            error.headers["Retry-After"] = "1"
            raise error
        _running.add(place)
    # Let go when the transaction has ended, not when the view returns: until then the answer is not there to be found.
    request.add_finished_callback(lambda _request: _running.discard(place))
    yield key
