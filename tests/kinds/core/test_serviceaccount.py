from mockapi.machinery.meta import Object
from tests.kinds.pipeline import Api, causes

ENFORCE = "kubernetes.io/enforce-mountable-secrets"


def account(**fields: object) -> Object:
    return {"metadata": {"name": "robot"}, **fields}


def test_of_references_to_secrets_only_names_are_kept(api: Api) -> None:
    sent = account(secrets=[{"kind": "Secret", "name": "a", "uid": "u"}, {}])
    assert api.create("serviceaccounts", sent)["secrets"] == [{"name": "a"}, {}]
    assert api.patch("serviceaccounts", "robot", {"secrets": [{"name": "b", "namespace": "x"}]})["secrets"] == [{"name": "b"}]


def test_a_retired_annotation_is_warned_of_when_it_comes(api: Api) -> None:
    api.create("serviceaccounts", account())
    assert api.warnings == []
    api.patch("serviceaccounts", "robot", {"metadata": {"annotations": {ENFORCE: "true"}}})
    assert [warning.split(": ")[0] for warning in api.warnings] == [f"metadata.annotations[{ENFORCE}]"]
    api.patch("serviceaccounts", "robot", {"metadata": {"annotations": {ENFORCE: "false"}}})
    assert api.warnings == []


def test_names_and_deletion(api: Api) -> None:
    assert causes(api.create, "serviceaccounts", {"metadata": {"name": "Bad_Robot"}})[0].startswith("metadata.name: Invalid value")
    api.create("serviceaccounts", account())
    assert len(causes(api.patch, "serviceaccounts", "robot", {"metadata": {"labels": {"a": "b c"}}})) == 4
    assert api.row("serviceaccounts", "robot") == {"Name": "robot", "Age": "0s"}
    assert api.resources.catalogue.by_resource("serviceaccounts").strategy.returns_deleted
