"""MutatingAdmissionPolicies at work."""

from typing import Any

import pytest

from mockapi.machinery.meta import Object
from tests.kinds.pipeline import Api, refusal
from tests.registry.dynamic.support import MUTATING, asking, binding, config_map, configuration, rule
from tests.webhooks import Webhook, patching

POLICIES = "mutatingadmissionpolicies.admissionregistration.k8s.io"
BINDINGS = "mutatingadmissionpolicybindings.admissionregistration.k8s.io"
SERVICE: Object = {"metadata": {"name": "web"}, "spec": {"ports": [{"name": "http", "port": 80}]}}


def apply_configuration(expression: str) -> Object:
    return {"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": expression}}


def json_patch(expression: str) -> Object:
    return {"patchType": "JSONPatch", "jsonPatch": {"expression": expression}}


def put_to_use(
    api: Api, *mutations: Object, name: str = "limits", resources: tuple[str, ...] = ("configmaps", "services"), **fields: Any
) -> None:
    constraints = {"resourceRules": [rule(*resources, operations=("CREATE", "UPDATE"))]}
    spec = {"matchConstraints": constraints, "mutations": list(mutations), "reinvocationPolicy": "Never", **fields}
    api.create(POLICIES, {"metadata": {"name": name}, "spec": spec})
    bound = binding(f"{name}-here", name)
    del bound["spec"]["validationActions"]
    api.create(BINDINGS, bound)


def denied(api: Api, obj: Object | None = None, resource: str = "configmaps") -> str:
    failure = refusal(api.create, resource, obj or config_map())
    assert (failure.code, failure.reason) == (403, "Invalid")
    assert failure.details is not None
    assert failure.details["causes"][0]["message"] == failure.message
    return failure.message.removeprefix("policy 'limits' with binding 'limits-here' denied request: ")


def test_what_is_applied_is_laid_over_the_object(api: Api) -> None:
    put_to_use(api, apply_configuration("Object{metadata: Object.metadata{labels: {'team': 'blue'}}}"))
    made = api.create("configmaps", config_map(metadata={"labels": {"app": "web"}}))
    assert made["metadata"]["labels"] == {"app": "web", "team": "blue"}


def test_items_with_keys_are_merged_by_them(api: Api) -> None:
    expression = "Object{spec: Object.spec{ports: [Object.spec.ports{name: 'dns', port: 53, protocol: 'UDP'}]}}"
    put_to_use(api, apply_configuration(expression))
    assert [port["name"] for port in api.create("services", SERVICE)["spec"]["ports"]] == ["http", "dns"]


def test_optional_fields_are_left_out(api: Api) -> None:
    put_to_use(api, apply_configuration("Object{?data: optional.none(), ?metadata: optional.of(Object.metadata{labels: {'a': 'b'}})}"))
    assert api.create("configmaps", config_map())["metadata"]["labels"] == {"a": "b"}


def test_json_patches(api: Api) -> None:
    add = "JSONPatch{op: 'add', path: '/metadata/labels', value: {'a': 'b'}}"
    escaped = "JSONPatch{op: 'add', path: '/metadata/labels/' + jsonpatch.escapeKey('example.com/x'), value: 'c'}"
    put_to_use(api, json_patch(f"has(object.metadata.labels) ? [] : [{add}, {escaped}]"))
    assert api.create("configmaps", config_map())["metadata"]["labels"] == {"a": "b", "example.com/x": "c"}


def test_a_failed_test_leaves_the_object_as_it_is(api: Api) -> None:
    test, add = "JSONPatch{op: 'test', path: '/data/a', value: 'x'}", "JSONPatch{op: 'add', path: '/data/b', value: 'y'}"
    put_to_use(api, json_patch(f"[{test}, {add}]"))
    assert api.create("configmaps", config_map(data={"a": "z"}))["data"] == {"a": "z"}


def test_each_mutation_sees_what_those_before_it_made(api: Api) -> None:
    first = json_patch("[JSONPatch{op: 'add', path: '/data', value: {'a': 'b'}}]")
    second = json_patch("[JSONPatch{op: 'copy', from: '/data/a', path: '/data/' + variables.key}]")
    put_to_use(api, first, second, variables=[{"name": "key", "expression": "object.data['a']"}])
    assert api.create("configmaps", config_map())["data"] == {"a": "b", "b": "b"}


