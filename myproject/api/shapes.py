"""What is answered in more than one place: references, departments, locations."""

from __future__ import annotations

from typing import Any

from myproject.directory.departments.department_tree import DepartmentNode, DepartmentTree
from myproject.directory.departments.locations import LocationRow


def named(id_: int | None, name: str | None) -> dict[str, Any] | None:
    """Something by its id and name."""
    return None if id_ is None else {"id": id_, "name": name}


def reference(node: DepartmentNode | None) -> dict[str, Any] | None:
    """A department by its id and name."""
    return None if node is None else {"id": node.id, "name": node.name}


def department(tree: DepartmentTree, node: DepartmentNode) -> dict[str, Any]:
    """A department with its place in the tree, and how many work there."""
    return {
        "id": node.id,
        "code": node.code,
        "name": node.name,
        "path": node.path,
        "depth": node.depth,
        "parent": reference(tree.get(node.parent)),
        "employees": node.own,
        "employees_below": node.total,
    }


def location(place: LocationRow) -> dict[str, Any]:
    """Where people sit."""
    return {
        "id": place.id,
        "code": place.code,
        "name": place.name,
        "address": place.address,
        "city": place.city,
        "country": place.country,
        "time_zone": place.time_zone,
    }


def portrait(employee: int, name: str | None) -> str | None:
    """The address of somebody's picture, 320 pixels a side."""
    return None if name is None else f"/employees/{employee}/portrait/{name}/320"
