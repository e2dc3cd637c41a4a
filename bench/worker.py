"""Answers requests of one database in a process of its own: `python -m bench.worker`, told what to do line by line.

Without a network and without a server: the application is called as a WSGI server calls it, and the time it takes is
the time until the whole body is there. The database is named by the environment.
"""

from __future__ import annotations

import gc
import io
import json
import os
import sys
import time
from typing import Any

from bench.databases import INI
from bench.questions import Question, questions
from bench.visitor import cookie

_ROW = b'class="row-link"'
"""What a list has once for everyone on the page."""


_ITEM = b'"employee_number":'
"""What a list of the API has once for everyone on the page."""


class Worker:
    """The application on one database."""

    def __init__(self) -> None:
        from pyramid.paster import get_app

        self.app = get_app(str(INI))
        self._environ = {**_blank(), "HTTP_COOKIE": cookie(self.app)}

    def call(self, address: str) -> tuple[str, bytes]:
        """Status and body."""
        path, _, query = address.partition("?")
        environ = {**self._environ, "PATH_INFO": _unquoted(path), "QUERY_STRING": query, "wsgi.input": io.BytesIO()}
        if path.startswith("/api/"):
            environ["HTTP_ACCEPT"] = "application/json"
        status: list[str] = []
        chunks = self.app(environ, lambda given, _headers, _info=None: status.append(given))
        body = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
        return status[0], body

    def get(self, address: str) -> str:
        """The body of a page; "" where there is none."""
        status, body = self.call(address)
        return body.decode() if status.startswith("200") else ""

    def questions(self) -> dict[str, Question]:
        """What to ask this database."""
        with self.app.registry.engines.read.connect() as conn:
            return {question.name: question for question in questions(conn, self.get)}

    def measure(self, addresses: list[str]) -> dict[str, Any]:
        """Milliseconds of each request, in all and of our own processor time; people shown; bytes on average."""
        wall, processor, rows, size = [], [], [], 0
        for address in addresses:
            start, used = time.perf_counter_ns(), time.thread_time_ns()
            status, body = self.call(address)
            wall.append((time.perf_counter_ns() - start) / 1e6)
            processor.append((time.thread_time_ns() - used) / 1e6)
            size += len(body)
            rows.append(body.count(_ITEM if address.startswith("/api/") else _ROW))
            if not status.startswith("200"):
                raise SystemExit(f"{address}: {status}\n{body.decode(errors='replace')[:2000]}")
        return {"wall": wall, "processor": processor, "rows": rows, "bytes": size // len(addresses)}


def _blank() -> dict[str, Any]:
    from webob import BaseRequest

    return dict(BaseRequest.blank("/", headers={"Accept": "text/html", "Accept-Language": "en"}).environ)


def _unquoted(path: str) -> str:
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(path).decode("latin-1")


def main() -> None:
    """Read commands as JSON lines from standard input, answer each with one line."""
    answers, sys.stdout = os.fdopen(os.dup(1), "w"), sys.stderr
    worker = Worker()
    asked = worker.questions()
    known = [(q.name, q.title, q.bound) for q in asked.values() if q.addresses]
    # As the server does once it is ready: or every few hundred searches one waits 0.3 s until Python has looked through
    # all objects there are, and that would be the p99.
    gc.collect()
    gc.freeze()
    print(json.dumps(known), file=answers, flush=True)
    for line in sys.stdin:
        name, number, seed = json.loads(line)
        print(json.dumps(worker.measure(asked[name].draw(number, seed))), file=answers, flush=True)


if __name__ == "__main__":
    main()
