"""What people write, by itself in Chromium: pasted with formats, shown in a line, and linked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.components import mounted

pytestmark = pytest.mark.browser

MOUNT = """async () => {
  const { showLanguage } = await import("/app/locale.js");
  await showLanguage("en");
}"""
RICH = """async (markdown) => {
  const { render } = await import("preact");
  const { html } = await import("/app/html.js");
  const { RichText } = await import("/text/rich-text.js");
  const shown = html`<h1>Text</h1><${RichText} level=${2} markdown=${markdown} />`;
  render(shown, document.getElementById("at"));
}"""
ASKED = """async (question) => {
  const { render } = await import("preact");
  const { html } = await import("/app/html.js");
  const { AskedToAnswer } = await import("/assessments/live/asked.js");
  const shown = html`<${AskedToAnswer} question=${question} /><p>Fields</p>`;
  render(shown, document.getElementById("at"));
}"""
FORM = """async () => {
  const { render } = await import("preact");
  const { useState } = await import("preact/hooks");
  const { html } = await import("/app/html.js");
  const { Failure } = await import("/app/graphql.js");
  const { FormError, SubmitButton, TextField, useSubmit } = await import("/kit/form.js");
  const fields = [{ field: "input.title", code: "TOO_LONG", max: 3, message: "Too long" }];
  const refusal = { message: "No", extensions: { code: "VALIDATION_ERROR", details: { fields } } };
  function Form() {
    const [[note, title, email], set] = useState(["", "", ""]);
    const { submit, busy, failure, errorOf } = useSubmit(async () => {
      window.sent = (window.sent ?? 0) + 1;
      throw new Failure(refusal);
    });
    return html`<form class="stack" novalidate onSubmit=${submit}><h1>Form</h1>
      <${TextField} label="Note" value=${note} onChange=${(next) => set([next, title, email])} />
      <${TextField} label="Title" name="title" required value=${title} error=${errorOf("title")}
        onChange=${(next) => set([note, next, email])} />
      <${TextField} label="E-mail" name="email" required value=${email} error=${errorOf("email")}
        onChange=${(next) => set([note, title, next])} />
      <${FormError} failure=${failure} shownFields=${["title", "email"]} />
      <${SubmitButton} busy=${busy}>Send<//></form>`;
  }
  render(html`<${Form} />`, document.getElementById("at"));
}"""
PASTED = "async (html) => (await import('/text/pasted.js')).markdownOf(html)"
EXCERPT = "async (text) => (await import('/text/written.js')).excerpt(text)"


@pytest.fixture
def page(chromium: Browser, client_errors: list[str]) -> Iterator[Page]:
    opened = mounted(chromium, client_errors, MOUNT, None, viewport={"width": 390, "height": 780})
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("plain", None),
        ("<div>one<br>two</div>", None),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        (
            "<h2>Head</h2><p>a <b>bold</b> and <em>leaning</em></p>",
            "## Head\n\na **bold** and *leaning*",
        ),
        ("<ul><li>one</li><li>two<ul><li>in it</li></ul></li></ul>", "- one\n- two\n  - in it"),
        ("<ol start=3><li><p>one</p></li><li>two</li></ol>", "3. one\n4. two"),
        ("<p><a href='https://a.example/b c'>x</a></p>", "[x](<https://a.example/b%20c>)"),
        ("<p><a href='javascript:y()'>x</a></p>", "x"),
        ("<p>3 * 4 [see] _a_</p>", r"3 \* 4 \[see\] \_a\_"),
        ("<blockquote><p>one</p><p>two</p></blockquote>", "> one\n>\n> two"),
        ("<p>a</p><pre>x\n  y</pre>", "a\n\n```\nx\n  y\n```"),
        (
            "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2|3</td></tr></table>",
            "| a | b |\n| --- | --- |\n| 1 | 2\\|3 |",
        ),
        ("<b style='font-weight:normal'><p>of a word processor</p></b>", "of a word processor"),
        ("<script>x</script><p>left</p>", "left"),
        ("<div style='white-space: pre;'><p>**code**</p></div>", None),
    ],
)
def test_what_is_pasted_with_formats_becomes_markdown(
    page: Page, html: str, markdown: str | None
) -> None:
    assert page.evaluate(PASTED, html) == markdown


@pytest.mark.parametrize(
    ("kept", "line"),
    [
        ("# Head\n\nSome **bold**, *leaning* and `code`.", "Head Some bold, leaning and code."),
        ("3 &gt; 2, and a &lt; b", "3 > 2, and a < b"),
        ("&gt; quoted\n\n- one\n- two\n\n1. three", "quoted one two three"),
        ("See [this](https://a.example) and ![a picture](<blob:x>)", "See this and a picture"),
        ("|a|b|\n|-|-|\n|1|2|", "a b 1 2"),
        ("snake_case_name, 2 * 3 * 4 and C#", "snake_case_name, 2 * 3 * 4 and C#"),
        (r"\*no mark\*", "*no mark*"),
        ("***both*** and ~~gone~~", "both and gone"),
        ("<p>of another client</p>", "of another client"),
        ("```py\nprint(1)\n```", "print(1)"),
    ],
)
def test_a_card_shows_the_words_of_a_text_and_keeps_its_signs(
    page: Page, kept: str, line: str
) -> None:
    assert page.evaluate(EXCERPT, kept) == line


def test_a_link_without_an_address_looks_like_none(page: Page) -> None:
    page.evaluate(RICH, "[one](zz) and [two](https://a.example)")
    expect(page.get_by_role("link")).to_have_text("two")
    one, two = (page.locator("a", has_text=text) for text in ("one", "two"))
    colour = "(each) => getComputedStyle(each).color"
    assert one.evaluate(colour) == page.locator("h1").evaluate(colour)
    assert two.evaluate(colour) != one.evaluate(colour)
    assert_accessible(page)


def test_the_empty_corner_of_a_table_heads_nothing(page: Page) -> None:
    page.evaluate(RICH, "|   | Mars |\n|---|---|\n| Moons | 2 |")
    expect(page.get_by_role("columnheader")).to_have_text("Mars")
    assert_accessible(page)


@pytest.mark.parametrize("kind", ["fill_blank", "matching", "multiple_choice"])
def test_a_question_without_words_has_no_empty_heading(page: Page, kind: str) -> None:
    question = {"questionType": kind, "text": "", "blanks": 0, "options": [], "prompts": []}
    page.evaluate(ASKED, question)
    expect(page.get_by_text("Fields")).to_be_visible()
    expect(page.get_by_role("heading")).to_have_count(1 if kind == "fill_blank" else 0)
    headings = page.get_by_role("heading").all_inner_texts()
    assert all(headings)


def test_a_form_leads_to_the_first_field_that_is_wrong(page: Page) -> None:
    page.evaluate(FORM)
    send = page.get_by_role("button", name="Send")
    title, email = page.get_by_label("Title"), page.get_by_label("E-mail")
    send.press("Enter")
    expect(title).to_be_focused()
    expect(page.get_by_text("This is needed.")).to_have_count(2)
    assert page.evaluate("window.sent") is None
    assert_accessible(page)
    title.fill("Stars")
    send.press("Enter")
    expect(email).to_be_focused()
    expect(page.get_by_text("This is needed.")).to_have_count(1)
    email.fill("a@b.example")
    send.press("Enter")
    expect(title).to_be_focused()
    expect(title).to_have_accessible_description("At most 3 characters fit.")
    assert page.evaluate("window.sent") == 1
    expect(title).to_have_accessible_name("Title")
    mark = "(each) => getComputedStyle(each.labels[0], '::after').content"
    assert "*" in title.evaluate(mark)
    assert "*" not in page.get_by_label("Note").evaluate(mark)
