"""What traversal walks: the root and the department tree below it.

A department's lineage is the path of its address, so that a right granted on a department is found for
everything below it. The whole walk reads the tree that is kept in memory: no query per segment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from myproject.directory import departments
from myproject.directory.departments import DepartmentNode, DepartmentTree

if TYPE_CHECKING:
    from myproject.request import Request


class Root:
    """The context of every page that is not in a tree."""

    __name__ = ""
    __parent__ = None

    def __init__(self, request: Request) -> None:
        self.request = request


class DepartmentsRoot:
    """``/departments/``: what lies above every department."""

    __name__ = "departments"
    id: int | None = None

    def __init__(self, parent: Root, tree: DepartmentTree) -> None:
        self.__parent__ = parent
        self.tree = tree

    def __getitem__(self, slug: str) -> DepartmentResource:
        return _child(self, slug)


class DepartmentResource:
    """A department on the day of the request's clock."""

    def __init__(self, parent: DepartmentsRoot | DepartmentResource, node: DepartmentNode) -> None:
        self.__parent__ = parent
        self.__name__ = node.slug
        self.tree: DepartmentTree = parent.tree
        self.node = node
        self.id: int | None = node.id

    def __getitem__(self, slug: str) -> DepartmentResource:
        return _child(self, slug)

    def __acl__(self) -> list[Any]:
        """Rights granted on this very department; those granted above are found along the lineage."""
        return []


def _child(parent: DepartmentsRoot | DepartmentResource, slug: str) -> DepartmentResource:
    node = parent.tree.child(parent.id, slug)
    if node is None:
        raise KeyError(slug)
    return DepartmentResource(parent, node)


def departments_root(request: Request) -> DepartmentsRoot:
    """The root factory of the departments' route."""
    tree = departments.tree(request.conn, request.clock, counts=False)
    return DepartmentsRoot(Root(request), tree)
