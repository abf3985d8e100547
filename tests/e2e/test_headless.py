"""Services without an address: every pod is found by itself."""

import json

from tests.e2e.harness import Kubectl, eventually
from tests.e2e.lessons import addresses, pod_addresses, shows

MYSQL = """
apiVersion: v1
kind: Service
metadata:
  name: mysql
spec:
  clusterIP: None
  selector:
    app: mysql
  ports:
  - name: mysql
    port: 3306
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: mysql
spec:
  serviceName: mysql
  replicas: 2
  selector:
    matchLabels:
      app: mysql
  template:
    metadata:
      labels:
        app: mysql
    spec:
      containers:
      - name: mysql
        image: mysql
        ports:
        - containerPort: 3306
"""


def test_each_pod_of_a_stateful_set_has_its_own_name(kubectl: Kubectl) -> None:
    kubectl.write("mysql.yaml", MYSQL)
    assert kubectl.ok("kubectl apply -f mysql.yaml") == "service/mysql created\nstatefulset.apps/mysql created\n"
    kubectl.ok("kubectl rollout status statefulset/mysql --timeout=30s")
    shows(kubectl.ok("kubectl get svc --no-headers"), "mysql ClusterIP None <none> 3306/TCP ‹age›")
    eventually(lambda: addresses(kubectl, "mysql") == pod_addresses(kubectl, "app=mysql") != [])
    (found,) = json.loads(kubectl.ok("kubectl get endpointslices -l kubernetes.io/service-name=mysql -o json"))["items"]
    assert sorted(endpoint["hostname"] for endpoint in found["endpoints"]) == ["mysql-0", "mysql-1"]
    assert found["metadata"]["labels"]["service.kubernetes.io/headless"] == ""


def test_the_last_pod_goes_first(kubectl: Kubectl) -> None:
    kubectl.write("mysql.yaml", MYSQL)
    kubectl.ok("kubectl apply -f mysql.yaml")
    kubectl.ok("kubectl rollout status statefulset/mysql --timeout=30s")
    assert kubectl.ok("kubectl scale statefulset mysql --replicas=1") == "statefulset.apps/mysql scaled\n"
    eventually(lambda: kubectl.ok("kubectl get pods -o name") == "pod/mysql-0\n")
    eventually(lambda: addresses(kubectl, "mysql") == pod_addresses(kubectl, "app=mysql"))


def test_a_service_does_not_become_headless_or_get_an_address_later(kubectl: Kubectl) -> None:
    kubectl.ok("kubectl create service clusterip web --tcp=80 && kubectl create service clusterip bare --clusterip=None")
    refused = kubectl.run("""kubectl patch svc web -p '{"spec":{"clusterIP":"None"}}'""").err
    assert refused == 'The Service "web" is invalid: spec.clusterIPs[0]: Invalid value: ["None"]: may not change once set\n'
    refused = kubectl.run("""kubectl patch svc bare -p '{"spec":{"clusterIP":"10.96.9.9","ports":[{"port":80}]}}'""").err
    assert refused == 'The Service "bare" is invalid: spec.clusterIPs[0]: Invalid value: ["10.96.9.9"]: may not change once set\n'


def test_a_headless_service_shows_none_for_its_ports_when_it_has_none(kubectl: Kubectl) -> None:
    kubectl.ok("kubectl create service clusterip bare --clusterip=None")
    shows(kubectl.ok("kubectl get svc bare --no-headers"), "bare ClusterIP None <none> <none> ‹age›")
