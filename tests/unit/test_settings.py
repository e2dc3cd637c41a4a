"""Settings: where they come from, and how everything that is wrong with them is told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from myproject.settings.ini import app_section, settings_of
from myproject.settings.table import NAMES, SETTINGS, SettingsError, examine, load_settings

URL = "sqlite:////tmp/directory.sqlite"
INI = {"sqlalchemy.url": URL}
PASSWORD = "Fliegenpilz"


def problems(ini: dict[str, str], environ: dict[str, str] | None = None) -> list[str]:
    return examine(ini, environ or {})[1]


def test_defaults_stand_where_nothing_is_given():
    settings = load_settings(INI, {})
    assert settings["organisation.name"] == "Staff directory"
    assert settings["database.pool_size"] == 5
    assert settings["organisation.logo"] is None
    assert settings["audience.date_of_birth"] == "people_team"
    assert settings.source("organisation.name") == "default"
    assert set(settings) == set(NAMES)


def test_the_first_that_is_given_wins(tmp_path: Path):
    for name in ("environment", "ini"):
        (tmp_path / name).write_text(f"{name} file\n")
    ini = {**INI, "organisation.name_file": str(tmp_path / "ini")}
    environ: dict[str, str] = {}
    assert load_settings(ini, environ)["organisation.name"] == "ini file"
    ini["organisation.name"] = "ini"
    assert load_settings(ini, environ)["organisation.name"] == "ini"
    environ["MYPROJECT_ORGANISATION_NAME_FILE"] = str(tmp_path / "environment")
    assert load_settings(ini, environ)["organisation.name"] == "environment file"
    environ["MYPROJECT_ORGANISATION_NAME"] = "environment"
    settings = load_settings(ini, environ)
    assert settings["organisation.name"] == "environment"
    assert settings.source("organisation.name") == "MYPROJECT_ORGANISATION_NAME"


def test_what_is_blank_is_not_given():
    ini = {**INI, "organisation.name": "Larkfield", "organisation.logo": " "}
    settings = load_settings(ini, {"MYPROJECT_ORGANISATION_NAME": ""})
    assert settings["organisation.name"] == "Larkfield"
    assert settings["organisation.logo"] is None


def test_every_problem_is_told_at_once():
    found = problems(
        {
            "sqlalchemy.url": "oracle://host/db",
            "organisation.time_zone": "Europe/Lodnon",
            "organisation.phone_country": "XX",
            "organisation.accent": "red; background: url(//evil)",
            "organisation.logo": "/does/not/exist.svg",
            "database.pool_size": "0",
            "audience.email": "everyone",
            "organistaion.name": "x",
        },
        {"MYPROJECT_DATABASE_MAX_OVERFLOW_FILE": "/does/not/exist"},
    )
    assert [problem.split(":")[0].split(" = ")[0] for problem in found] == [
        "sqlalchemy.url",
        "database.pool_size",
        "MYPROJECT_DATABASE_MAX_OVERFLOW_FILE",
        "organisation.time_zone",
        "organisation.logo",
        "organisation.accent",
        "organisation.phone_country",
        "audience.email",
        "organistaion.name",
    ]
    with pytest.raises(SettingsError) as caught:
        load_settings({}, {}, "production.ini")
    assert str(caught.value).splitlines()[0] == "production.ini: invalid settings:"


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("sqlalchmy.url", "sqlalchemy.url"),
        ("sqlalchemy.ulr", "sqlalchemy.url"),
        ("organistaion.name", "organisation.name"),
        ("organization.time_zone", "organisation.time_zone"),
        ("time_zone", "organisation.time_zone"),
        ("sqlalchemy.pool_size", "database.pool_size"),
        ("audience.birthdate", "audience.date_of_birth"),
        ("audiences.email", "audience.email"),
    ],
)
def test_a_slip_in_a_name_is_told_with_the_name_that_was_meant(key: str, meant: str):
    assert problems({**INI, key: "x"}) == [f"{key}: unknown setting (did you mean {meant}?)"]


@pytest.mark.parametrize("key", ["pyramid.reload_templates", "jinja2.filters", "retry.attempts", "foo.bar"])
def test_keys_of_others_pass(key: str):
    assert problems({**INI, key: "x"}) == []


def test_variables_of_others_pass_and_slips_do_not():
    assert problems(INI, {"MYPROJECT_SERVICE_HOST": "10.0.0.1", "MYPROJECT_PORT": "x", "MYPROJECT_INI": "x"}) == []
    assert problems(INI, {"MYPROJECT_ORGANISATION_NAM": "x"}) == [
        "MYPROJECT_ORGANISATION_NAM: unknown environment variable (did you mean MYPROJECT_ORGANISATION_NAME?)"
    ]


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://me:{PASSWORD}@host:port/name",
        f"postgresql+nosuchdriver://me:{PASSWORD}@host/name",
        f"mysql://me:{PASSWORD}@host/name",
        f"//me:{PASSWORD}@host",
        f"${{{PASSWORD}}}",
    ],
)
def test_a_wrong_address_is_told_without_its_password(url: str):
    (problem,) = problems({"sqlalchemy.url": url})
    assert problem.startswith("sqlalchemy.url: ")
    assert PASSWORD not in problem


def test_a_password_is_shown_nowhere():
    settings = load_settings({"sqlalchemy.url": f"postgresql://me:{PASSWORD}@host/name?sslpassword={PASSWORD}"}, {})
    assert PASSWORD not in repr(settings)
    assert settings.shown("sqlalchemy.url") == "postgresql://me:********@host/name"
    assert PASSWORD in settings["sqlalchemy.url"]


@pytest.mark.parametrize("name", ["security.secret", "mail.smtp_password"])
def test_secrets_are_shown_nowhere(name: str):
    ini = {**INI, name: f"scheme://{PASSWORD}@host"}
    settings = load_settings(ini, {})
    assert settings[name] == f"scheme://{PASSWORD}@host"
    assert settings.shown(name) == "********"
    assert PASSWORD not in repr(settings)
    assert PASSWORD not in "".join(problems({**ini, name: PASSWORD + "\0"}))


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("security.allowed_hosts", "Directory.example.org, .example.net", ("directory.example.org", ".example.net")),
        ("security.allowed_hosts", "localhost [::1] 127.0.0.1", ("localhost", "[::1]", "127.0.0.1")),
        ("security.base_url", "https://Directory.Example.org/", "https://directory.example.org"),
        ("security.base_url", "https://a.example:443", "https://a.example"),
        ("security.base_url", "http://[::1]:6543", "http://[::1]:6543"),
        ("mail.sender", "Staff directory <a@example.org>", "Staff directory <a@example.org>"),
        ("mail.sender", "a@example.org", "a@example.org"),
        ("mail.smtp_host", "Mail.example.org", "mail.example.org"),
    ],
)
def test_what_the_kinds_make_of_a_text(name: str, text: str, value: object):
    assert load_settings({**INI, name: text}, {})[name] == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(
            ("security.allowed_hosts", text)
            for text in ("*", "a.example:80", "https://a.example", "..a", "a/b", ".[::1]")
        ),
        *(
            ("security.base_url", text)
            for text in (
                "directory.example.org",
                "ftp://a.example",
                "https://",
                "https://me@a.example",
                "https://a.example/people",
                "https://a.example?x",
                "https://a.example#",
                "https://a.example:99999",
                "https://a b",
                "https://[::1",
                "//a.example",
            )
        ),
        *(("mail.sender", text) for text in ("a", "a@b\nBcc: c@d", "a@b, c@d", "<a@b", "A a@b>", '"a"@b')),
        ("mail.smtp_host", "mail.example.org:25"),
        ("mail.folder", "/does/not/exist"),
        ("password.min_length", "7"),
        ("security.checks", "off"),
    ],
)
def test_what_the_kinds_refuse(name: str, text: str):
    (problem,) = problems({**INI, name: text})
    assert problem.startswith(f"{name} = ")


def test_a_variable_that_was_meant_to_be_expanded():
    assert "MYPROJECT_SQLALCHEMY_URL" in problems({"sqlalchemy.url": "${DATABASE_URL}"})[0]


def test_no_two_settings_share_a_variable():
    assert len({setting.variable for setting in SETTINGS}) == len(SETTINGS)
    assert not [setting.name for setting in SETTINGS if f"{setting.name}_file" in NAMES]


def test_every_setting_is_read_by_someone():
    """A setting that nothing reads is a promise that is not kept."""
    package = Path(__file__).parents[2] / "myproject"
    sources = "".join(path.read_text() for path in package.rglob("*.py") if path.name != "settings.py")
    sources += "".join(path.read_text() for path in package.rglob("*.html"))
    names = {setting.name for setting in SETTINGS if not setting.name.startswith("audience.")}
    assert not sorted(name for name in names if f'"{name}"' not in sources and f"'{name}'" not in sources)


# --- ini files ----------------------------------------------------------------------------------------------------


def write(folder: Path, text: str) -> str:
    file = folder / "some.ini"
    file.write_text(text)
    return str(file)


def told(ini: str, environ: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        settings_of(ini, environ or {})
    assert str(caught.value).startswith(ini)
    assert PASSWORD not in str(caught.value)
    return caught.value.problems


def test_here_is_the_folder_of_the_ini(tmp_path: Path):
    ini = write(tmp_path, "[app:main]\nuse = egg:myproject\nsqlalchemy.url = sqlite:///%(here)s/x.sqlite\n")
    assert settings_of(ini, {})["sqlalchemy.url"] == f"sqlite:///{tmp_path}/x.sqlite"


def test_another_section_of_the_ini(tmp_path: Path):
    ini = write(tmp_path, f"[app:other]\nuse = egg:myproject\nsqlalchemy.url = {URL}\n")
    assert app_section(f"{ini}#other")["sqlalchemy.url"] == URL
    assert told(ini) == ["there is no section [app:main]"]


def test_a_lone_percent_sign_is_told_together_with_the_rest(tmp_path: Path):
    ini = write(
        tmp_path,
        "[app:main]\nuse = egg:myproject\norganistaion.name = x\ndatabase.pool_size = many\n"
        f"sqlalchemy.url = postgresql://me:{PASSWORD}%40@host/name\n"
        f"organisation.name = %(ENV:{PASSWORD}X)s\n".replace(PASSWORD + "X", "NAME"),
    )
    percent, reference, size, unknown = told(ini)
    assert percent.startswith("sqlalchemy.url: write every percent sign twice")
    assert "MYPROJECT_SQLALCHEMY_URL" in percent
    assert reference.startswith("organisation.name: %(ENV:NAME)s is not defined")
    assert size.startswith("database.pool_size = 'many'")
    assert unknown.startswith("organistaion.name: unknown setting")


def test_a_doubled_percent_sign_is_one(tmp_path: Path):
    ini = write(tmp_path, "[app:main]\nuse = egg:myproject\nsqlalchemy.url = postgresql://me:a%%40b@host/name\n")
    assert settings_of(ini, {})["sqlalchemy.url"] == "postgresql://me:a%40b@host/name"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"sqlalchemy.url = {PASSWORD}\n", "line 1: there is no [section] before it"),
        (f"[app:main]\nuse = egg:myproject\n{PASSWORD}\n", "line 3: write `name = value`"),
        ("[app:main]\nuse = egg:myproject\nuse = egg:myproject\n", "option 'use' in section 'app:main' already exists"),
        (f"[app:main]\nuse = egg:nosuchpackage\nsqlalchemy.url = {PASSWORD}\n", "[app:main] can't be read"),
        (f"[app:main]\nsqlalchemy.url = {PASSWORD}\n", "[app:main] can't be read"),
    ],
)
def test_an_ini_that_is_none(tmp_path: Path, text: str, expected: str):
    (problem,) = told(write(tmp_path, text))
    assert expected in problem


def test_an_ini_that_is_not_there(tmp_path: Path):
    assert told(str(tmp_path / "none.ini")) == ["there is no such file; name one with --ini or in MYPROJECT_INI"]
