"""What `granian_server` becomes: the process that starts granian's workers and holds nothing of ours in its memory."""

from __future__ import annotations

import atexit
import contextlib
import json
import multiprocessing
import os
import signal
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

#: Seconds that a worker has to end by itself.
GRACE = 10


def _application(ini: str, given: dict[str, str], trusted_proxy: str, threads: int) -> Any:
    """The application of one worker, made in it."""
    import gc

    from pyramid.paster import get_app, setup_logging

    from myproject.db.turns import serve_with
    from myproject.jobs.pool import jobs_running
    from myproject.serving.granian_work_slots import WorkSlots

    _end_with_parent()
    setup_logging(ini, given)
    serve_with(threads)
    app = get_app(ini, options=given)
    # What is there now stays for good: the collector need not look at it with every list that is answered.
    gc.collect()
    gc.freeze()
    running = contextlib.ExitStack()
    running.enter_context(jobs_running())
    atexit.register(running.close)
    if trusted_proxy:
        from granian.utils.proxies import wrap_wsgi_with_proxy_headers

        app = wrap_wsgi_with_proxy_headers(app, trusted_hosts=trusted_proxy)
    return WorkSlots(app, threads)


def _end_with_parent() -> None:
    """End this worker when the process that started it is gone, however that ended: else it would keep the port."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
        # What is being answered gets as long as the parent would have given it.
        time.sleep(GRACE)
        os._exit(1)

    threading.Thread(target=wait, name="end-with-parent", daemon=True).start()


def main(told_to: str) -> None:
    """Serve, until a signal ends it."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from myproject.serving.granian_work_slots import SPARE, WAITING

    chosen = json.loads(told_to)
    path = chosen["unix_socket"]
    server = Granian(
        target="",
        address=chosen["host"],
        port=chosen["port"],
        uds=Path(path) if path else None,
        interface=Interfaces.WSGI,
        workers=chosen["workers"],
        # Most of them wait, for a body or for a slot; they are made when there is need of them.
        blocking_threads=chosen["threads"] + WAITING + SPARE,
        # A thread that has nothing to do for long is one connection less to the database.
        blocking_threads_idle_timeout=300,
        runtime_threads=1,
        backlog=chosen["backlog"],
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE,
    )
    loader = partial(_application, chosen["ini"], chosen["given"], chosen["trusted_proxy"], chosen["threads"])
    server.serve(target_loader=loader, wrap_loader=False)


if __name__ == "__main__":
    main(sys.argv[1])
