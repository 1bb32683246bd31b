"""Films of courses: uploaded and made ready for a teacher, watched by a student."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.films import (
    PROCESSED_MS,
    add_captions,
    add_film_lesson,
    cut_film,
    expect_film,
    films_of,
    make_film,
    position,
)
from tests.browser.journeys import words_of
from tests.browser.narrow import LANGUAGES, LONG_WORD, misfits_on
from tests.browser.shelf import STUDENT, choose, course_with_a_student
from tests.browser.stage import fits
from tests.browser.test_browser_courses import (
    DESK,
    PHONE,
    OpenPage,
    make_course,
    opened,
    sign_in,
)
from tests.browser.test_browser_entry import graphql, token_of
from tests.browser.test_browser_results import SPEAK
from tests.support.server import EDUCATOR, StoaServer

__all__ = ["opened"]
pytestmark = [pytest.mark.browser, pytest.mark.heavy]

PLAYING = "(at) => document.querySelector('.player video').currentTime >= at"
ENDED = "() => document.querySelector('.player video').ended"
SHOWN = """() => [...document.querySelector('.player video').textTracks]
    .filter(({ mode }) => mode === 'showing').flatMap(({ activeCues }) => [...activeCues ?? []])
    .map(({ text }) => text).join()"""
SAID = "Größe, déjà vu — “so”"


def at_films(page: Page, server: StoaServer, course_id: str) -> None:
    """A teacher stands before the library."""
    sign_in(page, server, EDUCATOR)
    page.goto(f"{server.url}/courses/{course_id}/edit/films")
    expect(page.get_by_role("heading", name="Add videos")).to_be_visible()


def uploaded(page: Page, server: StoaServer, course_id: str, *films: Path) -> list[str]:
    """Their ids, once they are ready; for a page that stands before the library."""
    choose(page, *films)
    for film in films:
        watch = page.get_by_role("button", name=f"Watch: {film.stem}", exact=True)
        expect(watch).to_be_visible(timeout=PROCESSED_MS)
    ids = {film["title"]: film["id"] for film in films_of(server, course_id)}
    return [ids[film.stem] for film in films]


def more(page: Page, title: str, item: str) -> None:
    page.get_by_role("button", name=f"More for {title}", exact=True).click()
    page.get_by_role("menuitem", name=item, exact=True).click()


def streams_asked(page: Page) -> list[str]:
    """Grows with each link that the page asks for."""
    found: list[str] = []

    def asked(request: Request) -> None:
        if "generateStreamingUrl" in (request.post_data or ""):
            found.append(request.url)

    page.on("request", asked)
    return found


def test_a_film_goes_from_the_dialog_of_a_lesson_to_a_student(
    opened: OpenPage, stoa_server: StoaServer, tmp_path: Path
) -> None:
    teacher, student = opened(DESK), opened(PHONE)
    course_id = course_with_a_student(stoa_server, "Tides in a film")
    film = make_film(tmp_path / "tides.mp4")
    sign_in(teacher, stoa_server, EDUCATOR)
    teacher.goto(f"{stoa_server.url}/courses/{course_id}/edit/curriculum")
    give_a_lesson_its_film(teacher, film)
    [made] = films_of(stoa_server, course_id)
    add_captions(stoa_server, made["id"], "en", "English", "The moon pulls.")
    [lesson] = made["lessons"]

    sign_in(student, stoa_server, STUDENT)
    asked = streams_asked(student)
    student.goto(f"{stoa_server.url}/courses/{course_id}/lessons/{lesson['id']}")
    expect_film(student)
    assert_accessible(student)
    assert fits(student)
    watch_by_keyboard(student, asked)
    go_on_after_a_reload(student)


def give_a_lesson_its_film(page: Page, film: Path) -> None:
    page.get_by_role("button", name="Add a lesson to Part 1").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title").fill("The film")
    dialog.get_by_role("radio", name="Video A video of yours").check()
    expect(dialog.get_by_role("radio", name="Upload a video")).to_be_checked()
    assert_accessible(page)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("This is needed.")).to_be_visible()
    choose(page, film)
    chosen = dialog.get_by_role("combobox", name="Video").locator("option:checked")
    expect(chosen).to_contain_text("tides ·")
    assert_accessible(page)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="The film", exact=True)).to_be_visible()


def watch_by_keyboard(page: Page, asked: list[str]) -> None:
    """To the end, by when the link has been renewed once."""
    video = page.locator(".player video")
    video.focus()
    page.keyboard.press("Space")
    page.wait_for_function(PLAYING, arg=0.3)
    expect(page.get_by_role("combobox", name="Captions")).to_have_value("en")
    page.wait_for_function(f"() => ({SHOWN})() === 'The moon pulls.'")
    page.keyboard.press("c")
    expect(page.get_by_role("combobox", name="Captions")).to_have_value("")
    assert page.evaluate(SHOWN) == ""
    page.keyboard.press("c")
    page.keyboard.press("m")
    assert page.evaluate("document.querySelector('.player video').muted")
    page.keyboard.press("<")
    expect(page.get_by_role("combobox", name="Speed")).to_have_value("0.75")
    page.wait_for_function(ENDED)
    assert len(asked) >= 2
    page.keyboard.press("j")
    page.wait_for_function("() => document.querySelector('.player video').currentTime < 1")
    page.keyboard.press("l")
    page.wait_for_function("() => document.querySelector('.player video').currentTime > 3")


def go_on_after_a_reload(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.wait_for_function(PLAYING, arg=1.2)
    page.keyboard.press("k")
    page.reload()
    expect_film(page)
    expect(page.get_by_role("combobox", name="Speed")).to_have_value("0.75")
    assert position(page) == 0
    assert_accessible(page)
    page.get_by_role("button", name=re.compile("Continue at 0:0[1-3]")).click()
    page.wait_for_function(PLAYING, arg=1.2)
    expect(page.get_by_role("button", name=re.compile("Continue"))).to_have_count(0)


def test_a_film_goes_on_over_links_that_end_and_a_network_that_is_away(
    opened: OpenPage, client_errors: list[str], stoa_server: StoaServer, tmp_path: Path
) -> None:
    teacher, student = opened(DESK), opened(PHONE)
    course_id = course_with_a_student(stoa_server, "Broken lines")
    at_films(teacher, stoa_server, course_id)
    [film] = uploaded(teacher, stoa_server, course_id, make_film(tmp_path / "lines.mp4"))
    lesson = add_film_lesson(stoa_server, course_id, "Lines", film)
    sign_in(student, stoa_server, STUDENT)
    asked = streams_asked(student)
    tokens: list[str] = []

    def refuse_first(route: Route) -> None:
        token = route.request.url.split("/")[-2]
        if token not in tokens:
            tokens.append(token)
        if tokens.index(token) == 0:
            route.fulfill(status=401, json={"code": "AUTHENTICATION_ERROR"})
        else:
            route.continue_()

    student.route("**/streams/*/*.mp4", refuse_first)
    student.goto(f"{stoa_server.url}/courses/{course_id}/lessons/{lesson}")
    expect_film(student)
    assert len(asked) >= 2
    assert all("401" in each for each in client_errors)
    client_errors.clear()

    student.unroute("**/streams/*/*.mp4")
    student.route("**/streams/*/*.m3u8", lambda route: route.abort())
    student.reload()
    expect(student.get_by_text("There is no connection.")).to_be_visible()
    assert_accessible(student)
    student.unroute("**/streams/*/*.m3u8")
    expect_film(student)
    expect(student.get_by_text("There is no connection.")).to_have_count(0)


def test_a_teacher_keeps_a_library_of_films(
    opened: OpenPage, stoa_server: StoaServer, tmp_path: Path
) -> None:
    page = opened(DESK)
    course_id = make_course(stoa_server, "A library")
    at_films(page, stoa_server, course_id)
    expect(page.get_by_role("heading", name="No videos yet")).to_be_visible()
    assert_accessible(page)
    upright = make_film(tmp_path / "upright.mp4", seconds=1, size="120x240")
    [film, _] = uploaded(
        page,
        stoa_server,
        course_id,
        upright,
        make_film(tmp_path / "song.mp4", seconds=1, size=None),
    )
    expect(page.get_by_text("No lesson shows it")).to_have_count(2)
    assert_accessible(page)
    look_at_both(page)
    rename(page)
    caption(page, tmp_path)
    add_film_lesson(stoa_server, course_id, "Upright ones", film)
    page.reload()
    more(page, "Stand up", "Delete")
    refusal = page.get_by_role("alertdialog")
    expect(refusal.get_by_role("link", name="Upright ones")).to_be_visible()
    assert_accessible(page)
    refusal.get_by_role("button", name="Close").last.click()
    more(page, "song", "Delete")
    page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("button", name="More for song")).to_have_count(0)


def look_at_both(page: Page) -> None:
    """Neither pushes the page, and both play."""
    for title, most in (("upright", 0.61), ("song", 0.2)):
        page.get_by_role("button", name=f"Watch: {title}").click()
        expect_film(page)
        box = page.locator(".player video").bounding_box()
        assert box is not None
        assert 40 < box["height"] <= DESK["height"] * most
        assert_accessible(page)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)


def rename(page: Page) -> None:
    more(page, "upright", "Rename")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title").fill("Stand up")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Watch: Stand up")).to_be_visible()


def caption(page: Page, folder: Path) -> None:
    """By a file as an older program on Windows writes it."""
    subtitles, wrong = folder / "so.srt", folder / "wrong.vtt"
    subtitles.write_bytes(f"1\r\n00:00:00,000 --> 00:00:09,000\r\n{SAID}\r\n".encode("cp1252"))
    wrong.write_text("Nothing of the kind.", encoding="utf-8")
    more(page, "Stand up", "Captions")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("There are none yet.")).to_be_visible()
    dialog.get_by_label("Language").select_option("pt-BR")
    expect(dialog.get_by_label("Name", exact=True)).to_have_value("Português (Brasil)")
    dialog.get_by_role("button", name="Add captions").click()
    expect(dialog.get_by_text("This is needed.")).to_be_visible()
    assert_accessible(page)
    file = dialog.locator("input[type=file]")
    file.set_input_files(wrong)
    dialog.get_by_role("button", name="Add captions").click()
    expect(dialog.locator(".drop ~ .error")).not_to_be_empty()
    file.set_input_files(subtitles)
    dialog.get_by_role("button", name="Add captions").click()
    expect(dialog.get_by_role("button", name="Delete the captions: Português")).to_be_visible()
    expect(dialog.get_by_text("They are replaced.")).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Watch: Stand up").click()
    expect_film(page)
    page.get_by_role("combobox", name="Captions").select_option("pt-BR")
    page.locator(".player video").press("k")
    page.wait_for_function(f"(said) => ({SHOWN})() === said", arg=SAID)
    page.keyboard.press("Escape")
    more(page, "Stand up", "Captions")
    dialog.get_by_role("button", name="Delete the captions: Português").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    expect(dialog.get_by_text("There are none yet.")).to_be_visible()
    page.keyboard.press("Escape")


def test_a_film_that_cannot_be_read_says_why_and_another_takes_its_place(
    opened: OpenPage, stoa_server: StoaServer, tmp_path: Path
) -> None:
    page, student = opened(PHONE), opened(PHONE)
    course_id = make_course(stoa_server, "Unreadable")
    at_films(page, stoa_server, course_id)
    choose(page, cut_film(tmp_path / "cut.mp4"))
    why = page.get_by_text("The file cannot be read as a video")
    expect(why).to_be_visible(timeout=PROCESSED_MS)
    assert_accessible(page)
    assert fits(page)
    [film] = films_of(stoa_server, course_id)
    lesson = add_film_lesson(stoa_server, course_id, "Cut short", film["id"])
    page.goto(f"{stoa_server.url}/courses/{course_id}/edit/publish")
    missing = "The video of the lesson “Cut short” is not ready yet."
    expect(page.get_by_role("link", name=missing)).to_be_visible()
    assert_accessible(page)
    sign_in(student, stoa_server, EDUCATOR)  # as those who learn would see it
    student.goto(f"{stoa_server.url}/courses/{course_id}/lessons/{lesson}")
    expect(student.get_by_text("This video cannot be shown yet.")).to_be_visible()
    assert_accessible(student)

    page.goto(f"{stoa_server.url}/courses/{course_id}/edit/films")
    with page.expect_response(lambda found: "retryVideo" in (found.request.post_data or "")):
        page.get_by_role("button", name="Try again: cut").click()
    expect(why).to_be_visible(timeout=PROCESSED_MS)
    page.get_by_role("button", name="Choose another file: cut").click()
    assert_accessible(page)
    whole = make_film(tmp_path / "whole again.mp4", seconds=1)
    page.get_by_role("dialog").locator("input[type=file]").set_input_files(whole)
    watch = page.get_by_role("button", name="Watch: cut")
    expect(watch).to_be_visible(timeout=PROCESSED_MS)
    expect(why).to_have_count(0)
    expect_film(student)  # it has looked again by itself
    more(page, "cut", "Replace the file")
    expect(page.get_by_text("The present video goes on playing")).to_be_visible()
    cut = cut_film(tmp_path / "cut again.mp4")
    page.get_by_role("dialog").locator("input[type=file]").set_input_files(cut)
    newer = page.get_by_text("the video of before is still shown")
    expect(newer).to_be_visible(timeout=PROCESSED_MS)
    expect(watch).to_be_visible()


def test_nothing_sticks_out_on_a_narrow_phone(
    opened: OpenPage, stoa_server: StoaServer, tmp_path: Path
) -> None:
    page = opened({"width": 360, "height": 780})
    course_id = course_with_a_student(stoa_server, "Narrow films")
    at_films(page, stoa_server, course_id)
    long = make_film(tmp_path / f"{LONG_WORD}.mp4", seconds=1)
    [film] = uploaded(page, stoa_server, course_id, long)
    lesson = add_film_lesson(stoa_server, course_id, LONG_WORD, film)
    add_captions(stoa_server, film, "en", LONG_WORD, "Narrow.")
    choose(page, cut_film(tmp_path / f"{LONG_WORD}-2.mp4"))
    expect(page.locator(".films .error")).to_be_visible(timeout=PROCESSED_MS)
    token = token_of(stoa_server)
    for language in ("en", *LANGUAGES):
        graphql(stoa_server, SPEAK, token, language=language)
        words = words_of(language)
        page.goto(f"{stoa_server.url}/courses/{course_id}/edit/films")
        expect(page.get_by_role("heading", name=words["films.add"])).to_be_visible()
        expect(page.locator(".films .error")).to_be_visible()
        assert misfits_on(page) == [], language
        page.goto(f"{stoa_server.url}/courses/{course_id}/lessons/{lesson}")
        expect_film(page)
        page.get_by_text(words["player.keys"], exact=True).click()
        assert misfits_on(page) == [], language
    graphql(stoa_server, SPEAK, token, language="en")
