"""The command `token`: makes access tokens, lists and revokes them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.accounts import account
from tests.support.tokens import GRACE, get


@pytest.fixture
def app(own_company: Any) -> Any:
    """The organisation."""
    return own_company.app


@pytest.mark.slow
def test_commands_make_list_and_revoke(app: Any, tmp_path: Any) -> None:
    from click.testing import CliRunner

    from myproject.commands.main import cli

    url = app.registry.engines.write.url.render_as_string(hide_password=False)
    ini = tmp_path / "some.ini"
    ini.write_text("[app:main]\nuse = egg:myproject\nsecurity.checks = relaxed\n")

    def run(*words: str) -> Any:
        environ = {"MYPROJECT_SQLALCHEMY_URL": url}
        return CliRunner().invoke(cli, ["--ini", str(ini), "token", *words], env=environ, catch_exceptions=False)

    scopes = ("--scope", "employees:read", "--scope", "employees:write")
    made = run("create", "--service", "bench", "--role", "people_team", *scopes)
    token = made.stdout.splitlines()[-1]
    assert made.exit_code == 0
    assert get(app, token).status_int == 200
    account(app.registry.engines, GRACE)
    own = run("create", "--user", GRACE, "--name", "mine", "--scope", "employees:read", "--expires", "2190-12-31")
    assert get(app, own.stdout.strip()).status_int == 200
    listed = run("list").stdout.splitlines()
    assert len(listed) == 2
    assert "service, people_team" in listed[1]
    assert "employees:read employees:write" in listed[1]
    assert token not in run("list", "--all").stdout
    assert run("revoke", listed[1].split("\t")[0]).exit_code == 0
    assert get(app, token).status_int == 401
    assert len(run("list").stdout.splitlines()) == 1
    for words in (
        ("create", "--service", "x", "--scope", "employees:read"),
        ("create", "--scope", "employees:read"),
        ("create", "--user", GRACE, "--role", "employee", "--scope", "employees:read"),
        ("create", "--service", "x", "--role", "administrator", "--scope", "employees:read"),
        ("create", "--service", "x", "--role", "employee", "--scope", "nonsense"),
        ("create", "--service", "x", "--role", "employee", "--scope", "employees:read", "--department", "NONE"),
        ("create", "--user", "nobody@example.org", "--scope", "employees:read"),
        ("revoke", "999"),
    ):
        assert run(*words).exit_code != 0, words
