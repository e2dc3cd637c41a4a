"""The error of everything that concerns accounts."""

from __future__ import annotations


class AccountError(ValueError):
    """It can't be done. The text says why, `remedy` what to do, `field` where."""

    def __init__(self, message: str, remedy: str = "", field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.field = field

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()
