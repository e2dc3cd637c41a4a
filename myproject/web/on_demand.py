"""Views are imported and added when the first request for one of their routes comes.

A process answers its first page once it has imported what that page needs. `myproject.routes` names the module of every
route; the API, whose addresses its own modules declare, is added with the first request below /api.

    registry.on_demand.need("myproject.pages.people.card")     # what the predicate of a route does
    registry.on_demand.need_all()                              # tests, and what looks at all views

A fault in a declaration shows where `need_all` is called, as a test does.
"""

from __future__ import annotations

import importlib
import threading
from typing import Any

from pyramid.config import Configurator

from myproject.collector import collector_paused
from myproject.web.views import add_views

API = "myproject.api"
"""What is needed for every address below /api."""


class OnDemand:
    """The modules whose views are added when they are needed. Safe for threads."""

    def __init__(self, registry: Any) -> None:
        self._registry = registry
        self._lock = threading.RLock()
        self._added: set[str] = set()
        self._known = {API}

    def know(self, module: str) -> None:
        """Note a module for `need_all`."""
        self._known.add(module)

    def need(self, module: str) -> None:
        """Add the views of a module, unless they are there. Other requests for them wait meanwhile."""
        if module in self._added:
            return
        with self._lock:
            if module not in self._added:
                with collector_paused():
                    self._add(module)
                self._added.add(module)

    def need_all(self) -> None:
        """Add the views of every module."""
        for module in sorted(self._known):
            self.need(module)

    def _add(self, module: str) -> None:
        views = importlib.import_module(module)
        config = Configurator(registry=self._registry, package=views)
        if hasattr(views, "includeme"):
            config.include(views)
        else:
            add_views(config, views)
        config.commit()


class ViewsPredicate:
    """The option ``views`` of a route: the module that holds its views, as "pages.people.card". Always true."""

    def __init__(self, module: str, config: Configurator) -> None:
        self._module = f"myproject.{module}"
        self._on_demand: OnDemand = config.registry.on_demand
        self._on_demand.know(self._module)

    def text(self) -> str:
        """How Pyramid shows it."""
        return f"views = {self._module}"

    phash = text

    def __call__(self, _info: Any, _request: Any) -> bool:
        self._on_demand.need(self._module)
        return True


def includeme(config: Configurator) -> None:
    """Let routes name their module."""
    config.registry.on_demand = OnDemand(config.registry)
    config.add_route_predicate("views", ViewsPredicate)
