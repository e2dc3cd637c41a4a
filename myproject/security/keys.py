"""Keys from the one secret of the installation, each for one purpose."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from functools import cache
from typing import Any


def derive_key(settings: Mapping[str, Any], purpose: str) -> bytes:
    """32 bytes that are good for `purpose` alone: what one key gives away says nothing of the others.

    Where no secret is set, which only ``security.checks = relaxed`` allows, every process makes its own: what it
    signed does not outlive it.
    """
    secret: str | None = settings["security.secret"]
    material = secret.encode() if secret else _of_this_process()
    return hmac.digest(material, b"myproject " + purpose.encode(), "sha256")


@cache
def _of_this_process() -> bytes:
    return secrets.token_bytes(32)
