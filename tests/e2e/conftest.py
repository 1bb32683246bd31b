"""A served school for the tests of one module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.server import StoaServer


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoaServer]:
    """A running installation with the demonstration school."""
    server = StoaServer(tmp_path_factory.mktemp("stoa") / "data")
    server.start("--demo")
    yield server
    server.kill()
