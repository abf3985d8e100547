"""Client libraries, which a fresh checkout need not have: the extra `clients` of pyproject.toml."""

import importlib
import os
from types import ModuleType

import pytest

REQUIRED = "MOCKAPI_REQUIRE_CLIENTS"


def package(name: str) -> ModuleType:
    """A module of a client library; without it the tests of the file are skipped, or fail where MOCKAPI_REQUIRE_CLIENTS is set."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        if os.environ.get(REQUIRED):
            raise
        pytest.skip(f"no {name}: pip install 'mockapi[clients]'", allow_module_level=True)
