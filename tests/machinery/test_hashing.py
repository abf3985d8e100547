"""FNV-1a."""

import pytest

from mockapi.machinery.hashing import fnv32a, fnv128a_hex, name_hash


@pytest.mark.parametrize(("data", "value"), [(b"", 0x811C9DC5), (b"a", 0xE40C292C), (b"foobar", 0xBF9CF968)])
def test_published_values_of_32_bits(data, value):
    assert fnv32a(data) == value


@pytest.mark.parametrize(("data", "value"), [(b"", "6c62272e07bb014262b821756295c58d"), (b"a", "d228cb696f1a8caf78912b704e4a8964")])
def test_published_values_of_128_bits(data, value):
    assert fnv128a_hex(data) == value


def test_ports_sort_as_recorded():
    ports = [("https", "TCP", 8443, "<nil>"), ("dns", "UDP", 53, "<nil>"), ("dns-tcp", "TCP", 53, "<nil>"), ("http", "TCP", 8080, "<nil>")]
    ports.append(("sctp", "SCTP", 9, "example.com/x"))
    assert [name for name, *_ in sorted(ports, key=port_hash)] == ["http", "dns", "sctp", "dns-tcp", "https"]


def port_hash(port):
    name, protocol, number, app = port
    text = f"Name:(*string){name} Protocol:(*v1.Protocol){protocol} Port:(*int32){number} AppProtocol:(*string){app}"
    return fnv128a_hex(f"(v1.EndpointPort){{{text}}}".encode())


def test_hashes_for_names_are_stable_and_safe():
    assert name_hash("web") == name_hash("web") != name_hash("db")
    assert set(name_hash("anything")) <= set("bcdfghjklmnpqrstvwxz2456789")
