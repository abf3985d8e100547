"""Table columns of role bindings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from mockapi.machinery.meta import Object
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column


def _role(obj: Object, _now: datetime) -> str:
    return f"{obj['roleRef']['kind']}/{obj['roleRef']['name']}"


def _subjects(kind: str) -> Callable[[Object, datetime], str]:
    def cell(obj: Object, _now: datetime) -> str:
        found = [subject for subject in obj.get("subjects") or () if subject.get("kind") == kind]
        return ", ".join(f"{each.get('namespace', '')}/{each['name']}" if kind == "ServiceAccount" else each["name"] for each in found)

    return cell


BINDING_COLUMNS = (
    NAME,
    Column("Role", _role, documented_by="roleRef"),
    AGE,
    Column("Users", _subjects("User"), priority=1, description="Users who have the role."),
    Column("Groups", _subjects("Group"), priority=1, description="Groups that have the role."),
    Column("ServiceAccounts", _subjects("ServiceAccount"), priority=1, description="Service accounts that have the role."),
)
