r"""Formulas in Markdown, so that nothing in them is taken for emphasis, a list or an escape.

`$…$` and `\(…\)` are within a line, `$$…$$` and `\[…\]` stand alone. All come out as text between
backslashes and brackets: pages find those in HTML, in which a dollar sign is no more than that. The
pages read Markdown by the same rules (`gateway/web/text`).
"""

from __future__ import annotations

import re
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

MAX_TEX: Final = 2_000
MAX_MISSES: Final = 500
"""Signs in a text that begin no formula, as that of a price; after more of them none is looked for,
since each is followed for up to `MAX_TEX` characters."""
_MISSES: Final = "formula_misses"
_ENDS: Final = {"$$": "$$", "\\[": "\\]"}
_FORMULA: Final = re.compile(
    rf"""
    \\\( (?!\s*\\\)) (?P<round> (?:[^\\]|\\[^)]){{1,{MAX_TEX}}}? ) \\\)
    | \\\[ (?!\s*\\\]) (?P<square> (?:[^\\]|\\[^\]]){{1,{MAX_TEX}}}? ) \\\]
    | (?<!\\) \$\$ (?!\s*\$\$) (?P<double> (?:[^$\\]|\\.){{1,{MAX_TEX}}}? ) \$\$
    # As in Pandoc: no space inside, and no digit behind, so that prices are none.
    | (?<![\\$]) \$ (?P<single> (?![\s$]) (?:[^$\\\n]|\\.){{1,{MAX_TEX}}}? (?<!\s) ) \$ (?![\d$])
    """,
    re.VERBOSE | re.DOTALL,
)


def read_formulas(reader: MarkdownIt) -> MarkdownIt:
    """The reader, which from now on sees formulas."""
    reader.inline.ruler.before("escape", "formula", _inline)
    ends = RuleOptionsType(alt=["paragraph", "blockquote", "list"])
    reader.block.ruler.before("fence", "formula_block", _block, ends)
    reader.add_render_rule("formula", _written)
    return reader


def _inline(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] not in "$\\" or state.env.get(_MISSES, 0) > MAX_MISSES:
        return False
    found = _FORMULA.match(state.src, state.pos, state.posMax)
    if found is None:
        state.env[_MISSES] = state.env.get(_MISSES, 0) + 1
        return False
    if not silent:
        token = state.push("formula", "", 0)
        token.content = str(found[found.lastgroup or 0])
        token.meta = {"display": found.lastgroup in ("square", "double")}
    state.pos = found.end()
    return True


def _block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """A formula on lines of its own, in which nothing begins a list or a heading."""
    begin = state.bMarks[start_line] + state.tShift[start_line]
    end = _ENDS.get(state.src[begin : begin + 2])
    last = _last_line(state, end, begin, start_line, end_line) if end else None
    if end is None or last is None:
        return False
    lines = state.getLines(start_line, last + 1, state.blkIndent, False).strip()
    tex = lines[2:-2].strip()
    if not tex or end in tex:
        return False
    if silent:
        return True
    token = state.push("formula", "", 0)
    token.block, token.content, token.map = True, tex, [start_line, last + 1]
    token.meta = {"display": True}
    state.line = last + 1
    return True


def _last_line(
    state: StateBlock, end: str, begin: int, start_line: int, end_line: int
) -> int | None:
    """The line that ends a formula, before the next empty one."""
    for line in range(start_line, end_line):
        at = begin + 2 if line == start_line else state.bMarks[line]
        text = state.src[at : state.eMarks[line]].rstrip()
        if line > start_line and not text:
            return None
        if text.endswith(end):
            return line
    return None


def _written(_: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    formula = f"\\[{token.content}\\]" if token.meta["display"] else f"\\({token.content}\\)"
    text: str = escapeHtml(formula)
    return f"<p>{text}</p>\n" if token.block else text
