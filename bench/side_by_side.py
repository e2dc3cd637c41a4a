"""Two ways of serving pages, measured by turns: `python -m bench.side_by_side URL [VARIANT]
[--tree FOLDER [--tree-url URL]]`.

A is this checkout; B another one (`--tree`), or this one with a part replaced: `no-frames` renders every list as a
whole, `template-rows` writes the rows of the list in a template. Both answer the same addresses in processes of their
own, by turns, so that a busy minute of the machine falls on both. The ratio is the median over the rounds, B to A.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from typing import Any

from bench.databases import ROOT, environment

ADDRESSES = ("/employees", "/employees?page=3", "/employees?view=cards", "/employees?q=an", "/api/v1/employees")
ROUNDS, REQUESTS = 40, 15

_ROW = """{% for who in people %}    <tr>
      <td class="name"><span class="who">{{ who.face }}<span><a class="row-link" href="{{ who.url }}">{{ who.name }}</a>
      </span></span></td>
      <td class="title">{{ who.title }}</td>
      <td class="department"><a href="{{ who.department_url }}">{{ who.department }}</a></td>
      <td class="location">{{ who.location }}{% if who.time %} <time class="small" datetime="{{ who.time.iso }}"
      data-zone="{{ who.time.zone }}">{{ who.time.time }}</time>{% endif %}</td>
      <td class="manager">{% if who.manager %}<a href="{{ who.manager_url }}">{{ who.manager }}</a>{% endif %}</td>
      <td class="joined nowrap"><time datetime="{{ who.hired_on }}">{{ who.day }}</time></td>
      <td class="mail reach">{% if who.email %}<a href="mailto:{{ who.email }}">{{ who.email }}</a>{% endif %}</td>
      <td class="phone reach">{% if who.phone %}<a href="tel:{{ who.phone }}">{{ who.phone }}</a>{% endif %}</td>
    </tr>
{% endfor %}"""


def no_frames() -> None:
    """Render every page of the list as a whole."""
    from myproject.pages.people import frames

    frames.key_of = lambda _request: None


def template_rows() -> None:
    """Write the rows of the list in a template, from values that are worked out beforehand."""
    import jinja2
    from markupsafe import Markup

    from myproject.language.formats import day_text
    from myproject.pages.people import employees
    from myproject.pages.people.faces import face
    from myproject.pages.people.values import Links, local_time

    template = jinja2.Environment(autoescape=True).from_string(_ROW)

    def values(request: Any, page: Any) -> Any:
        links = Links(request)
        for row in page.people:
            node = page.department(row)
            yield {
                "face": face(request, row.id, row.name, portrait=row.portrait),
                "url": links.person(row.id),
                "name": row.name,
                "title": row.job_title or "",
                "department": node.name,
                "department_url": links.department(node.path),
                "location": row.location or "",
                "time": local_time(request, row.time_zone),
                "manager": row.manager,
                "manager_url": links.person(row.manager_id or 0),
                "hired_on": row.hired_on,
                "day": day_text(row.hired_on),
                "email": row.email,
                "phone": row.phone,
            }

    employees.table_rows = lambda request, page: Markup(template.render(people=values(request, page)))


VARIANTS = {"no-frames": no_frames, "template-rows": template_rows}


def answer(variant: str | None) -> None:
    """The process of one side: reads lists of addresses, tells milliseconds of processor time for each request."""
    from bench.worker import Worker

    told, sys.stdout = sys.stdout, sys.stderr
    if variant is not None:
        VARIANTS[variant]()
    worker = Worker()
    print("ready", file=told, flush=True)
    for line in sys.stdin:
        addresses = json.loads(line)
        start = time.process_time_ns()
        for address in addresses:
            status, body = worker.call(address)
            if not status.startswith("200"):
                raise SystemExit(f"{address}: {status}\n{body.decode(errors='replace')[:500]}")
        print((time.process_time_ns() - start) / 1e6 / len(addresses), file=told, flush=True)


class Side:
    """A process that answers."""

    def __init__(self, url: str, tree: str, variant: str | None) -> None:
        words = [sys.executable, "-m", "bench.side_by_side", "--answer", url, *([variant] if variant else [])]
        env = {**environment(url), "MYPROJECT_CACHE_ANSWERS": "0", "PYTHONPATH": tree}
        self._process = subprocess.Popen(
            words, cwd=tree, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._read()

    def ask(self, address: str) -> float:
        """Milliseconds of a request."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([address] * REQUESTS) + "\n")
        self._process.stdin.flush()
        return float(self._read())

    def _read(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            sys.exit("A side could not answer: its error is above.")
        return line


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("variant", nargs="?", choices=VARIANTS)
    parser.add_argument("--tree", default=str(ROOT), help="the checkout of B")
    parser.add_argument("--tree-url", help="the database of B, where its tables differ")
    parser.add_argument("--answer", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.answer:
        answer(asked.variant)
        return
    sides = Side(asked.url, str(ROOT), None), Side(asked.tree_url or asked.url, asked.tree, asked.variant)
    for address in ADDRESSES:
        times: list[list[float]] = [[], []]
        for number in range(ROUNDS + 2):
            for place in (0, 1) if number % 2 else (1, 0):
                times[place].append(sides[place].ask(address))
        a, b = (each[2:] for each in times)
        ratio = statistics.median(y / x for x, y in zip(a, b, strict=True))
        print(f"{address:28} A {statistics.median(a):7.2f} ms  B {statistics.median(b):7.2f} ms  B/A {ratio:.2f}")


if __name__ == "__main__":
    main()
