"""The components of pages on the showcase: by keyboard, in both directions, to axe."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from actors.assessments.markdown import as_markup
from tests.browser.accessibility import assert_accessible
from tests.browser.stage import fits, watch
from tests.support.server import StoaServer
from tests.web.test_web_markdown import TEXT_PARTS

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

GIB = 1024**3


@pytest.fixture
def page(chromium: Browser, stoa_server: StoaServer, client_errors: list[str]) -> Iterator[Page]:
    """The showcase on a desk."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    page = watch(context.new_page(), client_errors)
    show(page, stoa_server)
    yield page
    context.close()


@pytest.fixture(scope="module")
def modules(chromium: Browser, stoa_server: StoaServer) -> Iterator[Page]:
    """A page of the site for tests that ask modules alone."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{stoa_server.url}/sign-in")  # which has the import map
    yield page
    context.close()


def show(page: Page, server: StoaServer) -> None:
    page.goto(f"{server.url}/kit")
    expect(page.locator(".katex").first).to_be_visible()
    expect(page.locator(".hljs-keyword").first).to_be_visible()


def section(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


@pytest.mark.parametrize(
    ("theme", "language", "width"),
    [
        ("light", "en", 1366),
        ("dark", "en", 390),
        ("light", "ar", 390),
        ("dark", "de", 1920),
        ("light", "fr", 320),
    ],
)
def test_axe_finds_nothing_and_nothing_sticks_out(
    chromium: Browser,
    stoa_server: StoaServer,
    client_errors: list[str],
    theme: str,
    language: str,
    width: int,
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800})
    page = watch(context.new_page(), client_errors)
    show(page, stoa_server)
    page.get_by_label("Theme").select_option(theme)
    page.get_by_label("Language").select_option(language)
    direction = "rtl" if language == "ar" else "ltr"
    expect(page.locator("html")).to_have_attribute("dir", direction)
    expect(page.locator("html")).to_have_attribute("data-theme", theme)
    assert fits(page)
    assert_accessible(page)
    overlays = section(page, "Overlays")
    overlays.get_by_role("button", name="Delete").click()
    assert_accessible(page)
    page.keyboard.press("Escape")
    overlays.get_by_role("button", name="More").click()
    assert_accessible(page)
    context.close()


def test_the_chosen_theme_is_there_before_anything_is_drawn(page: Page) -> None:
    page.get_by_label("Theme").select_option("dark")
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert background(page) == "rgb(17, 17, 29)"
    page.get_by_label("Theme").select_option("auto")
    assert background(page) == "rgb(244, 244, 251)"
    page.emulate_media(color_scheme="dark")
    assert background(page) == "rgb(17, 17, 29)"
    page.emulate_media(media="print")
    assert background(page) == "rgb(255, 255, 255)"


def background(page: Page) -> str:
    script = """() => {
        const probe = document.body.appendChild(document.createElement("i"));
        probe.style.background = "var(--bg)";
        const colour = getComputedStyle(probe).backgroundColor;
        probe.remove();
        return colour;
    }"""
    return str(page.evaluate(script))


def test_text_of_double_size_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 640, "height": 800})
    page.evaluate("document.documentElement.style.fontSize = '32px'")
    assert fits(page)


def test_a_dialog_keeps_the_focus_and_gives_it_back(page: Page) -> None:
    opener = section(page, "Overlays").get_by_role("button", name="Rename")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Rename the course")
    expect(dialog.get_by_label("New name")).to_be_focused()
    for _ in range(6):
        page.keyboard.press("Tab")
        inside = (
            "document.activeElement.closest('dialog') || document.activeElement === document.body"
        )
        assert page.evaluate(f"Boolean({inside})")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()


def test_a_question_says_what_will_happen_and_begins_at_the_harmless_answer(page: Page) -> None:
    overlays = section(page, "Overlays")
    overlays.get_by_role("button", name="Delete").press("Enter")
    question = page.get_by_role("alertdialog", name="Delete the course?")
    expect(question).to_have_accessible_description(re.compile("30 students lose their way"))
    expect(question.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Enter")
    expect(overlays).to_contain_text("kept")
    overlays.get_by_role("button", name="Delete").press("Enter")
    question.get_by_role("button", name="Delete").press("Enter")
    expect(overlays).to_contain_text("deleted")
    expect(overlays.get_by_role("button", name="Delete")).to_be_focused()


def test_what_a_question_could_not_do_is_said_in_it(page: Page) -> None:
    section(page, "Overlays").get_by_role("button", name="Publish").click()
    question = page.get_by_role("alertdialog", name="Publish the course?")
    question.get_by_role("button", name="Publish").click()
    expect(question.get_by_role("alert")).to_contain_text("does not answer")
    page.keyboard.press("Escape")
    expect(question).to_have_count(0)


def test_a_menu_works_by_keyboard(page: Page) -> None:
    opener = section(page, "Overlays").get_by_role("button", name="More")
    opener.press("Enter")
    expect(page.get_by_role("menuitem", name="Rename")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("menuitem", name="Delete")).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    expect(page.get_by_role("menu")).to_have_count(0)


def test_tabs_are_one_stop_and_arrows_follow_the_line_of_reading(page: Page) -> None:
    tabs = section(page, "Lists").get_by_role("tablist", name="Preview")
    tabs.get_by_role("tab", name="Phone").focus()
    page.keyboard.press("ArrowRight")
    expect(tabs.get_by_role("tab", name="Projector")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="Projector")).to_contain_text("projector")
    page.keyboard.press("Tab")
    expect(page.get_by_role("tabpanel", name="Projector")).to_be_focused()
    page.get_by_label("Direction").select_option("rtl")
    tabs.get_by_role("tab", name="Projector").focus()
    page.keyboard.press("ArrowRight")
    expect(tabs.get_by_role("tab", name="Phone")).to_be_focused()
    page.keyboard.press("End")
    expect(tabs.get_by_role("tab", name="Paper")).to_have_attribute("aria-selected", "true")


def lessons(page: Page) -> list[str]:
    items = section(page, "Lists").get_by_role("list", name="Lessons").get_by_role("listitem")
    return [text.split(",")[0] for text in items.all_inner_texts()]


def test_a_list_is_ordered_by_keyboard_and_the_focus_goes_along(page: Page) -> None:
    assert lessons(page) == ["The Sun", "Mercury and Venus", "Earth and its Moon", "Mars"]
    down = page.get_by_role("button", name="Move down: The Sun")
    down.press("Enter")
    expect(down).to_be_focused()
    page.keyboard.press("Enter")
    assert lessons(page) == ["Mercury and Venus", "Earth and its Moon", "The Sun", "Mars"]
    live = page.locator("[aria-live=polite]")
    expect(live).to_have_text("The Sun is now number 3 of 4.")
    page.keyboard.press("Enter")
    expect(down).to_be_focused()
    expect(down).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Enter")
    assert lessons(page)[3] == "The Sun"


def test_a_list_is_ordered_by_dragging_and_escape_gives_up(page: Page) -> None:
    box = section(page, "Lists").get_by_role("list", name="Lessons")
    box.scroll_into_view_if_needed()
    grips = box.locator(".grip")

    def drag(from_: int, to: int) -> None:
        start, end = grips.nth(from_).bounding_box(), grips.nth(to).bounding_box()
        assert start is not None
        assert end is not None
        page.mouse.move(start["x"] + 10, start["y"] + 10)
        page.mouse.down()
        page.mouse.move(start["x"] + 10, end["y"] + end["height"], steps=8)

    drag(0, 2)
    page.mouse.up()
    assert lessons(page) == ["Mercury and Venus", "Earth and its Moon", "The Sun", "Mars"]
    drag(0, 3)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert lessons(page)[0] == "Mercury and Venus"


def test_a_table_is_sorted_and_says_so(page: Page) -> None:
    table = page.get_by_role("table", name="Students")
    heads = table.get_by_role("rowheader")
    assert heads.first.inner_text() == "Ada Lovelace"
    score = table.get_by_role("columnheader", name="Right")
    score.get_by_role("button").click()
    expect(score).to_have_attribute("aria-sort", "ascending")
    assert heads.all_inner_texts()[0] == "Émilie du Châtelet"
    assert heads.all_inner_texts()[-1] == "Zoë"
    score.get_by_role("button").click()
    expect(score).to_have_attribute("aria-sort", "descending")
    assert heads.all_inner_texts()[0].startswith("محمد")
    assert heads.all_inner_texts()[-1] == "Zoë"
    expect(page.locator("[aria-live=polite]")).to_have_text("Sorted by Right, descending")


def test_on_a_phone_a_table_is_cards_that_can_still_be_sorted(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 780})
    table = page.get_by_role("table", name="Students")
    expect(table.get_by_role("row")).to_have_count(5)
    page.get_by_label("Sort").select_option(label="Joined, descending")
    assert table.get_by_role("rowheader").first.inner_text() == "Zoë"
    assert fits(page)


def test_a_time_is_a_moment_in_its_zone_also_when_clocks_change(page: Page) -> None:
    fields = section(page, "Fields")
    opens = fields.get_by_label("Opens")
    moment = fields.locator("[data-moment]")
    expect(opens).to_have_value("2027-03-27T15:00")
    expect(opens).to_have_accessible_description("Time zone: Berlin (GMT+1).")
    opens.fill("2027-03-28T01:30")
    expect(moment).to_have_text("2027-03-28T00:30:00.000Z")
    opens.fill("2027-03-28T02:30")  # when there is no such time
    expect(moment).to_have_text("2027-03-28T01:30:00.000Z")
    expect(opens).to_have_accessible_description(re.compile("skipped. Mar 28, 2027.* 3:30"))
    opens.fill("2027-10-31T02:30")  # when it comes twice
    expect(moment).to_have_text("2027-10-31T00:30:00.000Z")
    expect(opens).to_have_accessible_description(re.compile("comes twice"))
    opens.fill("2027-07-01T09:00")
    expect(fields.get_by_label("The same in Kathmandu")).to_have_value("2027-07-01T12:45")
    fields.get_by_label("The same in Kathmandu").fill("2027-07-01T00:00")
    expect(opens).to_have_value("2027-06-30T20:15")
    opens.fill("")
    expect(moment).to_have_text("none")


@pytest.mark.parametrize(
    ("wall", "zone", "moment", "clock"),
    [
        ("2027-03-14T02:30", "America/New_York", "2027-03-14T07:30:00.000Z", "skipped"),
        ("2027-11-07T01:30", "America/New_York", "2027-11-07T05:30:00.000Z", "twice"),
        ("2027-10-03T02:15", "Australia/Lord_Howe", "2027-10-02T15:45:00.000Z", "skipped"),
        ("2011-12-30T12:00", "Pacific/Apia", "2011-12-30T22:00:00.000Z", "skipped"),
        ("2027-06-01T00:00", "UTC", "2027-06-01T00:00:00.000Z", "plain"),
        ("0999-01-01T00:00", "UTC", "0999-01-01T00:00:00.000Z", "plain"),
    ],
)
def test_the_moment_of_a_wall_clock(
    modules: Page, wall: str, zone: str, moment: str, clock: str
) -> None:
    found = modules.evaluate(
        """async ([wall, zone]) => {
            const { momentOf, wallTime } = await import("/kit/zones.js");
            const found = momentOf(wall, zone);
            return { ...found, back: wallTime(found.moment, zone) };
        }""",
        [wall, zone],
    )
    assert found["moment"] == moment
    assert found["clock"] == clock
    assert (found["back"] == wall) is (clock != "skipped")


def test_a_file_that_may_not_be_taken_is_refused_before_it_is_read(
    page: Page, tmp_path: Path
) -> None:
    fields = section(page, "Fields")
    file = fields.get_by_label("Import questions")
    large = tmp_path / "large.gift"
    with large.open("wb") as sparse:
        sparse.truncate(2 * GIB)
    file.set_input_files(large)
    refusal = fields.get_by_role("alert").filter(has_text="large.gift")
    expect(refusal).to_have_text("large.gift has 2 GB; at most 512 kB are allowed.")
    expect(file).to_have_attribute("aria-invalid", "true")
    file.set_input_files({"name": "cat.png", "mimeType": "image/png", "buffer": b"png"})
    expect(fields.get_by_role("alert").filter(has_text="cat.png")).to_contain_text(".gift, .txt")
    file.set_input_files({"name": "empty.gift", "mimeType": "text/plain", "buffer": b""})
    expect(fields.get_by_role("alert").filter(has_text="empty.gift")).to_contain_text("is empty")
    file.set_input_files({"name": "ok.gift", "mimeType": "text/plain", "buffer": b"::a::b{T}"})
    expect(fields.locator("[data-files]")).to_have_text("ok.gift")
    expect(fields.get_by_role("alert").filter(has_text="gift")).to_have_count(0)


def test_a_file_of_two_gib_that_is_dropped_is_never_read(page: Page) -> None:
    page.evaluate(
        """() => {
            window.reads = 0;
            for (const name of ["arrayBuffer", "text", "stream", "slice"]) {
                const own = Blob.prototype[name];
                Blob.prototype[name] = function (...rest) {
                    window.reads += 1;
                    return own.apply(this, rest);
                };
            }
            const file = new File(["x"], "film.gift");
            Object.defineProperty(file, "size", { value: 2 * 1024 ** 3 });
            const event = new Event("drop", { bubbles: true, cancelable: true });
            Object.defineProperty(event, "dataTransfer", { value: { files: [file] } });
            document.querySelector(".drop").dispatchEvent(event);
        }"""
    )
    expect(
        section(page, "Fields").get_by_role("alert").filter(has_text="film.gift")
    ).to_be_visible()
    assert page.evaluate("window.reads") == 0


def test_what_people_write_does_no_harm(page: Page, client_errors: list[str]) -> None:
    cleaned = page.evaluate(
        """async () => {
            const { sanitised } = await import("/text/sanitised.js");
            const source = `
                <p id="main" class="card" style="position:fixed" onclick="window.hit = 1">a</p>
                <script>window.hit = 2</script><img src="x" onerror="window.hit = 3">
                <img src="data:image/svg+xml,<svg onload=alert(1)>"><a href="javascript:hit()">b</a>
                <a href="//evil.example">c</a><a href="https://good.example" target="_self">d</a>
                <form action="/"><input name="q"></form><svg><use href="#x"/></svg>
                <code class="language-python">e</code><span class="formula">f</span>
                <iframe src="/"></iframe><style>p { color: red }</style>`;
            const place = document.body.appendChild(document.createElement("div"));
            place.append(sanitised(source));
            return place.innerHTML.replace(/\\s*\\n\\s*/g, "");
        }"""
    )
    link = 'target="_blank" rel="noopener noreferrer nofollow ugc"'
    picture = '<img alt="" loading="lazy" referrerpolicy="no-referrer">'
    assert cleaned == (
        f"<p>a</p>{picture}{picture}"
        "<a>b</a><a>c</a>"
        f'<a href="https://good.example" {link}>d</a>'
        '<code class="language-python">e</code><span class="formula">f</span>'
    )
    assert page.evaluate("window.hit") is None
    # The policy of the site says that it would have forbidden it too, while the text is read.
    assert all("Content Security Policy" in error for error in client_errors)
    client_errors.clear()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("It costs $5 or $10.", ["It costs $5 or $10."]),
        ("$x$ and \\(y\\)", [("x", False), " and ", ("y", False)]),
        ("$$a\nb$$ \\[c\\]", [("a\nb", True), " ", ("c", True)]),
        (r"\$5 and $a\$b$", ["$5 and ", (r"a\$b", False)]),
        ("$ x$ $x $ $$", ["$ x$ $x $ $$"]),
        ("$x$5", ["$x$5"]),
        (r"\(a \\\) b", [(r"a \\", False), " b"]),
        ("$x", ["$x"]),
    ],
)
def test_formulas_are_found_and_prices_are_none(
    modules: Page, text: str, parts: list[str | tuple[str, bool]]
) -> None:
    found = modules.evaluate(
        """async (text) => (await import("/text/formulas.js")).parts(text)
            .map((part) => "text" in part ? part.text : [part.tex, part.display])""",
        text,
    )
    assert [part if isinstance(part, str) else tuple(part) for part in found] == parts


def test_in_html_a_dollar_sign_is_no_more_than_that(modules: Page) -> None:
    found = modules.evaluate(
        r"""async () => (await import("/text/formulas.js"))
            .parts("$a$ \\$ \\(b\\) $$c$$", { ofHtml: true })"""
    )
    assert [part.get("text", part.get("tex")) for part in found] == [r"$a$ \$ ", "b", " ", "c"]


def test_markdown_keeps_formulas_code_and_alignment_and_takes_html_for_text(modules: Page) -> None:
    rendered = modules.evaluate(
        r"""async () => {
            const { asHtml } = await import("/text/markdown.js");
            return [
                "a $x_1 * y_1$ \\(b_2\\) **c**", "`$x$` \\$5", "$$\n- a\n= b\n$$", "<b>x</b>",
                "|a|\n|-:|\n|1|", "```py\n  x\n```", "[x](javascript:y)",
            ].map((source) => asHtml(source).trim());
        }"""
    )
    assert rendered == [
        '<p>a <code class="formula">x_1 * y_1</code> <code class="formula">b_2</code>'
        " <strong>c</strong></p>",
        "<p><code>$x$</code> $5</p>",
        '<p><code class="formula display">- a\n= b</code></p>',
        "<p>&lt;b&gt;x&lt;/b&gt;</p>",
        '<table>\n<thead>\n<tr>\n<th align="right">a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n'
        '<td align="right">1</td>\n</tr>\n</tbody>\n</table>',
        '<pre><code class="language-py">  x\n</code></pre>',
        "<p>[x](javascript:y)</p>",
    ]


def test_markdown_is_the_same_as_nodes_and_as_html_that_was_cleaned(modules: Page) -> None:
    chance = random.Random(11)
    harm = ("[x](JaVaScript:a)", "![x](http://a.example/b.png)", "![](data:text/html,x)", "```x<y")
    texts = ["".join(chance.choices(TEXT_PARTS + FORMULAS + harm, k=12)) for _ in range(1_000)]
    pairs = modules.evaluate(
        r"""async (texts) => {
            const { asHtml, asNodes } = await import("/text/markdown.js");
            const { sanitised } = await import("/text/sanitised.js");
            const told = (content) => {
                const place = document.createElement("div");
                place.append(content);
                const code = [...place.querySelectorAll("pre")].map((each) => each.textContent);
                return [place.innerHTML.replace(/\n/g, ""), ...code];
            };
            const ways = texts.flatMap((text) => [[text, false], [text, true]]);
            return ways.map(([text, inline]) =>
                [text, told(asNodes(text, { inline })), told(sanitised(asHtml(text, { inline })))]);
        }""",
        texts,
    )
    for text, nodes, cleaned in pairs:
        assert nodes == cleaned, text
    assert any("<img" in nodes[0] for _, nodes, _ in pairs)


FORMULAS = (
    *("a", " ", "\n", "\n\n", "5", "_", "*", "**b**", "`", "`$x$`", "\\$", "$", "$$"),
    *("$x_1$", "$x*y*z$", "\\(a_1\\)", "\\[b_2\\]", "\\(", "\\)", "\\[", "\\]", "$$c*d*$$"),
    *("$$\n- e\n= f\n$$\n", "\\[\ng\n\\]\n", "> ", "- ", "1. ", "    ", "|$h_1$|i|\n|-|-|\n"),
)


def test_formulas_in_markdown_are_those_that_the_server_finds(modules: Page) -> None:
    chance = random.Random(20_26)
    texts = ["".join(chance.choices(FORMULAS, k=chance.randint(1, 10))) for _ in range(1_000)]
    rendered = modules.evaluate(
        r"""async (texts) => {
            const { asHtml } = await import("/text/markdown.js");
            const { sanitised } = await import("/text/sanitised.js");
            return texts.map((text) => {
                const content = sanitised(asHtml(text));
                for (const code of content.querySelectorAll("code.formula")) {
                    const [open, close] = code.matches(".display") ? "[]" : "()";
                    code.replaceWith(`\\${open}${code.textContent}\\${close}`);
                }
                const place = document.createElement("div");
                place.append(content);
                return place.innerHTML;
            });
        }""",
        texts,
    )
    expected = modules.evaluate(
        """async (sources) => {
            const { sanitised } = await import("/text/sanitised.js");
            return sources.map((source) => {
                const place = document.createElement("div");
                place.append(sanitised(source));
                return place.innerHTML;
            });
        }""",
        [re.sub('style="text-align:\\w+"', "", as_markup(text)) for text in texts],
    )
    for text, page, server in zip(texts, rendered, expected, strict=True):
        assert page == server, text


def test_a_text_full_of_signs_is_read_in_time(modules: Page) -> None:
    took = modules.evaluate(
        r"""async () => {
            const { asHtml } = await import("/text/markdown.js");
            const { parts } = await import("/text/formulas.js");
            const begin = performance.now();
            for (const sign of ["$", "$$ ", "\\(", "\\[", "$a", "[", "*", "`"]) {
                const text = sign.repeat(20_000);
                parts(text);
                asHtml(text);
            }
            return performance.now() - begin;
        }"""
    )
    assert took < 10_000


def test_the_editor_marks_takes_back_and_shows(page: Page) -> None:
    texts = section(page, "Texts")
    field = texts.get_by_label("Lesson", exact=True)
    field.fill("")
    field.press_sequentially("orbit")
    field.press("ControlOrMeta+a")
    field.press("ControlOrMeta+b")
    expect(field).to_have_value("**orbit**")
    field.press("ControlOrMeta+b")
    expect(field).to_have_value("orbit")
    field.press("ControlOrMeta+z")
    field.press("ControlOrMeta+z")
    expect(field).to_have_value("orbit")
    toolbar = texts.get_by_role("toolbar", name="Formatting")
    toolbar.get_by_role("button", name="Bold").focus()
    page.keyboard.press("ArrowRight")
    expect(toolbar.get_by_role("button", name="Italic")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    preview = texts.get_by_role("region", name="Preview")
    expect(preview).to_have_text("orbit")
    expect(field).to_be_hidden()
    expect(toolbar.get_by_role("button", name="Bold")).to_be_disabled()
    toolbar.get_by_role("button", name="Both").click()
    field.fill("x" * 201)
    expect(texts.get_by_role("alert").filter(has_text="too many")).to_have_text(
        "1 character too many."
    )
    expect(preview).to_contain_text("x" * 201)


def test_the_editor_takes_a_picture(page: Page) -> None:
    texts = section(page, "Texts")
    field = texts.get_by_label("Lesson", exact=True)
    field.fill("Look: ")
    texts.get_by_label("Picture").set_input_files(
        {"name": "dot.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"}
    )
    expect(field).to_have_value(re.compile(r"Look: !\[What the picture shows\]\(<blob:"))


def test_a_picture_is_dropped_on_the_editor_and_nowhere_else(page: Page) -> None:
    dropped = page.evaluate(
        """() => {
            const drag = (target, name) => {
                const dataTransfer = new DataTransfer();
                dataTransfer.items.add(new File(["<svg/>"], "dot.svg", { type: "image/svg+xml" }));
                const options = { dataTransfer, bubbles: true, cancelable: true };
                const event = new DragEvent(name, options);
                target.dispatchEvent(event);
                return event.defaultPrevented;
            };
            const field = document.querySelector(".editor textarea");
            const text = new DataTransfer();
            text.setData("text/plain", "words");
            const options = { dataTransfer: text, bubbles: true, cancelable: true };
            const words = new DragEvent("dragover", options);
            field.dispatchEvent(words);
            return [
                drag(field, "dragover"), drag(field, "drop"),
                drag(document.body, "dragover"), drag(document.body, "drop"),
                words.defaultPrevented,
            ];
        }"""
    )
    assert dropped == [True, True, True, True, False]
    field = section(page, "Texts").get_by_label("Lesson", exact=True)
    expect(field).to_have_value(re.compile(r"!\[What the picture shows\]\(<blob:"))


def test_a_text_is_copied_and_said_to_be(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    section(page, "Basics").get_by_role("button", name="Copy").click()
    expect(section(page, "Basics").get_by_role("button", name="Copied")).to_be_visible()
    expect(page.locator("[aria-live=polite]")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "https://stoa.example/join/abc"


def test_searching_waits_for_a_pause_and_can_be_cleared(page: Page) -> None:
    fields = section(page, "Fields")
    search = fields.get_by_role("searchbox", name="Find people")
    search.fill("Bob")
    clear = fields.get_by_role("button", name="Clear the search")
    clear.click()
    expect(search).to_be_focused()
    expect(search).to_have_value("")
    expect(clear).to_have_count(0)
    expect(fields.get_by_role("search").get_by_role("status")).to_be_empty()
    search.fill("Ada")
    expect(fields.get_by_role("search").get_by_role("status")).to_have_text("3 found")


def test_a_number_can_be_typed_digit_by_digit(page: Page) -> None:
    fields = section(page, "Fields")
    field = fields.get_by_label("Tolerance")
    field.fill("")
    expect(fields.locator("[data-share]")).to_have_text("none")
    for sign, value in (("-", "none"), ("0", "0"), (".", "0"), ("0", "0"), ("5", "-0.05")):
        field.press(sign)
        expect(fields.locator("[data-share]")).to_have_text(value)
    expect(field).to_have_value("-0.05")


def test_stars_are_given_by_keyboard(page: Page) -> None:
    stars = section(page, "Fields").get_by_role("group", name="Your rating")
    stars.get_by_role("radio", name="4 stars").focus()
    page.keyboard.press("ArrowRight")
    expect(stars.get_by_role("radio", name="5 stars")).to_be_checked()
    assert stars.locator("label.on").count() == 5


def test_a_long_list_comes_a_page_at_a_time_and_a_failure_loses_nothing(page: Page) -> None:
    asked: list[str | None] = []

    def answer(route: Route) -> None:
        sent = route.request.post_data_json
        assert sent is not None
        after = sent["variables"]["after"]
        asked.append(after)
        if asked.count("2") == 1 and after == "2":
            error = {"message": "No", "extensions": {"code": "TOO_LATE"}}
            route.fulfill(json={"errors": [error]})
            return
        first = int(after or 0) + 1
        nodes = [{"id": first}, {"id": first + 1}]
        info = {"hasNextPage": first < 5, "endCursor": str(first + 1)}
        route.fulfill(json={"data": {"all": {"nodes": nodes, "pageInfo": info, "totalCount": 6}}})

    page.route("**/graphql", answer)
    page.evaluate(
        """async () => {
            const { render } = await import("preact");
            const { html } = await import("/app/html.js");
            const { LoadMore, usePages } = await import("/kit/pager.js");
            const { showLanguage } = await import("/app/locale.js");
            await showLanguage("en");
            const connection = (data) => data.all;
            function List() {
                const pages = usePages("query All($after: String) { all }", {}, connection);
                const shown = pages.nodes.map(({ id }) => id).join(" ");
                return html`<p id="shown">${shown}</p><${LoadMore} pages=${pages} />`;
            }
            render(html`<${List} />`, document.getElementById("app"));
        }"""
    )
    expect(page.locator("#shown")).to_have_text("1 2")
    expect(page.locator(".load-more")).to_contain_text("2 of 6")
    page.get_by_role("button", name="Show more").click()
    expect(page.get_by_role("alert")).to_have_text("No")
    expect(page.locator("#shown")).to_have_text("1 2")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#shown")).to_have_text("1 2 3 4")
    page.get_by_role("button", name="Show more").click()
    expect(page.locator("#shown")).to_have_text("1 2 3 4 5 6")
    expect(page.get_by_role("button", name="Show more")).to_have_count(0)
    assert asked == [None, "2", "2", "4"]
