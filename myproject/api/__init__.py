"""The JSON API: views on the same directory, for programs."""

from __future__ import annotations

from typing import Any

from pyramid.config import Configurator

from myproject.security.keys import derive_key


def includeme(config: Configurator) -> None:
    """Set up what stands around operations, then every operation."""
    from myproject.api.framework.answering import operation_view
    from myproject.directory.schema.fields import FIELDS

    registry: Any = config.registry
    settings = registry.app_settings
    # The organisation's own audiences are in every tag: they change what an answer holds.
    chosen = ",".join(f"{name}={settings[f'audience.{name}']}" for name in FIELDS)
    registry.tag_key = derive_key(settings, f"tags of answers {chosen}")
    registry.cursor_key = derive_key(settings, "cursors of lists")
    config.add_view_deriver(operation_view, under="secured_view", over="owrapped_view")
    config.include("myproject.api.framework.operations")
    config.include("myproject.api.documentation")
