"""granian as the server of an ini: it starts, answers, tells what is wrong with its section, and ends when told."""

from __future__ import annotations

import importlib.util
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.functional.test_commands import RELAXED

PSERVE = Path(sys.executable).parent / "pserve"
pytestmark = pytest.mark.skipif(importlib.util.find_spec("granian") is None, reason="granian is not installed")


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port


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


def test_it_serves_and_ends(tmp_path: Path, engines: Any) -> None:
    url = engines.write.url.render_as_string(hide_password=False)
    port = free_port()
    path = ini(tmp_path, url, port="%(port)s", workers="%(workers)s", threads=2)
    process = subprocess.Popen([PSERVE, path, f"port={port}", "workers=2"])
    try:
        for _ in range(150):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=5) as answer:
                    assert answer.status == 200
                break
            except OSError:
                assert process.poll() is None
                time.sleep(0.2)
        else:
            raise AssertionError("it did not answer")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


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
