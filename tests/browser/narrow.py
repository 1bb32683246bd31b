"""What does not fit: pages that scroll sideways, parts that stick out, words past their box."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page

LANGUAGES = ("de", "fr", "es", "ar")
"""Those with the longest words, and the one that is read from the right."""
LONG_WORD = "Donaudampfschiffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft"
"""Eighty letters, which no phone has room for."""


@dataclass(frozen=True)
class Screen:
    """How wide, and how large its letters are."""

    width: int
    text: int = 100
    """In percent of what is usual."""

    def __str__(self) -> str:
        return f"{self.width}px/{self.text}%"

    def show(self, page: Page) -> None:
        page.set_viewport_size({"width": self.width, "height": 800})
        page.evaluate("(size) => { document.documentElement.style.fontSize = size; }", self.size)

    @property
    def size(self) -> str:
        return "" if self.text == 100 else f"{self.text}%"


SCREENS = (Screen(320), Screen(360), Screen(360, 200), Screen(1280, 200))

FIND = """() => {
    const room = document.documentElement.clientWidth;
    const found = new Set();
    const named = (each) => [each.localName, ...each.classList].join(".");
    const add = (what, each) =>
        found.add(`${what}: ${named(each.parentElement)} > ${named(each)}`);
    // These scroll by themselves, and can be seen to; of the others nothing may be out of sight.
    const scrolls =
        "pre, .table-scroll, .rich-table, .tabs, .tabs ul, .gift-text, .formula, .screen";
    const unseen = ".sr-only, .skip, .confetti, .fill, svg *, .katex *, option, script, style";
    for (const each of document.querySelectorAll("body *")) {
        if (!each.checkVisibility() || each.closest(unseen)) continue;
        if (each.parentElement.closest(`${scrolls}, .ellipsis`)) continue;
        const box = each.getBoundingClientRect();
        if (box.width && (box.left < -1 || box.right > room + 1)) add("sticks out", each);
        const { overflowX, textOverflow } = getComputedStyle(each);
        const hides = overflowX !== "visible" && textOverflow !== "ellipsis";
        const isText = each.textContent.trim() && !each.matches(`select, ${scrolls}`);
        const cuts = each.matches(".pin-input") || (hides && isText);
        if (cuts && each.scrollWidth > each.clientWidth + 1) add("cut", each);
    }
    // Words stay inside the box that is drawn around them.
    const low = "button, .button, .chip, .tab, .avatar";
    const boxes =
        `${low}, a, label, th, td, dialog, .card, .sign, .screen, .hint, .fact, .option`;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const { data, parentElement } = walker.currentNode;
        const box = parentElement.closest(boxes);
        if (!data.trim() || !box?.checkVisibility()) continue;
        if (parentElement.closest(`${unseen}, .ellipsis, ${scrolls}`)) continue;
        if (getComputedStyle(box).display === "inline") continue;
        const range = document.createRange();
        range.selectNodeContents(walker.currentNode);
        const [words, around] = [range, box].map((each) => each.getBoundingClientRect());
        if (!words.width) continue;
        const beside = words.left < around.left - 1 || words.right > around.right + 1;
        if (beside) add("past its box", box);
        if (words.bottom > around.bottom + 3 && box.matches(low)) add("below its box", box);
    }
    const { scrollWidth } = document.documentElement;
    if (scrollWidth > innerWidth) found.add(`the page is ${scrollWidth} wide`);
    return [...found];
}"""


def misfits(page: Page) -> list[str]:
    """One line for each kind of element that does not fit."""
    found: list[str] = page.evaluate(FIND)
    return found


def misfits_on(page: Page, screens: tuple[Screen, ...] = SCREENS) -> list[str]:
    """The same on every screen, each line with where it was so. The page is left as it was."""
    before = page.viewport_size
    assert before is not None
    places: dict[str, list[str]] = {}
    for screen in screens:
        screen.show(page)
        for line in misfits(page):
            places.setdefault(line, []).append(str(screen))
    Screen(before["width"]).show(page)
    page.set_viewport_size(before)
    return [f"{line} ({', '.join(where)})" for line, where in places.items()]
