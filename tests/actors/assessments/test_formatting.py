"""Formatted texts are inert, whatever was written, and their plain text says what they say."""

from __future__ import annotations

import html
import time
from contextlib import suppress
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.assessments.formatting import Rendered, plain_html, render
from actors.markup import FORMATTING, MAX_HTML, UnboundedMarkup, formatting
from protocol.assessments.formats import MAX_FORMATTED, TextFormat
from tests.support.turns import slowness

MOST_SECONDS = 2.0
"""CPU time of a text that is read twice; the worst takes half a second."""
ATTRIBUTES = frozenset("colspan dir href lang rel rowspan start target title".split())  # noqa: SIM905
FORMATS = [TextFormat.HTML, TextFormat.MARKDOWN, TextFormat.MOODLE]


class Shown(HTMLParser):
    """What a page would make of it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words = ""
        self.strange: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in FORMATTING | {"a"}:
            self.strange.append(tag)
        self.strange += [name for name, _ in attrs if name not in ATTRIBUTES]
        address = dict(attrs).get("href")
        if address is not None and urlsplit(address).scheme not in ("http", "https", "mailto"):
            self.strange.append(address)

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        self.strange.append(data)

    def handle_decl(self, decl: str) -> None:
        self.strange.append(decl)

    def unknown_decl(self, data: str) -> None:
        self.strange.append(data)

    def handle_pi(self, data: str) -> None:
        self.strange.append(data)


def assert_inert(source: str, format: TextFormat, *, links: bool = True) -> Rendered:
    shown = render(source, format, links=links)
    if shown.formatted is not None:
        assert Shown(shown.formatted.html).strange == []
        assert formatting(shown.formatted.html, links=True) == shown.formatted.html
        assert links or "<a" not in shown.formatted.html
        assert len(shown.formatted.html) <= MAX_FORMATTED
        if format is TextFormat.MOODLE:
            assert Shown(shown.formatted.source or "").strange == []
    return shown


VECTORS = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<scr<b>ipt>alert(1)</scr</b>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src=x alt='<script>alert(1)</script>'>",
    "<img alt='\"><img src=x onerror=alert(1)>'>",
    "<svg onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 "
    "onerror=alert(1)&gt;'>",
    "<math alttext='<img src=x onerror=alert(1)>'></math>",
    "<math alttext=\"x\"><annotation-xml encoding='text/html'><svg onload=alert(1)></math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='jav&#x09;ascript:alert(1)'>x</a>",
    "<a href=' \x01javascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='//evil.example'>x</a>",
    "<a href='vbscript:x' target=_self rel=opener onclick=alert(1)>x</a>",
    "[x](javascript:alert(1)) **b**",
    "[x](<javascript:alert(1)>) **b**",
    "![x](x' onerror=alert(1)) **b**",
    '**b** <javascript:alert(1)> <https://a.example/"onclick=alert(1)>',
    "<b style='background:url(javascript:alert(1))' onclick=alert(1) id=x name=y>x</b>",
    "<b onclick\n=\nalert(1)>x</b>",
    "<b/onclick=alert(1)>x</b>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<iframe src=javascript:alert(1)>",
    "<object data='data:text/html;base64,PHNjcmlwdD4='></object><embed src=x>",
    "<base href='https://evil.example/'><b>x</b>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'><b>x</b>",
    "<link rel=stylesheet href=https://evil.example/x.css><b>x</b>",
    "<style>@import 'https://evil.example/x.css';</style><b>x</b>",
    "<table background='https://evil.example'><td background=x>y</table>",
    "<video><source onerror=alert(1)></video><audio src onerror=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<input autofocus onfocus=alert(1)><select onfocus=alert(1) autofocus><textarea>",
    "<form action=javascript:alert(1)><button>x</button></form><b>x</b>",
    "<b><!--><img src=x onerror=alert(1)>--></b>",
    "<![CDATA[<img src=x onerror=alert(1)>]]><b>x</b>",
    "<?xml version='1.0'?><b>x</b>",
    "<b\x00>x</b><\x00script>alert(1)</script>",
    "<b>\u2028x</b><xss onpointerover=alert(1)>",
    "<template><img src=x onerror=alert(1)></template><b>x</b>",
    "<title><img src=x onerror=alert(1)></title><b>x</b>",
    "<xmp><img src=x onerror=alert(1)></xmp><plaintext><b>x</b>",
    "&lt;img src=x onerror=alert(1)&gt;<b>x</b>",
    "<b>x</b>&#60;script&#62;alert(1)&#60;/script&#62;",
    "<<b>script>alert(1)<</b>/script>",
    "<sup>\U0010fe00<script></sup>",
    "<o:p onclick=alert(1)><b>x</b></o:p>",
]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("source", VECTORS)
def test_known_attacks_become_inert(source: str, format: TextFormat) -> None:
    for links in (True, False):
        with suppress(UnboundedMarkup):
            assert_inert(source, format, links=links)


pieces = st.sampled_from(
    [
        *VECTORS,
        *("<", ">", "</", "/>", "&", "&lt;", "&#60;", "'", '"', "`", "=", "\n", " ", "x", "____"),
        *(
            "<b>",
            "</b>",
            "<p>",
            "</p>",
            "<sup>",
            "</sup>",
            "<a href='https://x'>",
            "</a>",
            "*",
            "[",
        ),
        *(
            "<math alttext='x'>",
            "</math>",
            "<td>",
            "<table>",
            "<pre>",
            "]",
            "(",
            ")",
            "# ",
            "|",
            "-",
        ),
        *("<script>", "</script>", "<style>", "<svg>", "<!--", "-->", "\u0338", "\U0010fe03"),
    ]
)


@given(
    source=st.lists(pieces, max_size=12).map("".join),
    format=st.sampled_from(FORMATS),
    links=st.booleans(),
)
def test_whatever_is_put_together_becomes_inert(
    source: str, format: TextFormat, links: bool
) -> None:
    with suppress(UnboundedMarkup):
        assert_inert(source, format, links=links)


words = st.text(st.characters(categories=("L", "N"), max_codepoint=0x2FF), min_size=1, max_size=8)
elements = st.recursive(
    words.map(html.escape),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{' '.join(parts)}</{tag}>",
        st.sampled_from(["b", "i", "em", "strong", "code", "u", "div", "blockquote", "small"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=8,
)


@given(source=elements, format=st.sampled_from(FORMATS))
def test_the_plain_text_has_all_the_words_in_their_order(source: str, format: TextFormat) -> None:
    shown = assert_inert(source, format)
    said = Shown(shown.formatted.html).words if shown.formatted else shown.text
    assert shown.text.split() == said.split() or "".join(shown.text.split()) == "".join(
        said.split()
    )
    assert "".join(shown.text.split()) == "".join(Shown(source).words.split())


@given(text=st.text(max_size=60))
def test_a_plain_text_is_shown_as_it_is(text: str) -> None:
    assert render(text, TextFormat.PLAIN) == Rendered(text)
    shown = Shown(plain_html(text))
    assert shown.strange == []
    assert "<" not in plain_html(text).replace("<br>", "")
    assert shown.words.split() == text.replace("\n", "").split() or "\n" in text


@pytest.mark.heavy  # so that it is not measured with coverage, which makes a second of a tenth
@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    "piece",
    [
        *("<math alttext=x>", "<math>", "<math alttext=x></math>", "<annotation tex>", "<!--"),
        *("<a href='", "<a href=x>", "</a>", "<img alt=", "<img alt='x'>", "<sup>", "<b ", "< b"),
        *("<b style='", "style=", "<o:p", "\n", " \n ", "&#", "&amp", "<p>", "<br>\n", "<pre"),
        *("____", "_", "*", "**a", "[", "](", "![", "`", "``a", "> ", "- ", "|", "<", "\\", "~~a"),
        *("[a]: <b>\n", "a\n|-\n", "\t", "&lt;", "<td>", "<script>", "\U0010fe00"),
    ],
)
def test_reading_takes_time_in_bounds(piece: str, format: TextFormat) -> None:
    most = MAX_FORMATTED if format is TextFormat.MARKDOWN else MAX_HTML
    source = (piece * most)[:most]
    began = time.thread_time()
    with suppress(UnboundedMarkup):
        render(source, format)
        render(source, format, links=False)
    assert time.thread_time() - began < MOST_SECONDS * slowness()
