"""The libraries in gateway/web/vendor: each has a row and a licence, and is its package's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from gateway.site_assets import TYPES, WEB
from tests.clients.node import require_node

VENDOR = WEB / "vendor"
PACKAGES = Path(__file__).parent / "node_modules"
OURS = {
    "README.md",
    "katex/katex.js",
    "katex/mhchem.js",
    "graphql-ws/graphql-ws.js",
    "mdurl/mdurl.js",
    *(f"markdown-it/{name}.js" for name in ("entities", "linkify-it", "uc.micro")),
}
ROW = re.compile(r"^\| `(.+)` \| `(.+)` \| `(.+)` ([\d.]+) \| .+, `(.+)` \|$", re.MULTILINE)


class Row(NamedTuple):
    """Files of vendor/, and where they come from."""

    pattern: str
    source: str
    package: str
    version: str
    licence: str

    def files(self) -> list[Path]:
        return sorted(VENDOR.glob(self.pattern))


ROWS = [Row(*found) for found in ROW.findall((VENDOR / "README.md").read_text())]


def served() -> Iterator[str]:
    for path in VENDOR.rglob("*"):
        name = path.relative_to(VENDOR).as_posix()
        if path.suffix in TYPES and not name.startswith("graphiql/"):
            yield name


def test_every_file_has_a_row_and_its_licence() -> None:
    listed = {path.relative_to(VENDOR).as_posix() for row in ROWS for path in row.files()}
    assert all(row.files() for row in ROWS)
    assert listed | {row.licence for row in ROWS} | OURS == set(served())


@pytest.mark.node
@pytest.mark.parametrize("row", ROWS, ids=[row.pattern for row in ROWS])
def test_a_file_is_unchanged_from_its_package(row: Row) -> None:
    require_node(row.package, PACKAGES.parent)
    package = PACKAGES / row.package
    assert msgspec.json.decode((package / "package.json").read_bytes())["version"] == row.version
    for path in row.files():
        source = package / row.source
        original = source / path.name if source.is_dir() else source
        assert path.read_bytes() == original.read_bytes()
