"""Addresses from outside: where to go next stays here, whatever the spelling; who asks is who connected."""

from __future__ import annotations

from types import SimpleNamespace
from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myproject.accounts.throttle import network_of
from myproject.security.addresses import client_address, safe_next

HERE = "https://directory.example.org"

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "\x00//evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https://evil.example",
    "HTTPS://evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "%2f%2fevil.example",
    "/%2fevil.example",
    "/%2F/evil.example",
    "/%252fevil.example",
    "/%5cevil.example",
    "/%255cevil.example",
    "/%09/evil.example",
    "/a\r\nSet-Cookie: x=1",
    "/%0d%0aSet-Cookie:%20x=1",
    "/%250d%250aSet-Cookie:x",
    "//directory.example.org@evil.example",
    "https://directory.example.org@evil.example",
    "@evil.example",
    "/\N{FULLWIDTH SOLIDUS}evil.example",
    "\N{FULLWIDTH SOLIDUS}\N{FULLWIDTH SOLIDUS}evil.example",
    "/\N{DIVISION SLASH}evil.example",
    "/\N{FRACTION SLASH}evil.example",
    "/\N{IDEOGRAPHIC FULL STOP}evil",
    "/\N{RIGHT-TO-LEFT OVERRIDE}evil",
    "/../evil",
    "/./evil",
    "/.//evil.example",
    "/..//evil.example",
    "/%2e%2e//evil.example",
    "/%2e%2e/x",
    "/a/%252e%252e/b",
    "/a//b",
    "/a#//evil.example",
    "/a b",
    "/%",
    "/%zz",
    "/%%32%66evil",
    "?next=x",
    "#x",
    "employees",
    "",
    "/" + "a" * 2000,
    "/\ud800",
    '/"><script>',
]

HERE_INDEED = [
    "/",
    "/employees",
    "/employees?q=a%2F%2Fb&as_of=2026-01-01",
    "/departments/research-and-development/a%C3%A9/",
    "/employees/7.vcf",
    "/chart/7?next=//evil.example",
    "/employees?q=50%25",
    "/a.b/..c/d..",
    "/prefix/employees:@!$&'()*+,;=~",
]


@pytest.mark.parametrize("text", ELSEWHERE)
def test_what_leads_elsewhere_is_none(text: str) -> None:
    assert safe_next(text) is None


def test_nothing_is_none() -> None:
    assert safe_next(None) is None


@pytest.mark.parametrize("text", HERE_INDEED)
def test_what_stays_here_is_kept_as_it_is(text: str) -> None:
    assert safe_next(text) == text


_SPELLINGS = "/ \\ // .. . %2f %5C %252f %2e %09 %0a : @ ? # % https: javascript: evil.example a é"
PIECES = [*_SPELLINGS.split(), "\t", "\r\n", "\x00", " ", "\N{FULLWIDTH SOLIDUS}", "\ud800"]
anything = st.one_of(st.text(max_size=30), st.lists(st.sampled_from(PIECES), max_size=10).map("".join))


def as_browsers_read_it(text: str) -> str:
    """Where a browser goes from a page of ours: what WHATWG's URL standard does before it looks at the parts."""
    text = text.strip("".join(map(chr, range(33))))
    text = text.translate(dict.fromkeys(map(ord, "\t\r\n"))).replace("\\", "/")
    return urljoin(HERE + "/sign-in", text)


@pytest.mark.slow
@given(anything)
def test_whatever_is_kept_stays_here(text: str) -> None:
    kept = safe_next(text)
    if kept is None:
        return
    assert kept == text
    assert kept.isascii()
    assert kept.isprintable()
    path, question, query = kept.partition("?")
    for seen in (kept, unquote(path) + question + query, unquote(unquote(path)) + question + query):
        where = urlsplit(as_browsers_read_it(seen))
        assert (where.scheme, where.netloc) == ("https", "directory.example.org")
        assert not where.path.startswith("//")


words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)


@given(st.lists(words, max_size=4), st.text(max_size=8))
def test_our_own_addresses_are_kept(parts: list[str], word: str) -> None:
    path = "/" + "/".join(quote(part, safe="~") for part in parts)
    address = f"{path}?q={quote(word.encode(errors='replace'), safe='')}"
    assert safe_next(address) == address


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ("", "unknown"),
        ("localhost", "unknown"),
        ("<script>", "unknown"),
        (None, "unknown"),
    ],
)
def test_who_asks(given: str | None, told: str) -> None:
    environ = {"REMOTE_ADDR": given, "HTTP_X_FORWARDED_FOR": "192.0.2.1", "HTTP_FORWARDED": "for=192.0.2.2"}
    assert client_address(SimpleNamespace(environ=environ)) == told


def test_tries_are_counted_by_subscriber() -> None:
    assert network_of("203.0.113.9") == "203.0.113.9"
    assert network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
    assert network_of("2001:db8:1:3::1") != network_of("2001:db8:1:2::1")
    assert network_of("unknown") == "unknown"
