"""The face beside a name: the portrait, where there is one that the viewer may see, else initials on a quiet hue.

Lists that read portraits with their rows make a face of each. Every other page says once whose faces it shows
(`know_faces`), which is one query; its templates write ``{{ face(request, id, name) }}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from markupsafe import Markup, escape

from myproject.directory.people.portraits.portraits import portraits_of
from myproject.web.request import Request

HUES = 12
"""Quiet colours for initials."""
#: Sizes by name: side in CSS pixels (the style sheet says the same), the picture for it, that for dense screens.
_SIZES = {
    "": (36, 64, 128),
    "tiny": (24, 64, 64),
    "here": (56, 64, 128),
    "large": (88, 128, 320),
    "huge": (160, 320, 640),
}
_KNOWN = "_portraits"


def know_faces(request: Request, people: Iterable[int]) -> None:
    """Look up, in one query, the portraits of those whose faces a page shows."""
    known: dict[int, str] = request.__dict__.setdefault(_KNOWN, {})
    known.update(portraits_of(request.conn, request.viewer, people))


def face(request: Request, employee: int, name: str, size: str = "", portrait: str | None = None) -> Markup:
    """The face of an employee. `portrait`: the name of a picture that the viewer may see, where it is at hand.

    Always beside the name, so it is no picture to a screen reader.
    """
    return drawn(request.script_name, employee, name, size, portrait or request.__dict__.get(_KNOWN, {}).get(employee))


def drawn(root: str, employee: int, name: str, size: str, picture: str | None) -> Markup:
    """The face of an employee who has that picture, or none; `root` is where the application is mounted."""
    if picture is None:
        return _initials(employee % HUES, name, size)
    side, usual, dense = _SIZES[size]
    base = escape(f"{root}/employees/{employee}/portrait/{picture}")
    return Markup(  # noqa: S704 - numbers, classes of ours, an escaped address; `format` would cost 50 faces 0.4 ms
        f'<span class="avatar {size} hue-{employee % HUES}" aria-hidden="true"><img src="{base}/{usual}"'
        f' srcset="{base}/{dense} 2x" alt="" width="{side}" height="{side}" loading="lazy" decoding="async"></span>'
    )


def face_picture(request: Request, employee: int, portrait: str | None) -> str:
    """The address of the small portrait, for a script that shows a face; "" where there is none."""
    return f"{request.script_name}/employees/{employee}/portrait/{portrait}/64" if portrait else ""


@lru_cache(maxsize=4096)
def _initials(hue: int, name: str, size: str) -> Markup:
    classes = f"avatar {size} hue-{hue}" if size else f"avatar hue-{hue}"
    shown = escape(initials(name))
    # The style sheet shows the letters: as text they would be copied with the name, and be part of it for a checker.
    return Markup(f'<span class="{classes}" data-initials="{shown}" aria-hidden="true"></span>')  # noqa: S704 - escaped


@lru_cache(maxsize=4096)
def initials(name: str) -> str:
    """One or two letters for someone without a picture: of the first and the last word of the name."""
    words = [word for word in re.split(r"[\s-]+", name) if word and word[0].isalnum()]
    if not words:
        return name[:1].upper()
    letters = words[0][0] + (words[-1][0] if len(words) > 1 else "")
    return letters.upper()


def hue(employee: int) -> int:
    """Which of the quiet colours is someone's."""
    return employee % HUES
