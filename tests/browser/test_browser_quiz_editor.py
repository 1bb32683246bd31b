"""The quiz editor: every type of question by keyboard, and nothing lost whatever happens."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from gateway.site_assets import WEB
from tests.actors.assessments.formats.test_tables_and_aiken import sheet
from tests.browser.accessibility import assert_accessible
from tests.browser.stage import BACK_MS, fits, wait_until_kept, watch
from tests.browser.test_browser_entry import graphql, token_of
from tests.support.server import EDUCATOR, PASSWORD, StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

SAVED = "All changes are saved."
LESSONS = "{ myCourses(first: 1) { nodes { modules { lessons { id type } } } } }"
CREATE = """mutation ($lesson: ID!, $questions: [QuestionInput!]!) { createQuiz(lessonId: $lesson,
    input: {settings: {title: "Planets"}, questions: $questions}) { id } }"""
QUESTIONS = """query ($id: ID!) { quiz(id: $id) { title passingScore revision questions {
    id revision type questionText options multiple exactPoints seconds explanation correctAnswer
    mediaUrl mediaAlt notes problems } } }"""
SPEAK = "mutation ($language: String) { updateProfile(input: {language: $language}) { language } }"

TRUE_FALSE = {
    "type": "TRUE_FALSE",
    "questionText": "The Sun is a star.",
    "answer": {"trueFalse": True},
}
SHORT = {
    "type": "SHORT_ANSWER",
    "questionText": "The red planet?",
    "answer": {"text": {"accepted": ["Mars"]}},
}

NewQuiz = Callable[..., str]
Desk = Callable[..., Page]


@pytest.fixture
def new_quiz(stoa_server: StoaServer) -> NewQuiz:
    """Makes a quiz with these questions; returns its id."""

    def make(*questions: dict[str, Any]) -> str:
        token = token_of(stoa_server)
        [course] = graphql(stoa_server, LESSONS, token)["myCourses"]["nodes"]
        lessons = [lesson for module in course["modules"] for lesson in module["lessons"]]
        [lesson] = [lesson["id"] for lesson in lessons if lesson["type"] == "QUIZ"][:1]
        made = graphql(stoa_server, CREATE, token, lesson=lesson, questions=list(questions))
        return str(made["createQuiz"]["id"])

    return make


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    opened = chromium.new_context(viewport={"width": 1366, "height": 900})
    yield opened
    opened.close()


@pytest.fixture
def desk(context: BrowserContext, stoa_server: StoaServer, client_errors: list[str]) -> Desk:
    """Opens a tab of the teacher's browser at an address of the site."""

    def opened(path: str) -> Page:
        page = watch(context.new_page(), client_errors)
        page.goto(f"{stoa_server.url}{path}")
        heading = page.get_by_role("heading", level=1)
        expect(heading.first).to_be_visible()
        if page.get_by_label("Password").count():
            page.get_by_label("E-mail").fill(EDUCATOR)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(f"**{path}")
        return page

    return opened


def stored(server: StoaServer, quiz_id: str) -> dict[str, Any]:
    """The quiz as the server has it."""
    quiz: dict[str, Any] = graphql(server, QUESTIONS, token_of(server), id=quiz_id)["quiz"]
    return quiz


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def write(page: Page, *texts: str) -> None:
    """Type texts into fields that follow each other by Enter."""
    for n, text in enumerate(texts):
        if n:
            press(page, "Enter")
        page.keyboard.type(text)


def tab_to(page: Page, name: str) -> None:
    """Go on with the Tab key to what has that name."""
    for _ in range(40):
        press(page, "Tab")
        target = page.evaluate(
            "() => { const e = document.activeElement; return e.ariaLabel"
            " ?? e.labels?.[0]?.innerText ?? e.innerText; }"
        )
        if str(target).strip().startswith(name):
            return
    raise AssertionError(f"the Tab key does not lead to {name!r}")


def add(page: Page, type_: str) -> None:
    """Add a question by keyboard; the focus is then in its text."""
    button = page.get_by_role("button", name="Add a question").first
    button.focus()
    press(page, "Enter")
    item = page.get_by_role("menuitem", name=type_, exact=True)
    expect(item).to_be_visible()
    while not item.evaluate("(item) => item === document.activeElement"):
        press(page, "ArrowDown")
    press(page, "Enter")
    expect(page.get_by_role("textbox", name="Question", exact=True)).to_be_focused()


