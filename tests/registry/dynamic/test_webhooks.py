"""What webhooks are asked, and what their answers come to."""

from typing import Any

import pytest

from mockapi.machinery.meta import Key
from mockapi.registry.body import Body
from mockapi.registry.options import DeleteOptions, ListOptions
from tests.kinds.pipeline import Api, refusal
from tests.registry.dynamic.support import MUTATING, NAME, VALIDATING, asking, config_map, configuration, rule
from tests.webhooks import Json, Webhook, allow, deny, patching

LABELLED = {"op": "add", "path": "/metadata/labels", "value": {"seen": "yes"}}
DENIED = f'admission webhook "{NAME}" denied the request'


def test_the_review_tells_all_of_a_creation(api: Api, hook: Webhook) -> None:
    api.create(VALIDATING, configuration(asking(hook)))
    api.create("configmaps", config_map(data={"a": "b"}))
    (asked,) = hook.asked
    assert hook.paths == ["/admit?timeout=10s"]
    assert list(asked)[:4] == ["uid", "kind", "resource", "requestKind"]
    assert asked["kind"] == asked["requestKind"] == {"group": "", "version": "v1", "kind": "ConfigMap"}
    assert asked["resource"] == asked["requestResource"] == {"group": "", "version": "v1", "resource": "configmaps"}
    assert (asked["name"], asked["namespace"], asked["operation"], asked["dryRun"]) == ("settings", "default", "CREATE", False)
    assert asked["userInfo"]["groups"] == ["system:masters", "system:authenticated"]
    assert asked["object"]["data"] == {"a": "b"}
    assert asked["object"]["metadata"]["uid"]
    assert asked["oldObject"] is None
    assert asked["options"]["kind"] == "CreateOptions"


def test_updates_and_deletions_show_what_was_there(api: Api, hook: Webhook) -> None:
    api.create("configmaps", config_map(data={"a": "b"}))
    api.create(VALIDATING, configuration(asking(hook)))
    api.patch("configmaps", "settings", {"data": {"a": "c"}})
    api.delete("configmaps", "settings")
    update, deletion = hook.asked
    assert (update["operation"], update["options"]["kind"]) == ("UPDATE", "UpdateOptions")
    assert (update["oldObject"]["data"], update["object"]["data"]) == ({"a": "b"}, {"a": "c"})
    assert (deletion["operation"], deletion["object"], deletion["oldObject"]["data"]) == ("DELETE", None, {"a": "c"})
    assert deletion["options"] == {"kind": "DeleteOptions", "apiVersion": "meta.k8s.io/v1"}


@pytest.mark.parametrize(
    ("status", "code", "reason", "message"),
    [
        ({"message": "not today"}, 400, "", f"{DENIED}: not today"),
        ({"message": "no", "code": 403, "reason": "Forbidden"}, 403, "Forbidden", f"{DENIED}: no"),
        ({"reason": "Conflict", "code": 409}, 409, "Conflict", f"{DENIED}: Conflict"),
        ({"code": 200}, 400, "", f"{DENIED} without explanation"),
        (None, 400, "", f"{DENIED} without explanation"),
    ],
)
def test_a_refusal_is_told_with_the_status_of_the_webhook(
    api: Api, hook: Webhook, status: Json | None, code: int, reason: str, message: str
) -> None:
    hook.answer = lambda _: {"allowed": False, **({"status": status} if status else {})}
    api.create(VALIDATING, configuration(asking(hook)))
    failure = refusal(api.create, "configmaps", config_map())
    assert (failure.code, failure.reason, failure.message) == (code, reason, message)
    assert refusal(api.get, "configmaps", "settings").code == 404


def test_warnings_of_webhooks_are_passed_on(api: Api, hook: Webhook) -> None:
    hook.answer = lambda _: {"allowed": True, "warnings": ["think twice"], "auditAnnotations": {"seen": "yes"}}
    api.create(VALIDATING, configuration(asking(hook)))
    api.create("configmaps", config_map())
    assert api.warnings == ["think twice"]


