"""Real Chromium against a real server. Skipped visibly where there is no Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.stage import CHROMIUM_NAMES, FLAGS, HostPage, PlayerPage, watch
from tests.support.server import StoaServer

PATIENCE_MS = 20_000
"""What is expected of a page comes by then on a machine that is busy, or never."""

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without a window.

    For one module: while Playwright is open its event loop runs in this thread, and no test of
    another module could run one of its own.
    """
    path = next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)
    if path is None:
        if os.environ.get("STOA_REQUIRE_BROWSER") == "1":
            pytest.fail("STOA_REQUIRE_BROWSER is set, and there is no Chromium")
        pytest.skip("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def stoa_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoaServer]:
    """A server with the demonstration school, for the tests of one module."""
    path: Path = tmp_path_factory.mktemp("browser")
    server = StoaServer(path / "data")
    server.start("--demo")
    yield server
    server.kill()


@pytest.fixture
def client_errors() -> Iterator[list[str]]:
    """What the pages' consoles complained of; a test that leaves any fails."""
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture
def host(
    chromium: Browser, stoa_server: StoaServer, client_errors: list[str]
) -> Iterator[HostPage]:
    """A host's page on a projector, signed in, with the list of quizzes."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    page = watch(context.new_page(), client_errors)
    yield HostPage(page, stoa_server.url)
    context.close()


@pytest.fixture
def player(
    chromium: Browser, stoa_server: StoaServer, client_errors: list[str]
) -> Iterator[PlayerPage]:
    """A player's phone."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 780}, has_touch=True, is_mobile=True
    )
    page = watch(context.new_page(), client_errors)
    yield PlayerPage(page, stoa_server.url)
    context.close()


@pytest.fixture
def second_player(
    chromium: Browser, stoa_server: StoaServer, client_errors: list[str]
) -> Iterator[PlayerPage]:
    """A player at a desk, with dark colours and without motion."""
    context = chromium.new_context(
        viewport={"width": 1280, "height": 800}, color_scheme="dark", reduced_motion="reduce"
    )
    page: Page = watch(context.new_page(), client_errors)
    yield PlayerPage(page, stoa_server.url)
    context.close()
