"""Collecting messages from a program: the descriptors that Go embeds as gzip members."""

import gzip

import orjson

from mockapi.registry.schema.protobuf import collect, messages

INT32, STRING, MESSAGE = 5, 9, 11
CORE = "k8s.io.api.core.v1"


def part(field, value):
    """A field of a descriptor, shorter than 16 KiB."""
    if isinstance(value, int):
        return bytes([field << 3, value])
    data = value.encode() if isinstance(value, str) else value
    size = [len(data)] if len(data) < 0x80 else [len(data) & 0x7F | 0x80, len(data) >> 7]
    return bytes([field << 3 | 2, *size]) + data


def field(name, number, kind, type_name="", repeated=False):
    return part(2, part(1, name) + part(3, number) + part(4, 3 if repeated else 1) + part(5, kind) + part(6, type_name))


def message(name, *parts):
    return part(4, part(1, name) + b"".join(parts))


def program(*parts):
    content = part(1, "k8s.io/api/core/v1/generated.proto") + part(2, CORE) + b"".join(parts)
    return b"\x7fELF" + b"\x1f\x8b\x08\x00 no gzip " + gzip.compress(content, mtime=0) + b"tail"


def test_fields_are_found_with_their_types_and_names_in_json():
    entry = part(3, part(1, "DataEntry") + field("key", 1, STRING) + field("value", 2, STRING))
    found = collect.found_in(
        program(
            message("ConfigMap", field("data", 2, MESSAGE, f".{CORE}.ConfigMap.DataEntry", repeated=True), entry),
            message("Volume", field("name", 1, STRING), field("volumeSource", 2, MESSAGE, f".{CORE}.VolumeSource")),
            message("VolumeSource", field("hostPath", 1, MESSAGE, f".{CORE}.HostPathVolumeSource")),
            message("HostPathVolumeSource", field("path", 1, STRING)),
            message("DaemonEndpoint", field("port", 1, INT32)),
            message("Lifecycle", field("stopSignals", 3, STRING, repeated=True)),
            message("NoSuchType", field("name", 1, STRING)),
        )
    )
    assert found == {
        "api.core.v1": {
            "ConfigMap": {"data": (2, "map[string]string")},
            "Volume": {"name": (1, "string"), "volumeSource": (2, "(VolumeSource)")},
            "VolumeSource": {"hostPath": (1, "HostPathVolumeSource")},
            "HostPathVolumeSource": {"path": (1, "string")},
            "DaemonEndpoint": {"Port": (1, "int32")},
            "Lifecycle": {"stopSignals": (3, "[]string")},
        }
    }


def test_what_a_program_lacks_stays_in_the_table(tmp_path, monkeypatch):
    table, binary = tmp_path / "fields.json", tmp_path / "program"
    table.write_text('{"api.core.v1":{"ConfigMap":{"later":[9,"string"]},"Later":{}}}')
    binary.write_bytes(program(message("ConfigMap", field("immutable", 4, INT32))))
    monkeypatch.setattr(collect, "TABLE", table)
    collect.main(str(binary))
    assert orjson.loads(table.read_bytes()) == {
        "api.core.v1": {"ConfigMap": {"immutable": [4, "int32"], "later": [9, "string"]}, "Later": {}}
    }


def test_the_table_stands_as_it_is_written():
    content = messages.TABLE.read_bytes()
    assert collect.serialised(orjson.loads(content)) == content
