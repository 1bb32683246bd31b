"""Where the links in e-mails lead: a registration, an address, a new password, on a phone.

The server keeps registrations private, so that there are links of all kinds.
"""

from __future__ import annotations

import email
import email.policy
import re
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from protocol.users.values import InvitationPurpose
from storage.seal import JwtSeal
from tests.browser.accessibility import assert_accessible
from tests.browser.stage import PlayerPage
from tests.browser.test_browser_entry import graphql
from tests.browser.waiting import until
from tests.support.server import PASSWORD as DEMO
from tests.support.server import StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

ADDRESS = "nora@school.example"
PASSWORD = "Secret-12"
TEACHER = "tara@school.example"
STUDENT = "student01@demo.stoa"
OTHER = "student02@demo.stoa"
NEW_PASSWORD = "Another-34"


@pytest.fixture(scope="module")
def stoa_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoaServer]:
    """In the place of the one with the default."""
    path: Path = tmp_path_factory.mktemp("private")
    server = StoaServer(
        path / "data",
        environ={"STOA_REGISTRATION_PRIVACY": "on", "STOA_EDUCATOR_REGISTRATION": "invitation"},
    )
    server.start("--demo")
    yield server
    server.kill()


class WallClock:
    """As the server's, near enough."""

    def now(self) -> int:
        return time.time_ns() // 1_000_000


def link_of(server: StoaServer, subject: str, address: str = ADDRESS) -> str:
    """The link in an e-mail to that address, as soon as it lies in the folder."""

    def found() -> EmailMessage | None:
        messages = map(parsed, sorted((server.data_dir / "mail").glob("*.eml")))
        wanted = (subject, address)
        return next((each for each in messages if (each["Subject"], each["To"]) == wanted), None)

    body = until(found, f"e-mail {subject!r}").get_body(("plain",))
    assert body is not None
    [link] = re.findall(r"http\S+", body.get_content())
    return str(link)


def parsed(path: Path) -> EmailMessage:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_an_address_is_confirmed_by_its_link(player: PlayerPage, stoa_server: StoaServer) -> None:
    page = player.page
    login = f'mutation {{ login(email: "{STUDENT}", password: "{DEMO}") {{ accessToken }} }}'
    token = graphql(stoa_server, login)["login"]["accessToken"]
    graphql(stoa_server, "mutation { resendVerification }", token)
    page.goto(link_of(stoa_server, "Confirm your e-mail address", STUDENT))
    assert "#" not in page.url  # the token is in no list of visited pages
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


def test_a_new_user_finishes_the_registration_and_later_replaces_the_password(
    player: PlayerPage, stoa_server: StoaServer
) -> None:
    page = player.page
    register = (
        "mutation ($e: String!, $p: String!) {"
        ' register(input: {email: $e, password: $p, fullName: "Nora"}) { accessToken } }'
    )
    assert graphql(stoa_server, register, e=ADDRESS, p=PASSWORD)["register"]["accessToken"] is None

    page.goto(link_of(stoa_server, "Finish your registration"))
    assert "#" not in page.url
    page.get_by_label("Password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Create the account").click()
    expect(page.get_by_role("alert").filter(has_text="password is wrong")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create the account").click()
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    page.get_by_role("button", name="Account of Nora").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    page.goto(f"{stoa_server.url}/")
    page.get_by_text("Sign in with your school account").click()
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("E-mail").fill(ADDRESS)
    page.get_by_role("button", name="Send the e-mail").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()

    link = link_of(stoa_server, "Set a new password")
    page.goto(link)
    page.get_by_label("New password").fill("short")
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_text("At least 8 characters are needed")).to_be_visible()
    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_role("heading", name="Done")).to_be_visible()
    login = (
        "mutation ($e: String!, $p: String!) { login(email: $e, password: $p) {"
        " user { id } accessToken } }"
    )
    assert graphql(stoa_server, login, e=ADDRESS, p=NEW_PASSWORD)["login"]["user"]["id"]

    page.goto("about:blank")
    page.goto(link)
    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    expect_dead(page)
    page.get_by_role("button", name="Ask for another e-mail").press("Enter")
    page.get_by_label("E-mail").fill(ADDRESS)
    page.get_by_role("button", name="Send the e-mail").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()


def expect_dead(page: Page) -> None:
    """The page says what is wrong with the link, and has the focus at it."""
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("This link is not good any more")
    expect(heading).to_be_focused()
    assert_accessible(page)


