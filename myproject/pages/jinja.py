"""The template environment."""

from __future__ import annotations

from pyramid.config import Configurator

from myproject.pages.static import asset


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
            config.get_jinja2_environment(extension).globals.update(asset=asset)

    config.action(None, add_globals, order=999)
