"""Parts of the list around its rows that are written here and not by the template: pager and options of filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from myproject.cache.bounded import MemoryCache
from myproject.directory.people.listing.filter_values import Choice
from myproject.language.texts import gettext as _
from myproject.pages.people.list_columns import text


def pager_nav(pager: Mapping[str, Any], count: str) -> Markup:
    """The way to the pages before and after."""
    off = '<span class="off"></span>'
    previous, following = text(_("Previous")), text(_("Next"))
    earlier = f'<a rel="prev" href="{text(pager["previous"])}">‹ {previous}</a>' if pager["previous"] else off
    later = f'<a rel="next" href="{text(pager["next"])}">{following} ›</a>' if pager["next"] else off
    first = pager["beginning"]
    beginning = f' · <a href="{text(first)}">{text(_("First page"))}</a>' if first else ""
    where = text(_("%(first)s–%(last)s of %(all)s", first=pager["first"], last=pager["last"], all=count))
    return Markup(  # noqa: S704 - addresses and texts went through `text`
        f'<nav class="pager" aria-label="{text(_("Pages"))}">\n  {earlier}\n'
        f"  <span>{where}{beginning}</span>\n  {later}\n</nav>"
    )


_WRITTEN: MemoryCache[tuple[Sequence[Choice], str]] = MemoryCache(64)
_INDENT = "\N{EM SPACE}"


def options(choices: Sequence[Choice], value: str) -> Markup:
    """What a filter can be set to, as options; the one with the id `value` is chosen.

    The choices of a revision are the same for every page: they are written once.
    """
    known = _WRITTEN.get(id(choices))
    if known is not None and known[0] is choices:
        written = known[1]
    else:
        written = "".join(
            f'<option value="{choice.id}">{_INDENT * choice.depth}{text(choice.name)}</option>\n      '
            for choice in choices
        )
        # What is kept holds on to the choices, so that no others can come to have their number.
        _WRITTEN.put(id(choices), (choices, written))
    if value.isdigit():
        written = written.replace(f'<option value="{value}">', f'<option value="{value}" selected>', 1)
    return Markup(written)  # noqa: S704 - numbers, and names that went through `text`
