"""Jobs in processes: servers and workers do them, and whatever dies, what was wanted happens."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest

from myproject.accounts import mail_jobs
from myproject.accounts.mail_jobs import ToAccount
from myproject.application import utc_now
from myproject.db.engines import Engines
from myproject.jobs import ledger
from myproject.jobs.ledger import JobState
from tests.support.accounts import account
from tests.support.commands import RELAXED, SERVER, address, program, told, write_ini
from tests.support.serving import ask, free_port, until
from tests.support.shell import PROGRAMS

pytestmark = pytest.mark.slow


@pytest.fixture
def port(tmp_path: Path, engines: Engines) -> int:
    """A folder with an ini whose server listens there; mails become files of its folder `mail`."""
    (tmp_path / "mail").mkdir(mode=0o700)
    number = free_port()
    mail = "mail.transport = file\nmail.folder = %(here)s/mail\n"
    write_ini(tmp_path, address(engines), RELAXED + mail + SERVER.format(port=number))
    return number


@contextlib.contextmanager
def running(*words: str, cwd: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A program, until it is ended."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MYPROJECT_")}
    with (cwd / "log").open("ab") as log:
        process = subprocess.Popen([PROGRAMS / words[0], *words[1:]], cwd=cwd, env=clean, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.kill()
            process.wait(20)


def invited(engines: Engines, *numbers: int) -> list[str]:
    """Invite people, as a request would; their addresses."""
    emails = [f"p{number}@example.org" for number in numbers]
    for email in emails:
        who = account(engines, email, password=None)
        with engines.begin() as conn:
            mail_jobs.invitation.enqueue(conn, ToAccount(user=who.id), now=utc_now())
    return emails


def receivers(folder: Path) -> list[str]:
    """Who has mail by now."""
    files = (folder / "mail").glob("*.eml")
    return sorted(message_from_bytes(path.read_bytes())["To"] for path in files)


def done(engines: Engines) -> int:
    """How many invitations are done; at night a server does other work as well."""
    with engines.read.connect() as conn:
        return len(ledger.newest(conn, states=[JobState.DONE], kind="mail.invitation"))


def test_a_server_does_what_is_wanted_and_ends_when_it_is_told_to(tmp_path: Path, port: int, engines: Engines) -> None:
    def answers() -> bool:
        with contextlib.suppress(OSError):
            return ask(port, "GET", "/health/live").status == 200
        return False

    emails = invited(engines, 1, 2)
    with running("pserve", "development.ini", cwd=tmp_path) as server:
        until(answers)
        until(lambda: receivers(tmp_path) == emails)
        emails += invited(engines, 3)
        until(lambda: receivers(tmp_path) == emails)
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0
    assert done(engines) == 3
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_a_worker_goes_on_where_one_was_killed(tmp_path: Path, port: int, engines: Engines) -> None:
    with running("myproject", "work", cwd=tmp_path) as worker:
        emails = invited(engines, *range(3))
        until(lambda: done(engines) == 3)
        worker.kill()
    emails += invited(engines, *range(3, 6))
    with running("myproject", "work", "--threads", "2", cwd=tmp_path) as worker:
        until(lambda: receivers(tmp_path) == emails)
        until(lambda: done(engines) == 6)
        worker.terminate()
        assert worker.wait(40) == 0


def test_jobs_on_the_command_line(tmp_path: Path, port: int, engines: Engines) -> None:
    invited(engines, 1, 2)
    listed = program("myproject", "jobs", "list", cwd=tmp_path)
    (two, one) = (line.split("\t")[0] for line in listed.stdout.splitlines())
    assert "mail.invitation" in listed.stdout
    assert "2 due" in listed.stderr
    assert program("myproject", "jobs", "cancel", one, cwd=tmp_path).status == 0
    (refused,) = told(program("myproject", "jobs", "cancel", one, cwd=tmp_path))
    assert refused == f"Error: Job {one}: cancelled. There is nothing to cancel."
    assert program("myproject", "jobs", "run", cwd=tmp_path).stdout == "1 job done.\n"
    shown = program("myproject", "jobs", "show", two, cwd=tmp_path).stdout
    assert f"state: {JobState.DONE}" in shown
    assert told(program("myproject", "jobs", "retry", two, cwd=tmp_path))[0].startswith(f"Error: Job {two}: done.")
    assert program("myproject", "jobs", "retry", one, cwd=tmp_path).status == 0
    assert program("myproject", "jobs", "run", cwd=tmp_path).stdout == "1 job done.\n"
    assert receivers(tmp_path) == ["p1@example.org", "p2@example.org"]
    assert told(program("myproject", "jobs", "show", "99", cwd=tmp_path))[0].startswith("Error: There is no job 99.")
