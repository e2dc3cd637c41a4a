"""It starts in no unsafe way: every reason is told at once, and `myproject check` tells the same and more."""

from __future__ import annotations

import configparser
import logging
import re
from pathlib import Path
from typing import Any

import plaster
import pytest

from myproject import main
from myproject.commands.check import look_over
from myproject.db.engines import Engines
from myproject.security.startup import refusals, unsafe
from myproject.settings.ini import app_section
from myproject.settings.table import NAMES, SettingsError, examine, subject
from tests.support.commands import RELAXED, SAFE, SECRET, SERVER, address, program, told, write_ini

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
SECTION = {
    "sqlalchemy.url": "sqlite:////tmp/directory.sqlite",
    **dict(line.split(" = ") for line in SAFE.splitlines()),
}


def reasons(**changes: str) -> list[str]:
    section = {**SECTION, **{name.replace("__", "."): value for name, value in changes.items()}}
    settings, problems = examine(section, {})
    assert problems == []
    return refusals(settings, section, {})


def test_a_safe_ini_starts() -> None:
    assert reasons() == []
    assert reasons(mail__smtp_tls="none", mail__smtp_host="localhost") == []
    assert reasons(security__allowed_hosts=".example.org") == []


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ({"security.secret": ""}, "security.secret: required"),
        ({"security.secret": SECRET[:49]}, "security.secret: needs 50 characters"),
        ({"security.secret": "abcd" * 20}, "security.secret: needs 50 characters or more, and 5 different"),
        ({"security.allowed_hosts": ""}, "security.allowed_hosts: none"),
        ({"security.allowed_hosts": "example.org"}, "security.base_url: its host is not among"),
        ({"security.base_url": ""}, "security.base_url = 'http://127.0.0.1:6543': over plain http"),
        ({"security.base_url": "http://directory.example.org"}, "security.base_url = 'http://directory.example.org'"),
        ({"mail.transport": "console"}, "mail.transport = 'console'"),
        ({"mail.sender": ""}, "mail.sender: required"),
        ({"mail.smtp_host": ""}, "mail.smtp_host: required"),
        ({"mail.smtp_tls": "none"}, "mail.smtp_tls = 'none'"),
        ({"mail.smtp_user": "me"}, "mail.smtp_password: required"),
        ({"mail.transport": "file"}, "mail.folder: required"),
        ({"pyramid.reload_templates": "true"}, "pyramid.reload_templates: is on"),
        ({"pyramid.debug_all": "yes"}, "pyramid.debug_all: is on"),
        ({"debug_authorization": "1"}, "debug_authorization: is on"),
        ({"pyramid.includes": "pyramid_debugtoolbar"}, "pyramid.includes: the debug toolbar"),
        ({"debugtoolbar.hosts": "0.0.0.0/0"}, "debugtoolbar: "),
    ],
)
def test_each_reason_by_itself(changes: dict[str, str], start: str) -> None:
    (reason,) = reasons(**changes)
    assert reason.startswith(start)
    assert SECRET[:49] not in reason
    assert reasons(**changes, **{"security.checks": "relaxed"}) == []


@pytest.mark.parametrize("name", ["development.ini", "testing.ini", "bench/bench.ini"])
def test_the_secrets_that_are_written_in_files_of_ours_are_refused(name: str) -> None:
    section = app_section(str(ROOT / name), {})
    assert len(section["security.secret"]) >= 50
    (reason,) = reasons(**{"security.secret": section["security.secret"]})
    assert reason.startswith("security.secret: is the one of an example")


def test_a_debugging_switch_of_the_environment() -> None:
    settings, _ = examine(SECTION, {})
    assert len(list(unsafe(settings, SECTION, {"PYRAMID_DEBUG_ALL": "1"}))) == 1


def test_every_reason_names_a_setting() -> None:
    settings, _ = examine({"sqlalchemy.url": SECTION["sqlalchemy.url"]}, {})
    found = [subject(reason) for reason in refusals(settings, {}, {})]
    assert found == ["security.secret", "security.allowed_hosts", "security.base_url", "mail.transport"]
    assert set(found) <= NAMES.keys()


def test_a_program_that_makes_the_application_gets_the_list_as_an_exception(ini_settings: dict[str, str]) -> None:
    with pytest.raises(SettingsError) as caught:
        main({"__file__": "some.ini"}, **{**ini_settings, "security.checks": "enforce", "page.size": "x"})
    assert [subject(problem) for problem in caught.value.problems] == [
        "page.size",
        "security.secret",
        "security.base_url",
        "mail.transport",
    ]


@pytest.mark.parametrize("command", [["pserve"], ["proutes"]], ids=lambda command: command[0])
def test_pserve_refuses_with_a_list_and_no_traceback(tmp_path: Path, command: list[str]) -> None:
    write_ini(tmp_path, "sqlite:////nowhere/x.sqlite", SERVER.format(port=1 if command == ["proutes"] else 0))
    lines = told(program(*command, "development.ini", cwd=tmp_path))
    assert lines[0].endswith("development.ini: invalid settings:")
    assert [re.split("[: ]", line.strip(" -"))[0] for line in lines[1:]] == [
        "security.secret",
        "security.allowed_hosts",
        "security.base_url",
        "mail.transport",
    ]
    assert "secrets.token_urlsafe(48)" in lines[1]


