"""README and docs: every command and request that they print is run, and does what it is printed for."""

from __future__ import annotations

import configparser
import contextlib
import json
import os
import re
import shlex
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import click
import openpyxl
import pytest
from sqlalchemy.engine import make_url

from myproject.accounts import mail_jobs, tokens
from myproject.accounts.mail_jobs import ToAccount
from myproject.accounts.permissions import Role
from myproject.api.framework.operations import PREFIX
from myproject.application import utc_now
from myproject.commands.main import cli
from myproject.db.engines import engines_for
from myproject.directory.importing.mapping import load_mapping
from myproject.jobs import ledger
from myproject.security.scopes import Scope
from myproject.settings.table import examine
from tests.conftest import Company, company_on
from tests.support.accounts import ORIGIN
from tests.support.documents import ROOT, Block, blocks, documents, inline_code
from tests.support.serving import ask, free_port, serving, until
from tests.support.shell import PROGRAMS, Shell, needed

pytestmark = pytest.mark.slow

F = TypeVar("F", bound=Callable[..., Any])

SHEET = """Employee number,First name,Last name,Department,Job title,Hire date,Manager
1,Ada,Byron,Engineering,Engineer,2020-01-01,
2,Charles,Babbage,Engineering,Mechanic,2021-02-03,1
"""
#: What production.ini asks for, as whoever runs it would give it.
SAFE = {
    "MYPROJECT_ORGANISATION_NAME": "Larkhill",
    "MYPROJECT_SECURITY_ALLOWED_HOSTS": "directory.example.org",
    "MYPROJECT_SECURITY_BASE_URL": "https://directory.example.org",
    "MYPROJECT_MAIL_SENDER": "directory@example.org",
    "MYPROJECT_MAIL_SMTP_HOST": "localhost",
}
SECRET = "".join(chr(97 + number % 26) + str(number % 10) for number in range(30))
#: Blocks that are run by another module of tests, or that can't be run here, and why.
ELSEWHERE = {
    ("docs/operating.md", "nginx"): "tests/functional/operations/test_proxy.py runs it",
}
COVERED: set[tuple[str, str]] = set()


def covers(document: str, heading: str) -> Callable[[F], F]:
    """Note that a test runs what stands below a heading of a document."""
    COVERED.add((document, heading))
    return lambda test: test


def below(document: str, heading: str) -> list[Block]:
    """The blocks of code below a heading."""
    return [block for block in blocks(document) if block.heading == heading]


def test_everything_that_is_printed_is_run_by_a_test() -> None:
    """But diagrams: tests/unit/test_diagrams.py compares them with the code."""
    found = (block for document in documents() for block in blocks(document) if block.language != "mermaid")
    printed = {(block.document, block.heading) for block in found}
    assert printed == COVERED | ELSEWHERE.keys()


