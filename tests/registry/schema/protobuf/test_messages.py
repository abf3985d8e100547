"""The table of messages: whole, and read as its notation says."""

import orjson

from mockapi.registry.schema.protobuf import messages
from mockapi.registry.schema.protobuf.messages import Field, Shape

CORE = "io.k8s.api.core.v1"
TABLE = {
    f"io.k8s.{package}.{name}": message
    for package, held in orjson.loads(messages.TABLE.read_bytes()).items()
    for name, message in held.items()
}


def test_every_type_is_a_scalar_or_a_message_of_the_table():
    types = {field.type for name in TABLE for field in messages.fields(name).values()}
    assert all(messages.known(name) for name in types - set(messages.SCALARS))


def test_no_number_stands_twice_in_a_message():
    assert all(len(messages.fields(name)) == len(message) for name, message in TABLE.items())


def test_types_are_read_with_their_shapes():
    volume, config_map = messages.fields(f"{CORE}.Volume"), messages.fields(f"{CORE}.ConfigMap")
    assert volume[2] == Field("volumeSource", Shape.EMBEDDED, f"{CORE}.VolumeSource")
    assert config_map[1] == Field("metadata", Shape.ONE, "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")
    assert config_map[3] == Field("binaryData", Shape.MAP, "bytes")
    assert messages.fields(f"{CORE}.PodSpec")[2] == Field("containers", Shape.LIST, f"{CORE}.Container")
