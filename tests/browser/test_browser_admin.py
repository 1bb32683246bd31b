"""An administrator at a desk: people, certificates, the audit trail, a person erased."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.administered import ADMIN, start_with_admin
from tests.browser.journeys import sign_in
from tests.browser.stage import BACK_MS, PlayerPage, fits, watch
from tests.browser.test_browser_account import link_of
from tests.browser.test_browser_certificate import COURSE, LOGIN, completed, issued
from tests.browser.test_browser_entry import graphql
from tests.browser.test_browser_results import SPEAK
from tests.support.server import PASSWORD, StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

ERASED = "mira@school.example"
NAME = "Mira Okafor"
PHONE = {"width": 390, "height": 780}


@pytest.fixture(scope="module")
def stoa_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoaServer]:
    """In the place of the one without an administrator."""
    path: Path = tmp_path_factory.mktemp("admin")
    server = StoaServer(path / "data")
    start_with_admin(server)
    yield server
    server.kill()


@pytest.fixture(scope="module")
def certificate(stoa_server: StoaServer) -> str:
    """The number of the certificate of the person who is erased at the end."""
    return str(issued(stoa_server, completed(stoa_server))["certificateId"])


@pytest.fixture(scope="module")
def signed_in(chromium: Browser, stoa_server: StoaServer) -> Iterator[Page]:
    """The administrator's page, signed in once: the tests go on from each other's addresses."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    sign_in(page, stoa_server.url, ADMIN, to="/admin")
    expect(page.get_by_role("heading", name="Administration")).to_be_visible(timeout=BACK_MS)
    yield page
    context.close()


@pytest.fixture
def page(signed_in: Page, client_errors: list[str]) -> Page:
    return watch(signed_in, client_errors)


def looked_at(page: Page) -> None:
    """Without faults in this state, and without sideways scrolling on a phone."""
    assert_accessible(page)
    desk = page.viewport_size
    assert desk is not None
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert fits(page)
    assert_accessible(page)
    page.set_viewport_size(desk)


def chosen(page: Page, name: str, item: str) -> None:
    """Open the menu of a row, and choose from it, by keyboard."""
    page.get_by_role("button", name=f"Actions for {name}").press("Enter")
    expect(page.get_by_role("menuitem").first).to_be_focused()
    entry = page.get_by_role("menuitem", name=item)
    for _ in range(8):
        if entry.evaluate("each => each === document.activeElement"):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def decided(page: Page, action: str) -> None:
    """Press the button of the open dialog, and wait until it is done."""
    dialog = page.get_by_role("dialog").or_(page.get_by_role("alertdialog"))
    dialog.get_by_role("button", name=action).press("Enter")
    expect(dialog).to_have_count(0, timeout=BACK_MS)


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))


def test_the_overview_counts_and_leads_on(page: Page, stoa_server: StoaServer) -> None:
    page.goto(f"{stoa_server.url}/admin")
    expect(page.get_by_role("link", name="40 Students")).to_be_visible()
    looked_at(page)
    page.get_by_role("link", name="1 Administrators").click()
    expect(row(page, "Ada Admin")).to_be_visible()
    expect(page.get_by_text("1 account", exact=True)).to_be_visible()
    expect(page.get_by_label("Role")).to_have_value("ADMIN")
    page.go_back()
    expect(page.get_by_role("link", name="40 Students")).to_be_visible()


def test_people_are_found_and_their_role_and_state_changed(
    page: Page, stoa_server: StoaServer
) -> None:
    page.goto(f"{stoa_server.url}/admin/people")
    expect(page.get_by_text("25 of")).to_be_visible()
    page.get_by_role("button", name="Show more").click()
    expect(page.get_by_text("42 of 42")).to_be_visible()
    page.get_by_label("Find people").fill("student07@")
    found = row(page, "Greta Okafor")
    expect(found).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(2)
    assert "text=student07" in page.url
    page.reload()
    expect(found).to_be_visible()
    looked_at(page)

    chosen(page, "Greta Okafor", "Change the role")
    page.get_by_role("radio", name="Teacher").check()
    looked_at(page)
    decided(page, "Change the role")
    expect(found).to_contain_text("Teacher")
    chosen(page, "Greta Okafor", "Disable")
    page.get_by_role("dialog").get_by_role("button", name="Disable").click()
    expect(page.get_by_text("This is needed.")).to_be_visible()
    page.get_by_label("Reason").fill("Left the school")
    decided(page, "Disable")
    expect(found).to_contain_text("disabled")
    chosen(page, "Greta Okafor", "Enable again")
    decided(page, "Enable again")
    expect(found).to_contain_text("active")


def test_a_teacher_is_invited_and_an_address_with_an_account_is_not(
    page: Page, stoa_server: StoaServer
) -> None:
    page.goto(f"{stoa_server.url}/admin/people")
    page.get_by_role("button", name="Invite a teacher").click()
    page.get_by_label("E-mail").fill(ADMIN)
    page.get_by_role("button", name="Send the e-mail").click()
    expect(page.get_by_text("This address has an account")).to_be_visible()
    page.get_by_label("E-mail").fill("tom@school.example")
    page.reload()  # what was typed is there again
    page.get_by_role("button", name="Invite a teacher").click()
    expect(page.get_by_label("E-mail")).to_have_value("tom@school.example")
    page.get_by_role("button", name="Send the e-mail").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert link_of(stoa_server, "You are invited to teach", "tom@school.example")


