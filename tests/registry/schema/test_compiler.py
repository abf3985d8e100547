"""Compiling decoders while many threads ask for them."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from mockapi.registry.schema.compiler import Compiler
from mockapi.registry.schema.decode import Decoder
from mockapi.registry.schema.definitions import Definitions

THREADS = 8


@pytest.fixture
def impatient() -> Iterator[None]:
    """Threads take turns as often as the interpreter can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("attempt", range(5))
def test_threads_that_decode_the_first_object_of_a_kind_get_it(attempt: int) -> None:
    definitions = Definitions.for_minor()
    decoder = Decoder(definitions, "io.k8s.api.core.v1.Pod")
    decoder._compiler = Compiler(definitions)  # one that has compiled nothing yet
    gate = threading.Barrier(THREADS)

    def decode(_: int) -> object:
        gate.wait()
        return decoder.decode({"metadata": {"name": "web"}, "spec": {"containers": [{"name": "c"}]}}).object["metadata"]

    with ThreadPoolExecutor(THREADS) as threads:
        assert list(threads.map(decode, range(THREADS))) == [{"name": "web"}] * THREADS
