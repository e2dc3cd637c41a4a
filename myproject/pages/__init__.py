"""The HTML pages and what they share."""

from __future__ import annotations

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    """Set up templates, errors, tweens; then every view of this package."""
    for module in ("jinja", "errors", "tween", "confirm", "limits"):
        config.include(f"myproject.pages.{module}")
    config.scan("myproject.pages")
