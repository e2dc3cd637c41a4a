"""Plots as plain numbers for SVG templates: where the lines go, where the labels stand.

Sizes are in the units of the picture; colours are classes of the style sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import floor, log10

from myproject.language.texts import gettext as _

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 10, 24


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid and its label."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Curve:
    """A count over time. `past` and `planned` are lists of points as SVG takes them; they meet on the day shown."""

    past: str
    planned: str
    area: str
    here: tuple[float, float]
    across: tuple[Tick, ...]
    down: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def step(most: int, ticks: int = 4) -> int:
    """A round distance (1, 2 or 5 times a power of ten) that divides 0 to `most` into about `ticks` parts."""
    rough = max(most / ticks, 1)
    power = 10 ** floor(log10(rough))
    return next(int(factor * power) for factor in (1, 2, 5, 10) if factor * power >= rough)


def curve(counts: Sequence[tuple[date, int]], today: date) -> Curve | None:
    """The picture of head counts by day, from 0; None where there is nothing to draw a line between."""
    if len(counts) < 2:
        return None
    first, last = counts[0][0].toordinal(), counts[-1][0].toordinal()
    most = max(count for _day, count in counts)
    distance = step(most)
    top = max(distance * -(-most // distance), distance)

    def x(day: date) -> float:
        return round(LEFT + (day.toordinal() - first) / (last - first) * (WIDTH - LEFT - RIGHT), 1)

    def y(count: int) -> float:
        return round(HEIGHT - BOTTOM - count / top * (HEIGHT - TOP - BOTTOM), 1)

    points = [(day, f"{x(day)},{y(count)}") for day, count in counts]
    past = [point for day, point in points if day <= today]
    planned = [point for day, point in points if day >= today]
    here = next((x(day), y(count)) for day, count in reversed(counts) if day <= today)
    base = HEIGHT - BOTTOM
    years = [date(year, 1, 1) for year in range(counts[0][0].year, counts[-1][0].year + 2)]
    return Curve(
        past=" ".join(past),
        planned=" ".join(planned) if len(planned) > 1 else "",
        area=f"{past[0].split(',')[0]},{base} {' '.join(past)} {here[0]},{base}",
        here=here,
        across=tuple(Tick(x(day), str(day.year)) for day in years if first <= day.toordinal() <= last),
        down=tuple(Tick(y(count), _short(count)) for count in range(0, top + 1, distance)),
    )


def _short(count: int) -> str:
    """A number for an axis: "240", "1.5k", "300k"."""
    return _("%(thousands)sk", thousands=format(count / 1000, "g")) if count >= 1000 else str(count)
