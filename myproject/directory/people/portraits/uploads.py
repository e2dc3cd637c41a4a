"""Takes a file that somebody sent as their portrait: makes the portraits in a bounded process of its own.

That costs a tenth of a second more than doing it here, and buys that no picture, whatever it does to a decoder, can
take the server's memory, its time, or the server down.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading

from . import decoding
from .decoding import PLACES, SIZES, SMALLER, TAKES_TOO_MUCH, PictureRefused, kind_of, marked

__all__ = ["MAX_BYTES", "PLACES", "SIZES", "SMALLER", "TOO_LARGE", "PictureRefused", "portraits"]

MAX_BYTES = 10 * 1024**2
"""How large a file may be."""
TOO_LARGE = marked("The file is larger than 10 MB.")
_PATIENCE = 20.0
"""Seconds on the clock, for a machine with much to do; processor time is bounded by the process itself."""
_AT_ONCE = threading.BoundedSemaphore(2)
"""Of all who send a picture at once, two are served at a time: their memory adds up."""


def portraits(data: bytes, place: str = "middle") -> dict[int, bytes]:
    """A JPEG per size of `SIZES`, cut square at the place. Raises `PictureRefused` with a message and a remedy.

    Takes no connection: call it before the transaction begins, it may take a second.
    """
    if place not in PLACES:
        raise ValueError(place)
    if len(data) > MAX_BYTES:
        raise PictureRefused(TOO_LARGE, SMALLER)
    kind_of(data)  # what is no picture at all needs no process
    with _AT_ONCE:
        try:
            # As a file rather than a module (-P: without its folder on the path): it need not import the application.
            done = subprocess.run(  # noqa: S603  our own program; no shell
                [sys.executable, "-P", str(decoding.__file__), place],
                input=data,
                capture_output=True,
                timeout=_PATIENCE,
                env=_environment(),
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise PictureRefused(*TAKES_TOO_MUCH) from None
    if done.returncode != 0:
        raise PictureRefused(*TAKES_TOO_MUCH)
    head, _, body = done.stdout.partition(b"\n")
    told = json.loads(head)
    if "refused" in told:
        raise PictureRefused(*told["refused"], **told["numbers"])
    made, start = {}, 0
    for size, length in told["sizes"].items():
        made[int(size)] = body[start : start + length]
        start += length
    return made


def _environment() -> dict[str, str]:
    """What Python needs to start, and no secret of ours."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH", "SYSTEMROOT") if name in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