def test_every_type_of_question_is_made_by_keyboard_alone(
    desk: Desk, new_quiz: NewQuiz, stoa_server: StoaServer
) -> None:
    quiz_id = new_quiz()
    page = desk(f"/quizzes/{quiz_id}/edit")
    expect(page.get_by_role("heading", name="No questions yet")).to_be_visible()
    assert_accessible(page)

    add(page, "Multiple choice")
    write(page, "The largest planet?")
    tab_to(page, "Option 1")
    tab_to(page, "Option 1")
    write(page, "Saturn", "Jupiter")
    press(page, "Control+Enter")
    tab_to(page, "Points")
    press(page, "Control+A")
    page.keyboard.type("2.5")
    tab_to(page, "Seconds")
    page.keyboard.type("45")
    assert_accessible(page)

    add(page, "True or false")
    write(page, "The Moon is a planet.")
    tab_to(page, "True")
    press(page, "ArrowDown")

    add(page, "Short answer")
    write(page, "How many planets?")
    tab_to(page, "Right answers: answer 1")
    write(page, "eight", "VIII")
    page.get_by_text("Numbers, wildcards").focus()
    press(page, "Enter")
    tab_to(page, "Add one with wildcards")
    press(page, "Enter")
    page.keyboard.type("*eight*")
    tab_to(page, "Number")
    page.keyboard.type("8")
    assert_accessible(page)

    add(page, "Fill in the blanks")
    write(page, "The first on the Moon was ____ in ____.")
    tab_to(page, "Blank 1: answer 1")
    write(page, "Armstrong")
    tab_to(page, "Blank 2: answer 1")
    write(page, "1969")

    add(page, "Matching")
    write(page, "Whose moon?")
    tab_to(page, "Given 1")
    write(page, "Titan", "Saturn", "Europa", "Jupiter")
    tab_to(page, "Add one that belongs to nothing")
    press(page, "Enter")
    page.keyboard.type("Mars")
    assert_accessible(page)

    add(page, "Essay")
    write(page, "Why do seasons change?")
    tab_to(page, "For whoever scores it")
    write(page, "The tilt of the axis.")

    expect(page.get_by_text(SAVED)).to_be_visible()
    questions = stored(stoa_server, quiz_id)["questions"]
    assert [question["problems"] for question in questions] == [None] * 6
    choice, truth, short, blanks, matching, essay = questions
    assert choice["options"] == ["Saturn", "Jupiter"]
    assert choice["correctAnswer"]["correct"] == [1]
    assert (choice["exactPoints"], choice["seconds"]) == (2.5, 45)
    assert truth["correctAnswer"]["value"] is False
    assert short["correctAnswer"]["accepted"] == ["eight", "VIII"]
    assert short["correctAnswer"]["patterns"] == ["*eight*"]
    assert short["correctAnswer"]["number"] == 8
    assert blanks["correctAnswer"]["blanks"] == [["Armstrong"], ["1969"]]
    assert matching["correctAnswer"]["pairs"] == [["Titan", "Saturn"], ["Europa", "Jupiter"]]
    assert matching["correctAnswer"]["distractors"] == ["Mars"]
    assert essay["correctAnswer"]["guidance"] == "The tilt of the axis."

    page.get_by_role("heading", name="Question 6 of 6").focus()
    press(page, "Alt+Shift+KeyK")
    expect(page.get_by_role("heading", name="Question 5 of 6")).to_be_visible()
    press(page, "Alt+KeyC")
    expect(page.get_by_role("heading", name="Question 6 of 7")).to_be_visible()
    press(page, "Alt+Delete")
    expect(page.get_by_role("heading", name="Question 6 of 6")).to_be_focused()
    expect(page.get_by_text(SAVED)).to_be_visible()
    texts = [each["questionText"] for each in stored(stoa_server, quiz_id)["questions"]]
    assert texts[4:] == ["Why do seasons change?", "Whose moon?"]


