"""Threads of waitress that answer health checks, and nothing else.

With all other threads busy, with a database that does not answer for instance, a monitor would wait with everybody, and
restart a process in which nothing is wrong.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from typing import Any

from waitress.task import ThreadedTaskDispatcher

from myproject.serving.socket_handover import Adopt, hand_over, wants_socket


class Dispatcher(ThreadedTaskDispatcher):
    """waitress's dispatcher, and one more with a single thread for each lane: a group of addresses.

    `adopt` takes the connections that pages want as WebSockets.
    """

    def __init__(self, threads: int, lanes: Iterable[Iterable[str]], adopt: Adopt | None = None) -> None:
        super().__init__()
        self._adopt = adopt
        self._reader: int | None = None
        self.set_thread_count(threads)
        self._lanes: dict[str, ThreadedTaskDispatcher] = {}
        for paths in lanes:
            lane = ThreadedTaskDispatcher()
            lane.set_thread_count(1)
            self._lanes.update(dict.fromkeys(paths, lane))

    def add_task(self, task: Any) -> None:
        """Put a connection in line, whose first request is to be answered."""
        request = task.requests[0]
        # The first request of all was read by the thread that reads all connections.
        thread = threading.get_ident()
        self._reader = self._reader or thread
        if self._adopt is not None and thread == self._reader and wants_socket(request, task.adj.url_prefix):
            hand_over(task, self._adopt)
            return
        # Only what is read: a form that is sent there gets the page of an error like any other, which may take longer.
        lane, prefix = None, task.adj.url_prefix
        if not request.error and request.command in ("GET", "HEAD") and request.path.startswith(prefix):
            lane = self._lanes.get(request.path[len(prefix) :])
        if lane is None:
            super().add_task(task)
        else:
            lane.add_task(task)

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:
        """End every thread; waits for those that are busy."""
        for lane in set(self._lanes.values()):
            lane.shutdown(cancel_pending, timeout)
        ended: bool = super().shutdown(cancel_pending, timeout)
        return ended


def without_paths(record: logging.LogRecord) -> bool:
    """A filter of waitress's log: it tells the path of a request that failed, which may be a single-use link."""
    before, serving, _ = str(record.msg).partition(" while serving ")
    if serving:
        record.msg, record.args = f"{before}{serving}a request", None
    return True
