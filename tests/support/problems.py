"""What every error of the API looks like, in one place."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any


def problem(response: Any, status: int, *, kind: str | None = None, place: str | None = None) -> dict[str, Any]:
    """The problem that an answer tells, looked at as RFC 9457 has it; `place` is a parameter or pointer it names."""
    assert response.status_int == status, (response.status, response.body[:500])
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers or status in (409, 412, 428)
    told: dict[str, Any] = response.json
    assert told.keys() >= {"type", "title", "status", "detail", "request_id"}
    assert told["status"] == status
    assert told["request_id"] == response.headers["X-Request-ID"]
    assert told["detail"]
    if told["type"] == "about:blank":
        assert told["title"] == HTTPStatus(status).phrase
    else:
        assert told["type"].startswith("/problems/")
        assert told["title"]
    if kind is not None:
        assert told["type"] == f"/problems/{kind}"
    for each in told.get("problems", ()):
        assert each.keys() in ({"pointer", "message", "remedy"}, {"parameter", "message", "remedy"}), each
        assert each["message"], each
        assert each["remedy"], each
        assert each.get("pointer", "") == "" or each["pointer"].startswith("/")
    if place is not None:
        places = [each.get("pointer", each.get("parameter")) for each in told["problems"]]
        assert place in places, places
    if status == 401:
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
    if status == 405:
        assert response.headers["Allow"]
    return told
