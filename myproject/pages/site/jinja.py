"""The template environment: what every template may call."""

from __future__ import annotations

from typing import Any

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPException

from myproject.language.formats import day_text, number_text, percent_text
from myproject.language.texts import gettext as _
from myproject.language.texts import marked, moment_text
from myproject.pages.accounts.account_menu import account_links, audience_words, view_as_choices
from myproject.pages.accounts.audit_words import address_text
from myproject.pages.people.faces import face, initials
from myproject.pages.site.assets import asset, theme
from myproject.security.csrf import csrf_field
from myproject.web.request import NO_CLOCK, Request

_NAVIGATION = (
    ("people", marked("People"), "employees"),
    ("departments", marked("Departments"), "departments"),
    ("chart", marked("Chart"), "chart"),
    ("changes", marked("Changes"), "changes"),
)


def nav_links(request: Request) -> list[tuple[str, str, str]]:
    """The main navigation: name, label, address."""
    return [(name, _(label), _link(request, route)) for name, label, route in _NAVIGATION]


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
    return kept | NO_CLOCK


def includeme(config: Configurator) -> None:
    """Give templates what they may call."""
    config.include("myproject.web.templates")

    def add_globals() -> None:
        environment = config.get_jinja2_environment()
        environment.globals.update(
            asset=asset,
            theme=theme,
            csrf_field=csrf_field,
            face=face,
            nav_links=nav_links,
            home_link=home_link,
            today_query=today_query,
            account_links=account_links,
            view_as_choices=view_as_choices,
            audience_words=audience_words,
        )
        environment.filters.update(
            day=day_text,
            moment=moment_text,
            initials=initials,
            number=number_text,
            percent=percent_text,
            address=address_text,
        )

    config.action(None, add_globals, order=999)
