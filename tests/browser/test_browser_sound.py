"""Sounds of a live quiz, and questions read aloud. What is scheduled is written down by a fake."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import noise
from tests.browser.accessibility import assert_accessible
from tests.browser.stage import HostPage, PlayerPage, fits, watch
from tests.browser.test_browser_results import signed_in
from tests.support.server import StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

LOADED = "performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/synth.js'))"
SECONDS = 7


@pytest.fixture
def loud_host(host: HostPage) -> HostPage:
    noise.listen(host.page)
    noise.give_voices(host.page)
    return host


@pytest.fixture
def loud_player(player: PlayerPage) -> PlayerPage:
    noise.listen(player.page)
    noise.give_voices(player.page)
    return player


def sound(page: Page) -> Locator:
    return page.get_by_role("button", name="Sound")


def test_a_host_has_music_a_countdown_a_gong_and_a_fanfare(
    loud_host: HostPage, player: PlayerPage
) -> None:
    host, page = loud_host, loud_host.page
    host.sign_in()
    player.join(host.open_lobby(seconds=SECONDS), "Ada")
    player.wait("lobby")
    expect(sound(page)).to_have_attribute("aria-pressed", "false")
    assert noise.audio(page)["contexts"] == 0
    assert not page.evaluate(LOADED)
    assert_accessible(page)

    sound(page).focus()
    page.keyboard.press("Enter")
    expect(sound(page)).to_have_attribute("aria-pressed", "true")
    noise.wait_tones(page, noise.LOBBY)
    assert noise.audio(page)["contexts"] == 1
    assert_accessible(page)
    assert host.fits()

    noise.hush(page)
    host.next("open")
    noise.until(page, "window.__audio.fades === 1")  # the music
    noise.wait_tones(page, noise.TICK, noise.LAST)
    host.wait("closed")
    noise.wait_tones(page, noise.GONG)
    heard = noise.tones(page)
    assert heard.count(noise.TICK) == 4  # with the last, one for each of the last five seconds
    assert heard.count(noise.LAST) == 1
    assert noise.LOBBY not in heard
    noise.hush(page)
    host.next("reveal")
    noise.wait_tones(page, *noise.REVEAL)
    noise.hush(page)
    host.press("End")
    page.get_by_role("button", name="End the game").click()
    host.wait("finished")
    noise.wait_tones(page, *noise.FANFARE)
    page.reload()
    host.wait("finished")
    assert noise.tones(page) == []  # what has been is not heard again


def test_sound_waits_for_a_gesture_and_keeps_its_volume(
    loud_host: HostPage, client_errors: list[str]
) -> None:
    host, page = loud_host, loud_host.page
    host.sign_in()
    host.open_lobby()
    page.keyboard.press("Alt+KeyM")
    expect(sound(page)).to_have_attribute("aria-pressed", "true")
    volume = page.get_by_role("slider", name="Volume")
    expect(volume).to_have_value("50")
    noise.until(page, "window.__audio.volume === 0.25")
    volume.focus()
    page.keyboard.press("ArrowRight")  # and the game does not begin
    noise.until(page, "Math.abs(window.__audio.volume - 0.55 ** 2) < 1e-9")
    host.wait("lobby")

    # Nobody has pressed anything in a new tab: nothing is even loaded.
    address = page.url
    page.close()
    page = watch(page.context.new_page(), client_errors)
    noise.listen(page)
    page.goto(address)
    waiting = page.get_by_text("Press anything for sound")
    volume = page.get_by_role("slider", name="Volume")
    expect(waiting).to_be_visible()
    expect(sound(page)).to_have_attribute("aria-pressed", "true")
    expect(volume).to_have_value("55")
    assert noise.audio(page)["contexts"] == 0
    assert not page.evaluate(LOADED)
    assert_accessible(page)
    page.evaluate("window.__audio.allowed = false")
    page.locator(".pin").click()
    noise.until(page, "window.__audio.contexts === 1")
    expect(waiting).to_be_visible()  # the browser has not allowed it yet
    assert noise.tones(page) == []
    page.evaluate("window.__audio.allowed = true")
    page.locator(".pin").click()
    expect(waiting).to_be_hidden()
    noise.wait_tones(page, noise.LOBBY)

    page.keyboard.press("Alt+KeyM")
    expect(sound(page)).to_have_attribute("aria-pressed", "false")
    noise.until(page, "window.__audio.closed === 1")
    expect(volume).to_have_count(0)
    page.reload()
    expect(page.locator(".pin")).to_be_visible()
    expect(sound(page)).to_have_attribute("aria-pressed", "false")
    expect(waiting).to_have_count(0)


def test_a_pause_and_quiet_mode_are_silent(loud_host: HostPage, player: PlayerPage) -> None:
    host, page = loud_host, loud_host.page
    host.sign_in()
    player.join(host.open_lobby(), "Ada")
    player.wait("lobby")
    sound(page).click()
    noise.wait_tones(page, noise.LOBBY)
    host.press("Quiet")
    noise.until(page, "window.__audio.state === 'suspended'")
    expect(page.get_by_text("Silent: quiet mode is on")).to_be_visible()
    assert_accessible(page)
    host.press("Quiet")
    noise.until(page, "window.__audio.state === 'running'")
    host.next("open")
    host.press("Pause")
    noise.until(page, "window.__audio.state === 'suspended'")
    host.press("Resume")
    noise.until(page, "window.__audio.state === 'running'")
    noise.hush(page)
    host.press("Quiet")
    noise.until(page, "window.__audio.state === 'suspended'")
    host.press("Close")
    host.wait("closed")
    host.next("reveal")
    assert noise.tones(page) == []


def test_of_two_windows_of_a_host_one_sounds(loud_host: HostPage, client_errors: list[str]) -> None:
    host, page = loud_host, loud_host.page
    host.sign_in()
    host.open_lobby()
    sound(page).click()
    noise.wait_tones(page, noise.LOBBY)
    room = watch(page.context.new_page(), client_errors)
    noise.listen(room)
    room.goto(f"{page.url}&view=projector")
    expect(sound(room)).to_have_attribute("aria-pressed", "false")
    sound(room).click()
    noise.wait_tones(room, noise.LOBBY)
    expect(sound(page)).to_have_attribute("aria-pressed", "false")
    noise.until(page, "window.__audio.closed === 1")
    room.goto(f"{page.url}&view=remote")
    room.get_by_role("navigation", name="Controls of the game").wait_for()
    expect(sound(room)).to_have_count(0)


def test_of_two_windows_of_one_kind_one_sounds(
    loud_host: HostPage, client_errors: list[str]
) -> None:
    host, page = loud_host, loud_host.page
    host.sign_in()
    host.open_lobby()
    sound(page).click()
    noise.wait_tones(page, noise.LOBBY)
    other = watch(page.context.new_page(), client_errors)
    noise.listen(other)
    other.goto(page.url)
    other.locator(".pin").wait_for()
    expect(sound(page)).to_have_attribute("aria-pressed", "true")
    expect(sound(other)).to_have_attribute("aria-pressed", "false")
    sound(other).click()
    noise.wait_tones(other, noise.LOBBY)
    expect(sound(page)).to_have_attribute("aria-pressed", "false")
    other.close()
    expect(sound(page)).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(sound(page)).to_have_attribute("aria-pressed", "true")


def test_a_player_hears_what_became_of_the_answer(
    host: HostPage, loud_player: PlayerPage, second_player: PlayerPage
) -> None:
    player, page = loud_player, loud_player.page
    second = second_player.page
    noise.listen(second)
    host.sign_in()
    pin = host.open_lobby()
    player.join(pin, "Ada")
    second_player.join(pin, "Grace")
    player.wait("lobby")
    expect(sound(page)).to_have_attribute("aria-pressed", "false")
    assert noise.audio(page)["contexts"] == 0
    for each in (page, second):
        sound(each).click()
        expect(sound(each)).to_have_attribute("aria-pressed", "true")
        noise.until(each, "window.__audio.contexts === 1")
    assert_accessible(page)
    assert player.fits()
    host.next("open")
    player.wait("open")
    assert noise.tones(page) == []  # no music on a phone
    player.choose("Jupiter")
    second_player.page.keyboard.press("1")  # Saturn
    host.wait("closed")
    host.next("reveal")
    player.expect_heading("Correct!")
    noise.wait_tones(page, *noise.RIGHT)
    second_player.expect_heading("Not this time")
    noise.wait_tones(second, *noise.WRONG)
    assert noise.RIGHT[0] not in noise.tones(second)

    page.evaluate(
        "Object.defineProperty(document, 'hidden', { value: true, configurable: true });"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    noise.until(page, "window.__audio.state === 'suspended'")
    noise.hush(page)
    host.press("End")
    host.page.get_by_role("button", name="End the game").click()
    player.wait("finished")
    assert noise.tones(page) == []
    page.keyboard.press("Alt+KeyM")
    noise.until(page, "window.__audio.closed === 1")


def test_who_has_signed_in_goes_on_to_practice_when_the_game_is_over(
    host: HostPage, player: PlayerPage, second_player: PlayerPage
) -> None:
    host.sign_in()
    pin = host.open_lobby()
    page = signed_in(player.page, player.url, "student01@demo.stoa")
    page.goto(f"{player.url}/?pin={pin}")
    player.press_join()
    second_player.join(pin, "Guest")
    player.wait("lobby")
    second_player.wait("lobby")
    host.next("open")
    player.wait("open")
    player.choose("Jupiter")
    second_player.choose("Jupiter")
    host.wait("closed")
    host.next("reveal")
    host.press("End")
    host.page.get_by_role("button", name="End the game").click()
    for one in (player, second_player):
        one.wait("finished")
    assert_accessible(page)
    assert player.fits()
    assert second_player.page.get_by_role("link", name="Practise my mistakes").count() == 0
    page.get_by_role("link", name="Practise my mistakes").click()
    expect(page.get_by_role("heading", name="Nothing wrong: well done!")).to_be_visible()


# --- reading aloud --------------------------------------------------------------------------------


def test_a_question_is_read_with_its_options_until_it_changes(
    host: HostPage, loud_player: PlayerPage
) -> None:
    player, page = loud_player, loud_player.page
    host.sign_in()
    player.join(host.open_lobby(seconds=600), "Ada")
    player.wait("lobby")
    host.next("open")
    player.wait("open")
    button = page.get_by_role("button", name="Read aloud")
    expect(button).to_have_attribute("aria-pressed", "false")
    assert noise.said(page) == []
    assert_accessible(page)
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    shown = page.locator(".option .label").all_inner_texts()
    question, *options = noise.texts(page)
    assert question == page.locator(".question-text").inner_text()
    assert options == [f"{n}: {text}" for n, text in enumerate(shown, 1)]
    assert {(lang, voice) for _, lang, voice in noise.said(page)} == {("en", "en-GB")}
    assert_accessible(page)
    assert player.fits()

    # It stops, and is read again, by one button that keeps the focus.
    stop = page.get_by_role("button", name="Stop reading")
    stop.focus()
    page.keyboard.press("Enter")
    again = page.get_by_role("button", name="Read once more")
    expect(again).to_be_focused()
    before = len(noise.said(page))
    page.keyboard.press("Enter")
    expect(stop).to_be_focused()
    assert len(noise.said(page)) == 2 * before
    page.evaluate("window.__speech.end()")
    expect(again).to_be_focused()

    # The next one is read by itself, and the end of this one stops its reading.
    again.click()
    cancelled = page.evaluate("window.__speech.cancelled")
    host.press("Close")
    player.wait("closed")
    noise.until(page, f"window.__speech.cancelled > {cancelled}")
    assert page.evaluate("window.__speech.queue.length") == 0
    host.next("reveal")
    host.next("leaderboard")
    page.evaluate("window.__speech.said = []")
    host.next("open")
    player.wait("open")
    noise.until(page, "window.__speech.said.length > 0")

    # As it was left, after a reload too.
    page.reload()
    player.wait("open")
    expect(button).to_have_attribute("aria-pressed", "true")
    noise.until(page, "window.__speech.said.length > 0")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("window.__speech.queue.length") == 0
    page.reload()
    player.wait("open")
    expect(button).to_have_attribute("aria-pressed", "false")
    assert noise.said(page) == []


def test_without_voices_there_is_no_button_until_they_come(
    host: HostPage, player: PlayerPage
) -> None:
    page = player.page
    noise.give_voices(page, none=True)
    host.sign_in()
    player.join(host.open_lobby(), "Ada")
    player.wait("lobby")
    host.next("open")
    player.wait("open")
    button = page.get_by_role("button", name="Read aloud")
    expect(button).to_have_count(0)
    page.evaluate("window.__speech.come()")
    expect(button).to_be_visible()


def test_a_host_reads_to_the_room(loud_host: HostPage, player: PlayerPage) -> None:
    host, page = loud_host, loud_host.page
    host.sign_in()
    player.join(host.open_lobby(seconds=600), "Ada")
    player.wait("lobby")
    host.next("open")
    page.get_by_role("button", name="Read aloud").click()
    noise.until(page, "window.__speech.said.length > 1")
    assert_accessible(page)
    assert host.fits()
    host.press("Close")
    host.wait("closed")
    host.next("reveal")
    assert page.evaluate("window.__speech.queue.length") == 0


@pytest.fixture(scope="module")
def blank_page(chromium: Browser, stoa_server: StoaServer) -> Iterator[Page]:
    context = chromium.new_context(locale="en")
    page = context.new_page()
    page.goto(f"{stoa_server.url}/sign-in")
    yield page
    context.close()


@pytest.mark.parametrize(
    ("tex", "spoken"),
    [
        ("x^2", "x²"),
        (r"\frac{a+b}{2}", "(a+b) ÷ 2"),
        (r"\frac12", "1 ÷ 2"),
        (r"\sqrt{x}", "√x"),
        (r"\sqrt[3]{x+1}", "³√(x+1)"),
        (r"2^{n}", "2ⁿ"),
        (r"e^{-x}", "e ^ (-x)"),
        (r"a_1 \le b_2", "a 1 ≤ b 2"),
        (r"\alpha \cdot \pi \neq \infty", "α · π ≠ ∞"),
        (r"\left( x \right)", "( x )"),
        (r"90^\circ", "90°"),
        (r"v = \text{speed}", "v = speed"),
        (r"\sin x", "sin x"),
        (r"\frac{\frac{1}{2}}{3}", "(1 ÷ 2) ÷ 3"),
        (r"100\,\%", "100 %"),
        ("{", ""),
        ("\\", ""),
        ("^", ""),
        (r"\frac{1", "1 ÷"),
        ("{" * 400, None),
    ],
)
def test_a_formula_becomes_signs_that_voices_know(
    blank_page: Page, tex: str, spoken: str | None
) -> None:
    found = blank_page.evaluate(
        "async (tex) => (await import('/text/spoken.js')).spokenFormula(tex)", tex
    )
    assert spoken is None or found == spoken


@pytest.mark.parametrize(
    ("written", "pieces"),
    [
        ({"text": "What is $x^2$?"}, [("What is x²?", "en")]),
        ({"text": "It costs $5 or $6"}, [("It costs $5 or $6", "en")]),
        ({"html": "<p>One</p><p>Two <b>three</b></p>"}, [("One. Two three", "en")]),
        ({"html": "<p>So: \\(\\frac{1}{2}\\)</p>"}, [("So: 1 ÷ 2", "en")]),
        ({"html": "<pre><code>x = 1\ny = 2</code></pre>"}, [("x = 1. y = 2", "en")]),
        ({"html": '<p>See <img alt="a triangle" src="/a.png"></p>'}, [("See a triangle", "en")]),
        (
            {"html": '<p>The word <i lang="de">Straße</i> means</p>'},
            [("The word", "en"), ("Straße", "de"), ("means", "en")],
        ),
        ({"text": "ما عاصمة فرنسا؟"}, [("ما عاصمة فرنسا؟", "ar")]),
        ({"text": "Кто это?"}, [("Кто это?", "ru")]),
        ({"text": ""}, []),
        ({"html": "<script>alert(1)</script>"}, []),
    ],
)
def test_a_text_is_read_in_the_language_that_it_is_in(
    blank_page: Page, written: dict[str, str], pieces: list[tuple[str, str]]
) -> None:
    found = blank_page.evaluate(
        """async (written) => {
            const { spokenText, languageOf } = await import("/text/spoken.js");
            return spokenText(written).map((piece) => [piece.text, languageOf(piece, "en")]);
        }""",
        written,
    )
    assert [tuple(each) for each in found] == pieces


@pytest.mark.parametrize(("text", "spoken"), [("Bonjour", "en"), ("سلام", "ar"), ("12", "ar")])
def test_on_an_arabic_page_other_letters_are_not_read_as_arabic(
    blank_page: Page, text: str, spoken: str
) -> None:
    found = blank_page.evaluate(
        "async (text) => (await import('/text/spoken.js')).languageOf({ text, lang: '' }, 'ar')",
        text,
    )
    assert found.split("-")[0] == spoken


@pytest.mark.parametrize(("width", "dark"), [(360, True), (320, False)])
def test_the_buttons_fit_a_small_phone_in_arabic(
    chromium: Browser,
    stoa_server: StoaServer,
    client_errors: list[str],
    host: HostPage,
    width: int,
    dark: bool,
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 700},
        locale="ar",
        color_scheme="dark" if dark else "light",
        has_touch=True,
    )
    page = watch(context.new_page(), client_errors)
    noise.listen(page)
    noise.give_voices(page)
    host.sign_in()
    pin = host.open_lobby()
    page.goto(f"{stoa_server.url}/?pin={pin}")
    page.locator("input:visible").last.fill("محمد عبد الرحمن الطويل")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-phase=lobby]")
    page.locator(".sound button").click()
    host.next("open")
    page.wait_for_selector("[data-phase=open]")
    page.locator(".reading button").click()
    noise.until(page, "window.__speech.said.length > 1")
    assert fits(page)
    assert_accessible(page)
    context.close()
