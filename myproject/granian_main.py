"""What `granian_server` becomes: the process that starts granian's workers and holds nothing of ours in its memory."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import Any


def _application(ini: str, given: dict[str, str], trusted_proxy: str) -> Any:
    """The application of one worker, made in it."""
    import gc

    from pyramid.paster import get_app, setup_logging

    setup_logging(ini, given)
    app = get_app(ini, options=given)
    # What is there now stays for good: the collector need not look at it with every list that is answered.
    gc.collect()
    gc.freeze()
    if trusted_proxy:
        from granian.utils.proxies import wrap_wsgi_with_proxy_headers

        app = wrap_wsgi_with_proxy_headers(app, trusted_hosts=trusted_proxy)
    return app


def main(told_to: str) -> None:
    """Serve, until a signal ends it."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    chosen = json.loads(told_to)
    path = chosen["unix_socket"]
    server = Granian(
        target="",
        address=chosen["host"],
        port=chosen["port"],
        uds=Path(path) if path else None,
        interface=Interfaces.WSGI,
        workers=chosen["workers"],
        blocking_threads=chosen["threads"],
        # A thread that has nothing to do for long is one connection less to the database.
        blocking_threads_idle_timeout=300,
        runtime_threads=1,
        backlog=chosen["backlog"],
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    )
    loader = partial(_application, chosen["ini"], chosen["given"], chosen["trusted_proxy"])
    server.serve(target_loader=loader, wrap_loader=False)


if __name__ == "__main__":
    main(sys.argv[1])
