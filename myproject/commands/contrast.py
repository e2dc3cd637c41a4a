"""How well a colour can be read on the paper of the pages (WCAG 2.2)."""

from __future__ import annotations

import math
import re

#: What links and small text need.
ENOUGH = 4.5
#: The paper by day and by night, as `static/css/site.css` has it.
PAPER_DAY = "oklch(99% 0.003 95)"
PAPER_NIGHT = "oklch(17% 0.01 260)"

_OKLCH = re.compile(r"oklch\(\s*([\d.]+)(%?)[ ,]+([\d.]+)[ ,]+([\d.]+)(?:deg)?\s*\)", re.IGNORECASE)


def contrast(one: str, other: str) -> float | None:
    """The contrast of two CSS colours, from 1 to 21; None where one is written in a way not understood here."""
    first, second = _luminance(one), _luminance(other)
    if first is None or second is None:
        return None
    darker, lighter = sorted((first, second))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float | None:
    oklch = _OKLCH.fullmatch(colour.strip())
    if oklch:
        lightness = float(oklch[1]) / (100 if oklch[2] else 1)
        return _of_linear(*_linear(lightness, float(oklch[3]), math.radians(float(oklch[4]))))
    from PIL.ImageColor import getrgb

    try:
        red, green, blue = getrgb(colour)[:3]
    except ValueError:
        return None
    return _of_linear(*(_decoded(part / 255) for part in (red, green, blue)))


def _of_linear(red: float, green: float, blue: float) -> float:
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _decoded(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _linear(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    """OKLCH to linear sRGB, kept within the gamut (https://bottosson.github.io/posts/oklab/)."""
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    mixed = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    red, green, blue = (min(1.0, max(0.0, part)) for part in mixed)
    return red, green, blue
