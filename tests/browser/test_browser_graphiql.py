"""GraphiQL in real Chromium, under its Content-Security-Policy."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.stage import watch
from tests.browser.test_browser_entry import graphql
from tests.support.server import EDUCATOR, PASSWORD, StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]


def test_a_developer_runs_a_query_and_reads_the_schema(
    chromium: Browser, stoa_server: StoaServer, client_errors: list[str]
) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    page = watch(context.new_page(), client_errors)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{stoa_server.url}/graphql")

    execute = page.get_by_role("button", name="Execute query")
    expect(execute).to_have_attribute("aria-haspopup", "menu")  # it has read that there are two
    execute.click()
    page.get_by_role("menuitem", name="SignIn").click()
    result = page.locator(".result-window")
    expect(result).to_contain_text('"accessToken": "ey')

    execute.click()
    page.get_by_role("menuitem", name="Courses").click()
    expect(result).to_contain_text('"title": "A walk through the solar system"')

    page.get_by_label("Show Documentation Explorer").click()
    expect(page.locator(".graphiql-doc-explorer")).to_contain_text("LiveQuiz")
    page.get_by_label("Open settings dialog").click()
    expect(page.get_by_role("dialog")).to_contain_text("Theme")
    assert asked
    assert all(url.startswith((stoa_server.url, "data:")) for url in asked)
    context.close()


def test_a_developer_follows_a_subscription(
    chromium: Browser, stoa_server: StoaServer, client_errors: list[str]
) -> None:
    token = graphql(
        stoa_server,
        "mutation ($e: String!, $p: String!) { login(email: $e, password: $p) { accessToken } }",
        e=EDUCATOR,
        p=PASSWORD,
    )["login"]["accessToken"]
    (course,) = graphql(stoa_server, "{ myCourses { nodes { id } } }", token)["myCourses"]["nodes"]
    document = f'subscription {{ userPresence(courseId: "{course["id"]}") {{ __typename }} }}'
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    page = watch(context.new_page(), client_errors)
    page.goto(f"{stoa_server.url}/graphql")
    page.get_by_role("button", name="Headers").click()
    write(page, ".graphiql-editor-tool", json.dumps({"Authorization": f"Bearer {token}"}))
    write(page, ".graphiql-query-editor", document)
    execute = page.get_by_role("button", name="Execute query")
    expect(execute).not_to_have_attribute("aria-haspopup", "menu")  # it has read the new text
    with page.expect_websocket() as opened:
        execute.click()
    expect(page.locator(".result-window")).to_contain_text('"userPresence"')
    with opened.value.expect_event("close"):
        page.get_by_role("button", name="Stop query").click()
    context.close()


def write(page: Page, editor: str, text: str) -> None:
    """Paste into an editor, which would add brackets to what is typed."""
    page.locator(f"{editor} .view-lines, {editor} .CodeMirror").locator("visible=true").click()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.insert_text(text)
