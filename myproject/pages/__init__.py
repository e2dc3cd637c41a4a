"""The HTML pages and what they share."""

from __future__ import annotations

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    """Set up the templates and the option ``confirm``; `myproject.routes` names the modules of views."""
    config.include("myproject.pages.site.jinja")
    config.include("myproject.pages.accounts.confirm")
