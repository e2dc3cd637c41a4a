"""Programs in tests: an ini to run them with, and what they say."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from myproject.db.engines import Engines
from tests.support.shell import PROGRAMS

SERVER = "\n[server:main]\nuse = egg:myproject#waitress\nlisten = 127.0.0.1:{port}\n"
RELAXED = "security.checks = relaxed\n"
#: A secret as one should be; not one that anybody uses.
SECRET = "".join(chr(ord("a") + number % 26) + str(number % 10) for number in range(30))
#: All that it asks for before it starts where the checks are enforced.
SAFE = (
    f"security.secret = {SECRET}\nsecurity.allowed_hosts = directory.example.org\n"
    "security.base_url = https://directory.example.org\n"
    "mail.transport = smtp\nmail.smtp_host = mail.example.org\nmail.sender = directory@example.org\n"
)


@dataclass
class Result:
    """What a program said, and its exit status."""

    status: int
    stdout: str
    stderr: str


Run = Callable[..., Result]


def program(*words: str, cwd: Path) -> Result:
    """Run a program of the environment by itself, with no settings of ours around it."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MYPROJECT_")}
    command = [str(PROGRAMS / words[0]), *words[1:]]
    done = subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True, timeout=60, check=False)
    return Result(done.returncode, done.stdout, done.stderr)


def write_ini(folder: Path, url: str, more: str = "", name: str = "development.ini") -> Path:
    file = folder / name
    url = url.replace("%", "%%")
    file.write_text(f"[app:main]\nuse = egg:myproject\nsqlalchemy.url = {url}\n{more}")
    return file


def address(engines: Engines) -> str:
    return engines.write.url.render_as_string(hide_password=False)


def told(result: Result) -> list[str]:
    """The lines of a refusal: status 1, no traceback."""
    assert result.status == 1, result
    assert "Traceback" not in result.stderr
    return result.stderr.splitlines()