@pytest.mark.parametrize(
    ("link", "button", "onward", "address"),
    [
        ("verify=expired", "Confirm", "Sign in", "/sign-in?to=/settings/address"),
        ("email=expired", "Confirm", "Sign in", "/sign-in?to=/settings/address"),
        ("register=expired", "Create the account", "Create an account", "/register"),
    ],
)
def test_a_link_that_is_not_good_any_more_says_what_to_do_next(
    player: PlayerPage, stoa_server: StoaServer, link: str, button: str, onward: str, address: str
) -> None:
    page = player.page
    page.goto(f"{stoa_server.url}/account#{link}")
    expect(page.get_by_role("button", name=button)).to_be_visible()
    for password in page.get_by_label("Password").all():
        password.fill(PASSWORD)
    page.get_by_role("button", name=button).click()
    expect_dead(page)
    way = page.get_by_role("main").get_by_role("link", name=onward)
    expect(way).to_have_attribute("href", address)
    way.click()
    expect(page).to_have_url(stoa_server.url + address)


def test_an_invitation_to_teach_that_is_too_old_or_was_cut_says_so(
    player: PlayerPage, stoa_server: StoaServer
) -> None:
    page = player.page
    secret = (stoa_server.data_dir / "secret").read_text().strip().encode()
    seal = JwtSeal(secret, WallClock(), lifetime_seconds=-60)
    invitation = seal.sign(InvitationPurpose.EDUCATOR, {"email": TEACHER})
    page.goto(f"{stoa_server.url}/account#invitation={invitation}")
    page.get_by_label("Your name").fill("Tara Teacher")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create the account").click()
    expect_dead(page)
    page.goto("about:blank")
    page.goto(f"{stoa_server.url}/account#invitation={invitation[:40]}")
    expect_dead(page)
    way = page.get_by_role("main").get_by_role("link", name="Sign in")
    expect(way).to_have_attribute("href", "/sign-in")


def test_who_confirms_an_address_twice_or_late_goes_on(
    player: PlayerPage, stoa_server: StoaServer
) -> None:
    page = player.page
    page.goto(f"{stoa_server.url}/sign-in")
    page.get_by_label("E-mail").fill(OTHER)
    page.get_by_label("Password").fill(DEMO)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/home")
    page.goto(f"{stoa_server.url}/account#verify=expired")
    page.get_by_role("button", name="Confirm").click()
    expect_dead(page)
    page.get_by_role("button", name="Send the e-mail again").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    link = link_of(stoa_server, "Confirm your e-mail address", OTHER)
    for told in ("Thank you", "Your address is confirmed."):
        page.goto("about:blank")
        page.goto(link)
        page.get_by_role("button", name="Confirm").click()
        expect(page.get_by_role("heading", name=told, level=1)).to_be_visible()
    page.get_by_role("link", name="Go on").click()
    expect(page).to_have_url(f"{stoa_server.url}/home")


def test_who_is_invited_to_teach_chooses_a_name_and_a_password(
    player: PlayerPage, stoa_server: StoaServer
) -> None:
    page = player.page
    secret = (stoa_server.data_dir / "secret").read_text().strip().encode()
    seal = JwtSeal(secret, WallClock(), lifetime_seconds=60)
    invitation = seal.sign(InvitationPurpose.EDUCATOR, {"email": TEACHER})
    page.goto(f"{stoa_server.url}/account#invitation={invitation}")
    assert "#" not in page.url
    page.get_by_label("Your name").fill("Tara Teacher")
    page.get_by_label("Password").fill("short")
    page.get_by_role("button", name="Create the account").click()
    expect(page.get_by_text("At least 8 characters are needed")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create the account").click()
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    signed_in = (
        f'mutation {{ login(email: "{TEACHER}", password: "{PASSWORD}") {{ user {{ role }} }} }}'
    )
    assert graphql(stoa_server, signed_in)["login"]["user"]["role"] == "EDUCATOR"


def test_who_is_signed_in_changes_the_account_and_loses_no_text_by_a_reload(
    player: PlayerPage, stoa_server: StoaServer
) -> None:
    page = player.page
    page.goto(f"{stoa_server.url}/settings/profile")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_label("E-mail").focus()
    for text in (STUDENT, DEMO):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.get_by_label("Password").press("Enter")
    expect(page.get_by_role("heading", name="Profile")).to_be_visible()
    page.get_by_label("About you").fill("Half a sentence")
    page.reload()
    expect(page.get_by_label("About you")).to_have_value("Half a sentence")
    page.get_by_label("About you").fill("I like maths.")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("Saved").first).to_be_visible()
    page.get_by_role("link", name="Language and e-mails").click()
    page.get_by_label("Language", exact=True).select_option("ar")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert player.fits()
    page.reload()
    expect(page.get_by_role("heading", name="اللغة والرسائل")).to_be_visible()