def test_a_question_that_is_not_finished_is_kept_and_marked(
    desk: Desk, new_quiz: NewQuiz, stoa_server: StoaServer
) -> None:
    quiz_id = new_quiz(TRUE_FALSE)
    page = desk(f"/quizzes/{quiz_id}/edit")
    add(page, "Multiple choice")
    write(page, "Half a")
    page.reload()
    expect(page.get_by_label("Question", exact=True)).to_have_value("Half a")
    side = page.get_by_role("navigation", name="Questions")
    expect(side.get_by_text("not finished")).to_have_count(1)
    expect(page.get_by_text("at least two options")).to_be_visible()
    expect(page.get_by_text(SAVED)).to_be_visible()
    [_, half] = stored(stoa_server, quiz_id)["questions"]
    assert half["questionText"] == "Half a"
    assert half["problems"]


def test_a_deleted_question_comes_back_and_steps_are_taken_back(
    desk: Desk, new_quiz: NewQuiz, stoa_server: StoaServer
) -> None:
    quiz_id = new_quiz(TRUE_FALSE, SHORT)
    page = desk(f"/quizzes/{quiz_id}/edit")
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("heading", name="Question 1 of 1")).to_be_visible()
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert len(stored(stoa_server, quiz_id)["questions"]) == 1
    page.get_by_role("button", name="Undo").last.click()
    side = page.get_by_role("navigation", name="Questions")
    expect(side.get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_text(SAVED)).to_be_visible()
    texts = [each["questionText"] for each in stored(stoa_server, quiz_id)["questions"]]
    assert texts == ["The Sun is a star.", "The red planet?"]

    side.get_by_role("link", name="The red planet?").click()
    page.get_by_label("Question", exact=True).fill("The blue planet?")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_label("Question", exact=True)).to_have_value("The red planet?")
    page.get_by_role("button", name="Redo").click()
    expect(page.get_by_label("Question", exact=True)).to_have_value("The blue planet?")


def test_what_is_typed_while_the_server_is_dead_is_saved_afterwards(
    desk: Desk, new_quiz: NewQuiz, stoa_server: StoaServer
) -> None:
    quiz_id = new_quiz(TRUE_FALSE, SHORT)
    page = desk(f"/quizzes/{quiz_id}/edit")
    text = page.get_by_label("Question", exact=True)
    expect(text).to_have_value("The Sun is a star.")
    wait_until_kept(page)
    with stoa_server.away("--demo"):
        text.fill("Written without a server")
        not_saved = page.get_by_role("alert").filter(has_text="Not saved")
        expect(not_saved).to_be_visible(timeout=BACK_MS)
        add(page, "Essay")
        write(page, "Added without a server")
        page.reload()
        expect(page.get_by_text("Written without a server").first).to_be_visible(timeout=BACK_MS)
        expect(page.get_by_text("Added without a server").first).to_be_visible()
    expect(page.get_by_text(SAVED)).to_be_visible(timeout=BACK_MS)
    texts = [each["questionText"] for each in stored(stoa_server, quiz_id)["questions"]]
    assert texts == ["Written without a server", "Added without a server", "The red planet?"]


def test_two_tabs_that_change_the_same_question_lose_nothing(
    desk: Desk, new_quiz: NewQuiz, stoa_server: StoaServer
) -> None:
    quiz_id = new_quiz(TRUE_FALSE, SHORT)
    first = desk(f"/quizzes/{quiz_id}/edit")
    second = desk(f"/quizzes/{quiz_id}/edit")
    first.get_by_label("Question", exact=True).fill("From the first tab")
    expect(first.get_by_text(SAVED)).to_be_visible()
    second.get_by_label("Question", exact=True).fill("From the second tab")
    second.evaluate("scrollTo(0, document.body.scrollHeight)")
    conflict = second.get_by_role("alert", name="Two versions of this question")
    expect(conflict).to_contain_text("From the first tab")
    expect(conflict).to_contain_text("From the second tab")
    assert_accessible(second)
    second.reload()  # the decision can wait
    conflict.get_by_role("button", name="Keep both").click()
    expect(conflict).to_be_hidden()
    expect(second.get_by_text(SAVED)).to_be_visible()
    texts = [each["questionText"] for each in stored(stoa_server, quiz_id)["questions"]]
    assert texts == ["From the first tab", "From the second tab", "The red planet?"]


