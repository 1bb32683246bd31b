"""What a server and the keeper do not load at their start, in a fresh interpreter each."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from supervisors.deferred import ELSEWHERE, LATE, RARE

ROOT = Path(__file__).parents[2]
ROOMS = ("actors", "gateway", "protocol", "storage", "supervisors")
SHOW = """
import sys, threading
import {module}
assert threading.active_count() == 1, threading.enumerate()
print(*sys.modules)
"""


def loaded(module: str) -> set[str]:
    """The top-level packages, and first-party modules, that importing `module` loads."""
    shown = subprocess.run(
        [sys.executable, "-c", SHOW.format(module=module)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(shown.stdout.split())


def test_a_server_loads_nothing_that_it_does_not_need_in_order_to_answer() -> None:
    libraries = set(chain(ELSEWHERE, *RARE.values()))
    assert loaded("supervisors.serving") & (libraries | set(RARE)) == set()


def test_the_keeper_listens_before_it_loads_the_server() -> None:
    late = set(chain(ELSEWHERE, *RARE.values(), *LATE.values()))
    assert loaded("supervisors.cli.serve") & (late | set(RARE) | set(LATE)) == set()


def late_imports(tree: ast.Module) -> Iterator[str]:
    """The modules that are imported inside functions."""
    functions = (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    for statement in chain.from_iterable(map(ast.walk, functions)):
        if isinstance(statement, ast.Import):
            yield from (alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            yield from (f"{statement.module}.{alias.name}" for alias in statement.names)


@pytest.mark.parametrize("room", ROOMS)
def test_only_what_is_listed_is_imported_inside_a_function(room: str) -> None:
    listed = tuple(f"{module}." for module in (*RARE, *LATE))
    for path in (ROOT / room).rglob("*.py"):
        for name in late_imports(ast.parse(path.read_text())):
            assert f"{name}.".startswith(listed), f"{path.relative_to(ROOT)} imports {name} late"
