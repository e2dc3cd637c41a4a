"""The gateway as a server of its own, and behind nginx."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Company
from tests.functional.live.test_live import move
from tests.support.commands import RELAXED
from tests.support.company import TODAY
from tests.support.listening import Page, code_of, newest_of
from tests.support.serving import ask, free_port, until

PSERVE = Path(sys.executable).parent / "pserve"
pytestmark = pytest.mark.slow


def ini(folder: Path, url: str, live: str) -> Path:
    path = folder / "live.ini"
    path.write_text(
        f"[app:main]\nuse = egg:myproject\nsqlalchemy.url = {url.replace('%', '%%')}\n{RELAXED}\n"
        f"[server:main]\nuse = egg:myproject#waitress\nlisten = 127.0.0.1:1\n"
        f"[server:live]\nuse = egg:myproject#live\n{live}\n"
        "[loggers]\nkeys = root\n[handlers]\nkeys = console\n[formatters]\nkeys =\n"
        "[logger_root]\nlevel = WARNING\nhandlers = console\n"
        "[handler_console]\nclass = StreamHandler\nargs = (sys.stderr,)\n"
    )
    return path


def test_it_tells_what_other_processes_change_and_ends_when_told(
    tmp_path: Path, own_company: Company, travel: Callable[[Any, Any], None]
) -> None:
    from myproject.directory.changes.change_sets import apply

    url = own_company.engines.write.url.render_as_string(hide_password=False)
    port = free_port()
    process = subprocess.Popen([PSERVE, ini(tmp_path, url, f"port = {port}"), "--server-name", "live"])
    try:
        until(lambda: process.poll() is not None or _answers(port))
        assert process.poll() is None
        page = Page(port, own_company.testapp, "people")
        with own_company.engines.begin() as conn:
            apply(conn, [move("E05")], today=TODAY, author="test", source="command", reason="")
        assert page.next() == {"revision": newest_of(own_company.testapp), "topics": ["people"]}
        assert ask(port, "GET", "/employees").status == 404
        process.terminate()
        assert code_of(page.connection) == 1001
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize(("live", "complaint"), [("port = no", "give a number"), ("threads = 2", "threads")])
def test_a_mistake_in_its_section_is_told(tmp_path: Path, live: str, complaint: str) -> None:
    path = ini(tmp_path, f"sqlite:///{tmp_path}/none.sqlite", live)
    done = subprocess.run(
        [PSERVE, path, "--server-name", "live"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def _answers(port: int) -> bool:
    try:
        return ask(port, "GET", "/health/live").status == 200
    except OSError:
        return False
