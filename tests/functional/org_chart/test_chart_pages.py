"""The pages of the org chart: around one person, from the top, between two, found, in pieces, on paper."""

from __future__ import annotations

import re
from typing import Any

import pytest

PAGES = ("/chart", "/chart/{E02}", "/chart/{E01}", "/chart/{E05}", "/chart?outside=1", "/chart?from={E05}&to={E07}",
         "/chart?from={E05}", "/chart/{E01}?q=haddad", "/chart/{E02}?open={E03}&open={E04}", "/chart/{E01}/print",
         "/chart/print", "/chart/{E01}/branch")  # fmt: skip


def get(company: Any, path: str, **kw: Any) -> Any:
    return company.testapp.get(path.format_map(company.ids), **kw)


def names(page: Any) -> list[str]:
    return [link.text for link in page.html.select(".tree-name")]


def test_the_top_is_the_chart_of_the_one_who_leads_all(company: Any) -> None:
    page = get(company, "/chart")
    assert page.html.h1.text == "Omar Haddad"
    assert names(page) == ["Noor Haddad", "Grace Hall", "Kenji Itō"]
    assert "11 in total" in page.text


def test_the_focus_shows_the_whole_chain_peers_reports_and_other_lines(company: Any) -> None:
    page = get(company, "/chart/{E04}")
    html = page.html
    assert html.h1.text == "Bjørn Sørensen"
    assert [item.a.text for item in html.select(".ladder li")] == ["Omar Haddad", "Grace Hall"]
    assert names(page) == ["Siobhán O’Brien", "Nessie Pereira"]
    text = re.sub(r"\s+", " ", html.main.text)
    assert "Adaeze Nwosu" in text
    assert "Zoë de la CruzReport in another role" in text
    assert html.title.text.startswith("Bjørn Sørensen · Org chart")


def test_the_tree_is_a_tree_to_assistive_technology(company: Any) -> None:
    html = get(company, "/chart/{E02}?open={E03}").html
    tree = html.select_one('[role="tree"]')
    assert html.find(id=tree["aria-labelledby"]).text.startswith("Reports")
    items = tree.select('[role="treeitem"]')
    told = [(i["aria-level"], i["aria-posinset"], i["aria-setsize"], i.get("aria-expanded")) for i in items]
    assert told == [
        ("1", "1", "2", "true"),
        ("2", "1", "2", None),
        ("2", "2", "2", None),
        ("1", "2", "2", "false"),
    ]
    for item in items:
        named_by = [html.find(id=each) for each in item["aria-labelledby"].split()]
        assert named_by[0].name == "a"
        assert None not in named_by
        assert item.parent["role"] == "none"
        assert item.parent.parent["role"] in ("tree", "group")


def test_branches_open_and_close_by_link(company: Any) -> None:
    page = get(company, "/chart/{E02}")
    opened = page.click(href=rf"open={company.ids['E03']}\b")
    assert names(opened) == ["Adaeze Nwosu", "Łukasz Żak", "Hana 山田", "Bjørn Sørensen"]
    both = opened.click(href=rf"open={company.ids['E04']}\b")
    assert len(names(both)) == 6
    toggles = {_called(both.html, link): link["href"] for link in both.html.select(".tree-toggle")}
    closed = company.testapp.get(toggles["Collapse Adaeze Nwosu"].partition("#")[0])
    assert names(closed) == ["Adaeze Nwosu", "Bjørn Sørensen", "Siobhán O’Brien", "Nessie Pereira"]


def _called(html: Any, link: Any) -> str:
    """The name that a screen reader says."""
    named_by = [html.find(id=each) for each in link["aria-labelledby"].split()]
    return " ".join(each.get("aria-label") or each.text for each in named_by)


def test_a_branch_is_a_piece_of_page(company: Any) -> None:
    page = get(company, "/chart/{E02}/branch?level=3&as_of=2026-03-01")
    assert "<html" not in page.text
    group = page.html.select_one('ul[role="group"]')
    items = group.select('[role="treeitem"]')
    assert [item["aria-level"] for item in items] == ["3", "3"]
    assert all("as_of=2026-03-01" in link["href"] for link in group.select("a"))
    assert "as_of=2026-03-01" in items[0]["data-branch"]
    assert "level=4" in items[0]["data-branch"]


def test_other_days_and_what_was_known(company: Any) -> None:
    then = get(company, "/chart/{E04}?as_of=2026-03-01")
    assert "Per Ås" in names(then)
    assert "Per Ås" not in names(get(company, "/chart/{E04}"))
    coming = get(company, "/chart/{E03}?as_of=2026-07-02")
    assert "Siobhán O’Brien" in names(coming)
    assert "Siobhán O’Brien" not in names(get(company, "/chart/{E03}?as_of=2026-07-02&known_at=2026-05-01"))
    for link in then.html.select("main a[href]"):
        if link["href"].startswith("/") and not link["href"].startswith("/static"):
            assert "as_of=2026-03-01" in link["href"]


def test_whoever_is_not_here_on_the_day_is_told_apart_from_nobody(company: Any) -> None:
    page = get(company, "/chart/{E11}", status=404)
    assert "Per Ås is not on the chart" in page.text
    assert "as_of=2026-03-31" in page.text
    company.testapp.get(page.html.select_one('main a[href*="as_of=2026-03-31"]')["href"], status=200)
    assert "Per Ås" not in get(company, "/chart/999999", status=404).text
    get(company, "/chart/{E11}/branch", status=404)
    get(company, "/chart/{E11}/print", status=404)
    get(company, "/chart?from={E11}&to={E01}", status=404)
    future = get(company, "/chart/{E14}", status=404)
    assert "Starts" in future.text


