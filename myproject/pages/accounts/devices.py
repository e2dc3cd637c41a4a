"""What somebody is signed in with, in words: "Firefox 140 on Windows"."""

from __future__ import annotations

from functools import lru_cache

from myproject.language.texts import gettext as _


def device(user_agent: str) -> str:
    """The browser and the system that a user agent tells of. Whoever sends it can write anything into it."""
    name, system = _parsed(user_agent)
    if not name:
        return _("Unknown browser")
    return _("%(browser)s on %(system)s", browser=name, system=system) if system else name


@lru_cache(maxsize=2048)
def _parsed(user_agent: str) -> tuple[str, str]:
    """Browser and system; "" for what is not known."""
    if not user_agent.strip():
        return "", ""
    # Its patterns take 0.2 s to be read in, and only pages of accounts need them.
    from ua_parser import parse

    found = parse(user_agent)
    browser, system = found.user_agent, found.os
    if browser is None:
        return (user_agent if len(user_agent) <= 60 else f"{user_agent[:59]}…"), ""
    family = browser.family.removeprefix("Mobile ").removesuffix(" Mobile")
    name = f"{family} {browser.major}" if browser.major else family
    place = found.device.family if found.device and found.device.family in _TELLING else system and system.family
    return name, place or ""


#: Devices whose name says more than that of their system.
_TELLING = frozenset({"iPhone", "iPad", "Mac"})
