"""The HTML pages and what they share."""

from __future__ import annotations

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    """Set up templates, query parameters, errors, tweens; then every view of this package."""
    for module in ("jinja", "params", "errors", "tween", "confirm"):
        config.include(f"myproject.pages.{module}")
    config.scan("myproject.pages")
