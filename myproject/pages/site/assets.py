"""Addresses of our own files and of the organisation's colours. They follow the content, so browsers may keep them."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import pass_context

from myproject.web.request import Request

FOR_GOOD = "public, max-age=31536000, immutable"
"""Cache-Control of what never changes under its address."""
ROOT = Path(__file__).parents[2] / "static"


@lru_cache(maxsize=512)
def _version(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def version(name: str) -> str:
    """A token that changes with the content of a file below ``static/``; FileNotFoundError for none."""
    path = ROOT / name
    return _version(path, path.stat().st_mtime_ns)


@pass_context
def asset(context: Any, name: str) -> str:
    """For templates: the address of a file below ``static/``, as in ``asset("css/site.css")``."""
    request = context.get("request")
    prefix = request.script_name if request is not None else ""
    return f"{prefix}/static/{name}?v={version(name)}"


def theme_sheet(request: Request) -> str:
    """The accent by day and by night, as custom properties that the style sheet reads."""
    day, night = request.settings["organisation.accent"], request.settings["organisation.accent_dark"]
    return f":root {{ --accent-day: {day}; --accent-night: {night}; }}\n"


def theme_version(sheet: str) -> str:
    """A token that changes with the colours."""
    return hashlib.sha256(sheet.encode()).hexdigest()[:12]


def theme(request: Request) -> str:
    """For templates: the address of the organisation's colours."""
    return f"{request.script_name}/theme.css?v={theme_version(theme_sheet(request))}"
