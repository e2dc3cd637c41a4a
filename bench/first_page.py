"""What `bench.startup` runs in processes of their own. Imports little: what it imports counts as ours."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

INI = Path(__file__).parent / "bench.ini"
FIRST = "/employees"
"""The page that is asked for first, by a colleague who is signed in."""
PAGES = ("/", "/employees/1", "/employees?q=smith", "/chart", "/departments/")
API = ("/api/v1/employees", "/api/v1/employees/1", "/api/v1/openapi.json")


def serve_first(cookie: str) -> None:
    """In a process of its own: answer the first page, then the others, and print what each cost as JSON."""
    from pyramid.paster import get_app

    app = get_app(str(INI))

    def get(address: str) -> float:
        """Milliseconds of a request."""
        from webob import BaseRequest

        accept = "application/json" if address.startswith("/api/") else "text/html"
        request = BaseRequest.blank(address, headers={"Accept": accept, "Cookie": cookie})
        start = time.perf_counter()
        response = request.send(app)
        size = len(response.body)
        if response.status_code != 200 or not size:
            raise SystemExit(f"{address}: {response.status}\n{response.text[:2000]}")
        return (time.perf_counter() - start) * 1000

    found: dict[str, Any] = {"first": get(FIRST), "processor": _processor()}
    found["rss_first"] = _resident()
    found["requests"] = {address: (get(address), get(address)) for address in PAGES}
    found["rss_pages"] = _resident()
    found["requests"] |= {address: (get(address), get(address)) for address in API}
    found["rss_api"] = _resident()
    print(json.dumps(found))


def _processor() -> float:
    times = os.times()
    return times.user + times.system


def _resident() -> float:
    """Megabytes of memory that this process holds now."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


def print_cookie() -> None:
    """In a process of its own: print the Cookie header of a colleague, as JSON."""
    from pyramid.paster import get_app

    from bench.visitor import cookie

    print(json.dumps({"cookie": cookie(get_app(str(INI))), "processor": _processor()}))
