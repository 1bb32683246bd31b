"""Markdown is the same in the pages as on the server, which has a port of the pages' library."""

from __future__ import annotations

import random
import subprocess

import msgspec
import pytest

from actors.assessments.markdown import as_markup
from tests.clients.node import require_node
from tests.web.test_web_checks import FOLDER

pytestmark = pytest.mark.node

TEXTS = 1_000
TEXT_PARTS = (
    *("word", "a b", " ", "\n", "\n\n", "  \n", "\t", "é", "漢字", "😀"),
    *("_", "*", "~", "`", "|", "!", "&", "<", "[", "]", "(", ")"),
    *("*em*", "_e_", "**strong**", "__s__", "~~gone~~", "*a**b*", "**漢字。**後"),
    *("`code`", "``a`b``", "\\*", "&amp;", "&copy;", "&#x1F600;"),
    *('[l](https://a.example "t")', "![alt](/p.png)", "[x](javascript:alert(1))", "[a](<b c>)"),
    *("[ref]: /url 'title'\n", "[ref]", "<https://a.example>", "https://bare.example"),
    *("# H\n", "## H2 ##\n", "===\n", "---\n", "> quote\n", "    indented\n"),
    *("- item\n", "  - nested\n", "1. one\n", "10) ten\n", "| a | b |\n|---|:-:|\n| 1 | 2 |\n"),
    *("```python\ndef f():\n    pass\n```\n", "~~~\nx\n~~~\n", "<div>\nhtml\n</div>\n"),
    *("<b>raw</b>", "<script>alert(1)</script>", "<!-- comment -->"),
)
"""Without what the port reads otherwise: no-break spaces at an edge, a backslash before a break.
Formulas are our own addition, which `test_browser_kit` compares."""


def test_any_text_becomes_the_same_html() -> None:
    node = require_node("markdown-it", FOLDER)
    chance = random.Random(20_26)
    texts = ["".join(chance.choices(TEXT_PARTS, k=chance.randint(1, 14))) for _ in range(TEXTS)]
    done = subprocess.run(
        [node, str(FOLDER / "markdown.js")],
        input=msgspec.json.encode(texts),
        capture_output=True,
        check=True,
    )
    for text, html in zip(texts, msgspec.json.decode(done.stdout, type=list[str]), strict=True):
        assert html == as_markup(text), text