def test_a_patch_changes_what_is_stored(api: Api, hook: Webhook) -> None:
    hook.answer = patching(LABELLED)
    api.create(MUTATING, configuration(asking(hook)))
    assert api.create("configmaps", config_map())["metadata"]["labels"] == {"seen": "yes"}
    assert api.get("configmaps", "settings")["metadata"]["labels"] == {"seen": "yes"}


def test_what_a_patch_adds_is_defaulted_and_validated(api: Api, hook: Webhook) -> None:
    port = {"op": "add", "path": "/spec/ports/-", "value": {"name": "more", "port": 81}}
    hook.answer = patching(port)
    api.create(MUTATING, configuration(asking(hook, rule("services"))))
    service = {"metadata": {"name": "web"}, "spec": {"ports": [{"name": "http", "port": 80}]}}
    assert api.create("services", service)["spec"]["ports"][1] == {"name": "more", "port": 81, "protocol": "TCP", "targetPort": 81}
    hook.answer = patching({**port, "value": {"name": "more", "port": 0}})
    assert refusal(api.create, "services", {**service, "metadata": {"name": "other"}}).code == 422


@pytest.mark.parametrize(
    ("operation", "sentence"),
    [
        (
            {"op": "add", "path": "/metadata/labels/a", "value": "b"},
            'add operation does not apply: doc is missing path: "/metadata/labels/a": missing value',
        ),
        ({"op": "test", "path": "/data", "value": 1}, "testing value /data failed: test failed"),
        ({"op": "replace", "path": "/x/y", "value": 1}, "replace operation does not apply: doc is missing path: /x/y: missing value"),
    ],
)
def test_a_patch_that_does_not_fit_is_an_internal_error(api: Api, hook: Webhook, operation: Json, sentence: str) -> None:
    hook.answer = patching(operation)
    api.create(MUTATING, configuration(asking(hook, failurePolicy="Ignore")))
    failure = refusal(api.create, "configmaps", config_map())
    assert (failure.code, failure.message) == (500, f"Internal error occurred: {sentence}")


def test_a_deletion_cannot_be_patched(api: Api, hook: Webhook) -> None:
    hook.answer = patching(LABELLED)
    api.create("configmaps", config_map())
    api.create(MUTATING, configuration(asking(hook, rule("configmaps", operations=("DELETE",)))))
    message = refusal(api.delete, "configmaps", "settings").message
    assert message.endswith(f'"{NAME}" attempted to modify the object, which is not supported for this operation')


def test_webhooks_are_asked_in_the_order_of_their_configurations(api: Api, hook: Webhook) -> None:
    def counting(request: Json) -> Json | tuple[int, bytes]:
        known = request["object"].get("data", {})
        return patching({"op": "add", "path": "/data", "value": {**known, request["name"] + str(len(known)): "x"}})(request)

    hook.answer = counting
    for letter in "za":
        api.create(MUTATING, configuration(asking(hook, clientConfig=hook.config(url=f"{hook.url}/{letter}")), name=letter))
    api.create("configmaps", config_map())
    assert [path[:8] for path in hook.paths] == ["/admit/a", "/admit/z"]
    assert [asked["object"].get("data") for asked in hook.asked] == [None, {"settings0": "x"}]


@pytest.mark.parametrize(("policy", "calls"), [("Never", ["a", "b"]), ("IfNeeded", ["a", "b", "a"])])
def test_a_webhook_sees_the_changes_of_later_ones_if_it_wants_to(api: Api, hook: Webhook, policy: str, calls: list[str]) -> None:
    def answer(request: Json) -> Json | tuple[int, bytes]:
        return patching(LABELLED)(request) if len(hook.asked) == 2 else allow(request)

    hook.answer = answer
    first = asking(hook, name="a.example.com", reinvocationPolicy=policy, clientConfig=hook.config(url=f"{hook.url}/a"))
    second = asking(hook, name="b.example.com", reinvocationPolicy=policy, clientConfig=hook.config(url=f"{hook.url}/b"))
    api.create(MUTATING, configuration(first, second))
    api.create("configmaps", config_map())
    assert [path.partition("?")[0].rpartition("/")[2] for path in hook.paths] == calls


