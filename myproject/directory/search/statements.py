"""Statements that are built once for each shape of a question: building one costs more than running it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

_MOST = 1_000

_kept: OrderedDict[Hashable, Any] = OrderedDict()
_lock = threading.Lock()


def kept(shape: Hashable, build: Callable[[], Any]) -> Any:
    """The statement of this shape, which holds parameters in place of whatever differs from question to question."""
    with _lock:
        statement = _kept.get(shape)
        if statement is not None:
            _kept.move_to_end(shape)
            return statement
    statement = build()
    with _lock:
        _kept[shape] = statement
        while len(_kept) > _MOST:
            _kept.popitem(last=False)
    return statement
