"""Runs what a document prints, in a folder that stands for the machine."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from myproject.commands.main import cli
from tests.support.documents import ROOT
from tests.support.serving import ask, free_port, until

PROGRAMS = Path(sys.executable).parent
#: Folders of a machine that a document names.
MACHINE = ("/etc/myproject", "/var/lib/myproject", "/var/backups", "/opt/myproject")
_OURS = re.compile(r"(?P<fails>! )?\S*myproject (?P<words>.*)")
_UMASK = re.compile(r"umask (?P<mask>\d+)")
_SERVER = re.compile(r"\S*pserve (?P<ini>\S+)")
_INSTALLING = re.compile(r"\S*(python3 -m venv|pip install) (?P<words>.*)")
_COMMENT = re.compile(r"\s+# .*$", re.MULTILINE)


class Shell:
    """A shell in a folder, with our programs in its path, and nothing of ours in its environment.

    `myproject` runs in this process, where all that it loads is loaded already; a server runs beside what follows it.
    """

    def __init__(self, folder: Path, **environ: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.host = "localhost"
        clean = {name: value for name, value in os.environ.items() if not name.startswith("MYPROJECT_")}
        path = f"{PROGRAMS}{os.pathsep}{clean['PATH']}{os.pathsep}/usr/sbin"
        self.environ = {**clean, "PATH": path, "LC_ALL": "C.UTF-8", **environ}
        for name in MACHINE[:-1]:
            (folder / name[1:]).mkdir(parents=True)
        for name in (".venv", MACHINE[-1][1:]):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).symlink_to(PROGRAMS.parent)

    def place(self, text: str) -> str:
        """A text with the folders, and the port, of this machine."""
        for name in MACHINE:
            text = text.replace(name, f"{self.folder}{name}")
        return text.replace("127.0.0.1:6543", f"127.0.0.1:{self.port}")

    def run(self, text: str, *replaced: tuple[str, str], after: str = "") -> str:
        """What the commands say. Each must succeed, or fail where a ! says so. `after`: more of them."""
        for old, new in replaced:
            assert old in text, f"{old!r} is not in what is printed:\n{text}"
            text = text.replace(old, new)
        text = _COMMENT.sub("", self.place(f"{text}\n{after}")).replace("\\\n", " ").replace(" && ", "\n")
        said, rest = [], ""
        with contextlib.ExitStack() as until_the_end:
            for line in text.splitlines():
                if line.startswith("export "):
                    self.environ |= dict(word.split("=", 1) for word in shlex.split(line)[1:])
                elif match := _UMASK.fullmatch(line):
                    until_the_end.callback(os.umask, os.umask(int(match["mask"], 8)))
                elif match := _SERVER.fullmatch(line):
                    said.append(self._bash(rest))
                    rest = ""
                    until_the_end.enter_context(self._serving(self._expanded(match["ini"])))
                elif match := _OURS.fullmatch(line):
                    said += self._bash(rest), self._myproject(match["words"], fails=bool(match["fails"]))
                    rest = ""
                elif match := _INSTALLING.fullmatch(line):
                    _installed(match["words"])
                else:
                    rest += f"{line}\n"
            said.append(self._bash(rest))
        return "".join(said)

    def _bash(self, script: str) -> str:
        if not script.strip():
            return ""
        script = f'set -euo pipefail\ncurl() {{ command curl --silent --show-error --fail "$@"; }}\n{script}'
        done = subprocess.run(
            ["bash", "-c", script], cwd=self.folder, env=self.environ, capture_output=True, text=True, timeout=240,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def _myproject(self, words: str, *, fails: bool) -> str:
        environ: dict[str, str | None] = {**self.environ}
        with contextlib.chdir(self.folder):
            result = CliRunner().invoke(cli, shlex.split(words), prog_name="myproject", env=environ)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert (result.exit_code != 0) == fails, f"myproject {words}\n{result.stdout}\n{result.stderr}"
        return result.stdout

    @contextlib.contextmanager
    def _serving(self, ini: str) -> Iterator[None]:
        log = self.folder / "pserve.log"
        with log.open("w") as file:
            process = subprocess.Popen(
                [PROGRAMS / "pserve", ini], cwd=self.folder, env=self.environ, stdout=file, stderr=file
            )
            try:
                until(lambda: process.poll() is not None or self._answers(), 120)
                assert process.poll() is None, log.read_text()
                yield
            finally:
                process.terminate()
                process.wait(30)

    def _answers(self) -> bool:
        with contextlib.suppress(OSError):
            return ask(self.port, "GET", "/health/live", headers={"Host": self.host}).status == 200
        return False

    def _expanded(self, word: str) -> str:
        return re.sub(r"\$(\w+)", lambda match: self.environ[match[1]], word)


def _installed(words: str) -> None:
    """Making an environment takes too long here. It was done before any test ran, by the same line of the Makefile."""
    if words.startswith(("--require-hashes", "--no-deps")):
        assert f"install {re.sub(' [.]$', ' -e .', words.replace('-e .', '.'))}" in (ROOT / "Makefile").read_text()


def needed(*names: str) -> None:
    """Skip the test where a program is missing that a document calls; fail it where the tests require them."""
    missing = [name for name in names if shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin") is None]
    if missing and "programs" in os.environ.get("MYPROJECT_TEST_REQUIRE", ""):
        pytest.fail(f"not installed: {', '.join(missing)}")
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
