"""HTML of questions as XML, which wants every element ended and every attribute in quotes."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Final

from actors.assessments.formats.trees import written

_EMPTY: Final = frozenset(["br", "hr", "img", "col", "wbr"])


class _Writer(HTMLParser):
    """Relies on HTML that was sanitised, and so is balanced but for elements that are empty."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = "".join(f' {name}="{written(value or "")}"' for name, value in attrs)
        self.parts.append(f"<{tag}{given}{'/' if tag in _EMPTY else ''}>")
        if tag not in _EMPTY:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _EMPTY or tag not in self._open:
            return
        while True:
            last = self._open.pop()
            self.parts.append(f"</{last}>")
            if last == tag:
                return

    def handle_data(self, data: str) -> None:
        self.parts.append(written(data))

    def finish(self) -> str:
        """All of it."""
        self.close()
        self.parts += [f"</{tag}>" for tag in reversed(self._open)]
        return "".join(self.parts)


def as_xhtml(html: str) -> str:
    """The same as XML."""
    writer = _Writer()
    writer.feed(html)
    return writer.finish()
