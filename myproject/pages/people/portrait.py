"""Portraits: sent, taken away, and shown to whoever may see the field."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPRequestEntityTooLarge, HTTPSeeOther
from pyramid.response import Response

from myproject.directory.changes.change_sets import ChangeSetWriter
from myproject.directory.people import card_editing
from myproject.directory.people.portraits import store
from myproject.directory.people.portraits.portraits import portrait_for
from myproject.directory.people.portraits.uploads import (
    MAX_BYTES,
    PLACES,
    SIZES,
    SMALLER,
    TOO_LARGE,
    PictureRefused,
    portraits,
)
from myproject.language.formats import number_text
from myproject.language.texts import gettext as _
from myproject.language.texts import marked
from myproject.pages.people.card import Access, card_of
from myproject.pages.people.card_form import PORTRAIT
from myproject.pages.people.field_words import Wrong
from myproject.security.headers import PICTURE
from myproject.security.permissions import Permission
from myproject.web.forms import no_field
from myproject.web.params import BadQuery
from myproject.web.problems import bad_request, forbidden, not_found
from myproject.web.request import NO_CLOCK, Request
from myproject.web.views import view_config

_FIELDS = frozenset({"csrf_token", "version", "file", "place", "do"})


# --- showing ------------------------------------------------------------------------------------------------


#: In this browser only, and no longer than an hour unasked: by then whoever may not see it any more is turned away.
@view_config(route_name="portrait", request_method="GET", cache="private, max-age=3600", csp=PICTURE)
def picture(request: Request) -> Response:
    """One size of the portrait that someone has now, for whoever may see the field; else a 404."""
    match = request.matchdict
    employee, name, size = int(match["id"]), match["name"], int(match["size"])
    data, tag = None, f"{name}-{size}"
    if size in SIZES and portrait_for(request.conn, request.today_clock, request.viewer, employee) == name:
        if tag in request.if_none_match and "HTTP_IF_NONE_MATCH" in request.environ:
            return _dressed(Response(status=304), tag)
        data = store.fetch(request.conn, name, size)
    if data is None:
        raise not_found(_("There is no such photo."), "")
    return _dressed(Response(data, content_type="image/jpeg"), tag)


def _dressed(response: Response, tag: str) -> Response:
    response.etag = tag
    if response.status_int == 200:
        response.headers["Content-Disposition"] = 'inline; filename="portrait.jpg"'
    return response


# --- sending ------------------------------------------------------------------------------------------------


@view_config(
    route_name="card.portrait", request_method="GET", permission=Permission.CARD_EDIT, renderer="people/portrait.html"
)
def form(request: Request) -> Any:
    """The portrait as it is, and the form to change it."""
    if not request.clock.is_now:
        raise HTTPSeeOther(request.link("card.portrait", id=int(request.matchdict["id"]), _query=NO_CLOCK))
    found, access = card_of(request)
    _check(access)
    return _page(found, access)


def _check(access: Access) -> None:
    if PORTRAIT not in access.seen:
        raise forbidden(
            _("You can’t see this photo, so you can’t change it."), _("The person has limited who can see it.")
        )
    if PORTRAIT not in access.fields:
        raise forbidden(_("You can’t change this photo."), _("The person and the people team can."))


def _page(
    found: card_editing.StoredCard, access: Access, problem: Wrong | None = None, place: str = "middle"
) -> dict[str, Any]:
    return {
        "person": found,
        "own": access.own,
        "portrait": found.values[PORTRAIT],
        "problem": problem,
        "place": place,
        "max_bytes": MAX_BYTES,
    }


@view_config(
    route_name="card.portrait", request_method="POST", permission=Permission.CARD_EDIT, renderer="people/portrait.html"
)
def change(request: Request) -> Any:
    """Make portraits of what was sent and name them on the card, or take the portrait away: one change set."""
    given = request.POST
    for name in given:
        if name not in _FIELDS:
            raise BadQuery([no_field(name)])
    found, access = card_of(request)
    _check(access)
    place = given.get("place", "middle")
    if place not in PLACES:
        raise bad_request(_("A photo is cropped at the top, middle or bottom."), _("Choose one of them."))
    sizes = None
    if given.get("do") != "remove":
        try:
            # Before the transaction begins: it takes a while, and others are waiting to write.
            sizes = portraits(_file(given.get("file")), place)
        except PictureRefused as refused:
            request.response.status_int = 400
            return _page(found, access, _wrong(refused), place)
    with ChangeSetWriter(
        request.db.connection(),
        today=request.today,
        author=request.me.email,
        source="form",
        request_id=request.request_id,
    ) as writer:
        picture = store.store(writer.conn, sizes) if sizes else None
        saved = card_editing.save(writer, found.id, {PORTRAIT: picture}, version=found.version)
    if saved is None or saved.conflicts or saved.problems:
        request.tm.doom()
        request.response.status_int = 409
        now = saved.stored if saved else found
        return _page(
            now, access, Wrong(_("Someone else has changed the photo in the meantime."), _("Look at it, then choose."))
        )
    query = {**NO_CLOCK, "saved": saved.revision}
    return HTTPSeeOther(request.link("employee", id=found.id, _query=query))


def _wrong(refused: PictureRefused) -> Wrong:
    numbers = {name: number_text(number) for name, number in refused.numbers.items()}
    return Wrong(_(refused.message, **numbers), _(refused.remedy, **numbers))


def _file(sent: Any) -> bytes:
    """The bytes of a file that was sent: never more than are allowed, whatever it says of itself."""
    file = getattr(sent, "file", None)
    if file is None:
        raise PictureRefused(marked("No file was chosen."), marked("Choose a photo, then save."))
    data: bytes = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        error: Any = HTTPRequestEntityTooLarge(_(TOO_LARGE))
        error.remedy = _(SMALLER)
        raise error
    return data
