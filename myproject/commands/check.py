"""``myproject check``: everything that is wrong or unsafe in an ini file, told before it is deployed."""

from __future__ import annotations

import ipaddress
import os
import stat
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from myproject.commands.context import Context, in_words, pass_context
from myproject.commands.contrast import ENOUGH, PAPER_DAY, PAPER_NIGHT, contrast
from myproject.inifile import app_section, server_sections
from myproject.settings import NAMES, Settings, SettingsError, examine, is_read

#: Switches of Pyramid that show the inside of the program to whoever asks, or slow every request down.
_DEBUGGING = (
    "debug_all",
    "debug_authorization",
    "debug_notfound",
    "debug_routematch",
    "debug_templates",
    "reload_all",
    "reload_assets",
    "reload_resources",
    "reload_templates",
)
_TRUE = frozenset({"t", "true", "y", "yes", "on", "1"})
#: Modes of PostgreSQL's TLS in which it is certain who answers.
_CERTAIN_TLS = ("verify-full", "verify-ca")


@click.command()
@click.argument("ini", required=False)
@pass_context
def check(context: Context, ini: str | None) -> None:
    """Tell what is wrong or unsafe in INI, by default the one that every command uses. Status 1 if anything is."""
    ini = ini or context.ini
    findings = list(look_over(ini, os.environ))
    for kind, finding in findings:
        click.echo(f"{kind}: {finding}")
    if findings:
        click.echo(f"{ini}: {len(findings)} to mend.", err=True)
        sys.exit(1)
    click.echo(f"{ini}: nothing is wrong or unsafe.")


def look_over(ini: str, environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each finding: ``wrong`` or ``unsafe``, and what it is and what to do."""
    try:
        section = app_section(ini, environ)
        servers = server_sections(ini)
    except SettingsError as error:
        for problem in error.problems:
            yield "wrong", problem
        return
    settings, problems = examine(section, environ)
    for problem in problems:
        yield "wrong", problem
    told = {problem.split(":", 1)[0].split(" = ", 1)[0] for problem in problems}
    for key in section:
        if not is_read(key) and key not in told:
            yield "wrong", f"{key}: nothing reads it"
    yield from _debugging(section, environ)
    for name, server in servers.items():
        yield from _listening(name, server)
    yield from _defaults(settings)
    yield from _accents(settings)
    if "sqlalchemy.url" in settings:
        yield from _database(settings, f"run `myproject --ini {ini} db upgrade`")
    yield from _readable(ini, settings)


def _debugging(section: Mapping[str, str], environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for switch in _DEBUGGING:
        for place, value in (
            (f"pyramid.{switch}", section.get(f"pyramid.{switch}")),
            (switch, section.get(switch)),
            (f"PYRAMID_{switch.upper()}", environ.get(f"PYRAMID_{switch.upper()}")),
        ):
            if value and value.strip().lower() in _TRUE:
                yield "unsafe", f"{place}: is on, which is for development; leave it out"
    if "debugtoolbar" in section.get("pyramid.includes", ""):
        yield "unsafe", "pyramid.includes: the debug toolbar runs whatever a visitor types; leave it out"


def _listening(name: str, server: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    given = server.get("listen") or server.get("bind") or server.get("host")
    if given is None and not {"unix_socket", "fd", "sockets"} & server.keys():
        given = "0.0.0.0" if "waitress" in server.get("use", "") else ""  # noqa: S104 - what it does by itself
    for address in (given or "").replace(",", " ").split():
        if not _is_loopback(address):
            remedy = "listen on 127.0.0.1 and let a proxy that asks who comes stand before it"
            yield "unsafe", f"[{name}] listens on {address}: whoever reaches it reads it, without an account; {remedy}"
    if server.get("trusted_proxy", "").strip() == "*":
        yield "unsafe", f"[{name}] trusted_proxy: believes whatever any client says of itself; name the proxy"


def _is_loopback(address: str) -> bool:
    if address.startswith(("unix:", "/")):
        return True
    host = address.rpartition(":")[0] if address.count(":") == 1 or "]:" in address else address
    host = host.strip("[]")
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _defaults(settings: Settings) -> Iterator[tuple[str, str]]:
    name = settings["organisation.name"]
    if name in (NAMES["organisation.name"].default, "Larkfield"):
        yield "wrong", f"organisation.name: is still {name}; give the organisation's own name"


def _accents(settings: Settings) -> Iterator[tuple[str, str]]:
    for name, paper, way in (
        ("organisation.accent", PAPER_DAY, "darker"),
        ("organisation.accent_dark", PAPER_NIGHT, "lighter"),
    ):
        found = contrast(settings[name], paper)
        if found is not None and found < ENOUGH:
            yield (
                "wrong",
                f"{name} = {settings[name]}: too faint for links (contrast {found:.1f} of {ENOUGH}); give a {way} one",
            )


def _database(settings: Settings, remedy: str) -> Iterator[tuple[str, str]]:
    from sqlalchemy.engine import make_url

    from myproject.db.engines import make_engines
    from myproject.db.migrations import current, head

    url = make_url(settings["sqlalchemy.url"])
    if url.get_backend_name() == "sqlite":
        file = Path(url.database or "")
        if not file.is_absolute():
            yield "unsafe", "sqlalchemy.url: the file depends on where the program is started; write its whole path"
        if not file.exists():
            # Looking would make an empty one, as the wrong user perhaps.
            yield "wrong", f"the database {file} does not exist yet: {remedy}"
            return
        if file.stat().st_mode & stat.S_IROTH:
            yield "unsafe", f"{file}: every user of this machine can read it; chmod o-r"
    elif url.host and not _is_loopback(url.host) and url.query.get("sslmode") not in _CERTAIN_TLS:
        yield "unsafe", f"sqlalchemy.url: add sslmode=verify-full, or anyone on the way to {url.host} can read along"
    engines = make_engines(settings)
    try:
        with engines.read.connect() as conn:
            at = current(conn)
    except Exception as error:
        message = in_words(error)
        if message is None:
            raise
        yield "wrong", f"sqlalchemy.url: {message}"
        return
    finally:
        engines.dispose()
    if at != head():
        yield "wrong", f"the database is at {at or 'no migration'}, the newest is {head()}: {remedy}"


def _readable(ini: str, settings: Settings) -> Iterator[tuple[str, str]]:
    """A password in a file that everyone on the machine can read."""
    from sqlalchemy.engine import make_url

    if settings.source("sqlalchemy.url") != "ini" or not make_url(settings["sqlalchemy.url"]).password:
        return
    file = Path(ini.partition("#")[0])
    if file.stat().st_mode & stat.S_IROTH:
        yield "unsafe", f"{file}: holds a password, and every user of this machine can read it; chmod o-r"
