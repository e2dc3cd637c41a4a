"""What the undated fields of departments and locations are called on pages."""

from __future__ import annotations

from myproject.language.texts import gettext as _
from myproject.language.texts import marked

_LABELS = {
    "about": marked("About"),
    "address": marked("Address"),
    "city": marked("City"),
    "code": marked("Code"),
    "country": marked("Country"),
    "email": marked("Email"),
    "name": marked("Name"),
    "time_zone": marked("Time zone"),
}


def place_label(name: str) -> str:
    """The label of a field of a department or location."""
    return _(_LABELS[name]) if name in _LABELS else name
