"""Who may do what, and what protects every answer."""

from __future__ import annotations

from functools import partial
from typing import Any

from pyramid.config import Configurator

from myproject.accounts.identity import audiences_set
from myproject.security.cookies import SESSION, cookie_name
from myproject.security.permissions import BY_SETTING, DEFAULT
from myproject.security.policy import Policy, by_session, by_token, viewer_of


def includeme(config: Configurator) -> None:
    """Refuse by default: a permission on every view, a token on every write."""
    registry: Any = config.registry
    settings = registry.app_settings
    registry.session_cookie = cookie_name(settings, SESSION)
    registry.policy = Policy(
        (by_token, by_session), frozenset(each for name, each in BY_SETTING.items() if settings[name])
    )
    registry.viewer_of = partial(viewer_of, audiences=audiences_set(settings))
    config.set_security_policy(registry.policy)
    config.set_default_permission(DEFAULT)
    config.include("myproject.security.csrf")
    config.include("myproject.security.headers")
