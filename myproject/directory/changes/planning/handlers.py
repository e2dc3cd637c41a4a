"""Which function works a verb out on the draft of a plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from myproject.directory.schema.verbs import Verb

from .draft import Draft, Item

Handler = Callable[[Draft, Any], Item]
HandlerT = TypeVar("HandlerT", bound=Handler)

HANDLERS: dict[type[Verb], Handler] = {}
"""Filled as the modules of `planning` are imported."""


def handles(verb: type[Verb]) -> Callable[[HandlerT], HandlerT]:
    """Declare the handler of a verb. It raises `Refusal` for what can't be done."""

    def declare(handler: HandlerT) -> HandlerT:
        HANDLERS[verb] = handler
        return handler

    return declare
