"""CustomResourceDefinition: defaults, what the server notes, and what it refuses."""

from typing import Any

import pytest

from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object
from tests.kinds.apiextensions.definitions import RESOURCE, definition, version, with_spec
from tests.world import World


def causes(world: World, obj: Object) -> list[str]:
    """`field: message` of each cause for which the definition is refused."""
    with pytest.raises(StatusError) as refusal:
        world.client.create(RESOURCE, obj)
    assert refusal.value.code == 422
    assert refusal.value.details is not None
    return [f"{cause['field']}: {cause['message']}" for cause in refusal.value.details["causes"]]


def test_what_is_filled_in(world: World) -> None:
    made = world.client.create(RESOURCE, definition())
    assert made["spec"]["names"] == {"plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"}
    assert made["spec"]["conversion"] == {"strategy": "None"}
    assert made["status"] == {"conditions": None, "acceptedNames": {"plural": "", "kind": ""}, "storedVersions": ["v1"]}
    assert made["metadata"]["generation"] == 1


def test_storage_versions_are_remembered(world: World) -> None:
    made = world.client.create(RESOURCE, definition(version("v1"), version("v2", storage=False)))
    made["spec"]["versions"][0]["storage"], made["spec"]["versions"][1]["storage"] = False, True
    changed = world.client.update(RESOURCE, made)
    assert changed["status"]["storedVersions"] == ["v1", "v2"]
    assert changed["metadata"]["generation"] == 2
    changed["spec"]["versions"].pop(0)
    with pytest.raises(StatusError, match="v1 was previously a storage version, and must remain in"):
        world.client.update(RESOURCE, changed)


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"group": "nodots"}, 'spec.group: Invalid value: "nodots": should be a domain with at least one dot'),
        ({"scope": "Global"}, 'spec.scope: Unsupported value: "Global": supported values: "Cluster", "Namespaced"'),
        ({"names": {"listKind": "Widget"}}, 'spec.names.listKind: Invalid value: "Widget": kind and listKind may not be the same'),
        ({"names": {"categories": ["A"]}}, 'spec.names.categories[0]: Invalid value: "A": a DNS-1035 label'),
        ({"preserveUnknownFields": True}, "spec.preserveUnknownFields: Invalid value: true: cannot set to true"),
        ({"conversion": {"strategy": "Magic"}}, 'spec.conversion.strategy: Unsupported value: "Magic"'),
        ({"conversion": {"strategy": "Webhook"}}, "spec.conversion.webhookClientConfig: Required value"),
        ({"group": "x.k8s.io"}, "metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups"),
    ],
)
def test_specs(world: World, changes: Any, cause: str) -> None:
    assert any(found.startswith(cause) for found in causes(world, definition(**changes)))


@pytest.mark.parametrize(
    ("webhook", "found"),
    [
        ({}, []),
        ({"conversionReviewVersions": []}, ["spec.conversion.conversionReviewVersions: Required value"]),
        (
            {"conversionReviewVersions": ["v9", "v9", "V"]},
            [
                'spec.conversion.conversionReviewVersions[1]: Invalid value: "v9": duplicate version',
                'spec.conversion.conversionReviewVersions[2]: Invalid value: "V": a DNS-1035 label must consist of',
                'spec.conversion.conversionReviewVersions: Invalid value: ["v9","v9","V"]: must include at least one of v1, v1beta1',
            ],
        ),
        ({"clientConfig": {}}, ["spec.conversion.webhookClientConfig: Required value: exactly one of url or service is required"]),
        (
            {"clientConfig": {"url": "http://example.com"}},
            ["spec.conversion.webhookClientConfig.url: Invalid value: \"http\": 'https' is the only allowed URL scheme"],
        ),
    ],
)
def test_conversion_webhooks(world: World, webhook: Any, found: list[str]) -> None:
    config = {"clientConfig": {"url": "https://example.com/convert"}, "conversionReviewVersions": ["v1"], **webhook}
    obj = definition(conversion={"strategy": "Webhook", "webhook": config})
    if not found:
        assert world.client.create(RESOURCE, obj)["spec"]["conversion"]["strategy"] == "Webhook"
        return
    shown = causes(world, obj)
    assert len(shown) == len(found), shown
    assert all(cause.startswith(wanted) for cause, wanted in zip(shown, found, strict=True)), shown