def test_what_a_tab_has_left_waits_for_it_before_another_takes_it_up(
    desk: Desk, context: BrowserContext, new_quiz: NewQuiz
) -> None:
    context.clock.install()
    path = f"/quizzes/{new_quiz(TRUE_FALSE)}/edit"
    first, second = desk(path), desk(path)
    first.get_by_label("Question", exact=True).fill("From the first tab")
    expect(first.get_by_text(SAVED)).to_be_visible()
    second.get_by_label("Question", exact=True).fill("From the second tab")
    expect(second.get_by_role("alert", name="Two versions of this question")).to_be_visible()
    second.goto("about:blank")
    conflict = first.get_by_role("alert", name="Two versions of this question")
    first.clock.run_for(6_000)  # it may be reloading
    expect(conflict).to_be_hidden()
    first.clock.run_for(12_000)
    expect(conflict).to_contain_text("From the second tab")


def test_what_one_deletes_while_another_changes_it_is_asked(
    desk: Desk, new_quiz: NewQuiz, stoa_server: StoaServer
) -> None:
    quiz_id = new_quiz(TRUE_FALSE, SHORT)
    first = desk(f"/quizzes/{quiz_id}/edit")
    second = desk(f"/quizzes/{quiz_id}/edit")
    first.get_by_label("Question", exact=True).fill("Changed in the first tab")
    expect(first.get_by_text(SAVED)).to_be_visible()
    second.get_by_role("button", name="Delete", exact=True).click()
    second.get_by_role("link", name="Changed in the first tab").click()
    conflict = second.get_by_role("alert", name="Two versions of this question")
    expect(conflict).to_contain_text("You have deleted it")
    conflict.get_by_role("button", name="Take the other one").click()
    expect(second.get_by_text(SAVED)).to_be_visible()
    texts = [each["questionText"] for each in stored(stoa_server, quiz_id)["questions"]]
    assert texts == ["Changed in the first tab", "The red planet?"]


def test_a_picture_is_uploaded_and_described(
    desk: Desk, new_quiz: NewQuiz, stoa_server: StoaServer
) -> None:
    quiz_id = new_quiz(TRUE_FALSE)
    page = desk(f"/quizzes/{quiz_id}/edit")
    page.get_by_text("Picture", exact=True).click()
    page.locator("input[type=file]").set_input_files(WEB / "icon-192.png")
    page.get_by_label("What the picture shows").fill("A temple")
    shown = page.get_by_role("img", name="A temple").first
    expect(shown).to_be_visible()
    assert shown.evaluate("(img) => img.decode().then(() => img.naturalWidth)") == 192
    assert_accessible(page)
    expect(page.get_by_text(SAVED)).to_be_visible()
    [question] = stored(stoa_server, quiz_id)["questions"]
    assert question["mediaAlt"] == "A temple"
    assert "/pictures/" in question["mediaUrl"]


def test_two_tabs_that_change_different_things_are_joined(
    desk: Desk, new_quiz: NewQuiz, stoa_server: StoaServer
) -> None:
    quiz_id = new_quiz(TRUE_FALSE, SHORT)
    first = desk(f"/quizzes/{quiz_id}/edit")
    second = desk(f"/quizzes/{quiz_id}/edit?view=settings")
    first.get_by_label("Question", exact=True).fill("From the first tab")
    expect(first.get_by_text(SAVED)).to_be_visible()
    second.get_by_label("Passed from").fill("75")
    expect(second.get_by_text(SAVED)).to_be_visible()
    side = second.get_by_role("navigation", name="Questions")
    expect(side.get_by_text("From the first tab")).to_be_visible()
    quiz = stored(stoa_server, quiz_id)
    assert quiz["passingScore"] == 75
    assert quiz["questions"][0]["questionText"] == "From the first tab"


def test_notes_are_kept_with_the_question_and_not_in_the_preview(
    desk: Desk, new_quiz: NewQuiz, stoa_server: StoaServer
) -> None:
    quiz_id = new_quiz(TRUE_FALSE)
    page = desk(f"/quizzes/{quiz_id}/edit")
    notes = page.get_by_label("Notes for yourself")
    expect(notes).to_have_attribute("maxlength", "2000")
    notes.fill("Ask the last row")
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert stored(stoa_server, quiz_id)["questions"][0]["notes"] == "Ask the last row"
    expect(page.get_by_role("region", name="Preview")).not_to_contain_text("last row")
    page.reload()
    expect(notes).to_have_value("Ask the last row")
    notes.fill("")
    expect(page.get_by_text(SAVED)).to_be_visible()
    page.reload()
    expect(notes).to_have_value("")
    assert stored(stoa_server, quiz_id)["questions"][0]["notes"] is None


