"""Cells that policies of both kinds, and bindings of both, have in their tables."""

from __future__ import annotations

from datetime import datetime

from mockapi.machinery.meta import Object
from mockapi.registry.printing import UNSET


def param_kind_cell(obj: Object, _now: datetime) -> str:
    """The kind of a policy's parameters."""
    param = (obj.get("spec") or {}).get("paramKind")
    return UNSET if param is None else f"{param.get('apiVersion', '')}/{param.get('kind', '')}"


def policy_name_cell(obj: Object, _now: datetime) -> str:
    """The policy that a binding binds."""
    return str((obj.get("spec") or {}).get("policyName", ""))


def param_ref_cell(obj: Object, _now: datetime) -> str:
    """The parameters that a binding refers to."""
    reference = (obj.get("spec") or {}).get("paramRef")
    if reference is None:
        return UNSET
    return "/".join(part for part in (reference.get("namespace"), reference.get("name", "")) if part is not None)
