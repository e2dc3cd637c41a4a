"""Who may do what, and what protects every answer."""

from __future__ import annotations

from typing import Any

from pyramid.config import Configurator

from myproject.directory.audience import colleague
from myproject.directory.fields import FIELDS
from myproject.security.permissions import DEFAULT
from myproject.security.policy import Policy


def includeme(config: Configurator) -> None:
    """Refuse by default: a permission on every view, a token on every write."""
    registry: Any = config.registry
    settings = registry.app_settings
    audiences = {name: settings[f"audience.{name}"] for name in FIELDS}
    config.set_security_policy(Policy(colleague(audiences)))
    config.set_default_permission(DEFAULT)
    config.include("myproject.security.csrf")
    config.include("myproject.security.headers")
