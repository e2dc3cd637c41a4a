"""Forms that other sites make a browser send are refused, before anybody asks who sent them.

Every view is guarded; ``require_csrf=False`` on a view says that it proves in another way that it was meant. A form
holds a token that is made from a cookie which only we can set: of the sign-in session, or, for forms that one fills in
before signing in, of a cookie that comes with the form. There is nothing to keep or to look up.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup
from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPClientError
from pyramid.interfaces import ICSRFStoragePolicy
from pyramid.viewderivers import INGRESS
from zope.interface import implementer

from myproject.language.texts import gettext as _
from myproject.security.cookies import CSRF, SESSION, cookie_name, cookie_value, is_https, set_cookie_header
from myproject.security.keys import derive_key

log = logging.getLogger(__name__)

FIELD = "csrf_token"
HEADER = "HTTP_X_CSRF_TOKEN"

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_USUAL_PORTS = {"http": ":80", "https": ":443"}


class FormRefusedError(HTTPClientError):
    """A form that is too old, or that another site made. A kind of its own, so that nobody takes it for "sign in"."""

    code = 403
    title = "Forbidden"

    def __init__(self) -> None:
        super().__init__(_("The form is too old, or it came from elsewhere."))
        self.heading = _("Send the form again")
        self.remedy = _("Nothing was changed. Go back, reload the page and send the form again.")


@implementer(ICSRFStoragePolicy)
class CsrfTokens:
    """Makes and checks the tokens of forms: Pyramid's interface for it."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings
        self._key = derive_key(settings, "tokens of forms")
        self._session = cookie_name(settings, SESSION)
        self._form = cookie_name(settings, CSRF)
        self._https = is_https(settings)

    # --- tokens ---------------------------------------------------------------------------------------------

    def get_csrf_token(self, request: Any) -> str:
        """The token for a form on this page. For who has no session a cookie goes out with the answer."""
        return self._token(request) or self.new_csrf_token(request)

    def new_csrf_token(self, request: Any) -> str:
        """A token from a new cookie. A sign-in session has one token for its life: it ends with the session."""
        known: str | None = request.__dict__.get("form_cookie")
        if known is None:
            known = request.__dict__["form_cookie"] = secrets.token_urlsafe(32)
            header = set_cookie_header(self._settings, CSRF, known)
            request.add_response_callback(lambda _request, response: response.headerlist.append(header))
        return self._sign("form", known)

    def check_csrf_token(self, request: Any, supplied_token: str) -> bool:
        """Whether the token is the one of this browser. None and none are not equal."""
        expected = self._token(request)
        if not expected or not supplied_token:
            return False
        return hmac.compare_digest(expected.encode(), supplied_token.encode("utf-8", "replace"))

    def for_session(self, cookie: str) -> str:
        """The token of a sign-in session, by the value of its cookie: for tests and programs."""
        return self._sign("session", cookie)

    def _token(self, request: Any) -> str | None:
        """The token that goes with the cookies of a request; None where it brought none."""
        environ = request.environ
        session = cookie_value(environ, self._session)
        if session is not None:
            return self._sign("session", session)
        form = cookie_value(environ, self._form)
        return self._sign("form", form) if form is not None else None

    def _sign(self, kind: str, cookie: str) -> str:
        # Two kinds, so that the token of a form cookie never stands for a session of the same value.
        return hmac.new(self._key, f"{kind}:{cookie}".encode(), "sha256").hexdigest()

    # --- where a request comes from ---------------------------------------------------------------------------

    def came_from_elsewhere(self, environ: Mapping[str, Any]) -> str | None:
        """What shows that another site, or a neighbour on another host of ours, sent the request; else None."""
        site = environ.get("HTTP_SEC_FETCH_SITE")
        if site is not None and site not in ("same-origin", "none"):
            return "Sec-Fetch-Site"
        origin = environ.get("HTTP_ORIGIN")
        if origin is not None and origin.lower() not in self._own_origins(environ):
            return "Origin"
        return None

    def _own_origins(self, environ: Mapping[str, Any]) -> tuple[str, str]:
        # The host is one of ours: the front door turned away all others. Over https only https is us.
        scheme = "https" if self._https else environ["wsgi.url_scheme"]
        host = environ["HTTP_HOST"].lower().removesuffix(_USUAL_PORTS[scheme])
        return self._settings["security.base_url"], f"{scheme}://{host}"

    def check(self, request: Any) -> None:
        """Raise `FormRefusedError` unless the request was sent from a page of ours to this browser."""
        reason = self.came_from_elsewhere(request.environ)
        if reason is None and self._token(request) is None:
            # Nothing to compare with: then the body, which may be large or none, is not even taken apart.
            reason = "no cookie"
        if reason is None:
            given = request.environ.get(HEADER) or request.POST.get(FIELD)
            # A file that was sent under the name is no token either.
            if isinstance(given, str) and self.check_csrf_token(request, given):
                return
            reason = "token"
        log.info("request %s: form refused (%s)", request.request_id, reason)
        raise FormRefusedError


def csrf_field(request: Any) -> Markup:
    """For templates: what every form that is sent by POST begins with."""
    token = request.registry.getUtility(ICSRFStoragePolicy).get_csrf_token(request)
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token)


def csrf_view(view: Any, info: Any) -> Any:
    """A view deriver in place of Pyramid's, which comes after authority and looks at the origin over https only."""
    if info.exception_only or info.options.get("require_csrf") is False:
        return view

    def guarded(context: Any, request: Any) -> Any:
        if request.environ["REQUEST_METHOD"] not in _SAFE_METHODS:
            request.registry.getUtility(ICSRFStoragePolicy).check(request)
        return view(context, request)

    return guarded


csrf_view.options = ("require_csrf",)  # type: ignore[attr-defined]


def includeme(config: Configurator) -> None:
    """Guard every view, outermost."""
    registry: Any = config.registry
    config.set_csrf_storage_policy(CsrfTokens(registry.app_settings))
    config.add_view_deriver(csrf_view, "csrf_view", under=INGRESS, over="secured_view")
