"""The many ways to look: formats, explain, api-resources, namespaces."""

import json

from tests.e2e.harness import Kubectl, eventually
from tests.e2e.lessons import MY_NGINX_SERVICE, shows


def test_a_service_as_yaml_json_and_in_parts(kubectl: Kubectl) -> None:
    kubectl.write("svc.yaml", MY_NGINX_SERVICE)
    kubectl.ok("kubectl create -f svc.yaml")
    shows(
        kubectl.ok("kubectl get svc my-nginx -o yaml"),
        f"""
        apiVersion: v1
        kind: Service
        metadata:
        creationTimestamp: "‹time›"
        labels:
        run: my-nginx
        name: my-nginx
        namespace: {kubectl.namespace}
        resourceVersion: "‹n›"
        uid: ‹uid›
        spec:
        clusterIP: ‹clusterIP›
        clusterIPs:
        - ‹clusterIP›
        internalTrafficPolicy: Cluster
        ipFamilies:
        - IPv4
        ipFamilyPolicy: SingleStack
        ports:
        - port: 80
        protocol: TCP
        targetPort: 80
        selector:
        run: my-nginx
        sessionAffinity: None
        type: ClusterIP
        status:
        loadBalancer: {{}}
        """,
    )
    as_json = json.loads(kubectl.ok("kubectl get svc my-nginx -o json"))
    assert as_json["spec"]["ports"] == [{"port": 80, "protocol": "TCP", "targetPort": 80}]
    address = as_json["spec"]["clusterIP"]
    assert kubectl.ok("kubectl get svc my-nginx -o jsonpath='{.spec.clusterIP}'") == address
    columns = kubectl.ok("kubectl get svc -o custom-columns=NAME:.metadata.name,IP:.spec.clusterIP,PORTS:.spec.ports[*].port")
    shows(columns, f"NAME IP PORTS\nmy-nginx {address} 80")
    assert kubectl.ok("kubectl get svc -o name") == "service/my-nginx\n"
    assert kubectl.ok("kubectl get svc my-nginx -o go-template='{{.spec.type}}'") == "ClusterIP"


def test_explained(kubectl: Kubectl) -> None:
    explained = kubectl.ok("kubectl explain svc.spec.ports")
    assert "KIND:       Service\nVERSION:    v1\n" in explained
    assert "FIELD: ports <[]ServicePort>" in explained
    for field in ("appProtocol", "name", "nodePort", "port", "protocol", "targetPort"):
        assert f"\n  {field}\t<" in explained
    assert "-required-" in explained
    assert kubectl.run("kubectl explain svc.spec.prots").err == 'error: field "prots" does not exist\n'


def test_what_there_is(kubectl: Kubectl) -> None:
    resources = [" ".join(line.split()) for line in kubectl.ok("kubectl api-resources --no-headers").splitlines()]
    for line in (
        "services svc v1 true Service",
        "endpoints ep v1 true Endpoints",
        "pods po v1 true Pod",
        "nodes no v1 false Node",
        "deployments deploy apps/v1 true Deployment",
        "endpointslices discovery.k8s.io/v1 true EndpointSlice",
    ):
        assert line in resources
    assert "discovery.k8s.io/v1" in kubectl.ok("kubectl api-versions").split()
    shows(kubectl.ok("kubectl get nodes --no-headers"), "node-1 Ready <none> ‹age› v1.36.‹n›\nnode-2 Ready <none> ‹age› v1.36.‹n›")
    assert "Server Version" in kubectl.ok("kubectl version")


def test_namespaces_keep_things_apart(kubectl: Kubectl) -> None:
    other = f"{kubectl.namespace[:50].rstrip('-')}-other"
    assert kubectl.ok(f"kubectl create namespace {other}") == f"namespace/{other} created\n"
    kubectl.ok("kubectl create service clusterip web --tcp=80")
    kubectl.ok(f"kubectl create service clusterip web --tcp=8080 -n {other}")
    assert kubectl.ok(f"kubectl get svc web -n {other} -o jsonpath='{{.spec.ports[0].port}}'") == "8080"
    # Namespaces of tests before this one may still be going.
    everywhere = [line.split()[:2] for line in kubectl.ok("kubectl get svc -A --no-headers").splitlines()]
    assert [kubectl.namespace, "web"] in everywhere
    assert [other, "web"] in everywhere
    assert kubectl.ok(f"kubectl delete namespace {other}") == f'namespace "{other}" deleted\n'
    assert kubectl.run(f"kubectl get ns {other}").err == f'Error from server (NotFound): namespaces "{other}" not found\n'
    eventually(lambda: kubectl.ok("kubectl get svc -o name") == "service/web\n")


def test_what_is_always_there(kubectl: Kubectl) -> None:
    shows(
        kubectl.ok("kubectl get svc -n default kubernetes"),
        """
        NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE
        kubernetes ClusterIP 10.96.0.1 <none> 443/TCP ‹age›
        """,
    )
    names = kubectl.ok("kubectl get ns default kube-system kube-public kube-node-lease -o name").split()
    assert len(names) == 4
    assert kubectl.run("kubectl get all").err == f"No resources found in {kubectl.namespace} namespace.\n"
