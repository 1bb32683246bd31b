"""Makes the README's pictures in `docs/pictures`: a game, a quiz being edited, results, a learner.

A server of its own, a host's screen and nine players, in real Chromium: `python -m
tests.browser.picture`. The pictures of both screens are then set side by side by Chromium itself.
The results are those of thirty players of the command `simulate`. The learner reads a lesson, and
another one has completed the course and reads Arabic at night.
"""

from __future__ import annotations

import base64
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from tests.browser.journeys import Setting, sign_in
from tests.browser.stage import CHROMIUM_NAMES, FLAGS, HostPage, PlayerPage
from tests.browser.test_browser_entry import graphql
from tests.browser.test_browser_learner import Course
from tests.browser.test_journey_erasure import SPEAK, learned
from tests.support.server import EDUCATOR, PASSWORD, StoaServer

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
SIMULATE = ("simulate", "--players", "30", "--questions", "8", "--think", "1", "--seconds", "10")
MAX_BYTES = 300_000
DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
CHOICES = {"Emmy": 1, "Sofia": 1, "Lise": 3, "Maria": 0, "Hypatia": 1, "Carl": 2, "Alan": 1}
"""Which option each of the others taps, so that the histogram has something to show."""
READER, LEARNER = "student03@demo.stoa", "layla@school.example"
PLAYED = "{ myGames(running: false, first: 1) { nodes { id quiz { id } } } }"
SETTING = """
<body style="margin:0;width:1500px;height:760px;background:#d9d7fa">
<style>img {{ position:absolute; box-shadow:0 18px 50px rgb(30 25 90 / 28%) }}</style>
<img src="data:image/png;base64,{desk}"
  style="left:50px;top:50px;width:1056px;height:660px;border-radius:16px">
<img src="data:image/png;base64,{phone}"
  style="left:1146px;top:50px;width:304px;height:658px;border-radius:34px;border:9px solid #17172b;
  box-sizing:border-box">
</body>
"""


def take(browser: Browser, url: str) -> tuple[bytes, bytes]:
    """The host's screen and a phone, with the same question open."""
    host = HostPage(browser.new_context(viewport=DESK).new_page(), url)
    host.sign_in()
    pin = host.open_lobby(seconds=120)
    phone = browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True)
    player = PlayerPage(phone.new_page(), url)
    player.join(pin, "Ada")
    player.wait("lobby")
    others = [join(browser, url, pin, name) for name in CHOICES]
    host.next("open")
    host.press("Show answers")
    for other, choice in zip(others, CHOICES.values(), strict=True):
        other.wait("open")
        other.page.locator(".option").nth(choice).click()
        other.expect_saved()
    player.wait("open")
    expect(host.answered).to_contain_text(f"{len(others)} of", timeout=30_000)
    for page in (host.page, player.page):
        page.evaluate("Promise.allSettled(document.getAnimations().map((one) => one.finished))")
    return host.page.screenshot(), player.page.screenshot()


def join(browser: Browser, url: str, pin: str, name: str) -> PlayerPage:
    """One more player in the lobby."""
    player = PlayerPage(browser.new_context().new_page(), url)
    player.join(pin, name)
    player.wait("lobby")
    return player


def compose(browser: Browser, desk: bytes, phone: bytes) -> bytes:
    """Both side by side."""
    page = browser.new_page(viewport={"width": 1500, "height": 760})
    desk64, phone64 = (base64.b64encode(one).decode() for one in (desk, phone))
    page.set_content(SETTING.format(desk=desk64, phone=phone64))
    return page.screenshot()


def played(server: StoaServer) -> tuple[str, str]:
    """The ids of the newest game that is over and of its quiz."""
    login = f'mutation {{ login(email: "{EDUCATOR}", password: "{PASSWORD}") {{ accessToken }} }}'
    token = graphql(server, login)["login"]["accessToken"]
    [game] = graphql(server, PLAYED, token)["myGames"]["nodes"]
    return game["id"], game["quiz"]["id"]


def take_desk(browser: Browser, server: StoaServer) -> dict[str, bytes]:
    """The quiz editor, and the results of a game that is over."""
    url = server.url
    command = [sys.executable, "-m", "supervisors.cli", *SIMULATE, "--url", url]
    subprocess.run(command, check=True, capture_output=True)
    context = browser.new_context(viewport=DESK)
    page = context.new_page()
    HostPage(page, url).sign_in()
    game, quiz = played(server)
    page.goto(f"{url}/games/{game}")
    page.get_by_role("heading", level=1).wait_for()
    page.get_by_role("heading", level=2).first.wait_for()
    results = settled(page)
    page.goto(f"{url}/quizzes/{quiz}/edit")
    page.get_by_label("Question", exact=True).wait_for()
    editor = settled(page)
    context.close()
    return {"editor": editor, "results": results}


def take_learner(browser: Browser, server: StoaServer) -> tuple[bytes, bytes]:
    """A lesson on a desk, and the certificate of another learner on a phone."""
    course = Course(server, "How bridges stand")
    course.enrolled(READER)
    desk = Setting("en", DESK["width"], "light")
    with desk.page(browser, []) as page:
        sign_in(page, server.url, READER)
        page.goto(course.address(0))
        page.locator("article .katex").first.wait_for()
        lesson = settled(page)
    learned(course, LEARNER)
    token = course.token_of(LEARNER)
    course.asked(SPEAK, token, language="ar")
    phone = Setting("ar", PHONE["width"], "dark")
    with phone.page(browser, []) as page:
        page.set_viewport_size(PHONE)
        sign_in(page, server.url, LEARNER)
        page.goto(f"{server.url}/my-certificates")
        page.get_by_role("heading", name=course.title).wait_for()
        return lesson, settled(page)


def settled(page: Page) -> bytes:
    """The page when nothing moves any more."""
    page.wait_for_load_state("networkidle")
    page.evaluate("Promise.allSettled(document.getAnimations().map((one) => one.finished))")
    picture: bytes = page.screenshot()
    return picture


def main() -> None:
    """Write the pictures. Raises if one has become too large for a README."""
    path = next(found for name in CHROMIUM_NAMES if (found := shutil.which(name)))
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # the embedded PostgreSQL runs as another user under root
        server = StoaServer(Path(folder) / "data")
        server.start("--demo")
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
                pictures = {"game": compose(browser, *take(browser, server.url))}
                pictures |= take_desk(browser, server)
                pictures["learner"] = compose(browser, *take_learner(browser, server))
                browser.close()
        finally:
            server.kill()
    for name, picture in pictures.items():
        if len(picture) > MAX_BYTES:
            raise SystemExit(f"{name}: {len(picture)} bytes are more than {MAX_BYTES}")
        (PICTURES / f"{name}.png").write_bytes(picture)
        print(f"{name}.png: {len(picture)} bytes")


if __name__ == "__main__":
    main()
