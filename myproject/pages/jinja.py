"""The template environment: what every template may call."""

from __future__ import annotations

from typing import Any

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPException

from myproject.pages.account_menu import account_links, audience_words, view_as_choices
from myproject.pages.faces import face, initials
from myproject.pages.rows import day_in_words, rows
from myproject.pages.static import asset
from myproject.pages.table import options
from myproject.pages.theme import theme
from myproject.request import Request
from myproject.security.csrf import csrf_field

_NAVIGATION = (
    ("people", "People", "employees"),
    ("departments", "Departments", "departments"),
    ("chart", "Chart", "chart"),
    ("changes", "Changes", "changes"),
)
_CLOCK = {"as_of": None, "known_at": None}


def nav_links(request: Request) -> list[tuple[str, str, str]]:
    """The main navigation: name, label, address."""
    return [(name, label, _link(request, route)) for name, label, route in _NAVIGATION]


def home_link(request: Request) -> str:
    """The address of the start page, on the day that is shown."""
    return _link(request, "home")


def _link(request: Request, route: str) -> str:
    try:
        return request.link(route)
    except (UnicodeError, HTTPException):  # the page is about an address that can't be read
        return f"{request.script_name}{request.registry.paths[route].removesuffix('{traverse}')}"


def today_query(request: Request) -> dict[str, Any]:
    """The parameters of this very page, for today: without the clock, and from the first page of a list on."""
    kept = {name: request.GET.getall(name) for name in request.GET if name not in ("after", "before", "page")}
    return kept | _CLOCK


def plural(count: int, one: str, many: str = "") -> str:
    """A number and what it counts: "1 person", "3 people"."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def number(count: int) -> str:
    """A number with a thin space between thousands: "12 345"."""
    return f"{count:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def includeme(config: Configurator) -> None:
    """Set up Jinja2: escaping on, a misspelt name is an error, block tags leave no blank lines."""
    config.add_settings(
        {
            "jinja2.directories": "myproject:templates",
            "jinja2.autoescape": "true",
            "jinja2.undefined": "strict",
            "jinja2.trim_blocks": "true",
            "jinja2.lstrip_blocks": "true",
        }
    )
    config.include("pyramid_jinja2")
    config.add_jinja2_renderer(".html")
    config.add_jinja2_renderer(".svg")

    def add_globals() -> None:
        for extension in (".html", ".svg"):
            environment = config.get_jinja2_environment(extension)
            environment.globals.update(
                asset=asset,
                theme=theme,
                csrf_field=csrf_field,
                face=face,
                cards=rows,
                options=options,
                nav_links=nav_links,
                home_link=home_link,
                today_query=today_query,
                account_links=account_links,
                view_as_choices=view_as_choices,
                audience_words=audience_words,
            )
            environment.filters.update(day=day_in_words, initials=initials, plural=plural, number=number)

    config.action(None, add_globals, order=999)
