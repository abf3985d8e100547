"""What writes to the status of kinds may change, and what who applies there comes to own."""

import pytest

from mockapi.machinery.meta import Key, Object
from mockapi.registry.body import MERGE_PATCH, Patch
from mockapi.registry.options import APPLY_PATCH, WriteOptions
from tests.kinds.pipeline import Api

FLOWS = "flowschemas.flowcontrol.apiserver.k8s.io"
ATTACHMENTS = "volumeattachments.storage.k8s.io"
FLOW: Object = {"metadata": {"name": "a"}, "spec": {"priorityLevelConfiguration": {"name": "exempt"}}}
ATTACHMENT: Object = {
    "metadata": {"name": "a"},
    "spec": {"attacher": "example.com", "nodeName": "n", "source": {"persistentVolumeName": "v"}},
}


@pytest.mark.parametrize(("resource", "obj"), [(FLOWS, FLOW), (ATTACHMENTS, ATTACHMENT)])
def test_statuses_that_keep_the_metadata(api: Api, resource: str, obj: Object) -> None:
    api.create(resource, obj)
    kind, request = api.resources.catalogue.by_resource(resource), api.resources.request()
    patch = Patch(MERGE_PATCH, {"metadata": {"labels": {"a": "b"}}})
    assert "labels" not in api.resources.patch(kind, Key("", "a"), patch, request, "status")["metadata"]


def test_who_applies_a_status_owns_no_label_of_it(api: Api) -> None:
    api.create(ATTACHMENTS, ATTACHMENT)
    kind = api.resources.catalogue.by_resource(ATTACHMENTS)
    body = {"apiVersion": "storage.k8s.io/v1", "kind": "VolumeAttachment", "metadata": {"name": "a", "labels": {"a": "b"}}}
    patch = Patch(APPLY_PATCH, {**body, "status": {"attached": True}})
    request = api.resources.request(WriteOptions(field_manager="me"))
    entries = api.resources.apply(kind, Key("", "a"), patch, request, "status").object["metadata"]["managedFields"]
    assert [entry["fieldsV1"] for entry in entries if entry["manager"] == "me"] == [{"f:status": {"f:attached": {}}}]