def test_a_certificate_is_revoked_made_valid_and_issued_again(
    page: Page, stoa_server: StoaServer, certificate: str
) -> None:
    page.goto(f"{stoa_server.url}/admin/certificates")
    page.get_by_label("Find certificates").fill(certificate[:9])
    found = row(page, NAME)
    expect(found).to_contain_text(COURSE)
    looked_at(page)
    chosen(page, NAME, "Revoke")
    page.get_by_label("Reason").fill("Mistaken")
    decided(page, "Revoke")
    expect(found).to_contain_text("Revoked")
    expect(found).to_contain_text("Mistaken")
    page.get_by_label("State").select_option("valid")
    expect(page.get_by_role("heading", name="No certificate found")).to_be_visible()
    looked_at(page)
    page.get_by_label("State").select_option("revoked")
    chosen(page, NAME, "Make valid again")
    page.get_by_label("Reason").fill("It was right")
    decided(page, "Make valid again")
    page.get_by_label("State").select_option("")
    expect(found).to_contain_text("Valid")
    chosen(page, NAME, "Issue again")
    page.get_by_label("Name on the certificate").fill("Mira A. Okafor")
    page.get_by_label("Reason").fill("Her whole name")
    decided(page, "Issue again")
    expect(row(page, "Mira A. Okafor")).to_contain_text("issue 2")


def test_a_person_is_erased_by_keyboard_and_nothing_is_left(
    page: Page, stoa_server: StoaServer, certificate: str
) -> None:
    page.goto(f"{stoa_server.url}/admin/people?text=mira")
    found = page.get_by_role("row").filter(has_text=ERASED)
    expect(found).to_be_visible()
    found.get_by_role("button", name="Actions for").press("Enter")
    expect(page.get_by_role("menuitem").first).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Erase for good")
    expect(dialog).to_contain_text("This cannot be undone")
    looked_at(page)
    page.keyboard.type("somebody else")
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("This is something else.")).to_be_visible()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type(ERASED)
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"Everything about {NAME} is erased.").first).to_be_visible()
    expect(found).to_have_count(0)
    for state in ("", "&state=deleted"):
        page.goto(f"{stoa_server.url}/admin/people?text={ERASED}{state}")
        expect(page.get_by_role("heading", name="Nobody found")).to_be_visible()
    looked_at(page)
    assert page.request.get(f"{stoa_server.url}/certificates/{certificate}").status == 404


def test_the_audit_trail_is_filtered_and_downloaded(
    page: Page, stoa_server: StoaServer, tmp_path: Path
) -> None:
    page.goto(f"{stoa_server.url}/admin/audit")
    made = page.get_by_role("row").filter(has=page.get_by_role("button", name="change role"))
    expect(made.last).to_contain_text("Somebody on the server")
    expect(made.last).to_contain_text("Administrator")
    looked_at(page)
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Action").fill("Change role")
    page.get_by_label("Action").press("Enter")
    expect(page).to_have_url(f"{stoa_server.url}/admin/audit?action=change_role")
    expect(page.get_by_role("row").filter(has_text="Teacher")).to_be_visible()
    expect(page.get_by_role("button", name="erase")).to_have_count(0)
    looked_at(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as CSV").click()
    assert download.value.suggested_filename.startswith("audit-")
    download.value.save_as(tmp_path / "audit.csv")
    head, *rows = csv.reader((tmp_path / "audit.csv").read_text("utf-8-sig").splitlines())
    assert {each[head.index("Action")] for each in rows} == {"change_role"}
    page.get_by_role("cell").get_by_role("button", name="Ada Admin").first.click()
    expect(page.get_by_label("Id of who did it")).not_to_have_value("")
    page.go_back()
    expect(page).to_have_url(f"{stoa_server.url}/admin/audit?action=change_role")
    admin = graphql(stoa_server, LOGIN, e=ADMIN, p=PASSWORD)["login"]["accessToken"]
    graphql(stoa_server, SPEAK, admin, language="de")
    page.reload()
    expect(page.get_by_role("button", name="Rolle ändern").first).to_be_visible()
    expect(page.get_by_label("Aktion")).to_have_value("Rolle ändern")
    graphql(stoa_server, SPEAK, admin, language="en")
    page.goto(f"{stoa_server.url}/admin/audit?action=nothing")
    expect(page.get_by_role("heading", name="Nothing recorded")).to_be_visible()


def test_nobody_else_opens_these_pages(player: PlayerPage, stoa_server: StoaServer) -> None:
    page = player.page
    page.goto(f"{stoa_server.url}/sign-in?to=/admin/people")
    page.get_by_label("E-mail").fill("student02@demo.stoa")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Not for you")).to_be_visible(timeout=BACK_MS)
    assert_accessible(page)
