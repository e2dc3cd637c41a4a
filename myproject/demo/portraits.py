"""Portraits of some of the made-up people: drawn, not photographed, and the same each time."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, select

from myproject.directory.changes.change_sets import ChangeSetWriter
from myproject.directory.people.portraits import decoding, store
from myproject.directory.schema.fields import Card
from myproject.directory.schema.verbs import EditCard, Verb
from myproject.models.present import Present

MOST = 24
"""How many have one: drawing and encoding takes 20 ms each."""

_P = Present.__table__
#: Ground, face, hair, clothes: tones of one colour, so that nobody looks like anyone.
_TONES = (
    ("#c8d7e6", "#eef4f9", "#2f4b6b", "#5f83a8"),
    ("#d3e0cb", "#f1f6ec", "#3c5636", "#729167"),
    ("#ecd9c3", "#fbf3e8", "#6e4a22", "#b0814a"),
    ("#e5d0de", "#f8eef4", "#5f3553", "#a06a91"),
    ("#cfe2df", "#edf6f5", "#25544d", "#5c938b"),
    ("#dcd5ea", "#f3f0f9", "#463a6b", "#7d70a8"),
    ("#ebe0bf", "#faf5e3", "#63531c", "#a48f45"),
    ("#efd3cc", "#fcefeb", "#6d3529", "#b27363"),
)
_LINES = "#2b2a2e"
_SIDE = 320


def add_portraits(conn: Connection, today: date) -> int:
    """Give some of those employed today a drawn portrait, as one change set; how many."""
    people = conn.execute(select(_P.c.employee_id).order_by(_P.c.employee_id)).scalars().all()
    chosen = people[:: max(1, len(people) // MOST)][:MOST]
    applied = datetime.combine(today - timedelta(days=1), time(17, 5), UTC)
    with ChangeSetWriter(
        conn, today=today, author="People team", source="import", reason="Portraits", applied_at=applied
    ) as writer:
        verbs: Iterable[Verb] = [
            EditCard(employee=employee, changes=Card(portrait=store.store(conn, decoding.make(drawn(employee)))))
            for employee in chosen
        ]
        writer.add(list(verbs))
    return len(chosen)


def drawn(seed: int) -> bytes:
    """A face in flat colours, as PNG."""
    from PIL import Image, ImageDraw

    chance = Random(f"portrait/{seed}")
    ground, skin, hair, clothes = chance.choice(_TONES)
    # Drawn larger and made smaller: soft edges.
    image = Image.new("RGB", (_SIDE * 2, _SIDE * 2), ground)
    draw = ImageDraw.Draw(image)
    wide, long = chance.randint(196, 224), chance.choice((0, 0, 150, 230))
    if long:
        draw.rounded_rectangle((320 - wide // 2 - 28, 190, 320 + wide // 2 + 28, 300 + long), 90, fill=hair)
    draw.rounded_rectangle((278, 380, 362, 520), 40, fill=skin)
    draw.ellipse((90, 486, 550, 900), fill=clothes)
    draw.ellipse((268, 468, 372, 536), fill=skin)
    draw.ellipse((320 - wide // 2, 180, 320 + wide // 2, 446), fill=skin)
    _fringe(draw, chance, wide, hair)
    for eye in (278, 362):
        draw.ellipse((eye - 8, 308, eye + 8, 326), fill=_LINES)
    if chance.random() < 0.3:
        for eye in (278, 362):
            draw.ellipse((eye - 32, 286, eye + 32, 346), outline=_LINES, width=6)
        draw.line((310, 314, 330, 314), fill=_LINES, width=6)
    draw.arc((286, 340, 354, 396), 25, 155, fill=hair, width=7)
    out = io.BytesIO()
    image.resize((_SIDE, _SIDE), Image.Resampling.LANCZOS).save(out, "PNG", compress_level=1)
    return out.getvalue()


def _fringe(draw: Any, chance: Random, wide: int, hair: str) -> None:
    left, right = 320 - wide // 2 - 10, 320 + wide // 2 + 10
    style = chance.randrange(4)
    if style == 0:
        draw.pieslice((left, 160, right, 420), 180, 360, fill=hair)
    elif style == 1:
        draw.chord((left, 160, right, 430), 190, 350, fill=hair)
    elif style == 2:
        draw.chord((left, 156, right, 430), 200, 10, fill=hair)
    else:
        draw.chord((left, 156, right, 430), 170, 340, fill=hair)
