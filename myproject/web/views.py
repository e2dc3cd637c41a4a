"""Decorators that say which requests a function answers, as those of `pyramid.view` do, with the same options.

Pyramid's read the source of a module to tell where a view is declared, for which the standard library looks up the file
of every module there is: 40 ms of a start. A function knows the place of its code.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, TypeVar

from pyramid.config import Configurator

_DECLARED = "__declared_views__"
View = TypeVar("View", bound=Callable[..., Any])


def view_config(**options: Any) -> Callable[[View], View]:
    """Declare a view with the options of `Configurator.add_view`; it is added when its module is needed."""
    return _declared("add_view", options)


def notfound_view_config(**options: Any) -> Callable[[View], View]:
    """Declare what answers where no view is found, with the options of `Configurator.add_notfound_view`."""
    return _declared("add_notfound_view", options)


def add_views(config: Configurator, module: ModuleType) -> None:
    """Add the views that are declared in a module."""
    for view in vars(module).values():
        if getattr(view, "__module__", None) != module.__name__:
            continue  # imported from where it is declared
        for directive, options in getattr(view, _DECLARED, ()):
            code = view.__code__
            # Where Pyramid says that something stands twice.
            place = (code.co_filename, code.co_firstlineno, view.__name__, f"@{directive}")
            getattr(config, directive)(view=view, _info=place, **options)


def _declared(directive: str, options: dict[str, Any]) -> Callable[[View], View]:
    def declare(view: View) -> View:
        # Decorators apply from the last to the first; views are added in the order that one reads.
        setattr(view, _DECLARED, [(directive, options), *getattr(view, _DECLARED, ())])
        return view

    return declare