@pytest.mark.parametrize(
    "path",
    [
        "/chart/0",
        "/chart/-1",
        "/chart/abc",
        "/chart/99999999999999999999999",
        "/chart/1e3",
        "/chart/1/nope",
    ],
)
def test_odd_ids_are_404(company: Any, path: str) -> None:
    get(company, path, status=404)


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("/chart?opened=3", "open"),
        ("/chart/{E01}?open=x", "open"),
        ("/chart/{E01}?page=0", "page"),
        ("/chart/{E01}/branch?level=0", "level"),
        ("/chart/{E01}/print?levels=99", "levels"),
        ("/chart?to={E01}", "two people"),
        ("/chart?from=abc", "from"),
        ("/chart/{E01}?q=" + "+".join("abcdefghijkl"), "words"),
        ("/chart/{E01}?" + "&".join(f"open={n}" for n in range(1, 40)), "open"),
    ],
)
def test_bad_parameters_are_400_and_named(company: Any, path: str, word: str) -> None:
    assert word in get(company, path, status=400).html.main.text


def test_a_page_beyond_the_last_is_404(company: Any) -> None:
    assert "the last one is 1" in get(company, "/chart/{E01}?page=2", status=404).text
    get(company, "/chart?page=2", status=404)
    get(company, "/chart/{E01}/branch?page=9", status=404)
    get(company, "/chart?outside=1&page=2", status=404)


def test_finding_below_someone_tells_the_way(company: Any) -> None:
    page = get(company, "/chart/{E02}?q=siobhan")
    hit = page.html.select_one(".chart-hits li")
    assert hit.select_one(".row-link").text == "Siobhán O’Brien"
    assert "Bjørn Sørensen" in hit.select_one(".way").text
    missed = get(company, "/chart/{E03}?q=siobhan")
    assert "No one below Adaeze Nwosu" in missed.text
    near = get(company, "/chart/{E02}?q=siobahn")
    assert "Spelled almost like" in near.text
    anywhere = get(company, "/chart?q=kenji")
    assert anywhere.html.select_one(".chart-hits .row-link").text == "Kenji Itō"


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ("E05", "E06", "Łukasz Żak and Hana 山田 both report to Adaeze Nwosu."),
        ("E02", "E05", "Grace Hall is the manager of Łukasz Żak’s manager."),
        ("E03", "E05", "Adaeze Nwosu is the manager of Łukasz Żak."),
        ("E05", "E01", "Omar Haddad is 3 levels above Łukasz Żak."),
        (
            "E05",
            "E04",
            "Grace Hall is the nearest manager of both: 2 levels above Łukasz Żak, 1 level above Bjørn Sørensen.",
        ),
        ("E05", "E05", "Both are the same person"),
        ("E08", "E02", "Noor Haddad and Grace Hall both report to Omar Haddad."),
    ],
)
def test_two_people_are_connected_in_words(company: Any, one: str, other: str, words: str) -> None:
    page = get(company, f"/chart?from={{{one}}}&to={{{other}}}")
    assert words in page.html.main.text
    if (one, other) == ("E08", "E02"):
        assert "Noor Haddad has a dotted line to Grace Hall." in page.text


def test_the_second_person_is_found_by_name(company: Any) -> None:
    ask = get(company, "/chart?from={E05}")
    form = next(form for form in ask.forms.values() if "who" in form.fields)
    form["who"] = "kenji"
    answer = form.submit()
    assert answer.status_int == 303
    assert "Kenji Itō" in answer.follow().html.h1.text
    form["who"] = "e"
    several = form.submit()
    assert len(several.html.select(".person-list .row-link")) > 1
    form["who"] = "qqqq"
    assert "No one else matches" in form.submit().text


def test_on_paper_there_is_an_index_and_a_foot(company: Any) -> None:
    page = get(company, "/chart/print?as_of=2026-03-01")
    html = page.html
    sheets = html.select(".sheet")
    assert len(sheets) == 2
    for sheet in sheets:
        foot = sheet.select_one(".sheet-foot").text
        assert "as of 1 Mar 2026" in foot
        assert "what every colleague may see" in foot
    assert len(html.select(".names li")) == 13
    assert len(html.select(".lines li")) == 12
    few = get(company, "/chart/{E01}/print?levels=1")
    assert len(few.html.select(".lines li")) == 3
    assert "Only the top level is printed" in few.text
    assert "not shown" in few.text


@pytest.mark.parametrize("path", PAGES)
def test_present_and_dated_rows_make_the_same_page(company: Any, path: str) -> None:
    """DatedRowsFilter as known at a moment after the last change, the dated rows answer instead of `present`."""
    known = path + ("&" if "?" in path else "?") + "known_at=2026-06-14T12:00Z"
    assert _words(get(company, path)) == _words(get(company, known))


def _words(page: Any) -> str:
    text = (page.html.main or page.html).text
    return re.sub(r"\s+", " ", re.sub(r", as known on [^·]*", " ", text))


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("clock", ["", "as_of=2026-03-01", "known_at=2026-05-01"])
def test_a_page_takes_few_queries_whatever_it_shows(company: Any, query_count: Any, path: str, clock: str) -> None:
    address = path + (("&" if "?" in path else "?") + clock if clock else "")
    get(company, address)  # trees and counts are kept from here on
    with query_count(company.app) as count:
        get(company, address)
    most = 12 if "q=" in path else 6
    assert len(count) <= most + ("known_at" in clock), count


def test_an_empty_organisation_has_an_empty_chart(testapp: Any) -> None:
    assert "No one works here on this day" in testapp.get("/chart").text
    testapp.get("/chart/print", status=404)
    assert "Everyone is on the chart" in testapp.get("/chart?outside=1").text
