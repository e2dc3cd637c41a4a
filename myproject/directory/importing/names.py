"""Whole names divided into given and family name, and names that say that a post is vacant."""

from __future__ import annotations

import re
from typing import Any

from .cells import bare

_VACANT = re.compile(
    r"(the |this )?(post|position|role|posting|vacancy)?\W*"
    r"(is |was |now |currently )*"
    r"(vacant|vacancy|eliminated|abolished|deleted|disestablished|unfilled|unassigned|not filled|not yet filled"
    r"|(to be |tb |being )(hired|appointed|recruited|filled|confirmed|advertised|announced)|tb[ahc]|under recruitment)"
    r"\W*(post|position|role)?( ?(no\W*)?\d+)?(\W*$| ?[-(:/–,;].*)"
)
"""What stands in the name of a post that nobody holds: the word alone, or with something after a mark."""

VACANT_SIGNS = re.compile(
    r"vaca|elim|abol|dele|dise|unfi|unas|fill|hire|appo|recr|conf|adve|anno|tb", re.IGNORECASE
).search  # fmt: skip
"""A quick look: a text without any of these says of no post that nobody holds it."""

_PARTICLES = frozenset(
    "al ap ben bin bint da dal das de degli dei del della den der di do dos du el ibn la las le los "
    "mac mc op 't te ten ter van vom von y zu zum zur".split()
)
_HONOURS = frozenset(
    "ba bsc beng bem cb cbe cbi cmg dbe dcb dphil fca fcipd fcilt frs fraeng gbe gcb jd jp jr kbe kc kcb kg kt llb "
    "llm lvo ma mba mbe md mp mphil msc obe phd qc qpm rn sr td vc ii iii iv barrister-at-law".split()
)


def is_vacant(name: str, further: frozenset[str]) -> bool:
    """Whether a name says that nobody holds the post."""
    text = bare(name)
    return text in further or text.strip(" .,;:!?*()[]") in further or _VACANT.fullmatch(text) is not None


def divided(name: str) -> tuple[str | None, str | None]:
    """Given and family name of a whole name, losing nothing of it.

    "Steel, David" has the family name first. Otherwise the last word is the family name, with particles before it and
    honours after: "Sir Jan van der Berg CBE, FRS" -> ("Sir Jan", "van der Berg CBE, FRS").
    """
    before, comma, after = name.partition(",")
    if comma and "," not in after and not all(_is_honour(word) for word in after.split()):
        return after.strip() or None, before.strip() or None
    words = name.split()
    if len(words) < 2:
        return (name or None), None
    end = len(words)
    while end > 1 and (_is_honour(words[end - 1]) or words[end - 2].endswith(",")):
        end -= 1
    start = end - 1
    while start > 1 and words[start - 1].casefold() in _PARTICLES:
        start -= 1
    if start == 0:
        return name, None
    return " ".join(words[:start]), " ".join(words[start:])


def _is_honour(word: str) -> bool:
    return re.sub(r"[^\w-]", "", word).casefold() in _HONOURS


def name_parts(values: dict[str, Any]) -> dict[str, Any]:
    """The values of a card with a whole name divided."""
    whole = values.pop("name", None)
    if whole:
        given, family = divided(whole)
        values.setdefault("given_name", given)
        values.setdefault("family_name", family)
    return values
