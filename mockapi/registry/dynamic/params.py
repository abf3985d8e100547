"""The parameters of a policy: objects that its bindings refer to."""

from __future__ import annotations

from mockapi.machinery.meta import Key, Object, Objects, labels_of
from mockapi.machinery.selectors import selector_from_object
from mockapi.registry.admission import Attributes
from mockapi.registry.catalogue import Catalogue
from mockapi.registry.codec import as_object
from mockapi.registry.kind import Kind


class ParamProblem(Exception):  # noqa: N818 (the text is what matters)
    """Parameters cannot be found; the text is the real server's."""


class Params:
    """Finds the parameters of bindings among all objects."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def of_policy(self, declared: Object | None) -> Kind | None:
        """The kind of a policy's parameters; None when it has none. ParamProblem when it is not served."""
        if declared is None:
            return None
        kind = self._catalogue.by_type(declared["apiVersion"], declared["kind"])
        if kind is None or kind.handlers:
            shown = declared["apiVersion"] if "/" in declared["apiVersion"] else f"/{declared['apiVersion']}"
            raise ParamProblem(f"failed to find resource referenced by paramKind: '{shown}, Kind={declared['kind']}'")
        return kind

    def of_binding(self, kind: Kind | None, reference: Object | None, attributes: Attributes) -> list[Object | None]:
        """The parameters with each of which the policy is to be evaluated: None alone where there are to be none. ParamProblem."""
        if kind is None or reference is None:
            return [None]
        namespace = _namespace(kind, reference, attributes)
        if reference.get("name"):
            found = [attributes.request.read(kind.resource, Key(namespace, reference["name"]))]
        else:
            found = list(_selected(attributes.request.read_all(kind.resource, namespace), reference["selector"]))
        params = [_typed(kind, stored) for stored in found if stored is not None]
        if not params and reference["parameterNotFoundAction"] == "Deny":
            raise ParamProblem("no params found for policy binding with `Deny` parameterNotFoundAction")
        return list(params)


def _namespace(kind: Kind, reference: Object, attributes: Attributes) -> str:
    """The namespace that the reference names, or that of the write."""
    named = str(reference.get("namespace") or "")
    if not kind.namespaced:
        if named:
            raise ParamProblem("paramRef.namespace must not be provided for a cluster-scoped `paramKind`")
        return ""
    namespace = named or attributes.namespace
    if not namespace:
        raise ParamProblem("cannot use namespaced paramRef in policy binding that matches cluster-scoped resources")
    return namespace


def _selected(objects: Objects, selector: Object) -> Objects:
    wanted = selector_from_object(selector)
    return [obj for obj in objects if wanted.matches(labels_of(obj))]


def _typed(kind: Kind, stored: Object) -> Object:
    return {**as_object(kind, stored), "apiVersion": kind.api_version, "kind": kind.kind}
