"""The command line, pserve and alembic, as whoever runs them meets them: as programs of their own."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from myproject.commands.main import COMMANDS, cli
from myproject.db.engines import Engines
from myproject.directory.changes.change_sets import apply
from myproject.directory.schema.fields import Card
from myproject.directory.schema.verbs import CreateDepartment, EditCard, Join
from tests.support.commands import RELAXED, SAFE, SERVER, Result, Run, address, program, told, write_ini
from tests.support.shell import PROGRAMS

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
TODAY = date(2026, 6, 15)
ALEMBIC = "\n[alembic]\nscript_location = myproject:migrations\npath_separator = os\n"


@pytest.fixture
def myproject(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """``myproject("db", "current", MYPROJECT_X="y")`` in a folder of its own: the command line in this process."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str, **environ: str) -> Result:
        result = CliRunner().invoke(cli, words, prog_name="myproject", env=environ)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Result(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def site(tmp_path: Path, engines: Engines, myproject: Run) -> Run:
    """`myproject` on a migrated database with one department and two people."""
    with engines.begin() as conn:
        apply(
            conn,
            [
                CreateDepartment(code="ENG", name="Engineering", on=date(2020, 1, 1)),
                Join(
                    employee_number="1",
                    card=Card(given_name="Ada", family_name="Byron"),
                    on=date(2020, 1, 1),
                    department="ENG",
                    job_title="Engineer",
                ),
                Join(
                    employee_number="2",
                    card=Card(given_name="Charles", family_name="Babbage"),
                    on=date(2021, 1, 1),
                    department="ENG",
                    manager="1",
                ),
            ],
            today=TODAY,
            author="people team",
            source="test",
            reason="The first two",
        )
    write_ini(tmp_path, address(engines))
    return myproject


# --- the command line itself --------------------------------------------------------------------------------------


def test_help_lists_every_command_and_loads_none(tmp_path: Path):
    code = (
        "import sys\nfrom myproject.commands.main import cli\n"
        "try:\n    cli(['--help'], prog_name='myproject')\nexcept SystemExit:\n    pass\n"
        "print([name for name in sys.modules if name.startswith(('sqlalchemy', 'pyramid', 'pydantic', 'alembic'))])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    *text, loaded = result.stdout.splitlines()
    assert loaded == "[]"
    assert [line.split()[0] for line in text[text.index("Commands:") + 1 :]] == sorted(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_tells_its_own_help(tmp_path: Path, name: str, myproject: Run):
    result = myproject(name, "--help")
    assert result.status == 0, result.stderr
    assert f"Usage: myproject {name}" in result.stdout


def test_a_command_that_is_none(tmp_path: Path, myproject: Run):
    result = myproject("setings")
    assert result.status == 2
    assert "Did you mean settings?" in result.stderr


def test_which_ini(tmp_path: Path, myproject: Run):
    write_ini(tmp_path, "sqlite:////x", "organisation.name = Default\n")
    write_ini(tmp_path, "sqlite:////x", "organisation.name = Variable\n", name="v.ini")
    write_ini(tmp_path, "sqlite:////x", "organisation.name = Option\n", name="o.ini")

    def name(*words: str, **environ: str) -> str:
        found = json.loads(myproject(*words, "settings", "--json", **environ).stdout)
        return next(row["value"] for row in found["settings"] if row["name"] == "organisation.name")

    assert name() == "Default"
    assert name(MYPROJECT_INI="v.ini") == "Variable"
    assert name("--ini", "o.ini", MYPROJECT_INI="v.ini") == "Option"


def test_an_ini_that_is_not_there(tmp_path: Path, myproject: Run):
    assert told(myproject("db", "current")) == [
        "development.ini: invalid settings:",
        "  - there is no such file; name one with --ini or in MYPROJECT_INI",
    ]


# --- a wrong ini: the same list from all three --------------------------------------------------------------------

WRONG = RELAXED + "organistaion.name = x\norganisation.time_zone = Mars\n"


PSERVE = ["pserve", "development.ini"]
MIGRATE = ["alembic", "-c", "development.ini", "current"]
OURS = ["myproject", "--ini", "development.ini", "db", "current"]


@pytest.mark.parametrize(
    ("command", "what"),
    [
        (PSERVE, "settings"),
        (PSERVE, "percent"),
        # Makes no server, so a percent sign stops it before we are asked.
        (["proutes", "development.ini"], "settings"),
        (MIGRATE, "settings"),
        (MIGRATE, "percent"),
        (OURS, "settings"),
        (OURS, "percent"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_a_wrong_ini_gives_the_list_and_no_traceback(tmp_path: Path, command: list[str], what: str):
    ini = write_ini(tmp_path, "sqlite:////x", WRONG + SERVER.format(port=1) + ALEMBIC)
    if what == "percent":
        ini.write_text(ini.read_text().replace("sqlite:////x", "postgresql://me:Fliegen%pilz@host/name"))
    lines = told(program(*command, cwd=tmp_path))
    assert lines[0].endswith("development.ini: invalid settings:")
    starts = ["  - organisation.time_zone = 'Mars': ", "  - organistaion.name: unknown setting (did you mean organisa"]
    if what == "percent":
        starts.insert(0, "  - sqlalchemy.url: write every percent sign twice")
    assert [line.startswith(start) for line, start in zip(lines[1:], starts, strict=True)] == [True] * len(starts)
    assert "Fliegen" not in "".join(lines)


def test_pserve_serves_and_tells_when_its_port_is_taken(tmp_path: Path, engines: Engines):
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    write_ini(tmp_path, address(engines), RELAXED + SERVER.format(port=port))
    first = subprocess.Popen(
        [PROGRAMS / "pserve", "development.ini"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        assert _answer(f"http://127.0.0.1:{port}/health") == 200
        lines = told(program("pserve", "development.ini", cwd=tmp_path))
        assert lines[1] == f"  - can't listen on 127.0.0.1:{port}: Address already in use"
    finally:
        first.terminate()
        first.communicate(timeout=10)


def _answer(url: str) -> int:
    deadline = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return response.status
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


# --- settings, check ----------------------------------------------------------------------------------------------


def test_settings_shows_values_sources_and_no_secret(tmp_path: Path, myproject: Run):
    write_ini(tmp_path, "postgresql://me:Fliegenpilz@host/name", "organisation.time_zone = Europe/Oslo\n")
    result = myproject("settings", MYPROJECT_ORGANISATION_NAME="Larkfield")
    assert result.status == 0, result.stderr
    rows = {line.split("  ", 1)[0]: re.split(r"\s{2,}", line) for line in result.stdout.splitlines()}
    assert rows["sqlalchemy.url"][1:3] == ["postgresql://me:********@host/name", "ini"]
    assert rows["organisation.time_zone"][1:3] == ["Europe/Oslo", "ini"]
    assert rows["organisation.name"][1:3] == ["Larkfield", "MYPROJECT_ORGANISATION_NAME"]
    assert rows["audience.age"][1:3] == ["people_team", "default"]


def test_check_finds_everything_unsafe(tmp_path: Path, myproject: Run):
    write_ini(
        tmp_path,
        "postgresql://me:Fliegenpilz@192.0.2.1/name?connect_timeout=1",
        "organisation.accent = yellow\npyramid.debug_notfound = true\nldap.host = x\n"
        "[server:main]\nuse = egg:waitress#main\nlisten = *:80 [::1]:81\n"
        "[server:other]\nuse = egg:waitress#main\n",
    )
    result = myproject("check", PYRAMID_RELOAD_TEMPLATES="1")
    assert result.status == 1
    assert "Fliegenpilz" not in result.stdout + result.stderr
    found = result.stdout.splitlines()
    for start in (
        "wrong: ldap.host: nothing reads it",
        "unsafe: security.secret: required",
        "unsafe: security.allowed_hosts: none",
        "unsafe: security.base_url = 'http://127.0.0.1:6543': over plain http",
        "unsafe: mail.transport = 'console'",
        "unsafe: pyramid.debug_notfound: is on",
        "unsafe: PYRAMID_RELOAD_TEMPLATES: is on",
        "unsafe: [server:main] listens on *:80",
        "unsafe: [server:other] listens on 0.0.0.0",
        "wrong: organisation.name: is still Staff directory",
        "wrong: organisation.accent = yellow: too faint for links",
        "unsafe: sqlalchemy.url: add sslmode=verify-full",
        "wrong: sqlalchemy.url: The database can't be used",
        "unsafe: development.ini: holds sqlalchemy.url",
    ):
        assert len([line for line in found if line.startswith(start)]) == 1, (start, found)
    assert len(found) == 14, found


def test_check_of_an_ini_with_nothing_amiss(tmp_path: Path, engines: Engines, myproject: Run):
    url = engines.write.url
    if url.get_backend_name() == "sqlite":
        Path(str(url.database)).chmod(0o600)
    ini = write_ini(tmp_path, address(engines), "organisation.name = Larkhill\n" + SAFE + SERVER.format(port=6543))
    ini.chmod(0o600)
    good = f"{ini}: nothing is wrong or unsafe."
    steps = {
        "next: nobody is in the directory yet": "import people.csv --dry-run",
        "next: nobody can sign in yet": "user add you@example.org --role administrator",
    }
    result = myproject("check", str(ini))
    assert result.status == 0
    *told, last = result.stdout.splitlines()
    assert last == good
    assert told == [f"{words}: run `myproject --ini {ini} {command}`" for words, command in steps.items()]
    with engines.begin() as conn:
        join = Join(employee_number="1", card=Card(family_name="Byron"), on=TODAY, department="ENG")
        department = CreateDepartment(code="ENG", name="Engineering", on=TODAY)
        apply(conn, [department, join], today=TODAY, author="people team", source="test")
    assert myproject("--ini", str(ini), "user", "add", "you@example.org", "--role", "administrator").status == 0
    result = myproject("check", str(ini))
    assert (result.status, result.stdout) == (0, f"{good}\n")


def test_check_tells_how_to_make_a_database_that_is_not_there(tmp_path: Path, engines: Engines, myproject: Run):
    url = engines.write.url.set(database=f"{engines.write.url.database}_nowhere")
    write_ini(tmp_path, url.render_as_string(hide_password=False))
    result = myproject("check")
    assert result.status == 1
    remedies = {"sqlite": "does not exist yet: run `myproject", "postgresql": "make it with createdb"}
    assert remedies[url.get_backend_name()] in result.stdout


def test_check_tells_of_migrations_to_run(tmp_path: Path, engines: Engines, myproject: Run):
    write_ini(tmp_path, address(engines))
    assert myproject("db", "downgrade", "base").status == 0
    result = myproject("check")
    assert "wrong: the database is empty: run `myproject --ini development.ini db upgrade`" in result.stdout


@pytest.mark.parametrize("name", ["development.ini", "production.ini", "testing.ini"])
def test_the_ini_files_that_come_with_it_hold_good_settings(name: str, myproject: Run):
    result = myproject("--ini", str(ROOT / name), "settings")
    assert result.status == 0, result.stderr


# --- db -----------------------------------------------------------------------------------------------------------


def test_migrating_up_and_down(tmp_path: Path, engines: Engines, myproject: Run):
    write_ini(tmp_path, address(engines), ALEMBIC)

    def said(*words: str) -> str:
        result = myproject("db", *words)
        assert result.status == 0, result.stderr
        return result.stdout.strip()

    assert "(newest)" in said("current")
    assert "agrees with the models" in said("check")
    assert "to empty" in said("downgrade", "base")
    assert "empty (the newest is" in said("current")
    assert "run `myproject db upgrade`" in myproject("db", "check").stdout
    assert "from empty to" in said("upgrade")
    assert "Nothing to do" in said("upgrade")
    assert program("alembic", "-c", "development.ini", "check", cwd=tmp_path).status == 0
    assert "Can't locate revision" in told(myproject("db", "upgrade", "nosuch"))[0]


def test_check_tells_where_tables_and_models_differ(tmp_path: Path, engines: Engines, myproject: Run):
    with engines.begin() as conn:
        conn.exec_driver_sql("CREATE TABLE of_somebody_else (id INTEGER)")
        conn.exec_driver_sql("DROP INDEX ix_change_set_undoes")
    write_ini(tmp_path, address(engines))
    result = myproject("db", "check")
    assert result.status == 1
    assert "of_somebody_else" in result.stdout
    assert "ix_change_set_undoes" in result.stdout


@pytest.mark.parametrize("command", [["changes", "list"], ["db", "verify"]], ids=" ".join)
def test_commands_ask_for_the_migrations_first(tmp_path: Path, engines: Engines, command: list[str], myproject: Run):
    ini = write_ini(tmp_path, address(engines), name="other.ini")
    assert myproject("--ini", str(ini), "db", "downgrade", "base").status == 0
    lines = told(myproject("--ini", str(ini), *command))
    assert lines == [f"Error: The database is not up to date: run `myproject --ini {ini} db upgrade` first."]


def test_verify_finds_what_is_wrong_and_rebuild_mends_it(site: Run, engines: Engines):
    assert site("db", "verify").status == 0
    with engines.begin() as conn:
        conn.execute(sa.text("UPDATE present SET sort_name = 'x' WHERE employee_id = 1"))
        conn.execute(sa.text("DELETE FROM search_word WHERE kind = 'employee' AND target_id = 2"))
        conn.execute(sa.text("UPDATE counter SET revision = revision - 1"))
    result = site("db", "verify")
    assert result.status == 1
    assert "employee 1" in result.stdout
    assert "the counter of revision" in result.stdout
    assert "run `myproject db rebuild`" in result.stdout
    assert site("db", "rebuild").status == 0
    assert site("db", "verify").status == 0


@pytest.mark.parametrize(
    "url", ["sqlite:////nosuchfolder/x.sqlite", "postgresql://127.0.0.1:1/x", "sqlite:///text.txt"]
)
def test_a_database_that_does_not_answer(tmp_path: Path, url: str, myproject: Run):
    (tmp_path / "text.txt").write_text("This is no database, but a text of some length. " * 100)
    write_ini(tmp_path, url)
    (line,) = told(myproject("changes", "list"))
    assert line.startswith("The database can't be used")


# --- changes ------------------------------------------------------------------------------------------------------


def test_changes_are_listed_shown_and_taken_back(site: Run, engines: Engines):
    with engines.begin() as conn:
        edit = EditCard(employee="2", changes=Card(phone="+44 20 7946 0000"))
        apply(conn, [edit], today=TODAY, author="Charles", source="form")
    newest, oldest = site("changes", "list").stdout.splitlines()
    assert newest.startswith("#2  ")
    assert "Charles  by form  1 edit card" in newest
    assert "people team  by test  2 join, 1 create department  (The first two)" in oldest
    assert "phone: nothing -> +44 20 7946 0000" in site("changes", "show", "2").stdout
    assert "join employee 1 Ada Byron from 2020-01-01" in site("changes", "show", "1").stdout
    assert "no change set #9" in told(site("changes", "show", "9"))[0]
    assert site("changes", "list", "--before", "2").stdout.splitlines() == [oldest]

    assert "can be taken back" in site("changes", "undo", "2", "--dry-run").stdout
    assert len(site("changes", "list").stdout.splitlines()) == 2
    assert "that is change set #3" in site("changes", "undo", "2", "--as", "Ada", "--reason", "Wrong").stdout
    listed = site("changes", "list").stdout.splitlines()
    assert "Ada  by undo" in listed[0]
    assert "takes back #2" in listed[0]
    assert "taken back by #3" in listed[1]


def test_taking_back_what_was_changed_since_is_refused(site: Run, engines: Engines):
    for phone in ("111", "222"):
        with engines.begin() as conn:
            edit = EditCard(employee="2", changes=Card(phone=phone))
            apply(conn, [edit], today=TODAY, author="Charles", source="form")
    lines = told(site("changes", "undo", "2"))
    assert lines[-1].startswith("Nothing was taken back.")
    assert "no change set #77" in told(site("changes", "undo", "77"))[0]
