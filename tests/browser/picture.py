"""Makes `gateway/web/picture.png`, the README's picture of a running game.

A server of its own, a host's screen and nine players, in real Chromium: `python -m
tests.browser.picture`. The pictures of both screens are then set side by side by Chromium itself.
"""

from __future__ import annotations

import base64
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from gateway.site_assets import WEB
from tests.browser.stage import CHROMIUM_NAMES, FLAGS, HostPage, PlayerPage
from tests.support.server import StoaServer

TARGET = WEB / "picture.png"
MAX_BYTES = 300_000
DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
CHOICES = {"Emmy": 1, "Sofia": 1, "Lise": 3, "Maria": 0, "Hypatia": 1, "Carl": 2, "Alan": 1}
"""Which option each of the others taps, so that the histogram has something to show."""
SETTING = """
<body style="margin:0;width:1500px;height:760px;background:linear-gradient(150deg,#e9e8fd,#c9c6f7)">
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
    pin = host.open_lobby(seconds=60)
    phone = browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True)
    player = PlayerPage(phone.new_page(), url)
    player.join(pin, "Ada")
    player.wait("lobby")
    others = [join(browser, url, pin, name) for name in CHOICES]
    host.next("open")
    for other, choice in zip(others, CHOICES.values(), strict=True):
        other.wait("open")
        other.page.locator("#game .option").nth(choice).click()
        other.expect_saved()
    player.wait("open")
    answered = f"document.querySelector('#answered').textContent.startsWith('{len(others)} of')"
    host.page.wait_for_function(answered)
    for page in (host.page, player.page):
        page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")
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


def main() -> None:
    """Write the picture. Raises if it has become too large for a README."""
    path = next(found for name in CHROMIUM_NAMES if (found := shutil.which(name)))
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # the embedded PostgreSQL runs as another user under root
        server = StoaServer(Path(folder) / "data")
        server.start("--demo")
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
                picture = compose(browser, *take(browser, server.url))
                browser.close()
        finally:
            server.kill()
    if len(picture) > MAX_BYTES:
        raise SystemExit(f"{len(picture)} bytes are more than {MAX_BYTES}")
    TARGET.write_bytes(picture)
    print(f"{TARGET.relative_to(Path.cwd())}: {len(picture)} bytes")


if __name__ == "__main__":
    main()
