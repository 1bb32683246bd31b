"""What axe finds on a page: WCAG 2.2 AA and its best practices, in the state that is shown.

axe comes from the packages of `tests/web`. Without them a test is skipped, visibly; with
STOA_REQUIRE_NODE=1 it fails instead.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

AXE = Path(__file__).parents[1] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async () => {
    // A colour that is half faded in has not the contrast that people will see.
    for (const animation of document.getAnimations()) {
        if (Number.isFinite(animation.effect?.getComputedTiming().endTime)) animation.finish();
    }
    const rules = { "target-size": { enabled: true } }; // WCAG 2.2; axe leaves it out by itself
    const { violations } = await axe.run(document, { rules, resultTypes: ["violations"] });
    return violations.map(({ id, impact, help, nodes }) => ({
        id, impact, help, nodes: nodes.map(({ target, failureSummary, html }) => ({
            target: target.flat().join(" "), why: failureSummary, html,
        })),
    }));
}"""
SHOWN = 5
"""Elements of one violation in the report."""


def assert_accessible(page: Page) -> None:
    """Fail with what axe finds, each violation with the elements and the reasons."""
    source = _axe()
    if not page.evaluate("'axe' in window"):
        page.evaluate(source)  # not a script of the page, so its policy has no say
    found = page.evaluate(RUN)
    assert found == [], f"axe on {page.url}\n" + "\n".join(map(_report, found))


@cache
def _source() -> str:
    return AXE.read_text(encoding="utf-8")


def _axe() -> str:
    if AXE.is_file():
        return _source()
    missing = "axe is missing (run `npm ci` in tests/web)"
    if os.environ.get("STOA_REQUIRE_NODE") == "1":
        pytest.fail(missing)
    pytest.skip(missing)


def _report(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    lines = [f"{violation['id']} ({violation['impact']}): {violation['help']}"]
    for node in nodes[:SHOWN]:
        why = node["why"].replace("\n", "\n      ")
        lines.append(f"  {node['target']}   {node['html'][:200]}\n      {why}")
    if len(nodes) > SHOWN:
        lines.append(f"  and {len(nodes) - SHOWN} more")
    return "\n".join(lines)
