"""Error pages: every problem with its place and its remedy, in the words of a person."""

from __future__ import annotations

from webtest import TestApp


def test_one_problem_is_a_sentence(site: TestApp) -> None:
    """What is wrong, then what to do, once each."""
    page = site.get("/employees?depatment=ENG", status=400)
    text = page.html.find("main").get_text(" ", strip=True)
    assert text.count("There is no parameter “depatment” here.") == 1
    assert text.count("Did you mean “department”?") == 1
    assert "Problem(" not in text


def test_several_problems_are_a_list(site: TestApp) -> None:
    """Each by its place."""
    page = site.get("/employees?depatment=ENG&as_of=yesterday", status=400)
    main = page.html.find("main")
    assert {each.get_text() for each in main.find_all("dt")} == {"depatment", "as_of"}
    assert "Give a day from" in main.get_text()


def test_the_request_id_is_told(site: TestApp) -> None:
    """The page holds the id under which the log knows the request."""
    page = site.get("/nowhere", status=404)
    assert page.headers["X-Request-ID"] in page.html.find("main").get_text()
