"""Random tokens, and what is kept of them: never the token itself.

A token has 256 random bits, so a plain hash is enough: nobody can guess from it.
"""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """A token of 256 bits that fits into an address and a cookie."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a token: SHA-256, as 64 hexadecimal digits. A text that is no token has a hash as well."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
