"""The department that somebody chose or typed into a form about accounts."""

from __future__ import annotations

from myproject.accounts.users import AccountError
from myproject.directory import departments
from myproject.directory.departments import DepartmentTree
from myproject.directory.listing.choices import find_department
from myproject.directory.listing.question import Refused
from myproject.request import Request


def tree_of_today(request: Request) -> DepartmentTree:
    """The departments of today, whatever the page shows."""
    return departments.tree(request.read, request.today_clock, counts=False)


def code_of(request: Request, text: str) -> str:
    """The code of the department meant by its code, name or place. Raises `AccountError`."""
    tree = tree_of_today(request)
    node = tree.find_by_code(text)
    if node is None:
        try:
            node = tree.get(find_department(request.read, tree, text).id)
        except Refused as refused:
            raise AccountError(refused.message, refused.remedy, field="department") from None
    if node is None:
        raise AccountError("That department does not exist today.", "Choose one that does.", field="department")
    return node.code