def test_built_in_plugins_run_again_after_a_change(api: Api, hook: Webhook) -> None:
    hook.answer = patching({"op": "add", "path": "/spec/containers/-", "value": {"name": "sidecar", "image": "proxy"}})
    api.create("serviceaccounts", {"metadata": {"name": "default"}})
    api.create(MUTATING, configuration(asking(hook, rule("pods", operations=("CREATE",)))))
    pod = api.create("pods", {"metadata": {"name": "web"}, "spec": {"containers": [{"name": "main", "image": "nginx"}]}})
    assert [bool(container["volumeMounts"]) for container in pod["spec"]["containers"]] == [True, True]


def test_a_dry_run_asks_only_webhooks_without_side_effects(api: Api, hook: Webhook) -> None:
    api.create(VALIDATING, configuration(asking(hook)))
    api.create("configmaps", config_map(), dry_run=True)
    assert hook.asked[0]["dryRun"] is True
    assert hook.asked[0]["options"]["dryRun"] == ["All"]
    assert refusal(api.get, "configmaps", "settings").code == 404


def test_configurations_are_never_sent_to_webhooks(api: Api, hook: Webhook) -> None:
    hook.answer = deny("everything")
    everything = rule("*/*")
    api.create(VALIDATING, configuration(asking(hook, everything)))
    api.create(MUTATING, configuration(asking(hook, everything)))
    assert refusal(api.create, "namespaces", {"metadata": {"name": "other"}}).code == 400
    api.delete(MUTATING, "config")
    api.delete(VALIDATING, "config")
    api.create("namespaces", {"metadata": {"name": "other"}})


def test_all_validating_webhooks_are_asked_and_the_first_refusal_counts(api: Api, hook: Webhook) -> None:
    hook.answer = deny("no")
    api.create(VALIDATING, configuration(*(asking(hook, name=f"{letter}.example.com") for letter in "abc")))
    assert refusal(api.create, "configmaps", config_map()).message == 'admission webhook "a.example.com" denied the request: no'
    assert len(hook.asked) == 3


def test_scale_is_asked_about_as_such(api: Api, hook: Webhook) -> None:
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "main", "image": "nginx"}]}}
    spec = {"selector": {"matchLabels": {"app": "web"}}, "template": template}
    api.create("deployments.apps", {"metadata": {"name": "web"}, "spec": spec})
    api.create(VALIDATING, configuration(asking(hook, rule("deployments/*", "deployments"))))
    kind = api.resources.catalogue.by_resource("deployments.apps")
    scale = {"metadata": {"name": "web", "namespace": "default"}, "spec": {"replicas": 3}}
    api.resources.scales.update(kind, Key("default", "web"), Body(scale), api.resources.request())
    (asked,) = hook.asked
    assert (asked["operation"], asked["subResource"], asked["resource"]["resource"]) == ("UPDATE", "scale", "deployments")
    assert asked["kind"] == {"group": "autoscaling", "version": "v1", "kind": "Scale"}
    assert (asked["oldObject"]["spec"], asked["object"]["spec"]) == ({"replicas": 1}, {"replicas": 3})