def test_the_remedy_makes_a_secret_that_will_do(tmp_path: Path) -> None:
    (reason,) = reasons(**{"security.secret": "short"})
    code = re.search(r'`python -c "(.+?)"`', reason)
    assert code
    result = program("python", "-c", code[1], cwd=tmp_path)
    assert reasons(**{"security.secret": result.stdout.strip()}) == []


def test_commands_work_with_an_unsafe_ini(tmp_path: Path, engines: Engines) -> None:
    write_ini(tmp_path, address(engines))
    result = program("myproject", "--ini", "development.ini", "db", "upgrade", cwd=tmp_path)
    assert (result.status, result.stderr) == (0, "")


def test_production_ini_asks_for_what_only_the_organisation_knows() -> None:
    section = plaster.get_settings(str(ROOT / "production.ini"), "app:main")
    settings, problems = examine(section, {})
    assert problems == []
    assert [subject(reason) for reason in refusals(settings, section, {})] == [
        "security.secret",
        "security.allowed_hosts",
        "security.base_url",
        "mail.sender",
        "mail.smtp_host",
    ]


@pytest.mark.parametrize("name", ["development.ini", "production.ini"])
def test_the_log_tells_the_time_with_its_offset(name: str) -> None:
    ini = configparser.RawConfigParser()
    ini.read(ROOT / name)
    formatter = logging.Formatter(ini["formatter_plain"]["format"], ini["formatter_plain"]["datefmt"])
    record = logging.LogRecord("a", logging.INFO, "", 1, "text", None, None)
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} INFO", formatter.format(record))


# --- myproject check ------------------------------------------------------------------------------------------------


def findings(folder: Path, more: str, **environ: str) -> list[str]:
    ini = write_ini(folder, f"sqlite:///{folder}/nowhere.sqlite", "organisation.name = Larkhill\n" + SAFE + more)
    ini.chmod(0o600)
    return [f"{kind}: {text}" for kind, text in look_over(str(ini), environ)][:-1]  # the last: there is no database


@pytest.mark.parametrize(
    ("line", "start"),
    [
        (RELAXED, "unsafe: security.checks = 'relaxed'"),
        ("security.hsts = 0\n", "unsafe: security.hsts = 0"),
        ("session.absolute_days = 90\n", "unsafe: session.absolute_days = 90"),
        ("session.idle_minutes = 10000\n", "unsafe: session.idle_minutes = 10000"),
        ("session.absolute_days = 1\nsession.idle_minutes = 1500\n", "wrong: session.idle_minutes: is longer"),
        ("session.confirm_minutes = 600\n", "unsafe: session.confirm_minutes"),
        ("password.min_length = 8\n", "unsafe: password.min_length = 8"),
        ("throttle.account = 500\n", "unsafe: throttle.account = 500"),
        ("throttle.address = 5000\n", "unsafe: throttle.address = 5000"),
        ("throttle.everywhere = 5000\n", "unsafe: throttle.everywhere = 5000"),
        ("[server:main]\nuse = egg:waitress\nlisten = 0.0.0.0:80\n", "unsafe: [server:main] listens on 0.0.0.0:80"),
        ("[server:main]\nlisten = [::]:80\ntrusted_proxy = *\n", "unsafe: [server:main] trusted_proxy: believes"),
    ],
)
def test_check_tells_what_is_weaker_than_need_be(tmp_path: Path, line: str, start: str) -> None:
    (finding,) = findings(tmp_path, line)
    assert finding.startswith(start)


def test_check_is_content_with_a_server_behind_a_proxy(tmp_path: Path) -> None:
    assert findings(tmp_path, "[server:main]\nlisten = *:80\ntrusted_proxy = 10.0.0.1\n") == []


def test_check_tells_of_secrets_that_others_can_read(tmp_path: Path) -> None:
    for name in ("secret", "mails"):
        (tmp_path / name).write_text(SECRET) if name == "secret" else (tmp_path / name).mkdir()
        (tmp_path / name).chmod(0o755)
    secret, mails = tmp_path / "secret", tmp_path / "mails"
    environ: dict[str, Any] = {"MYPROJECT_SECURITY_SECRET_FILE": str(secret)}
    files = {"MYPROJECT_MAIL_TRANSPORT": "file", "MYPROJECT_MAIL_FOLDER": str(mails)}
    ini = write_ini(tmp_path, f"sqlite:///{tmp_path}/nowhere.sqlite", "organisation.name = Larkhill\n" + SAFE)
    ini.chmod(0o644)

    def found(**variables: str) -> list[str]:
        return [text.split(":")[0] for kind, text in look_over(str(ini), variables) if "every user" in text]

    assert found() == [str(ini)]
    assert found(**environ) == [f"MYPROJECT_SECURITY_SECRET_FILE ({secret})"]
    assert found(**environ, **files) == [f"MYPROJECT_SECURITY_SECRET_FILE ({secret})", str(mails)]
    secret.chmod(0o600)
    mails.chmod(0o700)
    assert found(**environ, **files) == []
