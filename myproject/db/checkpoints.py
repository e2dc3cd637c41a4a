"""SQLite's checkpoints, beside the requests: what was committed goes from the log into the file, and onto the disk.

Left to itself SQLite does so every 1,000 pages in the middle of somebody's commit, which waits for the disk twice; a
hire writes some 70 pages, so every fourteenth did, and all who wrote after it. And in a quiet hour what was committed
stayed in the log, and with it in the memory of the system, until so many more had been written. Here a thread of its
own does it soon after a commit; other writers go on meanwhile.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
from pathlib import Path

log = logging.getLogger(__name__)

#: Seconds between a commit and the checkpoint that takes it to the disk.
SOON = 0.5


class Checkpoints:
    """The checkpoints of one file in this process. Other processes may make them too: each takes what is there."""

    def __init__(self, file: str) -> None:
        self._file = Path(file).absolute()
        self._timer: threading.Timer | None = None

    def expect(self) -> None:
        """Something was committed: make a checkpoint soon, unless one is due anyway."""
        # Not alive either in a process that was forked meanwhile.
        if self._timer is None or not self._timer.is_alive():
            self._timer = threading.Timer(SOON, self._make)
            self._timer.daemon = True
            self._timer.start()

    def _make(self) -> None:
        self._timer = None  # what is committed from here on needs another one
        # Never makes the file: it may have been taken away with its application.
        address = f"{self._file.as_uri()}?mode=rw"
        try:
            with contextlib.closing(sqlite3.connect(address, uri=True, timeout=0, isolation_level=None)) as connection:
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        except sqlite3.Error as error:
            # Nothing is lost: it stays in the log until the next one.
            log.info("no checkpoint of %s: %s", self._file.name, error)
