"""Services that are only another name."""

from tests.e2e.harness import Kubectl
from tests.e2e.lessons import shows

ALIAS = """
kind: Service
apiVersion: v1
metadata:
  name: my-service
spec:
  type: ExternalName
  externalName: my.database.example.com
"""


def test_an_alias_has_a_name_instead_of_an_address(kubectl: Kubectl) -> None:
    kubectl.write("alias.yaml", ALIAS)
    kubectl.ok("kubectl create -f alias.yaml")
    shows(
        kubectl.ok("kubectl get svc"),
        """
        NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE
        my-service ExternalName <none> my.database.example.com <none> ‹age›
        """,
    )
    assert kubectl.ok("kubectl get svc my-service -o jsonpath='{.spec}'") == (
        '{"externalName":"my.database.example.com","sessionAffinity":"None","type":"ExternalName"}'
    )
    assert "External Name:     my.database.example.com\n" in kubectl.ok("kubectl describe svc my-service")


def test_an_alias_from_the_command_line_becomes_an_ordinary_service(kubectl: Kubectl) -> None:
    kubectl.ok("kubectl create service externalname db --external-name db.example.com")
    kubectl.ok("""kubectl patch svc db -p '{"spec":{"type":"ClusterIP","externalName":null,"ports":[{"port":5432}]}}'""")
    shows(kubectl.ok("kubectl get svc db --no-headers"), "db ClusterIP ‹clusterIP› <none> 5432/TCP ‹age›")


def test_an_alias_for_a_url_or_for_nothing(kubectl: Kubectl) -> None:
    kubectl.write("url.yaml", ALIAS.replace("my.database.example.com", "https://my.database.example.com/"))
    refused = kubectl.run("kubectl create -f url.yaml").err
    wrong = (
        'The Service "my-service" is invalid: spec.externalName: Invalid value: "https://my.database.example.com/": a lowercase RFC 1123'
    )
    assert refused.startswith(wrong)
    kubectl.write("nothing.yaml", ALIAS.replace("  externalName: my.database.example.com\n", ""))
    assert kubectl.run("kubectl create -f nothing.yaml").err == ('The Service "my-service" is invalid: spec.externalName: Required value\n')
