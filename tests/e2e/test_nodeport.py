"""Services on a port of every node."""

from tests.e2e.harness import Kubectl
from tests.e2e.lessons import shows

MY_SERVICE = """
apiVersion: v1
kind: Service
metadata:
  name: my-service
spec:
  type: NodePort
  selector:
    app: MyApp
  ports:
  - port: 80
    targetPort: 80
    nodePort: 30007
"""

TAKEN = "spec.ports[0].nodePort: Invalid value: 30007: provided port is already allocated\n"
OUTSIDE = "spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767\n"


def test_a_chosen_port_is_had_once_and_given_back(kubectl: Kubectl) -> None:
    kubectl.write("nodeport.yaml", MY_SERVICE)
    kubectl.write("second.yaml", MY_SERVICE.replace("my-service", "second"))
    assert kubectl.ok("kubectl apply -f nodeport.yaml") == "service/my-service created\n"
    shows(kubectl.ok("kubectl get svc my-service --no-headers"), "my-service NodePort ‹clusterIP› <none> 80:30007/TCP ‹age›")
    assert kubectl.run("kubectl apply -f second.yaml").err == f'The Service "second" is invalid: {TAKEN}'
    kubectl.ok("kubectl delete -f nodeport.yaml")
    assert kubectl.ok("kubectl apply -f second.yaml") == "service/second created\n"
    kubectl.ok("kubectl delete -f second.yaml")


def test_a_port_outside_the_range(kubectl: Kubectl) -> None:
    kubectl.write("outside.yaml", MY_SERVICE.replace("30007", "80"))
    assert kubectl.run("kubectl apply -f outside.yaml").err == f'The Service "my-service" is invalid: {OUTSIDE}'


def test_a_port_left_to_the_cluster_changes_and_goes_with_the_type(kubectl: Kubectl) -> None:
    kubectl.ok("kubectl create service nodeport web --tcp=80")
    port = int(kubectl.ok("kubectl get svc web -o jsonpath='{.spec.ports[0].nodePort}'"))
    assert 30086 <= port <= 32767, "from above the band that is kept for chosen ports"
    kubectl.ok("""kubectl patch svc web -p '{"spec":{"type":"ClusterIP"}}'""")
    shows(kubectl.ok("kubectl get svc web --no-headers"), "web ClusterIP ‹clusterIP› <none> 80/TCP ‹age›")


def test_exposed_as_a_nodeport(kubectl: Kubectl) -> None:
    kubectl.ok("kubectl create deployment hello --image=nginx --port=8080")
    assert kubectl.ok("kubectl expose deployment hello --type=NodePort --name=hello-svc") == "service/hello-svc exposed\n"
    shows(kubectl.ok("kubectl get svc hello-svc --no-headers"), "hello-svc NodePort ‹clusterIP› <none> 8080:‹n›/TCP ‹age›")
    shows(kubectl.ok("kubectl describe svc hello-svc | grep ^NodePort"), "NodePort: <unset> ‹n›/TCP")
