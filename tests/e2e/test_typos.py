"""What people mistype, and the sentences of a real cluster: the recorded sessions, and the slips of one line."""

import json

import pytest

from tests.conformance import cli
from tests.e2e.harness import Kubectl
from tests.e2e.lessons import MY_NGINX, MY_NGINX_SERVICE

STRICT = 'Error from server (BadRequest): error when creating "typo.yaml": {kind} in version "v1" cannot be handled as a {kind}: '
UNKNOWN = STRICT + 'strict decoding error: unknown field "{field}"\n'


@pytest.mark.parametrize("name", ["svc-typos", "svc-nodeport", "deployment-typos"])
def test_recorded_errors(kubectl: Kubectl, name: str) -> None:
    """Every line with an error, to the letter. What kubectl shows of things that went well differs between its versions."""
    golden = json.loads((cli.HERE / "cli-golden" / f"{name}.json").read_text())
    session = cli.Session(cli.HERE / "cli" / f"{name}.yaml", kubectl.server.kubeconfig, str(kubectl.home / "bin" / "kubectl"))
    failed = []
    for (step, differences), wanted in zip(cli.play(session, golden, 10.0), golden, strict=True):
        if wanted["err"] and differences:
            failed += [step["run"], *differences]
    assert not failed, "\n".join(failed)


@pytest.mark.parametrize(
    ("manifest", "right", "wrong", "error"),
    [
        (MY_NGINX_SERVICE, "protocol", "portocol", UNKNOWN.format(kind="Service", field="spec.ports[0].portocol")),
        (MY_NGINX_SERVICE, "selector", "seletor", UNKNOWN.format(kind="Service", field="spec.seletor")),
        (MY_NGINX, "replicas", "replicase", UNKNOWN.format(kind="Deployment", field="spec.replicase")),
        (
            MY_NGINX,
            "containerPort",
            "containerport",
            UNKNOWN.format(kind="Deployment", field="spec.template.spec.containers[0].ports[0].containerport"),
        ),
        (
            MY_NGINX_SERVICE,
            "kind: Service",
            "kind: Sevice",
            'error: resource mapping not found for name: "my-nginx" namespace: "" from "typo.yaml": '
            'no matches for kind "Sevice" in version "v1"\nensure CRDs are installed first\n',
        ),
        (
            MY_NGINX_SERVICE,
            "apiVersion: v1",
            "apiVersion: apps/v1",
            'error: resource mapping not found for name: "my-nginx" namespace: "" from "typo.yaml": '
            'no matches for kind "Service" in version "apps/v1"\nensure CRDs are installed first\n',
        ),
        (
            MY_NGINX,
            "replicas: 2",
            "replicas: two",
            STRICT.format(kind="Deployment")
            + "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32\n",
        ),
        (
            MY_NGINX_SERVICE,
            "  ports:",
            "  type: ClusterIp\n  ports:",
            'The Service "my-nginx" is invalid: spec.type: Unsupported value: "ClusterIp": '
            'supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"\n',
        ),
        (
            MY_NGINX_SERVICE,
            "  - port: 80",
            "  - port: 443\n  - port: 80",
            'The Service "my-nginx" is invalid: \n* spec.ports[0].name: Required value\n* spec.ports[1].name: Required value\n',
        ),
        (
            MY_NGINX_SERVICE,
            "  - port: 80",
            "  - port: 80\n    name: http\n  - port: 80\n    name: web",
            'The Service "my-nginx" is invalid: spec.ports[1]: Duplicate value: '
            '{"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}\n',
        ),
        (
            MY_NGINX_SERVICE,
            "  ports:",
            "  type: NodePort\n  nodePort: 30007\n  ports:",
            UNKNOWN.format(kind="Service", field="spec.nodePort"),
        ),
    ],
)
def test_a_slip_of_one_line(kubectl: Kubectl, manifest: str, right: str, wrong: str, error: str) -> None:
    assert right in manifest
    kubectl.write("typo.yaml", manifest.replace(right, wrong, 1))
    result = kubectl.run("kubectl apply -f typo.yaml")
    assert (result.exit, result.out, result.err) == (1, "", error)


def test_mistyped_names_and_kinds(kubectl: Kubectl) -> None:
    assert kubectl.run("kubectl get svcs").err == 'error: the server doesn\'t have a resource type "svcs"\n'
    assert kubectl.run("kubectl get svc my-ngnix").err == 'Error from server (NotFound): services "my-ngnix" not found\n'
    assert kubectl.run("kubectl get svc -n nowhere").err == "No resources found in nowhere namespace.\n"
    kubectl.write("svc.yaml", MY_NGINX_SERVICE)
    assert kubectl.run("kubectl create -f svc.yaml -n nowhere").err == (
        'Error from server (NotFound): error when creating "svc.yaml": namespaces "nowhere" not found\n'
    )


def test_a_typo_with_validation_turned_down_is_a_warning(kubectl: Kubectl) -> None:
    kubectl.write("typo.yaml", MY_NGINX_SERVICE.replace("protocol", "portocol"))
    warned = kubectl.run("kubectl apply --validate=warn -f typo.yaml")
    assert (warned.exit, warned.out) == (0, "service/my-nginx created\n")
    assert warned.err == 'Warning: unknown field "spec.ports[0].portocol"\n'
