"""What the lessons share: the manifests of the first one, and how to look at an answer as a person does."""

import json
from textwrap import dedent

from tests.conformance.cli import differ
from tests.e2e.harness import Kubectl, eventually

MY_NGINX = """
apiVersion: apps/v1
kind: Deployment
metadata:
  name: my-nginx
spec:
  selector:
    matchLabels:
      run: my-nginx
  replicas: 2
  template:
    metadata:
      labels:
        run: my-nginx
    spec:
      containers:
      - name: my-nginx
        image: nginx
        ports:
        - containerPort: 80
"""

MY_NGINX_SERVICE = """
apiVersion: v1
kind: Service
metadata:
  name: my-nginx
  labels:
    run: my-nginx
spec:
  ports:
  - port: 80
    protocol: TCP
  selector:
    run: my-nginx
"""


def shows(output: str, wanted: str) -> bool:
    """True when an output reads line by line as wanted: spaces evened out, and ‹age›, ‹podIP› and the like as in the recorded sessions.

    Raises AssertionError with the differences otherwise, so that it can be waited for.
    """
    lines = [" ".join(line.split()) for line in dedent(wanted).strip("\n").splitlines()]
    differences = list(differ(lines, output.strip("\n"), "output"))
    assert not differences, "\n".join([*differences, output])
    return True


def soon(kubectl: Kubectl, line: str, wanted: str, *, seconds: float = 10.0) -> None:
    """Waits until what a line prints reads as wanted."""
    eventually(lambda: shows(kubectl.ok(line), wanted), seconds=seconds)


def deploy_my_nginx(kubectl: Kubectl) -> None:
    """The first lesson's Deployment, rolled out."""
    kubectl.write("run-my-nginx.yaml", MY_NGINX)
    kubectl.ok("kubectl apply -f run-my-nginx.yaml")
    kubectl.ok("kubectl rollout status deployment/my-nginx --timeout=30s")


def addresses(kubectl: Kubectl, service: str) -> list[str]:
    """The addresses of a Service's ready endpoints, sorted."""
    slices = json.loads(kubectl.ok(f"kubectl get endpointslices -l kubernetes.io/service-name={service} -o json"))["items"]
    endpoints = [endpoint for found in slices for endpoint in found["endpoints"] or ()]
    return sorted(endpoint["addresses"][0] for endpoint in endpoints if endpoint["conditions"]["ready"])


def pod_addresses(kubectl: Kubectl, selector: str) -> list[str]:
    """The addresses of the pods with these labels, sorted."""
    return sorted(kubectl.ok(f"kubectl get pods -l {selector} -o jsonpath='{{.items[*].status.podIP}}'").split())
