"""Deployments in the hands of a person: scaled, changed, undone, deleted."""

from tests.e2e.harness import Kubectl, eventually
from tests.e2e.lessons import MY_NGINX, addresses, deploy_my_nginx, pod_addresses, shows, soon


def images(kubectl: Kubectl) -> set[str]:
    return set(kubectl.ok("kubectl get pods -o jsonpath='{.items[*].spec.containers[0].image}'").split())


def test_a_deployment_with_its_replica_set_and_pods(kubectl: Kubectl) -> None:
    assert kubectl.ok("kubectl create deployment nginx-depl --image=nginx") == "deployment.apps/nginx-depl created\n"
    soon(
        kubectl,
        "kubectl get deployment,replicaset,pod",
        """
        NAME READY UP-TO-DATE AVAILABLE AGE
        deployment.apps/nginx-depl 1/1 1 1 ‹age›

        NAME DESIRED CURRENT READY AGE
        replicaset.apps/nginx-depl-‹hash› 1 1 1 ‹age›

        NAME READY STATUS RESTARTS AGE
        pod/nginx-depl-‹hash›-‹id› 1/1 Running 0 ‹age›
        """,
    )
    assert kubectl.run("kubectl create deployment nginx-depl --image=nginx").err == (
        'error: failed to create deployment: deployments.apps "nginx-depl" already exists\n'
    )


def test_scaled_up_down_and_to_nothing(kubectl: Kubectl) -> None:
    deploy_my_nginx(kubectl)
    kubectl.ok("kubectl expose deployment my-nginx")
    for replicas in (5, 1, 0):
        assert kubectl.ok(f"kubectl scale deployment/my-nginx --replicas={replicas}") == "deployment.apps/my-nginx scaled\n"
        soon(kubectl, "kubectl get pods -l run=my-nginx -o name | wc -l", str(replicas))
        eventually(lambda: addresses(kubectl, "my-nginx") == pod_addresses(kubectl, "run=my-nginx"))
    soon(kubectl, "kubectl get deployment my-nginx --no-headers", "my-nginx 0/0 0 0 ‹age›")
    soon(kubectl, "kubectl get ep my-nginx --no-headers", "my-nginx <none> ‹age›")


def test_another_image_and_back(kubectl: Kubectl) -> None:
    deploy_my_nginx(kubectl)
    assert kubectl.ok("kubectl set image deployment/my-nginx my-nginx=nginx:1.27") == "deployment.apps/my-nginx image updated\n"
    kubectl.ok("kubectl rollout status deployment/my-nginx --timeout=30s")
    eventually(lambda: images(kubectl) == {"nginx:1.27"})
    shows(
        kubectl.ok("kubectl rollout history deployment/my-nginx"),
        """
        deployment.apps/my-nginx
        REVISION CHANGE-CAUSE
        1 <none>
        2 <none>
        """,
    )
    assert kubectl.ok("kubectl rollout undo deployment/my-nginx") == "deployment.apps/my-nginx rolled back\n"
    kubectl.ok("kubectl rollout status deployment/my-nginx --timeout=30s")
    eventually(lambda: images(kubectl) == {"nginx"})
    revisions = kubectl.ok("kubectl rollout history deployment/my-nginx | grep -o '^[0-9]'").split()
    assert revisions == ["2", "3"]


def test_restarted(kubectl: Kubectl) -> None:
    deploy_my_nginx(kubectl)
    before = set(kubectl.ok("kubectl get pods -o name").split())
    assert kubectl.ok("kubectl rollout restart deployment/my-nginx") == "deployment.apps/my-nginx restarted\n"
    kubectl.ok("kubectl rollout status deployment/my-nginx --timeout=30s")
    eventually(lambda: len(after := set(kubectl.ok("kubectl get pods -o name").split())) == 2 and not before & after)


def test_applied_again_and_changed_in_the_file(kubectl: Kubectl) -> None:
    deploy_my_nginx(kubectl)
    assert kubectl.ok("kubectl apply -f run-my-nginx.yaml") == "deployment.apps/my-nginx unchanged\n"
    kubectl.write("run-my-nginx.yaml", MY_NGINX.replace("replicas: 2", "replicas: 3"))
    assert kubectl.ok("kubectl apply -f run-my-nginx.yaml") == "deployment.apps/my-nginx configured\n"
    soon(kubectl, "kubectl get deployment my-nginx --no-headers", "my-nginx 3/3 3 3 ‹age›")


def test_described(kubectl: Kubectl) -> None:
    deploy_my_nginx(kubectl)
    described = kubectl.ok("kubectl describe deployment my-nginx")
    assert "Replicas:               2 desired | 2 updated | 2 total | 2 available | 0 unavailable\n" in described
    assert "StrategyType:           RollingUpdate\n" in described
    assert "RollingUpdateStrategy:  25% max unavailable, 25% max surge\n" in described
    assert "deployment-controller  Scaled up replica set my-nginx-" in described


def test_deleted_with_everything_below(kubectl: Kubectl) -> None:
    deploy_my_nginx(kubectl)
    assert kubectl.ok("kubectl delete deployment my-nginx").startswith('deployment.apps "my-nginx" deleted')
    eventually(lambda: kubectl.run("kubectl get rs,pods").err == f"No resources found in {kubectl.namespace} namespace.\n")


def test_a_pod_without_a_file(kubectl: Kubectl) -> None:
    assert kubectl.ok("kubectl run nginx --image=nginx --port=80 --expose") == "service/nginx created\npod/nginx created\n"
    eventually(lambda: addresses(kubectl, "nginx") == pod_addresses(kubectl, "run=nginx") != [])
    soon(kubectl, "kubectl get pods", "NAME READY STATUS RESTARTS AGE\nnginx 1/1 Running 0 ‹age›")
    assert kubectl.run("kubectl run nginx --image=nginx").err == 'Error from server (AlreadyExists): pods "nginx" already exists\n'
