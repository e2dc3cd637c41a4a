"""A client's own limit on how long PostgreSQL may be silent.

`statement_timeout` is kept by the server and `tcp_user_timeout` by the kernel. Neither ends the wait for a server that
is stopped, or cut off behind something that still acknowledges packets: a thread would hang in it for good.
`myproject.db.limited_connection` keeps the limit.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

#: Seconds that PostgreSQL may be silent while a request waits for it. The server itself ends a statement a second
#: earlier: then the connection stays good.
ANSWER_LIMIT = 8.0
HURRY: ContextVar[float | None] = ContextVar("hurry", default=None)
"""A shorter limit for what runs now, in seconds."""


@contextlib.contextmanager
def in_a_hurry(seconds: float) -> Iterator[None]:
    """Within it, connections that have a limit have this one, and so has connecting. Nothing changes on SQLite."""
    token = HURRY.set(seconds)
    try:
        yield
    finally:
        HURRY.reset(token)
