"""Making CustomResourceDefinitions."""

from typing import Any

from mockapi.machinery.meta import Object

RESOURCE = "customresourcedefinitions.apiextensions.k8s.io"


def version(name: str = "v1", schema: dict[str, Any] | None = None, **more: Any) -> Object:
    """A served version, in which objects are stored."""
    return {"name": name, "served": True, "storage": True, "schema": {"openAPIV3Schema": schema or {"type": "object"}}, **more}


def definition(*versions: Object, plural: str = "widgets", kind: str = "Widget", **spec: Any) -> Object:
    """A definition in the group example.com."""
    names = {"plural": plural, "kind": kind, **spec.pop("names", {})}
    full = {"group": "example.com", "scope": "Namespaced", "names": names, "versions": list(versions) or [version()], **spec}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{full['group']}"},
        "spec": full,
    }


def with_spec(**properties: Any) -> dict[str, Any]:
    """The schema of an object whose spec has these properties."""
    return {"type": "object", "properties": {"spec": {"type": "object", "properties": properties}}}
