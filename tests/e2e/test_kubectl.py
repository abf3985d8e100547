"""What people do with kubectl, with each kubectl found: before 1.32 it creates in JSON, from then on in protobuf."""

import json
import re

from tests.e2e.harness import Kubectl, eventually

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {{app: web}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      containers:
      - name: web
        image: {image}
        ports: [{{containerPort: 80}}]
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: {{app: web}}
  ports: [{{name: http, port: 80}}]
"""
WIDGETS = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: {plural}.example.com}}
spec:
  group: example.com
  scope: Namespaced
  names: {{plural: {plural}, singular: {singular}, kind: {kind}}}
  versions:
  - name: v1
    served: true
    storage: true
    additionalPrinterColumns: [{{name: Size, type: integer, jsonPath: .spec.size}}]
    subresources: {{status: {{}}, scale: {{specReplicasPath: .spec.size, statusReplicasPath: .status.size}}}}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            description: What the widget is to be.
            required: [size]
            properties:
              size: {{type: integer, minimum: 1, description: How many there are.}}
              notes: {{type: array, items: {{type: string}}}}
          status: {{type: object, properties: {{size: {{type: integer}}}}}}
"""


def manifest(replicas: int = 1, image: str = "nginx:1.27") -> str:
    return WEB.format(replicas=replicas, image=image)


def test_apply_diff_and_delete(kubectl: Kubectl) -> None:
    kubectl.write("web.yaml", manifest())
    assert kubectl.ok("kubectl apply -f web.yaml") == "deployment.apps/web created\nservice/web created\n"
    assert kubectl.ok("kubectl apply -f web.yaml") == "deployment.apps/web unchanged\nservice/web unchanged\n"
    kubectl.write("web.yaml", manifest(replicas=2, image="nginx:1.28"))
    difference = kubectl.run("kubectl diff -f web.yaml")
    assert difference.exit == 1, difference
    assert {line.strip() for line in re.findall(r"^[-+] .*$", difference.out, re.MULTILINE)} >= {"-  replicas: 1", "+  replicas: 2"}
    assert "deployment.apps/web configured (server dry run)" in kubectl.ok("kubectl apply -f web.yaml --dry-run=server")
    assert kubectl.ok("kubectl apply -f web.yaml") == "deployment.apps/web configured\nservice/web unchanged\n"
    assert kubectl.run("kubectl diff -f web.yaml").exit == 0
    assert "successfully rolled out" in kubectl.ok("kubectl rollout status deployment/web --timeout=20s")
    assert kubectl.ok("kubectl delete -f web.yaml") == 'deployment.apps "web" deleted\nservice "web" deleted\n'
    kubectl.ok("kubectl wait --for=delete pod -l app=web --timeout=20s")


def test_server_side_apply(kubectl: Kubectl) -> None:
    kubectl.write("web.yaml", manifest())
    assert "deployment.apps/web serverside-applied" in kubectl.ok("kubectl apply --server-side -f web.yaml")
    kubectl.ok("kubectl scale deployment web --replicas=3")
    conflict = kubectl.run("kubectl apply --server-side -f web.yaml")
    assert conflict.exit == 1
    assert ".spec.replicas" in conflict.err
    assert kubectl.run("kubectl diff --server-side --force-conflicts -f web.yaml").exit == 1
    kubectl.ok("kubectl apply --server-side --force-conflicts -f web.yaml")
    assert kubectl.ok("kubectl get deployment web -o jsonpath='{.spec.replicas}'") == "1"
    managers = kubectl.ok("kubectl get service web --show-managed-fields -o jsonpath='{.metadata.managedFields[*].manager}'")
    assert "kubectl" in managers.split()


def test_from_client_side_to_server_side_apply(kubectl: Kubectl) -> None:
    kubectl.write("map.yaml", '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m"}, "data": {"a": "1", "b": "1"}}')
    kubectl.ok("kubectl apply -f map.yaml")
    kubectl.write("map.yaml", '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m"}, "data": {"a": "2"}}')
    kubectl.ok("kubectl apply --server-side -f map.yaml")
    assert json.loads(kubectl.ok("kubectl get configmap m -o jsonpath='{.data}'")) == {"a": "2"}


def test_edit(kubectl: Kubectl) -> None:
    kubectl.ok("kubectl create configmap m --from-literal=color=red")
    assert kubectl.ok("KUBE_EDITOR='sed -i s/red/blue/' kubectl edit configmap m") == "configmap/m edited\n"
    assert kubectl.ok("kubectl get configmap m -o jsonpath='{.data.color}'") == "blue"
    assert "no changes made" in kubectl.run("kubectl edit configmap m").err
    refused = kubectl.run("KUBE_EDITOR='sed -i s/color:/co-l!or:/' kubectl edit configmap m")
    assert (refused.exit, "no valid changes were saved" in refused.err) == (1, True), refused


def test_creating(kubectl: Kubectl) -> None:
    """Each of these sends an object that kubectl itself has made."""
    kubectl.ok("printf 'a\\377b' > blob")
    kubectl.ok("kubectl create configmap c --from-literal=k=v --from-file=blob")
    assert kubectl.ok("kubectl get configmap c -o jsonpath='{.data.k} {.binaryData.blob}'") == "v Yf9i"
    kubectl.ok("kubectl create secret generic s --from-literal=k=v --type=example.com/any")
    assert kubectl.ok("kubectl get secret s -o jsonpath='{.type} {.data.k}'") == "example.com/any dg=="
    kubectl.ok("kubectl create deployment web --image=nginx --replicas=2 --port=80")
    kubectl.ok("kubectl expose deployment web --port=8080 --target-port=80 --type=NodePort")
    kubectl.ok("kubectl create service clusterip plain --tcp=5678:8080")
    kubectl.ok("kubectl create serviceaccount robot")
    kubectl.ok("kubectl create ingress in --rule='a.example/*=web:8080'")
    kubectl.ok("kubectl run one --image=nginx --labels=run=one --env=A=B --port=80")
    kubectl.ok("kubectl wait --for=condition=Ready pod/one --timeout=20s")
    kubectl.ok("kubectl wait --for=condition=Available deployment/web --timeout=20s")
    kubectl.ok("kubectl wait --for=jsonpath='{.spec.type}'=NodePort service/web --timeout=20s")
    assert "already exists" in kubectl.run("kubectl create configmap c").err
    assert kubectl.run("kubectl create configmap dry --dry-run=server").exit == 0
    assert kubectl.run("kubectl get configmap dry").exit == 1


def test_getting(kubectl: Kubectl) -> None:
    kubectl.ok("kubectl create configmap a --from-literal=k=v")
    kubectl.ok("kubectl label configmap a tier=front && kubectl annotate configmap a note=here")
    assert re.search(r"^NAME +DATA +AGE\na +1 +\d+s$", kubectl.ok("kubectl get cm -l tier=front").strip())
    assert kubectl.ok("kubectl get configmaps --field-selector metadata.name=a -o name") == "configmap/a\n"
    assert kubectl.ok("kubectl get configmaps --chunk-size=1 -o name").split() == ["configmap/a", "configmap/kube-root-ca.crt"]
    assert "Annotations:  note: here" in kubectl.ok("kubectl describe configmap a")
    assert "No resources found" in kubectl.run("kubectl get ingresses").err
    assert 'configmaps "b" not found' in kubectl.run("kubectl get configmap b").err
    assert kubectl.ok("kubectl api-resources --api-group=apps -o name").split() >= ["controllerrevisions.apps"]


def test_watching(kubectl: Kubectl) -> None:
    with kubectl.started("kubectl get configmaps -w --output-watch-events --no-headers") as process:
        lines = process.stdout
        assert lines is not None
        assert re.match(r"ADDED +kube-root-ca.crt ", lines.readline())
        kubectl.ok("kubectl create configmap a")
        assert re.match(r"ADDED +a +0 ", lines.readline())
        kubectl.ok('kubectl patch configmap a -p \'{"data": {"k": "v"}}\'')
        assert re.match(r"MODIFIED +a +1 ", lines.readline())
        kubectl.ok("kubectl delete configmap a")
        assert re.match(r"DELETED +a +1 ", lines.readline())


def test_explaining(kubectl: Kubectl) -> None:
    described = kubectl.ok("kubectl explain deployment.spec.strategy.rollingUpdate.maxSurge")
    assert re.search(r"FIELD: +maxSurge <IntOrString>", described)
    tree = kubectl.ok("kubectl explain pods --recursive")
    assert {"initContainers", "topologySpreadConstraints", "procMount"} <= set(re.findall(r"^\s+(\w+)\t?", tree, re.MULTILINE))
    for path in ("services.spec.ports.nodePort", "ingress.spec.rules.http.paths.backend", "networkpolicies.spec.egress.to.ipBlock.except"):
        assert path.rpartition(".")[2] in kubectl.ok(f"kubectl explain {path}")
    assert kubectl.run("kubectl explain pods.spec.nothing").exit == 1
    assert "apiVersion" in kubectl.ok("kubectl explain deployments --api-version=apps/v1")


def test_custom_resources(kubectl: Kubectl) -> None:
    singular = "w" + re.sub("[^a-z0-9]", "", kubectl.namespace[-8:])
    kind, plural = singular.capitalize(), f"{singular}s"
    kubectl.write("crd.yaml", WIDGETS.format(singular=singular, plural=plural, kind=kind))
    kubectl.ok("kubectl apply -f crd.yaml")
    try:
        kubectl.ok(f"kubectl wait --for=condition=Established crd/{plural}.example.com --timeout=20s")
        custom = {"apiVersion": "example.com/v1", "kind": kind, "metadata": {"name": "one"}}
        kubectl.write("one.yaml", json.dumps({**custom, "spec": {"size": 2, "notes": ["a"]}}))
        kubectl.write("bad.yaml", json.dumps({**custom, "spec": {"size": 0}}))
        eventually(lambda: kubectl.run("kubectl apply -f one.yaml").exit == 0)
        assert re.search(r"NAME +SIZE\none +2", kubectl.ok(f"kubectl get {plural}"))
        assert "spec.size: Invalid value: 0" in kubectl.run("kubectl apply -f bad.yaml").err
        kubectl.ok(f"kubectl scale {singular}/one --replicas=5")
        assert kubectl.ok(f"kubectl get {singular} one -o jsonpath='{{.spec.size}}'") == "5"
        eventually(lambda: "How many there are." in kubectl.run(f"kubectl explain {plural}.spec.size").out)
        kubectl.ok(f"kubectl delete {singular} one")
    finally:
        kubectl.ok(f"kubectl delete crd {plural}.example.com")


def test_deleting(kubectl: Kubectl) -> None:
    kubectl.ok("kubectl create deployment web --image=nginx --replicas=2")
    kubectl.ok("kubectl wait --for=condition=Available deployment/web --timeout=20s")
    kubectl.ok("kubectl delete deployment web --cascade=orphan")
    sets = kubectl.ok("kubectl get replicasets -o name").split()
    assert len(sets) == 1
    kubectl.ok(f"kubectl delete {sets[0]} --cascade=foreground --timeout=20s")
    assert kubectl.ok("kubectl get pods -o name") == ""
    kubectl.ok("kubectl create configmap a && kubectl create configmap b")
    assert set(kubectl.ok("kubectl delete configmaps a b").splitlines()) == {'configmap "a" deleted', 'configmap "b" deleted'}
    assert 'configmaps "a" not found' in kubectl.run("kubectl delete configmap a").err
    kubectl.ok("kubectl run slow --image=nginx && kubectl delete pod slow --now --timeout=20s")