def test_the_preview_shows_what_players_will_see(desk: Desk, new_quiz: NewQuiz) -> None:
    page = desk(f"/quizzes/{new_quiz(TRUE_FALSE)}/edit")
    preview = page.get_by_role("region", name="Preview")
    expect(preview.get_by_role("button", name=re.compile("True"))).to_be_visible()
    page.get_by_label("The texts are").select_option("MARKDOWN")
    page.get_by_label("Question", exact=True).fill("The **Sun** is $x^2$")
    expect(preview.locator("strong")).to_have_text("Sun")
    expect(preview.locator(".katex").first).to_be_visible()
    preview.get_by_role("tab", name="Projector").click()
    expect(preview.get_by_role("listitem").first).to_contain_text("True")
    assert_accessible(page)


@pytest.fixture
def speaks(stoa_server: StoaServer) -> Iterator[Callable[[str], None]]:
    """Sets the teacher's language; afterwards it is English again."""

    def set_language(language: str) -> None:
        graphql(stoa_server, SPEAK, token_of(stoa_server), language=language)

    yield set_language
    set_language("en")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_editor_fits_a_phone(
    desk: Desk, new_quiz: NewQuiz, language: str, speaks: Callable[[str], None]
) -> None:
    speaks(language)
    long = "W" * 300
    quiz_id = new_quiz(TRUE_FALSE, {**SHORT, "questionText": long})
    page = desk(f"/quizzes/{quiz_id}/edit")
    page.set_viewport_size({"width": 390, "height": 780})
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    side = page.get_by_role("navigation").filter(has_text="The Sun is a star.")
    expect(side).to_be_visible()
    assert fits(page)
    assert_accessible(page)
    side.get_by_role("link", name="W" * 50).click()
    expect(side).to_be_hidden()
    assert fits(page)
    assert_accessible(page)
    page.go_back()
    expect(side).to_be_visible()


def test_whoever_does_not_teach_it_changes_nothing(
    chromium: Browser, new_quiz: NewQuiz, stoa_server: StoaServer, client_errors: list[str]
) -> None:
    quiz_id = new_quiz(TRUE_FALSE)
    with chromium.new_context() as other:
        page = watch(other.new_page(), client_errors)
        page.goto(f"{stoa_server.url}/quizzes/{quiz_id}/edit")
        page.get_by_label("E-mail").fill("student01@demo.stoa")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Not for you")).to_be_visible()


