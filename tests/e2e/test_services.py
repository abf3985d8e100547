"""A Deployment and the Service in front of it, as the notes of a first lesson have them."""

import re

from tests.e2e.harness import Kubectl, eventually
from tests.e2e.lessons import MY_NGINX_SERVICE, addresses, deploy_my_nginx, pod_addresses, shows, soon

MULTI_PORT = """
apiVersion: v1
kind: Service
metadata:
  name: my-service
spec:
  selector:
    app: MyApp
  ports:
  - name: http
    protocol: TCP
    port: 80
    targetPort: 9376
  - name: https
    protocol: TCP
    port: 443
    targetPort: 9377
"""


def test_my_nginx_and_its_service(kubectl: Kubectl) -> None:
    deploy_my_nginx(kubectl)
    shows(
        kubectl.ok("kubectl get pods -l run=my-nginx -o wide"),
        """
        NAME READY STATUS RESTARTS AGE IP NODE NOMINATED NODE READINESS GATES
        my-nginx-‹hash›-‹id› 1/1 Running 0 ‹age› ‹podIP› ‹node› <none> <none>
        my-nginx-‹hash›-‹id› 1/1 Running 0 ‹age› ‹podIP› ‹node› <none> <none>
        """,
    )
    kubectl.write("nginx-svc.yaml", MY_NGINX_SERVICE)
    assert kubectl.ok("kubectl create -f nginx-svc.yaml") == "service/my-nginx created\n"
    shows(
        kubectl.ok("kubectl get svc my-nginx"),
        """
        NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE
        my-nginx ClusterIP ‹clusterIP› <none> 80/TCP ‹age›
        """,
    )
    eventually(lambda: addresses(kubectl, "my-nginx") == pod_addresses(kubectl, "run=my-nginx"))
    described = re.findall(r"Endpoints: +(\S+)", kubectl.ok("kubectl describe svc my-nginx"))
    assert [sorted(line.split(",")) for line in described] == [[f"{address}:80" for address in pod_addresses(kubectl, "run=my-nginx")]]
    assert kubectl.run("kubectl create -f nginx-svc.yaml").err == (
        'Error from server (AlreadyExists): error when creating "nginx-svc.yaml": services "my-nginx" already exists\n'
    )


def test_everything_about_a_service_in_one_line(kubectl: Kubectl) -> None:
    deploy_my_nginx(kubectl)
    assert kubectl.ok("kubectl expose deployment/my-nginx") == "service/my-nginx exposed\n"
    soon(
        kubectl,
        "kubectl get svc,ep,endpointslices,pods -o wide",
        """
        NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE SELECTOR
        service/my-nginx ClusterIP ‹clusterIP› <none> 80/TCP ‹age› run=my-nginx

        NAME ENDPOINTS AGE
        endpoints/my-nginx ‹podIP›:80,‹podIP›:80 ‹age›

        NAME ADDRESSTYPE PORTS ENDPOINTS AGE
        endpointslice.discovery.k8s.io/my-nginx-‹id› IPv4 80 ‹podIP›,‹podIP› ‹age›

        NAME READY STATUS RESTARTS AGE IP NODE NOMINATED NODE READINESS GATES
        pod/my-nginx-‹hash›-‹id› 1/1 Running 0 ‹age› ‹podIP› ‹node› <none> <none>
        pod/my-nginx-‹hash›-‹id› 1/1 Running 0 ‹age› ‹podIP› ‹node› <none> <none>
        """,
    )


def test_several_ports(kubectl: Kubectl) -> None:
    kubectl.write("ports.yaml", MULTI_PORT)
    kubectl.ok("kubectl apply -f ports.yaml")
    shows(kubectl.ok("kubectl get svc my-service --no-headers"), "my-service ClusterIP ‹clusterIP› <none> 80/TCP,443/TCP ‹age›")
    described = kubectl.ok("kubectl describe svc my-service | grep -E '^(Port|TargetPort)'")
    shows(described, "Port: http 80/TCP\nTargetPort: 9376/TCP\nPort: https 443/TCP\nTargetPort: 9377/TCP")
    assert kubectl.ok("kubectl apply -f ports.yaml") == "service/my-service unchanged\n"


def test_created_without_a_file(kubectl: Kubectl) -> None:
    assert kubectl.ok("kubectl create service clusterip web --tcp=5678:8080") == "service/web created\n"
    ports = kubectl.ok("kubectl get svc web -o jsonpath='{.spec.ports[0]}'")
    assert ports == '{"name":"5678-8080","port":5678,"protocol":"TCP","targetPort":8080}'
    assert kubectl.run("kubectl create service clusterip web --tcp=80").err == (
        'error: failed to create ClusterIP service: services "web" already exists\n'
    )


def test_edited_in_an_editor(kubectl: Kubectl) -> None:
    kubectl.ok("kubectl create service clusterip web --tcp=80")
    edited = kubectl.ok("KUBE_EDITOR=\"sed -i 's/port: 80$/port: 8080/'\" kubectl edit svc/web")
    assert edited == "service/web edited\n"
    assert kubectl.ok("kubectl get svc web -o jsonpath='{.spec.ports[0].port}'") == "8080"
    assert kubectl.run("kubectl edit svc/web").err == "Edit cancelled, no changes made.\n"


def test_what_a_change_of_the_file_would_do(kubectl: Kubectl) -> None:
    kubectl.write("svc.yaml", MY_NGINX_SERVICE)
    kubectl.ok("kubectl apply -f svc.yaml")
    assert kubectl.run("kubectl diff -f svc.yaml").exit == 0
    kubectl.write("svc.yaml", MY_NGINX_SERVICE.replace("port: 80", "port: 8080"))
    difference = kubectl.run("kubectl diff -f svc.yaml")
    assert difference.exit == 1
    changed = [line for line in difference.out.splitlines() if line[:1] in "+-" and line[:3] not in ("---", "+++")]
    assert [line.replace(" ", "") for line in changed] == ["--port:80", "+-port:8080", "-targetPort:80", "+targetPort:8080"]
    assert kubectl.ok("kubectl get svc my-nginx -o jsonpath='{.spec.ports[0].port}'") == "80"


def test_deleted(kubectl: Kubectl) -> None:
    kubectl.ok("kubectl create service clusterip web --tcp=80")
    assert kubectl.ok("kubectl delete svc web").startswith('service "web" deleted')
    assert kubectl.run("kubectl get svc web").err == 'Error from server (NotFound): services "web" not found\n'
    assert kubectl.run("kubectl get svc,ep,endpointslices").err.splitlines()[-1] == f"No resources found in {kubectl.namespace} namespace."
