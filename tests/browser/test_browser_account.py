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
from playwright.sync_api import expect

from actors.users.invitations import PURPOSE
from storage.seal import JwtSeal
from tests.browser.stage import PlayerPage
from tests.browser.test_browser_entry import graphql
from tests.support.server import PASSWORD as DEMO
from tests.support.server import StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

ADDRESS = "nora@school.example"
PASSWORD = "Secret-12"
TEACHER = "tara@school.example"
STUDENT = "student01@demo.stoa"
NEW_PASSWORD = "Another-34"
PATIENCE_SECONDS = 20


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
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        for path in sorted((server.data_dir / "mail").glob("*.eml")):
            message = parsed(path)
            if message["Subject"] == subject and message["To"] == address:
                body = message.get_body(("plain",))
                assert body is not None
                [link] = re.findall(r"http\S+", body.get_content())
                return str(link)
        time.sleep(0.1)  # the e-mail is written by another process
    raise AssertionError(f"no e-mail {subject!r}")


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
    page.fill("#password", NEW_PASSWORD)
    page.get_by_role("button", name="Create the account").click()
    expect(page.get_by_role("alert").filter(has_text="Wrong password")).to_be_visible()
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Create the account").click()
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    page.context.clear_cookies()
    page.evaluate("localStorage.clear()")

    page.goto(f"{stoa_server.url}/")
    page.get_by_text("Sign in with your school account").click()
    page.get_by_role("link", name="Forgot your password?").click()
    page.fill("#email", ADDRESS)
    page.get_by_role("button", name="Send the e-mail").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()

    link = link_of(stoa_server, "Set a new password")
    page.goto(link)
    page.fill("#new-password", "short")
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_role("alert").filter(has_text="at least 8 characters")).to_be_visible()
    page.fill("#new-password", NEW_PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_role("heading", name="Done")).to_be_visible()
    login = (
        "mutation ($e: String!, $p: String!) { login(email: $e, password: $p) {"
        " user { id } accessToken } }"
    )
    assert graphql(stoa_server, login, e=ADDRESS, p=NEW_PASSWORD)["login"]["user"]["id"]

    page.goto("about:blank")
    page.goto(link)
    page.fill("#new-password", NEW_PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    expect(
        page.get_by_role("alert").filter(has_text="expired or has already been used")
    ).to_be_visible()


def test_who_is_invited_to_teach_chooses_a_name_and_a_password(
    player: PlayerPage, stoa_server: StoaServer
) -> None:
    page = player.page
    secret = (stoa_server.data_dir / "secret").read_text().strip().encode()
    seal = JwtSeal(secret, WallClock(), lifetime_seconds=60)
    invitation = seal.sign(PURPOSE, {"email": TEACHER})
    page.goto(f"{stoa_server.url}/account#invitation={invitation}")
    assert "#" not in page.url
    page.fill("#full-name", "Tara Teacher")
    page.fill("#first-password", "short")
    page.get_by_role("button", name="Create the account").click()
    expect(page.get_by_role("alert").filter(has_text="at least 8 characters")).to_be_visible()
    page.fill("#first-password", PASSWORD)
    page.get_by_role("button", name="Create the account").click()
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    signed_in = (
        f'mutation {{ login(email: "{TEACHER}", password: "{PASSWORD}") {{ user {{ role }} }} }}'
    )
    assert graphql(stoa_server, signed_in)["login"]["user"]["role"] == "EDUCATOR"