GIFT = """::Moons:: Titan belongs to Saturn. {T}

::Planets:: The largest planet? {
  =Jupiter
  ~Saturn
}

Nobody can read this {=one ~two
"""
DROP = """([name, size, text]) => {
    const file = new File([text], name, { type: "text/plain" });
    if (size) Object.defineProperty(file, "size", { value: size });
    file.arrayBuffer = size ? () => { throw new Error("read"); } : file.arrayBuffer;
    const event = new DragEvent("drop", { bubbles: true, cancelable: true });
    Object.defineProperty(event, "dataTransfer", { value: { files: [file] } });
    document.querySelector("dialog .drop").dispatchEvent(event);
}"""
PASTE = """(html) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/html", html);
    document.activeElement.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


def choose(page: Page, name: str) -> None:
    """Open a dialog of the menu."""
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name=name).click()


def test_a_dropped_gift_file_is_looked_at_before_it_is_added(
    desk: Desk, new_quiz: NewQuiz, stoa_server: StoaServer
) -> None:
    quiz_id = new_quiz(TRUE_FALSE)
    page = desk(f"/quizzes/{quiz_id}/edit")
    choose(page, "Import questions")
    dialog = page.get_by_role("dialog", name="Import questions")
    expect(dialog).to_be_visible()  # its module comes when it is opened
    page.evaluate(DROP, ["huge.gift", 2**31, "x"])
    expect(dialog.get_by_text("huge.gift has 2")).to_be_visible()  # and it was not read
    page.evaluate(DROP, ["moons.gift", 0, GIFT])
    expect(dialog.get_by_role("heading", name="2 questions")).to_be_visible()
    left_out = dialog.get_by_role("listitem").filter(has=page.get_by_role("button", name="Line 8"))
    expect(left_out).to_have_count(1)
    left_out.get_by_role("button").click()
    field = dialog.get_by_label("Or its text")
    expect(field).to_be_focused()
    selected = field.evaluate("(f) => f.value.slice(f.selectionStart, f.selectionEnd)")
    assert selected == "Nobody can read this {=one ~two"
    assert_accessible(page)
    assert len(stored(stoa_server, quiz_id)["questions"]) == 1

    dialog.get_by_role("button", name="Add 2 questions").click()
    expect(dialog).to_be_hidden()
    side = page.get_by_role("navigation", name="Questions")
    expect(side.get_by_role("listitem")).to_have_count(3)
    texts = [each["questionText"] for each in stored(stoa_server, quiz_id)["questions"]]
    assert texts == ["The Sun is a star.", "Titan belongs to Saturn.", "The largest planet?"]

    choose(page, "Save as a file")
    dialog = page.get_by_role("dialog", name="Save as a file")
    expect(dialog.get_by_text("This format carries everything.")).to_be_visible()
    dialog.get_by_label("Format").select_option("GIFT")
    expect(dialog.get_by_text("This format carries everything.")).to_be_visible()
    assert_accessible(page)
    with page.expect_download() as saving:
        dialog.get_by_role("button", name="Download").click()
    saved = saving.value
    assert saved.suggested_filename == "Planets.gift"
    assert "Titan belongs to Saturn." in saved.path().read_text("utf-8")


DROP_BYTES = """([name, base64]) => {
    const bytes = Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
    const event = new DragEvent("drop", { bubbles: true, cancelable: true });
    Object.defineProperty(event, "dataTransfer", { value: { files: [new File([bytes], name)] } });
    document.querySelector("dialog .drop").dispatchEvent(event);
}"""


def test_a_dropped_moodle_file_comes_with_its_pictures(
    desk: Desk, new_quiz: NewQuiz, stoa_server: StoaServer
) -> None:
    quiz_id = new_quiz(TRUE_FALSE)
    page = desk(f"/quizzes/{quiz_id}/edit")
    choose(page, "Import questions")
    dialog = page.get_by_role("dialog", name="Import questions")
    expect(dialog).to_be_visible()
    orbits = (Path(__file__).parents[1] / "data" / "orbits.xml").read_bytes()
    page.evaluate(DROP_BYTES, ["orbits.xml", b64encode(orbits).decode()])
    expect(dialog.get_by_role("heading", name="13 questions")).to_be_visible()
    expect(dialog.get_by_text("Moodle XML", exact=True)).to_be_visible()
    expect(dialog.get_by_text("with the picture the sun.png")).to_be_visible()
    expect(dialog.get_by_text("questions of the kind 'calculated'")).to_be_visible()
    assert_accessible(page)
    for box in dialog.get_by_role("checkbox").all()[2:]:
        box.uncheck()
    dialog.get_by_role("button", name="Add 2 questions").click()
    expect(dialog).to_be_hidden()
    _, sun, giants = stored(stoa_server, quiz_id)["questions"]
    assert (sun["questionText"], giants["questionText"]) == ("What is this?", "Which are giants?")
    page.get_by_role("navigation", name="Questions").get_by_text("What is").click()
    shown = page.locator(".editor-preview-side").get_by_role("img", name="A yellow disc")
    expect(shown).to_be_visible()
    assert shown.evaluate("(img) => img.naturalWidth") == 48


def test_a_dropped_spreadsheet_says_what_it_leaves_out(
    desk: Desk, new_quiz: NewQuiz, stoa_server: StoaServer
) -> None:
    quiz_id = new_quiz(TRUE_FALSE)
    page = desk(f"/quizzes/{quiz_id}/edit")
    choose(page, "Import questions")
    dialog = page.get_by_role("dialog", name="Import questions")
    expect(dialog).to_be_visible()
    book = sheet(
        ("Which is a star?", "Mars", "Sun", "Io", None, 30, 2),
        ("Nobody says which?", "a", "b", None, None, 20, None),
    )
    page.evaluate(DROP_BYTES, ["quiz.xlsx", b64encode(book).decode()])
    expect(dialog.get_by_role("heading", name="1 question")).to_be_visible()
    expect(dialog.get_by_text("Kahoot spreadsheet", exact=True)).to_be_visible()
    expect(dialog.get_by_role("heading", name="1 note on what is not taken over")).to_be_visible()
    left_out = dialog.get_by_role("listitem").filter(has_text="no correct answer is named")
    expect(left_out).to_contain_text("Row 10")
    assert_accessible(page)
    dialog.get_by_role("button", name="Add 1 question").click()
    expect(dialog).to_be_hidden()
    _, star = stored(stoa_server, quiz_id)["questions"]
    assert (star["questionText"], star["options"]) == ("Which is a star?", ["Mars", "Sun", "Io"])
    assert star["seconds"] == 30

    choose(page, "Save as a file")
    dialog = page.get_by_role("dialog", name="Save as a file")
    dialog.get_by_label("Format").select_option("AIKEN")
    expect(dialog.get_by_text("question 2: written without its time")).to_be_visible()
    with page.expect_download() as saving:
        dialog.get_by_role("button", name="Download").click()
    assert saving.value.suggested_filename == "Planets.aiken.txt"
    assert "ANSWER: B" in saving.value.path().read_text("utf-8")


def test_pasted_html_becomes_text(desk: Desk, new_quiz: NewQuiz) -> None:
    page = desk(f"/quizzes/{new_quiz()}/edit")
    choose(page, "Import questions")
    field = page.get_by_label("Or its text")
    field.focus()
    page.evaluate(PASTE, "<p>The <b>Sun</b> is a star. {T}</p><script>alert(1)</script>")
    expect(field).to_have_value(re.compile(r"^The Sun is a star\. \{T\}\s*$"))
    expect(page.get_by_role("heading", name="1 question")).to_be_visible()
    page.reload()
    choose(page, "Import questions")
    expect(field).to_have_value(re.compile("The Sun is a star"))


def test_questions_of_another_quiz_are_copied(
    desk: Desk, new_quiz: NewQuiz, stoa_server: StoaServer
) -> None:
    new_quiz({**SHORT, "questionText": "A zephyr is a wind from where?"})
    quiz_id = new_quiz(TRUE_FALSE)
    page = desk(f"/quizzes/{quiz_id}/edit")
    choose(page, "From other quizzes")
    dialog = page.get_by_role("dialog", name="From other quizzes")
    dialog.get_by_label("Search questions").fill("zephyr")
    found = dialog.get_by_role("checkbox", name="A zephyr")
    expect(dialog.get_by_role("checkbox")).to_have_count(1)
    assert_accessible(page)
    found.check()
    dialog.get_by_role("button", name="Add 1 question").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("A zephyr is a wind from where?").first).to_be_visible()
    assert len(stored(stoa_server, quiz_id)["questions"]) == 2


def test_a_game_is_started_as_it_was_last_time(
    desk: Desk, new_quiz: NewQuiz, stoa_server: StoaServer
) -> None:
    quiz_id = new_quiz(TRUE_FALSE)
    page = desk(f"/quizzes/{quiz_id}/start")
    expect(page.get_by_role("region", name="Preview")).to_contain_text("The Sun is a star.")
    page.get_by_label("Seconds for a question").fill("45")
    page.get_by_role("switch", name="More points for several right answers").check()
    assert_accessible(page)
    page.set_viewport_size({"width": 390, "height": 780})
    assert fits(page)
    page.reload()
    expect(page.get_by_label("Seconds for a question")).to_have_value("45")
    page.get_by_role("button", name="Open the lobby").click()
    page.wait_for_url(re.compile(r"/host\?game="))
    game = page.url.partition("game=")[2]
    query = "query ($id: ID!) { liveQuiz(id: $id) { config { questionMs streaks speedWeighted } } }"
    config = graphql(stoa_server, query, token_of(stoa_server), id=game)["liveQuiz"]["config"]
    assert config == {"questionMs": 45_000, "streaks": True, "speedWeighted": True}


def test_what_is_not_finished_is_led_to_before_a_game(
    desk: Desk, new_quiz: NewQuiz, stoa_server: StoaServer
) -> None:
    quiz_id = new_quiz()
    page = desk(f"/quizzes/{quiz_id}/start")
    expect(page.get_by_text("A quiz without questions cannot be played.")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Edit the quiz").last.click()
    add(page, "Short answer")
    write(page, "Who?")
    expect(page.get_by_text(SAVED)).to_be_visible()
    page.get_by_role("link", name="Play live").click()
    page.get_by_role("link", name="Who?").click()
    expect(page.get_by_role("heading", name="Question 1 of 1")).to_be_visible()