@pytest.mark.parametrize(
    ("mutation", "sentence"),
    [
        (
            apply_configuration("Object{spec: Object.specx{type: 'NodePort'}}"),
            'unexpected type name "Object.specx", expected "Object.spec", which matches field name path from root Object type',
        ),
        (
            apply_configuration("Object{spec: Object.spec{typo: 1}}"),
            "error applying patch: failed to convert patch object to typed object: .spec.typo: field not declared in schema",
        ),
        (
            apply_configuration("Object{spec: Object.spec{selector: {'a': 'b'}}}"),
            "error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: .spec.selector",
        ),
        (
            json_patch("[JSONPatch{op: 'replace', path: '/spec/nothing/x', value: 1}]"),
            "JSON Patch: replace operation does not apply: doc is missing path: /spec/nothing/x: missing value",
        ),
        (json_patch("object.spec.nothing ? [JSONPatch{}] : []"), "resulted in error: no such key: nothing"),
    ],
)
def test_what_cannot_be_done_refuses_the_write(api: Api, mutation: Object, sentence: str) -> None:
    put_to_use(api, mutation)
    assert denied(api, SERVICE, "services").endswith(sentence)


def test_failures_can_be_ignored(api: Api) -> None:
    put_to_use(api, apply_configuration("Object{typo: 1}"), failurePolicy="Ignore")
    api.create("configmaps", config_map())


def test_unknown_fields_of_a_patch_are_an_internal_error(api: Api) -> None:
    put_to_use(api, json_patch("[JSONPatch{op: 'add', path: '/typo', value: 1}]"))
    failure = refusal(api.create, "configmaps", config_map())
    assert (failure.code, failure.message) == (500, 'Internal error occurred: strict decoding error: unknown field "typo"')


def test_conditions_and_the_namespace(api: Api) -> None:
    condition = {"name": "new", "expression": "request.operation == 'CREATE' && !authorizer.path('/x').check('get').errored()"}
    put_to_use(api, apply_configuration("Object{data: {'team': namespaceObject.metadata.labels['team']}}"), matchConditions=[condition])
    assert api.create("configmaps", config_map())["data"] == {"team": "blue"}
    assert api.update("configmaps", config_map(data={"a": "b"}))["data"] == {"a": "b"}


def test_a_policy_sees_the_changes_of_later_ones_if_it_wants_to(api: Api) -> None:
    count = "[JSONPatch{op: 'add', path: '/data', value: {'seen': string(size(object.?data.orValue({})))}}]"
    put_to_use(api, json_patch(count), name="a", reinvocationPolicy="IfNeeded")
    put_to_use(api, json_patch("[JSONPatch{op: 'add', path: '/data/x', value: 'y'}]"), name="b")
    assert api.create("configmaps", config_map())["data"] == {"seen": "2"}


def test_policies_come_before_webhooks_and_see_their_changes_if_they_want_to(api: Api, hook: Webhook) -> None:
    hook.answer = patching({"op": "add", "path": "/data/hook", "value": "was here"})
    put_to_use(api, apply_configuration("Object{data: {'seen': string(size(object.?data.orValue({})))}}"), reinvocationPolicy="IfNeeded")
    api.create(MUTATING, configuration(asking(hook)))
    assert api.create("configmaps", config_map())["data"] == {"seen": "2", "hook": "was here"}
    assert hook.asked[0]["object"]["data"] == {"seen": "0"}


def test_custom_resources_have_types_too(api: Api) -> None:
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": {"size": {"type": "integer"}}}}}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    names = {"plural": "widgets", "kind": "Widget"}
    spec = {"group": "example.com", "names": names, "scope": "Cluster", "versions": [version]}
    definitions = "customresourcedefinitions.apiextensions.k8s.io"
    made = api.create(definitions, {"metadata": {"name": "widgets.example.com"}, "spec": spec})
    accepted = {"plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"}
    condition = {"type": "Established", "status": "True", "reason": "Yes", "message": "", "lastTransitionTime": "2026-01-01T00:00:00Z"}
    api.update(definitions, {**made, "status": {"conditions": [condition], "acceptedNames": accepted}}, "status")
    put_to_use(api, apply_configuration("Object{spec: Object.spec{size: 3}}"), resources=("widgets",))
    widget = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "a"}}
    assert api.create("widgets.example.com", widget)["spec"] == {"size": 3}
