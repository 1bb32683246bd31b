"""The helper that asks axe finds faults, and says where they are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.accessibility import assert_accessible

pytestmark = pytest.mark.browser

DOCUMENT = """<!doctype html><html lang="en"><head><title>Page</title>
<style>
  body {{ background: white; color: black }}
  .fading {{ animation: fade 200ms }}
  @keyframes fade {{ from {{ color: #ddd }} to {{ color: black }} }}
</style></head>
<body><main><h1>Page</h1>{}</main></body></html>"""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 390, "height": 780})
    yield context.new_page()
    context.close()


def test_a_page_without_faults_passes_whatever_is_still_moving(page: Page) -> None:
    page.set_content(DOCUMENT.format('<p class="fading">Text</p><button>Save</button>'))
    assert_accessible(page)
    assert_accessible(page)


@pytest.mark.parametrize(
    ("markup", "rule", "element"),
    [
        ('<img src="data:,">', "image-alt (critical)", "img"),
        ('<p style="color: #ccc">Pale</p>', "color-contrast (serious)", "p"),
        ("<h4>Too deep</h4>", "heading-order (moderate)", "h4"),
        (
            "<button style='width: 9px; padding: 0'>a</button>"
            "<button style='width: 9px; padding: 0'>b</button>",
            "target-size (serious)",
            "button:nth-child(2)",
        ),
    ],
)
def test_a_fault_is_reported_with_its_rule_and_element(
    page: Page, markup: str, rule: str, element: str
) -> None:
    page.set_content(DOCUMENT.format(markup))
    with pytest.raises(AssertionError) as failed:
        assert_accessible(page)
    report = str(failed.value)
    assert rule in report
    assert f"\n  {element}   <" in report
