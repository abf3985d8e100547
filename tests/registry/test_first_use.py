"""What is compiled when first needed may be needed by many threads at once."""

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from mockapi.registry.apply.compile import Types
from mockapi.registry.schema.compiler import Compiler
from mockapi.registry.schema.definitions import Definitions
from mockapi.registry.schema.report import Report

DEFINITIONS = Definitions.for_minor()
THREADS = 8
POD = "io.k8s.api.core.v1.Pod"
RECURSIVE = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps"
VALUES: dict[str, Any] = {
    POD: {"metadata": {"name": "a"}, "spec": {"containers": [{"name": "c", "image": "i"}]}},
    RECURSIVE: {"properties": {"a": {"items": {"type": "string"}}}},
}


@pytest.fixture(autouse=True)
def restless() -> Iterator[None]:
    """Threads take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def at_once(call: Callable[[], Any]) -> list[Any]:
    gate = Barrier(THREADS)

    def run(_: int) -> Any:
        gate.wait()
        return call()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


@pytest.mark.parametrize("definition", VALUES)
def test_decoders(definition: str) -> None:
    for _ in range(5):
        compiler, report = Compiler(DEFINITIONS), Report()
        found = at_once(lambda compiler=compiler, report=report: compiler.convert(definition)(VALUES[definition], (None, report)))
        assert all(obj == found[0] for obj in found)
        assert not report.unknown


@pytest.mark.parametrize("definition", VALUES)
def test_types_of_apply(definition: str) -> None:
    whole = Types(DEFINITIONS).of(definition).fields.keys()
    for _ in range(5):
        types = Types(DEFINITIONS)
        assert all(found == whole for found in at_once(lambda types=types: set(types.of(definition).fields)))