def test_an_approved_group(world: World) -> None:
    obj = definition(group="x.k8s.io")
    obj["metadata"]["annotations"] = {"api-approved.kubernetes.io": "https://example.com/1"}
    assert world.client.create(RESOURCE, obj)["spec"]["group"] == "x.k8s.io"
    obj["metadata"]["annotations"]["api-approved.kubernetes.io"] = "no reason"
    obj["metadata"]["name"] = "gadgets.x.k8s.io"
    obj["spec"]["names"] = {"plural": "gadgets", "kind": "Gadget"}
    assert "with either a URL or a reason" in causes(world, obj)[0]


@pytest.mark.parametrize(
    ("more", "cause"),
    [
        ({"deprecationWarning": "old"}, 'spec.versions[0].deprecationWarning: Invalid value: "old": can only be set for deprecated'),
        ({"deprecated": True, "deprecationWarning": "a\nb"}, "must only contain printable UTF-8 characters; non-printable"),
        ({"subresources": {"scale": {"specReplicasPath": ".x"}}}, 'scale.specReplicasPath: Invalid value: ".x": should be a json path'),
        ({"subresources": {"scale": {}}}, "spec.subresources.scale.specReplicasPath: Required value"),
        ({"additionalPrinterColumns": [{"name": "A", "type": "x", "jsonPath": "a"}]}, "must be one of boolean,date,integer,number"),
        ({"additionalPrinterColumns": [{"name": "A", "type": "string", "format": "x", "jsonPath": ".a"}]}, "format: Invalid value"),
        ({"selectableFields": [{"jsonPath": ".nope"}]}, "is an invalid path: does not refer to a valid field"),
        ({"selectableFields": [{"jsonPath": ".spec"}]}, "must point to a field of type string, boolean or integer"),
        ({"selectableFields": [{"jsonPath": ".spec.s"}] * 2}, 'spec.selectableFields[1].jsonPath: Duplicate value: ".spec.s"'),
        ({"selectableFields": [{"jsonPath": ".spec['s']"}]}, "array notation is not allowed"),
    ],
)
def test_versions(world: World, more: Any, cause: str) -> None:
    found = causes(world, definition(version(schema=with_spec(s={"type": "string"}), **more)))
    assert any(cause in sentence for sentence in found)


def test_one_version_is_stored(world: World) -> None:
    found = causes(world, definition(version("v1"), version("v2")))
    assert "must have exactly one version marked as storage version" in found[0]
    assert found[1] == 'status.storedVersions: Invalid value: ["v1"]: must have the storage version v2'
    assert "must contain unique version names" in causes(world, definition(version("v1"), version("v1", storage=False)))[0]


def test_errors_of_versions_that_differ_name_the_version(world: World) -> None:
    wrong = {"type": "object", "properties": {"a": {}}}
    found = causes(world, definition(version("v1"), version("v2", schema=wrong, storage=False)))
    assert found == [
        "spec.versions[1].schema.openAPIV3Schema.properties[a].type: Required value: must not be empty for specified object fields"
    ]


def test_names_may_not_change(world: World) -> None:
    made = world.client.create(RESOURCE, definition())
    made["spec"]["group"] = "other.example.com"
    with pytest.raises(StatusError, match="field is immutable"):
        world.client.update(RESOURCE, made)


def test_formats_that_nobody_checks_are_warned_of(world: World) -> None:
    kind = world.kind(RESOURCE)
    obj = definition(version(schema=with_spec(a={"type": "string", "format": "fancy"}, b={"type": "integer", "format": "int32"})))
    assert kind.strategy.warnings(obj, None) == ['unrecognized format "fancy"']