def test_binding_a_pod_is_the_creation_of_a_binding(api: Api, hook: Webhook) -> None:
    api.create("serviceaccounts", {"metadata": {"name": "default"}})
    api.create("pods", {"metadata": {"name": "web"}, "spec": {"containers": [{"name": "main", "image": "nginx"}]}})
    hook.answer = deny("stay where you are")
    api.create(VALIDATING, configuration(asking(hook, rule("pods/binding"))))
    kind = api.resources.catalogue.by_resource("pods")
    body = {"target": {"kind": "Node", "name": "node-1"}}
    arguments: tuple[Any, ...] = (kind, Key("default", "web"), "create", body, api.resources.request(), kind.subresource("binding"))
    assert refusal(api.resources.act, *arguments).message == f"{DENIED}: stay where you are"
    (asked,) = hook.asked
    assert (asked["operation"], asked["subResource"], asked["kind"]["kind"], asked["name"]) == ("CREATE", "binding", "Binding", "web")


def test_a_connection_is_asked_about_with_its_options(api: Api, hook: Webhook) -> None:
    hook.answer = deny("no shells")
    api.create(VALIDATING, configuration(asking(hook, rule("pods/exec", operations=("CONNECT",)))))
    kind, request = api.resources.catalogue.by_resource("pods"), api.resources.request()
    request.parameters = {"command": ["sh", "-c"], "stdin": ["true"], "container": ["main"]}
    arguments: tuple[Any, ...] = (kind, Key("default", "web"), "create", {}, request, kind.subresource("exec"))
    assert refusal(api.resources.act, *arguments).message == f"{DENIED}: no shells"
    assert hook.asked[0]["object"] == {
        "kind": "PodExecOptions",
        "apiVersion": "v1",
        "command": ["sh", "-c"],
        "stdin": True,
        "container": "main",
    }


def test_deletion_of_a_collection_asks_about_each_without_a_name(api: Api, hook: Webhook) -> None:
    for name in ("one", "two"):
        api.create("configmaps", config_map(name))
    api.create(VALIDATING, configuration(asking(hook, rule("configmaps", operations=("DELETE",)))))
    api.resources.delete_collection(
        api.resources.catalogue.by_resource("configmaps"), "default", ListOptions(), DeleteOptions(), api.resources.request()
    )
    assert [asked["oldObject"]["metadata"]["name"] for asked in hook.asked] == ["one", "two"]
    assert not any("name" in asked for asked in hook.asked)
    assert {asked["namespace"] for asked in hook.asked} == {"default"}


def test_preconditions_come_before_the_question_about_a_deletion(api: Api, hook: Webhook) -> None:
    api.create("configmaps", config_map())
    api.create(VALIDATING, configuration(asking(hook, rule("configmaps", operations=("DELETE",)))))
    kind, options = api.resources.catalogue.by_resource("configmaps"), DeleteOptions(precondition_uid="another")
    failure = refusal(api.resources.delete, kind, Key("default", "settings"), options, api.resources.request())
    assert failure.code == 409
    assert hook.asked == []


def test_an_eviction_is_asked_about_and_its_deletion_is_not(api: Api, hook: Webhook) -> None:
    api.create("serviceaccounts", {"metadata": {"name": "default"}})
    api.create("pods", {"metadata": {"name": "web"}, "spec": {"containers": [{"name": "c", "image": "i"}]}})
    api.create(VALIDATING, configuration(asking(hook, rule("pods", "pods/eviction"))))
    kind, body = api.resources.catalogue.by_resource("pods"), {"metadata": {"name": "web"}}
    api.resources.act(kind, Key("default", "web"), "create", body, api.resources.request(), kind.subresource("eviction"))
    assert [(asked["operation"], asked.get("subResource")) for asked in hook.asked] == [("CREATE", "eviction")]
    assert refusal(api.get, "pods", "web").code == 404


def test_a_removed_configuration_is_not_asked_any_more(api: Api, hook: Webhook) -> None:
    hook.answer = deny("no")
    api.create(VALIDATING, configuration(asking(hook)))
    assert refusal(api.create, "configmaps", config_map())
    api.delete(VALIDATING, "config")
    api.create("configmaps", config_map())
