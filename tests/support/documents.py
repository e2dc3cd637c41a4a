"""The documents, taken apart: what stands in them as code."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Block:
    """One block of code in a document."""

    document: str
    """The path of the document, from the root of the checkout."""
    heading: str
    """The heading above it."""
    line: int
    language: str
    """What stands behind the fence; nothing for an indented block."""
    text: str


def documents() -> list[str]:
    """The README and everything in docs."""
    return ["README.md", *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md"))]


def blocks(document: str) -> list[Block]:
    """The blocks of code of a document, in their order: fenced ones, and those that are indented by four or more."""
    found: list[Block] = []
    lines = (ROOT / document).read_text("utf-8").splitlines()
    heading, number = "", 0
    while number < len(lines):
        line, start = lines[number], number
        number += 1
        language, taken = "", []
        if fence := re.fullmatch(r"\s*```(\w*)", line):
            language = fence[1]
            while lines[number].strip() != "```":
                taken.append(lines[number])
                number += 1
            number += 1
        elif line.startswith("    ") and (not start or not lines[start - 1].strip()):
            taken.append(line)
            while number < len(lines) and (lines[number].startswith("    ") or not lines[number].strip()):
                taken.append(lines[number])
                number += 1
        elif line.startswith("#"):
            heading = line.lstrip("# ")
        if taken:
            text = textwrap.dedent("\n".join(taken)).strip("\n") + "\n"
            found.append(Block(document, heading, start + 1, language, text))
    return found


def inline_code(document: str) -> list[str]:
    """What stands between backticks in the text of a document, outside of its blocks."""
    text = (ROOT / document).read_text("utf-8")
    text = re.sub(r"^\s*```.*?^\s*```", "", text, flags=re.MULTILINE | re.DOTALL)
    text = "\n".join(line for line in text.splitlines() if not line.startswith("    "))
    return [re.sub(r"\s+", " ", code) for code in re.findall(r"`([^`]+)`", text)]
