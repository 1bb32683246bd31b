"""What clients send is cleaned: HTML of everything that could do harm."""

from __future__ import annotations

import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.fields import Fields
from protocol.errors import ValidationError
from protocol.validation import Rule

DANGEROUS = {
    *("script", "style", "iframe", "object", "embed", "applet", "form", "input", "button", "svg"),
    *(
        "math",
        "meta",
        "link",
        "base",
        "frame",
        "frameset",
        "template",
        "noscript",
        "video",
        "audio",
    ),
}
ADDRESSES = {"href", "src", "action", "formaction", "xlink:href", "data", "background", "poster"}
SCHEMES = {"http", "https", "mailto", "tel", "ftp", "ftps"}


class Found(HTMLParser):
    """What a browser would find: tags, and attributes with their values decoded."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def scheme(address: str) -> str | None:
    """As browsers read it: without white space and control characters."""
    seen = "".join(c for c in address if not c.isspace() and unicodedata.category(c) != "Cc")
    before, colon, _ = seen.partition(":")
    return before.lower() if colon and not set("/?#") & set(before) else None


JAVASCRIPT = st.sampled_from(
    [
        *("javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:a()"),
        *(
            "java&#10;script:a()",
            "&#106;avascript:a()",
            "&#x6A;avascript&colon;a()",
            "\x01javascript:a",
        ),
        *("vbscript:a", "data:text/html,<script>a()</script>", "data:text/html;base64,PHN2Zz4="),
    ]
)
EVENTS = st.sampled_from(
    ["onclick", "onerror", "ONLOAD", "oNmouseover", "onfocus", "onanimationstart", "ontoggle"]
)
TAGS = st.sampled_from(
    [
        *(
            "a",
            "b",
            "p",
            "img",
            "div",
            "script",
            "SCRIPT",
            "svg",
            "math",
            "iframe",
            "style",
            "form",
        ),
        *(
            "object",
            "embed",
            "details",
            "body",
            "input",
            "template",
            "noscript",
            "table",
            "scr\x00ipt",
        ),
    ]
)
PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)


@st.composite
def elements(draw: st.DrawFn, inner: str) -> str:
    tag, quote = draw(TAGS), draw(st.sampled_from(['"', "'", ""]))
    name = draw(
        st.one_of(
            EVENTS, st.sampled_from(["href", "src", "style", "xlink:href", "srcdoc", "formaction"])
        )
    )
    value = draw(
        st.one_of(JAVASCRIPT, st.just("alert(1)"), st.just("https://school.example/a?b=c"))
    )
    space = draw(st.sampled_from([" ", "/", "\n", "\t", " x "]))
    end = draw(st.sampled_from([f"</{tag}>", "", f"</{tag} >", "/>"]))
    return f"<{tag}{space}{name}={quote}{value}{quote}>{inner}{end}"


NASTY = st.sampled_from(
    [
        "<script>alert(1)</script>",
        "<scr<script>ipt>alert(1)</script>",
        "<<script>a()//<</script>",
        "<img src=x onerror=alert(1)>",
        "<svg><script>alert(1)</script></svg>",
        "<svg><style><img src=x onerror=a()></style></svg>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=1 onerror=a()>'>",
        "<noscript><p title='</noscript><img src=x onerror=a()>'>",
        "<!--<img src=--><b>",
        "]]><script>",
        "<![CDATA[<b>]]>",
        "<a href='x' onclick='a()'>b</a",
        '<a href="java\nscript:a()">x</a>',
        "&lt;script&gt;a()&lt;/script&gt;",
        "<style>@import 'javascript:a'</style>",
        "<p style='background:url(javascript:a())'>x</p>",
        "<base href=//x>",
        "<meta http-equiv=refresh content=0>",
        "<b>&#824;onclick=a()></b>",
        "<a title='&#824;'>&#824;</a>",
        "e&#769;",
        "<b>bold",
        "a < b && c > d",
        "</p></div>",
    ]
)
PIECES = st.one_of(PLAIN, NASTY)
HTML = st.lists(
    st.one_of(PIECES, PIECES.flatmap(elements), PIECES.flatmap(elements).flatmap(elements)),
    min_size=1,
    max_size=6,
).map("".join)


def cleaned(text: str) -> str:
    return Fields().html("content", text)


@given(text=HTML)
def test_html_keeps_nothing_that_could_do_harm(text: str) -> None:
    """Property 63: HTML sanitization

    Validates: Requirements 13.3
    """
    clean = cleaned(text)
    found = Found(clean)
    assert not DANGEROUS & set(found.tags), clean
    for name, value in found.attributes:
        assert not name.startswith("on"), clean
        assert name not in ("style", "srcdoc", "formaction"), clean
        if name in ADDRESSES:
            assert scheme(value) in {None, *SCHEMES}, clean
    assert cleaned(clean) == clean


def test_harmless_html_stays() -> None:
    text = (
        '<p>A <b>bold</b> <a href="https://school.example" rel="noopener noreferrer">link</a></p>'
    )
    assert cleaned(text) == text
    assert Fields().optional_html("content", " <i>a</i> ") == "<i>a</i>"
    assert Fields().optional_html("content", "  ") is None


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", " <style>b</style> ", "<!-- a -->"])
def test_a_text_of_which_nothing_is_left_was_none(text: str) -> None:
    fields = Fields()
    fields.html("content", text)
    with pytest.raises(ValidationError) as refused:
        fields.check()
    assert refused.value.details["fields"] == [
        {"field": "content", "message": "is required", "code": "REQUIRED"}
    ]
    assert Fields().optional_html("content", text) is None


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("Vera \u202erotcurtsnI", "must not change the direction of writing"),
        ("\u2067Vera", "must not change the direction of writing"),
        ("Vera\u2028Okafor", "must be a single line"),
        ("\u200b\u200b", "has no visible characters"),
        ("\u3164", "has no visible characters"),
        ("\u0301", "has no visible characters"),
        ("  ", "is required"),
    ],
)
def test_a_name_that_shows_as_something_else_is_none(name: str, problem: str) -> None:
    fields = Fields()
    fields.line("fullName", name)
    (wrong,) = fields.problems
    assert (wrong["field"], wrong["message"]) == ("fullName", problem)
    assert wrong["code"] in list(Rule)


@pytest.mark.parametrize(
    "name",
    [
        "\u05de\u05d9\u05e8\u05d4\u200f (Mira)",
        "\u0646\u0645\u06cc\u200c\u062f\u0627\u0646\u0645",
        "1",
        "\U0001f468\u200d\U0001f467",
    ],
)
def test_names_of_every_script_are_taken(name: str) -> None:
    fields = Fields()
    assert fields.line("fullName", name) == name
    assert fields.problems == []