# --- a machine -------------------------------------------------------------------------------------------------------


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A machine with the ini files and a sheet of people."""
    shell = Shell(tmp_path)
    for name in ("development.ini", "production.ini"):
        text = shell.place((ROOT / name).read_text("utf-8"))
        for folder in (tmp_path, tmp_path / "etc/myproject"):
            (folder / name).write_text(text, "utf-8")
            (folder / name).chmod(0o600)
    (tmp_path / "people.csv").write_text(SHEET)
    return shell


@pytest.fixture
def production(shell: Shell) -> Shell:
    """The same with all that production.ini asks for, and SQLite."""
    secret = shell.folder / "etc/myproject/secret"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    url = f"sqlite:///{shell.folder}/var/lib/myproject/directory.sqlite"
    shell.host = "directory.example.org"
    shell.environ |= {
        **SAFE,
        "MYPROJECT_SQLALCHEMY_URL": url,
        "MYPROJECT_SECURITY_SECRET_FILE": str(secret),
        "MYPROJECT_INI": "production.ini",
    }
    return shell


@pytest.fixture
def filled(production: Shell) -> Shell:
    """The same with two people, one of them an administrator."""
    production.run("myproject db upgrade\nmyproject import people.csv")
    production.run("myproject user add ada@example.org --employee 1 --role administrator")
    return production


# A database that is not there yet is nothing to be content with.
NOT_YET = ("myproject check ", "! myproject check ")


@covers("README.md", "myproject")
def test_the_readme_begins(shell: Shell) -> None:
    needed("curl", "make")
    by_make, by_hand = below("README.md", "myproject")
    for line in by_make.text.splitlines():
        subprocess.run(["make", "-n", line.split()[1]], cwd=ROOT, check=True, capture_output=True)
    told = shell.run(by_hand.text, after="curl http://127.0.0.1:6543/sign-in")
    assert "Larkfield is in" in told
    assert "/sign-in/link/" in told
    assert "<h1" in told


@covers("README.md", "Your own people")
def test_the_readme_goes_on_with_ones_own_people(production: Shell) -> None:
    needed("curl")
    (block,) = below("README.md", "Your own people")
    told = production.run(block.text, NOT_YET, after="myproject check")
    assert "does not exist yet: run `myproject --ini production.ini db upgrade`" in told
    assert "2 join" in told
    assert "https://directory.example.org/sign-in/link/" in told
    assert told.endswith("production.ini: nothing is wrong or unsafe.\n")


@covers("docs/operating.md", "Install")
@covers("docs/operating.md", "Watch")
def test_installing(production: Shell) -> None:
    needed("curl")
    install, first, unit, upgrade, _ = below("docs/operating.md", "Install")
    production.run(install.text)
    (probes,) = below("docs/operating.md", "Watch")
    told = production.run(first.text, NOT_YET, after=probes.text)
    assert told.count('{"status":"ok"') == 2
    for block in (unit, upgrade):
        ini = configparser.RawConfigParser(strict=False)
        ini.optionxform = str  # type: ignore[assignment,method-assign]
        ini.read_string(block.text)
        program, *_ = ini["Service"]["ExecStart"].split()
        assert (production.folder / program[1:]).exists()
    assert "WantedBy=multi-user.target" in unit.text
    assert "ExecStartPre" not in unit.text + upgrade.text


def test_the_units_are_good_ones(production: Shell) -> None:
    needed("systemd-analyze")
    _, _, unit, upgrade, steps = below("docs/operating.md", "Install")
    for block, name in ((unit, "myproject.service"), (upgrade, "myproject-upgrade.service")):
        assert name.removesuffix(".service") in steps.text
        assert f"`/etc/systemd/system/{name}`" in (ROOT / "docs/operating.md").read_text()
        (production.folder / name).write_text(production.place(block.text))
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", name],
            cwd=production.folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, ""), done


@covers("docs/operating.md", "Background work")
def test_looking_at_jobs(filled: Shell) -> None:
    (block,) = below("docs/operating.md", "Background work")
    engines = engines_for(filled.environ["MYPROJECT_SQLALCHEMY_URL"])
    with engines.begin() as conn:
        number = mail_jobs.invitation.enqueue(conn, ToAccount(user=1), now=utc_now())
        assert number is not None
        ledger.cancel(conn, number, utc_now())
    engines.dispose()
    told = filled.run(block.text.replace(" 7", f" {number}"), ("jobs list --state dead", "jobs list --state cancelled"))
    assert told.count("mail.invitation") == 3
    assert "is tried again" in told
    assert told.endswith("0 jobs done.\n")


@covers("docs/operating.md", "Live updates")
def test_a_server_for_live_updates(filled: Shell) -> None:
    (block,) = below("docs/operating.md", "Live updates")
    ini, port = filled.folder / "production.ini", free_port()
    ini.write_text(ini.read_text("utf-8").replace("port = 6544", f"port = {port}"), "utf-8")

    def answers() -> bool:
        with contextlib.suppress(OSError):
            return ask(port, "GET", "/health/live").status == 200
        return False

    program, *words = shlex.split(block.text)
    process = subprocess.Popen([PROGRAMS / program, *words], cwd=filled.folder, env=filled.environ)
    try:
        until(lambda: process.poll() is not None or answers())
    finally:
        process.terminate()
    assert process.wait(30) == 0


@covers("docs/operating.md", "Safety")
def test_a_secret(shell: Shell) -> None:
    (block,) = below("docs/operating.md", "Safety")
    shell.run(block.text)
    secret = shell.folder / "etc/myproject/secret"
    assert secret.stat().st_mode & 0o077 == 0
    settings, problems = examine({"sqlalchemy.url": "sqlite:///x.sqlite", "security.secret_file": str(secret)}, {})
    assert problems == []
    assert len(settings["security.secret"]) >= 50


@covers("docs/operating.md", "Settings")
def test_what_is_wrong_is_told_as_it_is_printed(production: Shell) -> None:
    (block,) = below("docs/operating.md", "Settings")
    ini = production.folder / "production.ini"
    wrong = "organisation.time_zone = Mars\norganistaion.name = Larkhill\n"
    ini.write_text(ini.read_text().replace("organisation.time_zone = UTC\n", wrong))
    done = subprocess.run(
        [PROGRAMS / "pserve", "production.ini"], cwd=production.folder, env=production.environ, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert re.sub(r"^.*/(?=production.ini)", "", done.stderr) == block.text


@covers("docs/operating.md", "Accounts")
@covers("docs/operating.md", "Programs")
@covers("docs/operating.md", "Upgrade")
def test_accounts_tokens_and_an_upgrade(filled: Shell) -> None:
    first, mail = below("docs/operating.md", "Accounts")
    assert "/sign-in/link/" in filled.run(first.text)
    given = dict(line.split(" = ", 1) for line in mail.text.splitlines())
    (filled.folder / "etc/myproject/smtp-password").write_text("word")
    given["mail.smtp_password_file"] = filled.place(given["mail.smtp_password_file"])
    assert examine({"sqlalchemy.url": "sqlite:///x.sqlite", **given}, {})[1] == []
    (tokens,) = below("docs/operating.md", "Programs")
    assert filled.run(tokens.text, ("LAB", "engineering")).count("dir_") >= 2
    (upgrade,) = below("docs/operating.md", "Upgrade")
    assert "agree" in filled.run(upgrade.text)


# --- databases: made, backed up, restored -------------------------------------------------------------------------


NEWEST = "myproject changes list"
CHANGE = "echo 3,Mary,Somerville,Engineering,Engineer,2022-01-01,1 >> people.csv\nmyproject import people.csv"


@covers("docs/operating.md", "Backup")
@covers("docs/operating.md", "Restore")
def test_a_backup_of_sqlite_is_restored(filled: Shell) -> None:
    needed("sqlite3")
    backup, _ = below("docs/operating.md", "Backup")
    restore, _, check = below("docs/operating.md", "Restore")
    before = filled.run(NEWEST)
    filled.run(backup.text)
    filled.run(CHANGE)
    assert filled.run(NEWEST) != before
    filled.run(restore.text, ("chown myproject: ", 'chown "$(id -un):" '))
    told = filled.run(check.text)
    assert told.endswith(before)
    assert "agree" in told


@pytest.fixture
def server() -> dict[str, str]:
    """The environment of whoever may do everything on the PostgreSQL of the tests."""
    given = os.environ.get("MYPROJECT_TEST_POSTGRESQL_URL")
    if not given:
        if "postgresql" in os.environ.get("MYPROJECT_TEST_REQUIRE", ""):
            pytest.fail("PostgreSQL is required: MYPROJECT_TEST_POSTGRESQL_URL names none")
        pytest.skip("MYPROJECT_TEST_POSTGRESQL_URL names no PostgreSQL")
    url = make_url(given)
    environ = {
        "PGHOST": url.host or str(url.query.get("host", "")),
        "PGPORT": str(url.port or url.query.get("port", "")),
        "PGUSER": url.username or "",
        "PGPASSWORD": url.password or "",
        "PGDATABASE": "postgres",
    }
    return {name: value for name, value in environ.items() if value}


@covers("docs/operating.md", "Databases")
def test_a_database_on_postgresql_is_made_and_its_backup_restored(production: Shell, server: dict[str, str]) -> None:
    needed("createdb", "createuser", "dropdb", "dropuser", "pg_dump", "pg_restore", "psql")
    # The server is shared with other tests: a name of our own for what the documents call myproject.
    name = f"myproject_documents_{os.getpid()}"
    shell, own = production, ("myproject", name)
    sqlite, made = below("docs/operating.md", "Databases")
    _, backup = below("docs/operating.md", "Backup")
    _, restore, check = below("docs/operating.md", "Restore")
    commands = [line for line in made.text.splitlines() if line.startswith("create")]
    settings = [line.split("#")[0].split(" = ") for line in (sqlite.text + made.text).splitlines() if " = " in line]
    assert len(settings) == 3
    for key, value in settings:
        assert examine({key: value.strip()}, {})[1] == []
    shell.environ |= server
    host = server.get("PGHOST", "")
    port = server.get("PGPORT", "5432")
    shell.environ["MYPROJECT_SQLALCHEMY_URL"] = f"postgresql+psycopg://{name}@/{name}?host={host}&port={port}"
    try:
        shell.run("\n".join(commands), own)
        shell.run("myproject db upgrade\nmyproject import people.csv")
        before = shell.run(NEWEST)
        shell.run(backup.text, (" myproject\n", f" {name}\n"))
        shell.run(CHANGE)
        assert shell.run(NEWEST) != before
        shell.run(restore.text, own)
        told = shell.run(check.text)
        assert told.endswith(before)
        assert "agree" in told
    finally:
        names = [name, f"{name}_restored", f"{name}_before"]
        shell.run("\n".join(f"dropdb --if-exists --force {each}" for each in names))
        shell.run(f"dropuser --if-exists {name}")


# --- imports ------------------------------------------------------------------------------------------------------


@covers("docs/imports/README.md", "Importing people")
@covers("docs/imports/README.md", "A mapping file")
def test_imports(filled: Shell) -> None:
    (commands,) = below("docs/imports/README.md", "Importing people")
    (mapping,) = below("docs/imports/README.md", "A mapping file")
    book = openpyxl.Workbook()
    for line in (*SHEET.splitlines(), "3,Mary,Somerville,Engineering,Engineer,2022-01-01,1"):
        book.active.append(line.split(","))
    book.save(filled.folder / "staff.xlsx")
    assert "1 join" in filled.run(commands.text, ("undo 42", "undo 2"), after="myproject changes list")
    path = filled.folder / "mapping.toml"
    path.write_text(mapping.text)
    assert tomllib.loads(mapping.text)["title"] == load_mapping(path).title


# --- programs -----------------------------------------------------------------------------------------------------

GUIDE = "docs/integrating.md"


@pytest.fixture(scope="module")
def guided(databases: Any, ini_settings: dict[str, str]) -> Iterator[tuple[Company, str]]:
    """A company that is served, and its address."""
    with company_on(databases("sqlite"), ini_settings) as company, serving(company.app) as port:
        yield company, f"http://127.0.0.1:{port}"


@covers(GUIDE, "Five minutes")
@covers(GUIDE, "Reading")
@covers(GUIDE, "Staying in step")
@covers(GUIDE, "Changing")
def test_the_guide_to_the_api(guided: tuple[Company, str], tmp_path: Path) -> None:
    needed("curl")
    company, address = guided
    person = str(company.ids["E04"])
    shell = Shell(tmp_path)
    ini = f"[app:main]\nuse = egg:myproject\nsqlalchemy.url = {company.engines.write.url}\nsecurity.checks = relaxed\n"
    (tmp_path / "development.ini").write_text(ini)
    read_token, curl, reading = below(GUIDE, "Five minutes")
    (again,) = below(GUIDE, "Reading")
    (following,) = below(GUIDE, "Staying in step")
    write_token, look_first, if_match, batch, undo = below(GUIDE, "Changing")
    whose = ("/employees/1042", f"/employees/{person}")

    token = shell.run(read_token.text).splitlines()[-1]
    shell.environ |= {"TOKEN": token, "DIRECTORY": address}
    exported = ("export TOKEN=dir_... DIRECTORY=https://directory.example.org\n", "")
    assert json.loads(shell.run(curl.text, exported))["items"]
    # The tag of the very answer: then there is nothing new.
    tag = re.search(r"(?im)^etag: (\S+)", shell.run(again.text.replace("curl ", "curl --include ", 1)))
    assert tag
    known = re.sub(r"'If-None-Match: [^']+'", f"'If-None-Match: {tag[1]}'", again.text)
    assert "304" in shell.run(known, ("curl ", "curl --include ")).splitlines()[0]

    program = tmp_path / "program.py"

    def python(text: str) -> str:
        program.write_text(text)
        return shell.run("python program.py")

    told = python(reading.text)
    assert "Siobhán O’Brien" in told
    assert "Omar Haddad" not in told
    applied = "def apply(copy, entry):\n    raise AssertionError(entry)\n"
    python(f"{reading.text}\n{applied}\n{following.text}\nassert {person} in copy and place\n")

    shell.environ["TOKEN"] = shell.run(write_token.text).splitlines()[-1]
    plan = json.loads(shell.run(look_first.text, (whose[0], whose[1])))
    assert plan["problems"] == []
    assert plan["differences"]
    python(f"{reading.text}\n{if_match.text}\nassert changed.status_code == 200, changed.text\n".replace(*whose))
    done = json.loads(shell.run(batch.text, (whose[0], whose[1])))
    assert [each["status"] for each in done["results"]] == [201, 200], done
    with company.engines.read.connect() as conn:
        newest = conn.exec_driver_sql("SELECT revision FROM counter").scalar()
    shell.run(undo.text, ("change-sets/1204:undo", f"change-sets/{newest}:undo"))


@covers(GUIDE, "Files in and out")
def test_the_guide_to_imports_and_exports(guided: tuple[Company, str], tmp_path: Path) -> None:
    needed("curl")
    company, address = guided
    importing, exporting = below(GUIDE, "Files in and out")
    sheet = company.testapp.get("/employees.csv").body.decode().replace("Omar,Haddad", "Omar,Haddad-Berg")
    (tmp_path / "people.csv").write_text(sheet)
    shell = Shell(tmp_path)
    with company.engines.begin() as conn:
        token = tokens.create_service(conn, ORIGIN, Role.PEOPLE_TEAM, "files", tuple(Scope))
    shell.environ |= {"TOKEN": token, "DIRECTORY": address}
    check, look, report, apply = importing.text.splitlines()
    sent = json.loads(shell.run(check))
    shell.environ["JOB"] = str(sent["id"])
    company.app.registry.jobs.drain()
    told = json.loads(shell.run(look))
    assert told["result"]["outcome"] in ("dry_run", "unchanged"), told
    assert shell.run(report).startswith("\ufefflevel,sheet,row")
    assert json.loads(shell.run(apply, ("$(uuidgen)", "a-key-of-ours")))["kind"] == "import"
    assert json.loads(shell.run(exporting.text))["kind"] == "export"
    company.app.registry.jobs.drain()


# --- what stands in the text ---------------------------------------------------------------------------------------


def test_commands_in_the_text_are_commands() -> None:
    found = []
    for document in documents():
        for code in inline_code(document):
            if re.match(r"myproject [a-z]", code):
                found.append(code)
                _resolve(code)
    assert len(found) > 15


def _resolve(code: str) -> None:
    """Fail for a command or an option that there is not."""
    command: Any = cli
    context = click.Context(cli, info_name="myproject")
    for word in code.split()[1:]:
        if word.startswith("-"):
            known = {"--help", *(name for each in command.params for name in each.opts)}
            assert word in known or command is cli, f"{code}: there is no {word}"
        elif isinstance(command, click.Group) and word != "...":
            command = command.get_command(context, word)
            assert command is not None, f"{code}: there is no {word}"


def test_requests_in_the_text_are_operations(guided: tuple[Company, str]) -> None:
    company, _ = guided
    paths = company.testapp.get(f"{PREFIX}/openapi.json").json["paths"]
    known = {
        (method.upper(), re.sub(r"\{\w+\}", "{}", path.removeprefix(PREFIX)))
        for path in paths
        for method in paths[path]
    }
    found = []
    for code in inline_code(GUIDE):
        if request := re.match(r"(GET|POST|PUT|PATCH|DELETE) (/\S+)$", code):
            found.append(code)
            path = re.sub(r"\{\w+\}", "{}", request[2].removeprefix(PREFIX))
            assert (request[1], path) in known, code
    assert len(found) > 3
