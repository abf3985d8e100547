"""Webhooks and policies as a person with kubectl meets them: a real server, and a real webhook beside it."""

import json
from collections.abc import Iterator

import pytest

from tests.e2e.harness import Kubectl, eventually
from tests.webhooks import Json, Webhook, deny, patching, webhook


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with webhook() as running:
        yield running


def configuration(kubectl: Kubectl, kind: str, hook: Webhook, **changes: object) -> str:
    """The manifest of a configuration that asks about config maps of the test's namespace."""
    where = {"matchLabels": {"kubernetes.io/metadata.name": kubectl.namespace}}
    rule = {"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"]}
    asked = {
        "name": "hook.example.com",
        "clientConfig": hook.config(),
        "rules": [rule],
        "namespaceSelector": where,
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        **changes,
    }
    meta = {"name": kubectl.namespace}
    return json.dumps({"apiVersion": "admissionregistration.k8s.io/v1", "kind": kind, "metadata": meta, "webhooks": [asked]})


def test_a_webhook_denies_what_kubectl_creates(kubectl: Kubectl, hook: Webhook) -> None:
    hook.answer = deny("names begin with a team", code=403, reason="Forbidden")
    kubectl.ok("kubectl apply -f -", stdin=configuration(kubectl, "ValidatingWebhookConfiguration", hook))
    refused = kubectl.run("kubectl create configmap settings --from-literal=a=b")
    assert refused.exit == 1
    sentence = 'admission webhook "hook.example.com" denied the request: names begin with a team'
    assert refused.err.strip() == f"error: failed to create configmap: {sentence}"
    assert "kubectl-create" in hook.asked[0]["options"]["fieldManager"]
    kubectl.ok(f"kubectl delete validatingwebhookconfiguration {kubectl.namespace}")
    kubectl.ok("kubectl create configmap settings --from-literal=a=b")


def test_a_webhook_changes_what_kubectl_creates(kubectl: Kubectl, hook: Webhook) -> None:
    def answer(request: Json) -> Json | tuple[int, bytes]:
        response = patching({"op": "add", "path": "/data/added", "value": "yes"})(request)
        assert isinstance(response, dict)
        return {**response, "warnings": ["added a key"]}

    hook.answer = answer
    kubectl.ok("kubectl apply -f -", stdin=configuration(kubectl, "MutatingWebhookConfiguration", hook))
    made = kubectl.run("kubectl create configmap settings --from-literal=a=b")
    assert made.err.strip() == "Warning: added a key"
    assert kubectl.ok("kubectl get configmap settings -o jsonpath='{.data.added}'") == "yes"
    kubectl.ok(f"kubectl delete mutatingwebhookconfiguration {kubectl.namespace}")


def test_controllers_go_through_webhooks_and_do_not_hang(kubectl: Kubectl, hook: Webhook) -> None:
    hook.answer = deny("no replicas")
    rule = {"operations": ["CREATE"], "apiGroups": ["apps"], "apiVersions": ["v1"], "resources": ["replicasets"]}
    kubectl.ok("kubectl apply -f -", stdin=configuration(kubectl, "ValidatingWebhookConfiguration", hook, rules=[rule]))
    kubectl.ok("kubectl create deployment web --image=nginx")
    eventually(lambda: len(hook.asked) > 1, what="the deployment controller's attempts")
    assert kubectl.ok("kubectl get replicasets -o name") == ""
    kubectl.ok("kubectl create configmap settings")
    kubectl.ok(f"kubectl delete validatingwebhookconfiguration {kubectl.namespace}")
    eventually(lambda: "web" in kubectl.ok("kubectl get pods -o name"), what="a pod of the deployment", seconds=30)


POLICY = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: NAME}
spec:
  matchConstraints:
    resourceRules:
    - {apiGroups: [apps], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [deployments]}
  validations:
  - expression: object.spec.replicas <= 5
    messageExpression: "'at most 5 replicas, not ' + string(object.spec.replicas)"
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: NAME}
spec:
  policyName: NAME
  validationActions: [Deny]
  matchResources:
    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: NAME}}
"""


def test_a_policy_denies_what_kubectl_creates(kubectl: Kubectl) -> None:
    name = kubectl.namespace
    kubectl.ok("kubectl apply -f -", stdin=POLICY.replace("NAME", name))
    refused = kubectl.run("kubectl create deployment web --image=nginx --replicas=6")
    assert refused.err.strip() == (
        'error: failed to create deployment: deployments.apps "web" is forbidden: '
        f"ValidatingAdmissionPolicy '{name}' with binding '{name}' denied request: at most 5 replicas, not 6"
    )
    kubectl.ok("kubectl create deployment web --image=nginx --replicas=1")
    assert kubectl.run("kubectl scale deployment web --replicas=7").exit == 0, "the policy says nothing of scale"
    kubectl.ok(f"kubectl delete validatingadmissionpolicy,validatingadmissionpolicybinding {name}")


def test_a_policy_changes_what_kubectl_creates(kubectl: Kubectl) -> None:
    name = kubectl.namespace
    where = {"matchLabels": {"kubernetes.io/metadata.name": name}}
    rule = {"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"]}
    expression = "Object{metadata: Object.metadata{labels: {'team': namespaceObject.metadata.name}}}"
    spec = {
        "matchConstraints": {"namespaceSelector": where, "resourceRules": [rule]},
        "mutations": [{"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": expression}}],
        "reinvocationPolicy": "Never",
    }
    group = {"apiVersion": "admissionregistration.k8s.io/v1"}
    policy = {**group, "kind": "MutatingAdmissionPolicy", "metadata": {"name": name}, "spec": spec}
    bound = {**group, "kind": "MutatingAdmissionPolicyBinding", "metadata": {"name": name}, "spec": {"policyName": name}}
    for manifest in (policy, bound):
        kubectl.ok("kubectl apply -f -", stdin=json.dumps(manifest))
    kubectl.ok("kubectl create configmap settings --from-literal=a=b")
    assert kubectl.ok("kubectl get configmap settings -o jsonpath='{.metadata.labels.team}'") == name
    kubectl.ok(f"kubectl delete mutatingadmissionpolicy,mutatingadmissionpolicybinding {name}")
