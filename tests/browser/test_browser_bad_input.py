"""What no form expects: huge files, hostile pastes, names of emoji, two at one question."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.stage import BACK_MS, HostPage, PlayerPage, fits, watch
from tests.browser.test_browser_courses import (
    COLLEAGUE,
    make_course,
    make_educator,
    publish,
    sign_in,
)
from tests.browser.test_browser_entry import graphql, token_of
from tests.support.server import EDUCATOR, StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

GIB = 2**30
SAVED = "All changes are saved."
ADD_LESSON = """mutation ($m: ID!) {
    addLesson(moduleId: $m, input: {title: "Questions", type: QUIZ}) { id } }"""
CREATE_QUIZ = """mutation ($l: ID!) { createQuiz(lessonId: $l, input: {settings: {title: "Bad"},
    questions: [{type: TRUE_FALSE, questionText: "So?", answer: {trueFalse: true}},
    {type: TRUE_FALSE, questionText: "Or so?", answer: {trueFalse: true}}]}) { id } }"""
STORED = "query ($id: ID!) { quiz(id: $id) { questions { questionText } } }"
COUNT_READS = """() => {
    window.reads = 0;
    for (const name of ["arrayBuffer", "text", "stream", "slice"]) {
        const own = Blob.prototype[name];
        Blob.prototype[name] = function (...rest) {
            window.reads += 1;
            return own.apply(this, rest);
        };
    }
    const own = window.createImageBitmap;
    window.createImageBitmap = (...rest) => { window.reads += 1; return own(...rest); };
}"""
DROP = """([selector, name, type, size]) => {
    const file = new File(["x"], name, { type });
    Object.defineProperty(file, "size", { value: size });
    const event = new DragEvent("drop", { bubbles: true, cancelable: true });
    Object.defineProperty(event, "dataTransfer", { value: { files: [file], types: ["Files"] } });
    document.querySelector(selector).dispatchEvent(event);
    return event.defaultPrevented;
}"""
PASTE = """([html, text]) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/html", html);
    clipboardData.setData("text/plain", text);
    const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    const typed = document.activeElement.dispatchEvent(event);
    if (typed) document.execCommand("insertText", false, text);
}"""
NAMES = ("👩‍👩‍👧‍👦🏳️‍🌈🇺🇳👍🏽", "W" * 40, "عمر 🌙 الخيام")
ATTACK = "<img src=x onerror=alert(1)><b>bold</b>"

OpenPage = Callable[[], Page]


@pytest.fixture
def opened(chromium: Browser, client_errors: list[str]) -> Iterator[OpenPage]:
    """Opens browsers that share nothing."""
    contexts = []

    def open_page() -> Page:
        context = chromium.new_context(
            viewport={"width": 1280, "height": 800}, reduced_motion="reduce"
        )
        contexts.append(context)
        return watch(context.new_page(), client_errors)

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def quiz(stoa_server: StoaServer) -> tuple[str, str]:
    """A course, and a quiz of two questions in it."""
    token = token_of(stoa_server)
    course = make_course(stoa_server, "Bad input")
    modules = "query ($c: ID!) { course(id: $c) { modules { id } } }"
    [module, *_] = graphql(stoa_server, modules, token, c=course)["course"]["modules"]
    lesson = graphql(stoa_server, ADD_LESSON, token, m=module["id"])["addLesson"]["id"]
    publish(stoa_server, course)
    return course, graphql(stoa_server, CREATE_QUIZ, token, l=lesson)["createQuiz"]["id"]


@pytest.fixture
def huge(tmp_path: Path) -> Callable[[str], Path]:
    """A file of two GiB by that name, which takes no room on the disk."""

    def make(name: str) -> Path:
        path = tmp_path / name
        with path.open("wb") as sparse:
            sparse.truncate(2 * GIB)
        return path

    return make


def test_two_gib_are_refused_by_every_field_for_files_without_being_read(
    opened: OpenPage, stoa_server: StoaServer, quiz: tuple[str, str], huge: Callable[[str], Path]
) -> None:
    page = opened()
    course, quiz_id = quiz
    sign_in(page, stoa_server, EDUCATOR)
    page.wait_for_url("**/home", timeout=BACK_MS)
    for path, label, name, kind in (
        (f"/courses/{course}/edit/invite", "List as a CSV file", "class.csv", "text/csv"),
        (f"/quizzes/{quiz_id}/edit", "Picture for the question", "film.png", "image/png"),
        ("/settings/profile", "Choose a picture", "me.png", "image/png"),
    ):
        page.goto(stoa_server.url + path)
        field = page.locator("input[type=file]").and_(page.get_by_label(label))
        if path.startswith("/quizzes"):  # there it is fetched once it is looked at
            page.get_by_text("Picture", exact=True).click()
        expect(field).to_have_count(1)
        page.evaluate(COUNT_READS)
        field.set_input_files(huge(name))
        refusal = page.get_by_role("alert").filter(has_text=f"{name} has 2 GB; at most")
        expect(refusal).to_be_visible()
        assert page.evaluate("window.reads") == 0, path
        assert_accessible(page)
        if page.locator(".drop").count():
            assert page.evaluate(DROP, [".drop", f"dropped-{name}", kind, 2 * GIB])
            expect(page.get_by_text(f"dropped-{name} has 2 GB")).to_be_visible()
        assert page.evaluate(DROP, ["h1", name, kind, 2 * GIB])  # nor does it replace the page
        assert page.evaluate("window.reads") == 0, path


def test_pasted_html_becomes_text_and_does_nothing(
    opened: OpenPage, stoa_server: StoaServer, quiz: tuple[str, str], client_errors: list[str]
) -> None:
    page = opened()
    page.add_init_script("window.alert = () => { window.alerted = true; }")
    course, quiz_id = quiz
    sign_in(page, stoa_server, EDUCATOR)
    page.wait_for_url("**/home", timeout=BACK_MS)
    page.goto(f"{stoa_server.url}/quizzes/{quiz_id}/edit")
    text = page.get_by_label("Question", exact=True)
    text.fill("")
    text.focus()
    page.evaluate(PASTE, [ATTACK, ATTACK])
    expect(text).to_have_value(ATTACK)
    page.mouse.wheel(0, 10_000)  # the preview is there once it comes into view
    preview = page.get_by_role("region", name="Preview")
    expect(preview).to_contain_text(ATTACK)
    expect(page.get_by_text(SAVED)).to_be_visible()
    page.goto(f"{stoa_server.url}/courses/{course}/edit/details")
    page.get_by_role("textbox", name="Description").fill("")
    page.get_by_role("textbox", name="Description").focus()
    page.evaluate(PASTE, [ATTACK, ATTACK])
    page.get_by_label("Title").fill(ATTACK)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved").first).to_be_visible()
    page.goto(f"{stoa_server.url}/courses/{course}")
    expect(page.get_by_role("heading", level=1)).to_have_text(ATTACK)
    expect(page.get_by_role("main")).to_contain_text(ATTACK)
    assert page.evaluate("window.alerted") is None
    # The policy of the site says that it would have forbidden it too, while a paste is read.
    assert all("Content Security Policy" in error for error in client_errors)
    client_errors.clear()


def test_names_of_emoji_and_of_one_long_word_are_shown_whole_or_cut_but_break_nothing(
    host: HostPage, player: PlayerPage, second_player: PlayerPage, opened: OpenPage
) -> None:
    third = PlayerPage(opened(), host.url)
    third.page.set_viewport_size({"width": 320, "height": 640})
    host.sign_in()
    pin = host.open_lobby()
    players = (player, second_player, third)
    for one, name in zip(players, NAMES, strict=True):
        one.join(pin, name)
        one.wait("lobby")
        expect(one.page.locator(".me-name")).to_have_text(name)
    for name in NAMES:
        expect(host.names.get_by_text(name, exact=True)).to_be_visible()
    host.next("open")
    for one in players:
        one.wait("open")
        one.page.locator(".option").first.click()
    host.wait("closed")
    host.next("reveal")
    host.next("leaderboard")
    for one in players:
        one.wait("leaderboard")
        assert one.fits()
        for name in NAMES:
            expect(one.page.locator(".board").get_by_text(name, exact=True)).to_be_visible()
    assert host.fits()
    host.open_players()
    assert_accessible(host.page)
    host.page.keyboard.press("Escape")
    host.press("End")
    host.page.get_by_role("button", name="End the game").click()
    host.wait("finished")
    game = host.page.url.rpartition("game=")[2]
    host.page.goto(f"{host.url}/games/{game}?tab=pupils")
    host.page.set_viewport_size({"width": 320, "height": 640})
    for name in NAMES:
        expect(host.page.get_by_role("rowheader").filter(has_text=name)).to_be_visible()
    assert fits(host.page)
    assert_accessible(host.page)


def test_two_teachers_at_one_question_decide_and_lose_nothing(
    opened: OpenPage, stoa_server: StoaServer, quiz: tuple[str, str]
) -> None:
    course, quiz_id = quiz
    first, second = opened(), opened()
    make_educator(second, stoa_server)
    add = "mutation ($c: ID!, $e: String!) { addCoTeacher(courseId: $c, email: $e) { id } }"
    graphql(stoa_server, add, token_of(stoa_server), c=course, e=COLLEAGUE)
    sign_in(first, stoa_server, EDUCATOR)
    first.wait_for_url("**/home", timeout=BACK_MS)
    for page in (first, second):
        page.goto(f"{stoa_server.url}/quizzes/{quiz_id}/edit")
        expect(page.get_by_label("Question", exact=True)).to_have_value("So?", timeout=BACK_MS)
    first.get_by_label("Question", exact=True).fill("As Vera writes it")
    expect(first.get_by_text(SAVED)).to_be_visible()
    second.get_by_label("Question", exact=True).fill("As Uwe writes it")
    conflict = second.get_by_role("alert", name="Two versions of this question")
    expect(conflict).to_contain_text("As Vera writes it")
    second.get_by_role("link", name="Or so?").click()  # the rest goes on meanwhile
    second.get_by_label("Question", exact=True).fill("Or as Uwe writes it")
    second.get_by_role("navigation", name="Questions").get_by_role("link").nth(1).click()
    conflict.get_by_role("button", name="Keep both").click()
    expect(second.get_by_text(SAVED)).to_be_visible(timeout=BACK_MS)
    token = token_of(stoa_server)
    questions = graphql(stoa_server, STORED, token, id=quiz_id)["quiz"]["questions"]
    assert [each["questionText"] for each in questions] == [
        "As Vera writes it",
        "As Uwe writes it",
        "Or as Uwe writes it",
    ]
    first.bring_to_front()
    first.evaluate("dispatchEvent(new Event('focus'))")  # whoever comes back sees it all
    side = first.get_by_role("navigation", name="Questions")
    expect(side.get_by_role("listitem")).to_have_count(3)
    expect(side).to_contain_text("Or as Uwe writes it")
