"""GraphiQL in real Chromium, under its Content-Security-Policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.stage import watch
from tests.support.server import StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]


def test_a_developer_runs_a_query_and_reads_the_schema(
    chromium: Browser, stoa_server: StoaServer, complaints: list[str]
) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    page = watch(context.new_page(), complaints)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{stoa_server.url}/graphql")

    page.get_by_role("button", name="Execute query").click()
    page.get_by_role("menuitem", name="SignIn").click()
    result = page.locator(".result-window")
    expect(result).to_contain_text('"accessToken": "ey')

    page.get_by_role("button", name="Execute query").click()
    page.get_by_role("menuitem", name="Courses").click()
    expect(result).to_contain_text('"title": "A walk through the solar system"')

    page.get_by_label("Show Documentation Explorer").click()
    expect(page.locator(".graphiql-doc-explorer")).to_contain_text("LiveQuiz")
    page.get_by_label("Open settings dialog").click()
    expect(page.get_by_role("dialog")).to_contain_text("Theme")
    assert asked
    assert all(url.startswith((stoa_server.url, "data:")) for url in asked)
    context.close()
