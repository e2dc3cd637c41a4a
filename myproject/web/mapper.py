"""Finding the route of an address by its first step, instead of trying every pattern in turn.

Pyramid's own mapper tries them in the order of the table: with a hundred routes, twenty microseconds for the last.
Here a route whose pattern begins with a fixed step is tried only for addresses that begin so; the order among those
that are tried stays that of the table.
"""

from __future__ import annotations

import re
from typing import Any

from pyramid.config import Configurator
from pyramid.interfaces import IRoutesMapper
from pyramid.traversal import decode_path_info
from pyramid.urldispatch import RoutesMapper

#: The first step of a pattern, and for the API the first one after its version; nothing where they are not fixed.
_FIXED = re.compile(r"/(?:api/v1/)?([^/{}*:.]*)(?=[/.:{*]|$)").match


def _key(path: str) -> str:
    """What an address is looked up by."""
    start = 8 if path.startswith("/api/v1/") else 1
    end = len(path)
    for divider in "/.:":
        found = path.find(divider, start, end)
        if found >= 0:
            end = found
    return path[start:end]


class Mapper(RoutesMapper):
    """Pyramid's mapper, with an index."""

    def __init__(self) -> None:
        super().__init__()
        self._index: dict[str, list[Any]] = {}
        self._others: list[Any] = []
        self._indexed = -1

    def _make_index(self) -> None:
        # Those of now: another thread may be adding views and their routes (`on_demand`).
        keys, routes = [], list(self.routelist)
        for route in routes:
            pattern = route.pattern if route.pattern.startswith("/") else f"/{route.pattern}"
            found = _FIXED(pattern)
            whole = found is not None and pattern[found.end() : found.end() + 1] in ("", "/", ".", ":")
            keys.append(found.group(1) if found is not None and whole else None)
        index: dict[str, list[Any]] = {key: [] for key in keys if key is not None}
        for route, key in zip(routes, keys, strict=True):
            for each in index if key is None else (key,):
                index[each].append(route)
        self._others = [route for route, key in zip(routes, keys, strict=True) if key is None]
        self._index = index
        self._indexed = len(routes)

    def __call__(self, request: Any) -> dict[str, Any]:
        """The route and what its pattern found, both None where there is none."""
        if self._indexed != len(self.routelist):
            self._make_index()
        path = decode_path_info(request.environ["PATH_INFO"] or "/")
        for route in self._index.get(_key(path), self._others):
            match = route.match(path)
            if match is not None:
                info = {"match": match, "route": route}
                if all(predicate(info, request) for predicate in route.predicates):
                    return info
        return {"route": None, "match": None}


def includeme(config: Configurator) -> None:
    """Put it in the place of Pyramid's; before any route is added."""
    config.registry.registerUtility(Mapper(), IRoutesMapper)
