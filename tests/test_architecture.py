"""What import-linter cannot see: who reads the environment, and that machinery is the standard library only."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "mockapi"
MODULES = sorted(PACKAGE.rglob("*.py"))
ENVIRONMENT = {"environ", "environb", "getenv", "getenvb"}


def reads_environment(tree: ast.AST) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os" and node.attr in ENVIRONMENT:
            return True
        if isinstance(node, ast.ImportFrom) and node.module == "os" and any(alias.name in ENVIRONMENT for alias in node.names):
            return True
    return False


def imported_roots(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("source", ["import os\nos.environ['A']", "from os import getenv", "import os\nos.getenv('A')"])
def test_reading_the_environment_is_recognised(source: str) -> None:
    assert reads_environment(ast.parse(source))


def test_only_settings_reads_the_environment() -> None:
    readers = {path.relative_to(PACKAGE).as_posix() for path in MODULES if reads_environment(ast.parse(path.read_text()))}
    assert readers <= {"settings.py"}


def test_machinery_imports_the_standard_library_only() -> None:
    allowed = sys.stdlib_module_names | {"mockapi"}
    foreign = {
        (path.name, root)
        for path in (PACKAGE / "machinery").rglob("*.py")
        for root in imported_roots(ast.parse(path.read_text()))
        if root not in allowed
    }
    assert not foreign
