"""Live updates: `python -m bench.live URL [--sockets 1000] [--rate 10] [--seconds 20] [--idle 5000]`.

One process serves; another holds the sockets of as many pages, which all listen to the list of people, and takes the
time from the commit of a change set to the arrival of its hint at each of them. Then it opens `--idle` sockets and
tells what the serving process holds in memory for them. URL: a database of `myproject demo`, which is changed.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
import resource
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.databases import environment

RECEIVED = 0x81


def serve() -> None:
    """The serving process: changes somebody's title for each line it is sent, and says when that was committed."""
    from pyramid.paster import get_app

    from bench.databases import INI
    from myproject.accounts import sessions, users
    from myproject.accounts.audit import Origin
    from myproject.directory.changes.change_sets import apply
    from myproject.directory.schema.verbs import Move
    from myproject.live import gateway
    from myproject.serving.waitress_server import make_server

    gateway.EACH_MOST = 10**6
    app: Any = get_app(str(INI))
    registry = app.registry
    engines = registry.engines
    origin = Origin("bench", datetime.now(UTC), "127.0.0.1")
    with engines.begin() as conn:
        mail = "live@bench.example"
        who = users.by_email(conn, mail) or users.add(conn, origin, mail)
        cookie = f"{registry.session_cookie}={sessions.begin(conn, origin, who.id)}"
    with engines.read.connect() as conn:
        people = conn.execute(sa.text("SELECT employee_id FROM present ORDER BY employee_id LIMIT 500")).scalars().all()
        newest = conn.execute(sa.text("SELECT revision FROM counter")).scalar_one()
    server = make_server(app, registry.live, host="127.0.0.1", port=0, threads=4, ident="", connection_limit=20_000)
    threading.Thread(target=server.run, daemon=True).start()
    print(json.dumps({"port": server.effective_port, "cookie": cookie, "revision": newest}), flush=True)
    for number, line in enumerate(sys.stdin):
        if line.strip() == "memory":
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            print(json.dumps({"memory": pages * resource.getpagesize() / 2**20}), flush=True)
            continue
        title = f"Title {time.time_ns()}"
        verb = Move(employee=people[number % len(people)], on=datetime.now(UTC).date(), job_title=title)
        with engines.begin() as conn:
            applied = apply(conn, [verb], today=datetime.now(UTC).date(), author="bench", source="command", reason="")
        committed = time.time()
        registry.live.ring()
        print(json.dumps({"revision": applied.revision, "at": committed}), flush=True)


async def opened(port: int, cookie: str, revision: int, *, listen: bool) -> tuple[Any, Any]:
    """A socket of a page."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    key = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        f"GET /live/socket HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
        f"Cookie: {cookie}\r\n\r\n".encode()
    )
    head = await reader.readuntil(b"\r\n\r\n")
    assert b" 101 " in head, head
    if listen:
        text = json.dumps({"topics": ["people"], "revision": revision}).encode()
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(text))
        writer.write(bytes((RECEIVED, 0x80 | len(text))) + mask + masked)
    return reader, writer


async def hear(reader: Any, arrived: list[tuple[int, float]]) -> None:
    """Note what arrives, until the end."""
    while True:
        first, length = await reader.readexactly(2)
        body = await reader.readexactly(length)
        if first == RECEIVED:
            arrived.append((json.loads(body)["revision"], time.time()))


async def measure(server: Any, known: dict[str, Any], sockets: int, rate: float, seconds: float, idle: int) -> None:
    """Open, change, and print."""

    def said() -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(server.stdout.readline())
        return answer

    def tell(line: str) -> None:
        server.stdin.write(f"{line}\n")
        server.stdin.flush()

    arrived: list[tuple[int, float]] = []
    pages = [await opened(known["port"], known["cookie"], known["revision"], listen=True) for _ in range(sockets)]
    hearing = [asyncio.create_task(hear(reader, arrived)) for reader, _ in pages]
    await asyncio.sleep(3)
    committed: dict[int, float] = {}
    for _ in range(int(rate * seconds)):
        begun = time.perf_counter()
        tell("change")
        answer = await asyncio.to_thread(said)
        committed[answer["revision"]] = answer["at"]
        await asyncio.sleep(max(0.0, 1 / rate - (time.perf_counter() - begun)))
    await asyncio.sleep(2)
    taken = sorted(1000 * (at - committed[revision]) for revision, at in arrived if revision in committed)
    due = len(committed) * sockets
    print(f"{sockets} sockets, {rate:g} changes a second: {len(taken)} of {due} hints arrived")
    if taken:
        print(f"commit to page   p50 {taken[len(taken) // 2]:6.1f} ms   p99 {taken[int(len(taken) * 0.99)]:6.1f} ms")
    for task in hearing:
        task.cancel()
    for _, writer in pages:
        writer.close()
    await asyncio.sleep(1)
    tell("memory")
    before = (await asyncio.to_thread(said))["memory"]
    pages = [await opened(known["port"], known["cookie"], known["revision"], listen=False) for _ in range(idle)]
    await asyncio.sleep(2)
    tell("memory")
    after = (await asyncio.to_thread(said))["memory"]
    each = (after - before) * 1024 / idle if idle else 0
    print(f"{idle} idle sockets: {before:.0f} MB before, {after:.0f} MB with them, {each:.1f} KB each")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--sockets", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=10)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--idle", type=int, default=5000)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        serve()
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    command = [sys.executable, "-m", "bench.live", given.url, "--serve"]
    with subprocess.Popen(
        command, env=environment(given.url), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            known = json.loads(server.stdout.readline())
            asyncio.run(measure(server, known, given.sockets, given.rate, given.seconds, given.idle))
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
