"""Lighthouse on the main pages: accessibility and best practices. Speed is for `bench pages`."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.stage import CHROMIUM_NAMES
from tests.clients.node import require_node
from tests.support.server import StoaServer
from tests.web.lighthouse_pages import FOLDER, ask_lighthouse

pytestmark = [pytest.mark.browser, pytest.mark.heavy, pytest.mark.node]

LEAST = 95
CATEGORIES = ("accessibility", "best-practices")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[StoaServer]:
    server = StoaServer(tmp_path / "data")
    server.start("--demo")
    yield server
    server.kill()


def test_the_main_pages_are_accessible_and_well_made(server: StoaServer) -> None:
    node = require_node("lighthouse", FOLDER)
    chromium = next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)
    if chromium is None:
        if os.environ.get("STOA_REQUIRE_BROWSER") == "1":
            pytest.fail("STOA_REQUIRE_BROWSER is set, and there is no Chromium")
        pytest.skip("there is no Chromium on this machine")
    verdicts = ask_lighthouse(node, chromium, server.url, CATEGORIES)
    assert len(verdicts) == 5
    for name, verdict in verdicts.items():
        assert verdict.scores.keys() == set(CATEGORIES), name
        assert min(verdict.scores.values()) >= LEAST, (name, verdict)
    assert verdicts["start"].address.endswith("/home")  # and not where one has to sign in
