"""Rules that the kinds of this group share: what a role may say, and whom a binding may bind to it."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.kinds.podspec.checks import each, grammar, under
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy

GROUP = "rbac.authorization.k8s.io"
_USER_KINDS = ("User", "Group")
_SUBJECT_KINDS = ("ServiceAccount", *_USER_KINDS)


def policy_rules(rules: list[Object] | None, *, namespaced: bool) -> Iterator[FieldError]:
    """The errors of a role's rules, relative to the list."""
    yield from each(lambda rule: _policy_rule(rule, namespaced=namespaced))(rules)


def _policy_rule(rule: Object, *, namespaced: bool) -> Iterator[FieldError]:
    urls = rule.get("nonResourceURLs")
    if not rule.get("verbs"):
        yield fielderrors.required("verbs", "verbs must contain at least one value")
    if urls:
        if namespaced:
            yield fielderrors.invalid("nonResourceURLs", urls, "namespaced rules cannot apply to non-resource URLs")
        if rule.get("apiGroups") or rule.get("resources") or rule.get("resourceNames"):
            sentence = "rules cannot apply to both regular resources and non-resource URLs"
            yield fielderrors.invalid("nonResourceURLs", urls, sentence)
        return
    if not rule.get("apiGroups"):
        yield fielderrors.required("apiGroups", "resource rules must supply at least one api group")
    if not rule.get("resources"):
        yield fielderrors.required("resources", "resource rules must supply at least one resource")


class BindingStrategy(Strategy):
    """Who has the permissions of a role, which never changes; `namespaced` bindings may refer to roles of either sort."""

    create_on_update = True
    revalidates_metadata = True
    name_rule = staticmethod(names.path_segment_name)

    def __init__(self, *, namespaced: bool) -> None:
        self._namespaced = namespaced
        self._role_kinds = ("Role", "ClusterRole") if namespaced else ("ClusterRole",)

    def default(self, obj: Object) -> None:
        reference = obj.setdefault("roleRef", {})
        if not reference.get("apiGroup"):
            reference["apiGroup"] = GROUP
        for subject in obj.get("subjects") or ():
            if not subject.get("apiGroup") and subject.get("kind") in _USER_KINDS:
                subject["apiGroup"] = GROUP

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        subjects = each(self._subject)(obj.get("subjects"))
        return [*under("roleRef", self._role(obj["roleRef"])), *under("subjects", subjects)]

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        found, reference = self.validate(obj, request), obj["roleRef"]
        if reference != old["roleRef"]:
            shown = {name: reference.get(name[0].lower() + name[1:], "") for name in ("Kind", "Name")}
            shown = {"APIGroup": reference.get("apiGroup", ""), **shown}
            found.append(fielderrors.invalid("roleRef", shown, "cannot change roleRef"))
        return found

    def _role(self, reference: Object) -> Iterator[FieldError]:
        if reference.get("apiGroup") != GROUP:
            yield fielderrors.not_supported("apiGroup", reference.get("apiGroup", ""), (GROUP,))
        if reference.get("kind") not in self._role_kinds:
            yield fielderrors.not_supported("kind", reference.get("kind", ""), self._role_kinds)
        yield from under("name", grammar(names.path_segment_name, must=True)(reference.get("name", "")))

    def _subject(self, subject: Object) -> Iterator[FieldError]:
        kind, group = subject.get("kind", ""), subject.get("apiGroup", "")
        if not subject.get("name"):
            yield fielderrors.required("name")
        if kind == _SUBJECT_KINDS[0]:
            yield from under("name", grammar(names.dns1123_subdomain)(subject.get("name", "")))
            if group:
                yield fielderrors.not_supported("apiGroup", group, ("",))
            if not self._namespaced and not subject.get("namespace"):
                yield fielderrors.required("namespace")
        elif kind not in _SUBJECT_KINDS:
            yield fielderrors.not_supported("kind", kind, _SUBJECT_KINDS)
        elif group != GROUP:
            yield fielderrors.not_supported("apiGroup", group, (GROUP,))
