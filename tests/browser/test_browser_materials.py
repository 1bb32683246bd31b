"""The materials of a course: added by a teacher, found by a student, renamed, replaced, deleted."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.journeys import words_of
from tests.browser.narrow import LANGUAGES, LONG_WORD, misfits_on
from tests.browser.shelf import (
    STUDENT,
    add_link,
    archive,
    choose,
    course_with_a_student,
    expect_added,
    make_assistant,
    saved,
)
from tests.browser.stage import fits
from tests.browser.test_browser_courses import DESK, PHONE, OpenPage, opened, sign_in
from tests.browser.test_browser_entry import graphql, token_of
from tests.browser.test_browser_results import SPEAK
from tests.support.server import EDUCATOR, StoaServer

__all__ = ["opened"]
pytestmark = [pytest.mark.browser, pytest.mark.heavy]

ASSISTANT = "asta@school.example"
NARROW = {"width": 360, "height": 780}


def at_materials(page: Page, server: StoaServer, course_id: str) -> None:
    """A teacher stands before the materials."""
    sign_in(page, server, EDUCATOR)
    page.goto(f"{server.url}/courses/{course_id}/edit/materials")
    expect(page.get_by_role("heading", name="Add materials")).to_be_visible()


def more(page: Page, title: str, item: str) -> None:
    page.get_by_role("button", name=f"More for {title}", exact=True).click()
    page.get_by_role("menuitem", name=item, exact=True).click()


def test_what_a_teacher_uploads_a_student_downloads(
    opened: OpenPage, stoa_server: StoaServer, tmp_path: Path
) -> None:
    teacher, student = opened(DESK), opened(PHONE)
    course_id = course_with_a_student(stoa_server, "Tides and files")
    at_materials(teacher, stoa_server, course_id)
    expect(teacher.get_by_role("heading", name="No materials yet")).to_be_visible()
    assert_accessible(teacher)
    notes, sheets = tmp_path / "notes.txt", tmp_path / "sheets.zip"
    notes.write_text("The moon pulls.\n" * 100, encoding="utf-8")
    bundle = archive(sheets, 2)
    teacher.get_by_label("Folder").fill("Week 1")
    choose(teacher, notes, sheets)
    expect_added(teacher, "notes.txt")
    expect_added(teacher, "sheets.zip")
    expect(teacher.get_by_role("heading", name="Uploads")).to_have_count(0)
    expect(teacher.locator("summary")).to_contain_text("Week 1")
    expect(teacher.locator("summary")).to_contain_text("2 entries")
    assert_accessible(teacher)

    sign_in(student, stoa_server, STUDENT)
    student.goto(f"{stoa_server.url}/courses/{course_id}")
    expect(student.get_by_role("heading", name="Materials")).to_be_visible()
    assert_accessible(student)
    assert fits(student)
    assert saved(student, "notes") == ("notes.txt", notes.read_bytes())
    assert saved(student, "sheets") == ("sheets.zip", bundle)
    expect(student.get_by_role("button", name="More for notes")).to_have_count(0)


def test_a_link_is_added_moved_and_deleted(opened: OpenPage, stoa_server: StoaServer) -> None:
    page = opened(DESK)
    course_id = course_with_a_student(stoa_server, "Links")
    at_materials(page, stoa_server, course_id)
    page.get_by_role("button", name="Add a link").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Add a link").click()
    expect(dialog.get_by_text("This is needed.").first).to_be_visible()
    assert_accessible(page)
    dialog.get_by_label("Address").fill("javascript:alert(1)")
    dialog.get_by_label("Title").fill("Tables of the tides")
    dialog.get_by_role("button", name="Add a link").click()
    expect(dialog.get_by_label("Address")).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("Address").fill("https://moon.example/tides")
    dialog.get_by_role("button", name="Add a link").click()
    expect(dialog).to_have_count(0)
    link = page.get_by_role("link", name="Open in a new tab: Tables of the tides")
    expect(link).to_have_attribute("href", "https://moon.example/tides")
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", re.compile("noopener"))

    more(page, "Tables of the tides", "Rename or move")
    dialog.get_by_label("Title").fill("Tide tables")
    dialog.get_by_label("Folder").fill("Elsewhere")
    page.reload()  # what was typed is there again
    more(page, "Tables of the tides", "Rename or move")
    expect(dialog.get_by_label("Folder")).to_have_value("Elsewhere")
    assert_accessible(page)
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator("summary")).to_contain_text("Elsewhere")
    expect(page.get_by_text("Tide tables", exact=True)).to_be_visible()

    more(page, "Tide tables", "Delete")
    assert_accessible(page)
    page.get_by_role("alertdialog").get_by_role("button", name="Cancel").click()
    more(page, "Tide tables", "Delete")
    page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="No materials yet")).to_be_visible()


def test_a_new_version_takes_the_place_of_the_old_one(
    opened: OpenPage, stoa_server: StoaServer, tmp_path: Path
) -> None:
    page, student = opened(DESK), opened(PHONE)
    course_id = course_with_a_student(stoa_server, "Versions")
    at_materials(page, stoa_server, course_id)
    first, second = tmp_path / "script.txt", tmp_path / "script, mended.txt"
    first.write_text("The moon pushes.", encoding="utf-8")
    second.write_text("The moon pulls.", encoding="utf-8")
    choose(page, first)
    expect_added(page, "script.txt")
    more(page, "script", "New version")
    assert_accessible(page)
    page.get_by_role("dialog").locator("input[type=file]").set_input_files(second)
    expect_added(page, "script, mended.txt")
    assert saved(page, "script") == ("script, mended.txt", second.read_bytes())
    more(page, "script", "Earlier versions")
    assert_accessible(page)
    assert saved(page, "Version 1") == ("script.txt", first.read_bytes())
    page.keyboard.press("Escape")
    an_assistant_reads(opened(DESK), stoa_server, course_id)

    sign_in(student, stoa_server, STUDENT)
    student.goto(f"{stoa_server.url}/courses/{course_id}")
    assert saved(student, "script") == ("script, mended.txt", second.read_bytes())
    more(page, "script", "Delete")
    page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="No materials yet")).to_be_visible()
    student.get_by_role("button", name="Download: script").click()
    told = student.get_by_role("region", name="Messages")
    expect(told).to_contain_text("It is not there, or not open to you.")


def an_assistant_reads(page: Page, server: StoaServer, course_id: str) -> None:
    """All versions, and changes nothing."""
    make_assistant(server, course_id, ASSISTANT)
    sign_in(page, server, ASSISTANT)
    page.goto(f"{server.url}/courses/{course_id}/edit/materials")
    more(page, "script", "Earlier versions")
    assert saved(page, "Version 1") == ("script.txt", b"The moon pushes.")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="More for script").click()
    expect(page.get_by_role("menuitem")).to_have_count(1)
    expect(page.get_by_role("heading", name="Add materials")).to_have_count(0)
    assert_accessible(page)


def test_a_file_that_is_refused_says_why(
    opened: OpenPage, stoa_server: StoaServer, tmp_path: Path
) -> None:
    page = opened(PHONE)
    course_id = course_with_a_student(stoa_server, "Refusals")
    at_materials(page, stoa_server, course_id)
    program, letter = tmp_path / "setup.exe", tmp_path / "letter.pdf"
    nested, good = tmp_path / "outside.zip", tmp_path / "good.txt"
    program.write_bytes(b"MZ" * 100)
    archive(letter, 1)
    with zipfile.ZipFile(nested, "w") as made:
        made.writestr("../../outside.txt", "x")
    good.write_text("Good.", encoding="utf-8")
    choose(page, program, letter, nested, good)
    expect(page.get_by_text("setup.exe is of another kind.")).to_be_visible()
    expect(page.get_by_text("Its content is not what its ending says.")).to_be_visible()
    expect(page.get_by_text("Names in it lead out of the folder")).to_be_visible()
    expect_added(page, "good.txt")
    assert_accessible(page)
    assert fits(page)
    page.get_by_role("button", name="Remove: letter.pdf").click()
    page.get_by_role("button", name="Remove: outside.zip").click()
    expect(page.get_by_role("heading", name="Uploads")).to_have_count(0)
    page.reload()
    expect(page.get_by_text("good", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Uploads")).to_have_count(0)


def test_everything_is_done_by_keyboard_alone(
    opened: OpenPage, stoa_server: StoaServer, tmp_path: Path
) -> None:
    page = opened(DESK)
    course_id = course_with_a_student(stoa_server, "By keyboard")
    at_materials(page, stoa_server, course_id)
    note = tmp_path / "note.txt"
    note.write_text("A note.", encoding="utf-8")
    page.on("filechooser", lambda _: None)  # from now on the system's own is not shown
    page.get_by_label("Folder").focus()
    page.keyboard.type("Notes")
    page.keyboard.press("Tab")
    expect(page.locator(".drop input[type=file]")).to_be_focused()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(note)
    expect_added(page, "note.txt")
    page.get_by_role("button", name="More for note").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # the first of the menu
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Title")).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("A better note")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    button = page.get_by_role("button", name="More for A better note")
    expect(button).to_be_visible()
    button.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    question = page.get_by_role("alertdialog")
    expect(question.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="No materials yet")).to_be_visible()
    assert page.evaluate("document.activeElement !== document.body")


def test_nothing_sticks_out_on_a_narrow_phone(
    opened: OpenPage, stoa_server: StoaServer, tmp_path: Path
) -> None:
    page, student = opened(NARROW), opened(NARROW)
    course_id = course_with_a_student(stoa_server, "Narrow")
    add_link(stoa_server, course_id, LONG_WORD, folder=LONG_WORD)
    add_link(stoa_server, course_id, "In no folder")
    at_materials(page, stoa_server, course_id)
    wrong = tmp_path / f"{LONG_WORD}.pdf"
    wrong.write_bytes(b"PK" * 100)
    token = token_of(stoa_server)
    for language in ("en", *LANGUAGES):
        graphql(stoa_server, SPEAK, token, language=language)
        page.reload()
        words = words_of(language)
        expect(page.get_by_role("heading", name=words["content.add"])).to_be_visible()
        choose(page, wrong)
        expect(page.get_by_text(words["content.refused.wrong_kind"])).to_be_visible()
        assert misfits_on(page) == [], language
    graphql(stoa_server, SPEAK, token, language="en")
    sign_in(student, stoa_server, STUDENT)
    student.goto(f"{stoa_server.url}/courses/{course_id}")
    expect(student.get_by_role("heading", name="Materials")).to_be_visible()
    assert misfits_on(student) == []
