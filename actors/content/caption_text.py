"""The text of a caption's cue, with none but the tags that captions need (WebVTT, section 6.4).

What is no tag is text, and is escaped; what is a tag of another kind is left out, its text stays.
"""

from __future__ import annotations

import html
import re
from typing import Final

PLAIN: Final = ("b", "i", "u", "c", "ruby")
VOICE: Final = "v"
RUBY_TEXT: Final = "rt"
BREAK: Final = "br"
"""Of HTML, for which captions have the line."""
UNSHOWN: Final = ("script", "style")
"""What is between these is not for readers either."""

_TAG = re.compile("<([^<>]*)>")
"""No two may begin before one ends, so that each character is looked at once."""
_INNER = re.compile(r"(/?)([A-Za-z]+[0-9]?)(?:\.[^\s]*)?(?:\s+(.*))?\s*/?", re.DOTALL)
_MOMENT = re.compile(r"[0-9:.]+")
"""When the rest of a cue lights up, which not every player can."""
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def cleaned(payload: str) -> str:
    """The cue's text as it is kept: no empty line, well-formed tags, all else escaped.

    Empty where nothing is to be read. Cleaned again it stays the same.
    """
    cue = _Cue()
    end = 0
    for found in _TAG.finditer(payload):
        cue.text(payload[end : found.start()])
        cue.tag(found[0], found[1])
        end = found.end()
    cue.text(payload[end:])
    return cue.done()


def _escaped(text: str) -> str:
    """On one line; references to characters are taken for these first."""
    plain = _UNPRINTABLE.sub(" ", html.unescape(text))
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class _Cue:
    """What was written so far. No tag is open twice, so no more are open than there are kinds."""

    def __init__(self) -> None:
        self._written: list[str] = []
        self._open: list[str] = []
        self._unshown: str | None = None
        self._read = False

    def text(self, text: str) -> None:
        if self._unshown is None and text:
            escaped = "\n".join(_escaped(line) for line in text.split("\n"))
            self._read = self._read or bool(escaped.strip())
            self._written.append(escaped)

    def tag(self, whole: str, inner: str) -> None:
        found = _INNER.fullmatch(inner)
        if found is None:
            if not _MOMENT.fullmatch(inner):
                self.text(whole)
            return
        closing, name, annotation = bool(found[1]), found[2].lower(), found[3] or ""
        if name in UNSHOWN:
            self._hide(name, closing=closing)
        elif name == BREAK:
            self.text("\n")
        elif self._unshown is None and closing:
            self._close(name)
        elif self._unshown is None:
            self._begin(name, annotation)

    def done(self) -> str:
        while self._open:
            self._close(self._open[-1])
        if not self._read:
            return ""
        lines = (line.strip() for line in "".join(self._written).split("\n"))
        return "\n".join(line for line in lines if line)

    def _hide(self, name: str, *, closing: bool) -> None:
        if closing and name == self._unshown:
            self._unshown = None
        elif not closing and self._unshown is None:
            self._unshown = name

    def _begin(self, name: str, annotation: str) -> None:
        if name == VOICE:
            self._close(VOICE)  # somebody else speaks
            who = " ".join(_escaped(annotation.replace("\n", " ")).split())
            if who:
                self._write(name, f"<v {who}>")
        elif name not in self._open and (
            name in PLAIN or (name == RUBY_TEXT and self._open[-1:] == ["ruby"])
        ):
            self._write(name, f"<{name}>")

    def _write(self, name: str, tag: str) -> None:
        self._written.append(tag)
        self._open.append(name)

    def _close(self, name: str) -> None:
        if name not in self._open:
            return
        last = None
        while last != name:
            last = self._open.pop()
            self._written.append(f"</{last}>")
