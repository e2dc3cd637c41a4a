"""granian as the server of an ini: it starts, answers, tells what is wrong with its section, and ends when told."""

from __future__ import annotations

import contextlib
import importlib.util
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from myproject.commands.check import look_over
from myproject.serving.granian_work_slots import MAX_BODY, WorkSlots
from tests.support.commands import RELAXED, SAFE
from tests.support.serving import ask, beside, free_port, slow_post, until

PSERVE = Path(sys.executable).parent / "pserve"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(importlib.util.find_spec("granian") is None, reason="granian is not installed"),
]


def ini(folder: Path, url: str, **options: Any) -> Path:
    lines = "\n".join(f"{name} = {value}" for name, value in options.items())
    path, escaped = folder / "granian.ini", url.replace("%", "%%")
    path.write_text(
        f"[app:main]\nuse = egg:myproject\nsqlalchemy.url = {escaped}\n{RELAXED}\n"
        f"[server:main]\nuse = egg:myproject#granian\n{lines}\n"
        "[loggers]\nkeys = root\n[handlers]\nkeys = console\n[formatters]\nkeys =\n"
        "[logger_root]\nlevel = ERROR\nhandlers = console\n"
        "[handler_console]\nclass = StreamHandler\nargs = (sys.stderr,)\n"
    )
    return path


@contextlib.contextmanager
def granian(path: Path, port: int, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """The server of an ini, once it answers."""
    process = subprocess.Popen([PSERVE, path, *words])
    try:
        until(lambda: process.poll() is not None or answers(port))
        assert process.poll() is None
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def answers(port: int) -> bool:
    """Whether somebody listens there, and answers."""
    try:
        return ask(port, "GET", "/health/live").status == 200
    except OSError:
        return False


def ask_among_others(port: int, method: str, path: str, **options: Any) -> int:
    """The status of the answer to a request that is not the last one to come.

    granian makes at most one thread when a request comes, and none within a moment of the one before. After a burst
    a request can wait for the threads that further ones bring; on a server that is in use they come by themselves.
    """
    asking = beside(port, method, path, **options)
    others = []

    def done() -> bool:
        others.append(beside(port, "GET", "/health/live"))
        return asking.done

    until(done)
    for other in others:
        other.wait()
    return asking.wait().status


def test_it_serves_and_ends(tmp_path: Path, engines: Any) -> None:
    url = engines.write.url.render_as_string(hide_password=False)
    port = free_port()
    path = ini(tmp_path, url, port="%(port)s", workers="%(workers)s", threads=2)
    with granian(path, port, f"port={port}", "workers=2") as process:
        # Far more than there are threads, each of which would read a body for as long as it takes.
        with contextlib.ExitStack() as doors:
            for _ in range(40):
                doors.enter_context(slow_post(port, "/sign-in"))
            assert ask_among_others(port, "GET", "/health/live") == 200
            assert ask_among_others(port, "GET", "/health") == 200
            assert ask_among_others(port, "GET", "/sign-in") == 200
            assert ask_among_others(port, "POST", "/sign-in", headers={"Content-Length": "100000000000"}) == 413
        # Whatever kills it, no worker stays behind on the port.
        process.kill()
        process.wait(30)
        until(lambda: not answers(port))


# --- what stands before the application in each worker --------------------------------------------------------------


class Inner:
    """An application that tells what it was sent, and waits until it may go on."""

    def __init__(self) -> None:
        self.seen: list[bytes] = []
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.seen.append(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
        start_response("200 OK", [])
        if environ["PATH_INFO"] == "/streamed":
            return iter([b"a", b"b"])
        assert self.gate.wait(30)
        return [b"done"]


def send(app: Any, path: str = "/", body: bytes = b"", **environ: Any) -> tuple[int, Any]:
    """Status and answer of a request."""
    told: list[str] = []
    given = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "wsgi.input": BytesIO(body), **environ}
    answer = app(given, lambda status, _headers: told.append(status))
    return int(told[0][:3]), answer


def test_a_body_is_read_before_the_application_is_asked() -> None:
    inner = Inner()
    app = WorkSlots(inner, 1)
    assert send(app, body=b"abc", CONTENT_LENGTH="3", REQUEST_METHOD="POST")[0] == 200
    assert send(app, body=b"abcd", HTTP_TRANSFER_ENCODING="chunked", REQUEST_METHOD="POST")[0] == 200
    assert inner.seen == [b"abc", b"abcd"]
    assert send(app, body=b"abc", CONTENT_LENGTH="9", REQUEST_METHOD="POST")[0] == 400
    assert send(app, CONTENT_LENGTH=str(MAX_BODY + 1), REQUEST_METHOD="POST")[0] == 413
    assert send(app, body=bytes(MAX_BODY + 1), HTTP_TRANSFER_ENCODING="chunked", REQUEST_METHOD="POST")[0] == 413
    assert len(inner.seen) == 2


def test_who_comes_when_too_many_wait_is_told_so_at_once() -> None:
    inner = Inner()
    inner.gate.clear()
    app = WorkSlots(inner, 1, waiting=1)
    threads = [threading.Thread(target=send, args=(app,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    until(lambda: send(app)[0] == 503)
    inner.gate.set()
    assert send(app, "/health/live") == (200, [b"done"])
    for thread in threads:
        thread.join(30)
    assert [send(app)[0] for _ in range(5)] == [200] * 5


def test_an_answer_that_is_made_while_it_is_sent_keeps_its_slot_to_the_end() -> None:
    app = WorkSlots(Inner(), 1, waiting=0)
    _, parts = send(app, "/streamed")
    assert next(iter(parts)) == b"a"
    assert send(app)[0] == 503
    parts.close()
    assert send(app)[0] == 200
    _, parts = send(app, "/streamed")
    del parts  # a server that does not close what it was given
    assert send(app)[0] == 200


# --- what is wrong with an ini ------------------------------------------------------------------------------------


def test_it_does_not_start_for_the_world_without_a_proxy(tmp_path: Path) -> None:
    path = ini(tmp_path, f"sqlite:///{tmp_path}/some.sqlite", port=free_port())
    path.write_text(path.read_text().replace(RELAXED, SAFE))
    done = subprocess.run([PSERVE, path], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert "the server's section: trusted_proxy: none" in done.stderr
    assert "Traceback" not in done.stderr
    found = [text for kind, text in look_over(str(path), {}) if "trusted_proxy" in text]
    assert len(found) == 1
    assert found[0].startswith("[server:main] trusted_proxy: none")
    for option in ("trusted_proxy = 127.0.0.1", "unix_socket = /run/myproject/socket"):
        path.write_text(path.read_text().replace("egg:myproject#granian\n", f"egg:myproject#granian\n{option}\n", 1))
        assert not [text for kind, text in look_over(str(path), {}) if "trusted_proxy" in text]


@pytest.mark.parametrize(
    ("options", "told"),
    [({"port": "many"}, "give a number"), ({"workers": 0}, "give a number"), ({"thread": 4}, "no such option")],
)
def test_what_is_wrong_with_the_section_is_told(tmp_path: Path, options: dict[str, Any], told: str) -> None:
    path = ini(tmp_path, f"sqlite:///{tmp_path}/some.sqlite", **options)
    done = subprocess.run([PSERVE, path], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_an_address_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen(1)
        path = ini(tmp_path, f"sqlite:///{tmp_path}/some.sqlite", port=door.getsockname()[1])
        done = subprocess.run([PSERVE, path], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert "can't listen on 127.0.0.1" in done.stderr
