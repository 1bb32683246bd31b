"""The PDF of a certificate: what stands on it, whatever the names are."""

from __future__ import annotations

import io
import os
import re
import sys
import unicodedata
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from structlog.testing import capture_logs

from gateway.certificates.dates import long_date
from gateway.certificates.pdf import render
from gateway.certificates.renderer import PdfRenderer, RenderingFailed
from gateway.certificates.typesetting.runs import MISSING
from protocol.certificates import CertificateView
from protocol.errors import Overloaded
from tests.support.profiles import share

URL = "https://school.example/certificates/7K3M-9QXA-P2VD-0RTE"


def view(student: str = "Mira Okafor", course: str = "The sky") -> CertificateView:
    return CertificateView(
        number="7K3M-9QXA-P2VD-0RTE",
        student_name=student,
        course_title=course,
        instructor_name="Vera Castellan",
        completed_at=1_790_000_000_000,
        verification_url=URL,
    )


def text_of(certificate: CertificateView) -> str:
    [page] = PdfReader(io.BytesIO(render(certificate))).pages
    # Of the two bytes of a code of a CFF font, pypdf takes the first for a character.
    return " ".join(page.extract_text().replace("\0", "").split())


def test_everything_that_matters_stands_on_one_page() -> None:
    text = text_of(view())
    for wanted in ("Mira Okafor", "The sky", "21 September 2026", "Vera Castellan", URL):
        assert wanted in text
    assert "No. 7K3M-9QXA-P2VD-0RTE" in text


def test_the_same_certificate_gives_the_same_bytes() -> None:
    assert render(view()) == render(view())
    assert render(view()) != render(view("Ben"))


@pytest.mark.parametrize("name", ["Юлия Достоевская", "Αλέξανδρος", "Zoë Ÿ Çelik-Škvorecký"])
def test_european_names_are_written_as_they_are(name: str) -> None:
    assert name in text_of(view(name))


def test_the_longest_title_is_written_whole() -> None:
    title = ("Introduction to everything and its history, " * 6)[:255].strip()
    assert title in text_of(view(course=title))


def test_what_is_wider_than_any_name_is_cut_and_says_so() -> None:
    long = msgspec.structs.replace(view(), instructor_name="W" * 255)
    assert "…" in text_of(long)
    assert "…" not in text_of(view("W" * 255, "W" * 255))


@settings(
    max_examples=share(0.4),
)
@given(student=st.text(max_size=100), course=st.text(max_size=255))
def test_no_name_and_no_title_breaks_it(student: str, course: str) -> None:
    assert render(view(student, course)).startswith(b"%PDF-")


def test_a_long_name_of_the_instructor_keeps_to_its_line() -> None:
    name = "Professor Doctor " * 5 + "Castellan"
    assert name in text_of(msgspec.structs.replace(view(), instructor_name=name))


async def test_what_no_font_has_is_a_sign_that_is_explained_and_logged() -> None:
    lost = view("a\U00013000b")
    assert f"a{MISSING}b" in text_of(lost)
    assert "has the names in full" in text_of(lost)
    assert "has the names in full" not in text_of(view("李明"))
    with capture_logs() as logs:
        await PdfRenderer().render(lost)
        await PdfRenderer().render(view("李明"))
    [line] = [each for each in logs if each["event"] == "certificate.characters_missing"]
    assert (line["number"], line["characters"]) == (lost.number, ["U+13000"])


@pytest.mark.parametrize(
    "name",
    [
        "李明",
        "劉德華",
        "田中さくら",
        "김민준",
        "अनुष्का क्षत्रिय",
        "สมชาย ใจดี",
        "রহিম উদ্দিন",
        "உதயா",
        "გიორგი",
        "Արամ",
        "ሰላም",
        "Ọlá Ọ̀ṣun",
        "Mira 🎓 Okafor 👨‍👩‍👧‍👦 👍🏽",
        "Sara (abc) {李明} [🎓]!",
    ],
)
def test_names_of_all_scripts_are_found_in_the_order_in_which_they_are_read(name: str) -> None:
    made = view(name, course=f"2. {name}")
    assert said_by(made)[:2] == [unicodedata.normalize("NFC", name), f"2. {name}"]
    assert MISSING not in text_of(made)


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("محمد بن عبد الله", "محمد بن عبد الله"),
        ("שרה כהן-לוי", "שרה כהן-לוי"),
        ("שרה (Sara)", "(Sara) שרה"),
        ("Mira [שרה] (abc) مرحبا {李明} 🎓!", "Mira [שרה] (abc) مرحبا {李明} 🎓!"),
    ],
)
def test_letters_that_go_leftwards_are_found_in_their_order_and_signs_as_they_look(
    name: str, seen: str
) -> None:
    """Programs turn such letters around by themselves, so nothing else is said of them."""
    assert seen in text_of(view(name))
    assert name not in said_by(view(name))


@pytest.mark.parametrize("name", ["李明", "田中さくら", "김민준", "สมชาย", "გიორგი", "Ọ̀ṣun"])
def test_glyphs_say_which_characters_they_are(name: str) -> None:
    assert unicodedata.normalize("NFC", name) in text_of(view(name))


def test_a_certificate_has_only_the_fonts_that_it_needs() -> None:
    plain, mixed = render(view()), render(view("李明 🎓"))
    assert (fonts_of(plain), len(plain) < 60_000) == ({"DejaVuSerifBook", "DejaVuSerifBold"}, True)
    assert fonts_of(mixed) - fonts_of(plain) == {"NotoSansCJKJPBold", "NotoEmojiBold"}


def said_by(certificate: CertificateView) -> list[str]:
    """The replacement texts of a file, which programs read instead of glyphs, line by line."""
    [page] = PdfReader(io.BytesIO(render(certificate))).pages
    contents = page.get_contents()
    assert contents is not None
    found = re.findall(rb"ActualText <FEFF([0-9A-F]*)>", contents.get_data())
    return [bytes.fromhex(each.decode()).decode("utf-16-be") for each in found]


def fonts_of(pdf: bytes) -> set[str]:
    [page] = PdfReader(io.BytesIO(pdf)).pages
    fonts = cast(Any, page["/Resources"])["/Font"].values()
    return {each["/BaseFont"].partition("+")[2] for each in fonts}


@pytest.mark.parametrize(
    ("at", "zone", "day"),
    [
        (1_772_668_799_999, "UTC", "4 March 2026"),
        (1_772_668_800_000, "UTC", "5 March 2026"),
        (1_772_668_799_999, "Pacific/Auckland", "5 March 2026"),
        (1_772_668_800_000, "America/Los_Angeles", "4 March 2026"),
        (1_772_668_800_000, "Gone/Nowhere", "5 March 2026"),
        (1_772_668_800_000, "../etc", "5 March 2026"),
    ],
)
def test_a_date_is_the_day_in_the_zone_of_the_certificate(at: int, zone: str, day: str) -> None:
    assert long_date(at, zone) == day
    certificate = msgspec.structs.replace(view(), completed_at=at, time_zone=zone)
    assert f"on {day}" in text_of(certificate)


async def test_one_is_rendered_at_a_time_and_many_may_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.certificates.renderer.MAX_WAITING", 2)
    renderer = PdfRenderer()
    async with renderer._one, trio.open_nursery() as nursery:
        for _ in range(2):
            nursery.start_soon(renderer.render, view())
        await trio.testing.wait_all_tasks_blocked()
        with pytest.raises(Overloaded):
            await renderer.render(view())
        nursery.cancel_scope.cancel()
    assert await renderer.render(view()) == render(view())


@pytest.mark.parametrize(
    "program",
    [
        "raise SystemExit('no font')",
        "bytearray(2 << 30)",
        "while True: pass",
    ],
)
async def test_a_process_that_fails_or_takes_too_much_is_an_error_that_is_logged(
    program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bounded = (
        "import gateway.certificates.pdf_process as p\n"
        "p.MAX_CPU_SECONDS = 1\n"
        f"def render(view):\n  {program}\n"
        "p.render = render\n"
        "p.main()\n"
    )
    renderer = PdfRenderer((sys.executable, "-c", bounded))
    with capture_logs() as logs, pytest.raises(RenderingFailed) as failed:
        await renderer.render(view())
    assert failed.value.retryable
    [line] = [each for each in logs if each["event"] == "certificate.rendering_failed"]
    assert line["number"] == view().number
    assert line["returncode"] != 0
    assert (await PdfRenderer().render(view())).startswith(b"%PDF-")


async def test_a_cancelled_rendering_leaves_no_process(tmp_path: Path) -> None:
    told = tmp_path / "told"
    os.mkfifo(told)
    program = (
        "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(600)"
    )
    renderer = PdfRenderer((sys.executable, "-c", program, str(told)))
    async with trio.open_nursery() as nursery:
        nursery.start_soon(renderer.render, view())
        process = int(await trio.to_thread.run_sync(told.read_text))
        os.kill(process, 0)
        nursery.cancel_scope.cancel()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


async def test_the_process_does_not_get_the_secrets_of_the_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STOA_SECRET", "s" * 32)
    program = "import os; raise SystemExit(' '.join(os.environ))"
    with capture_logs() as logs, pytest.raises(RenderingFailed):
        await PdfRenderer((sys.executable, "-c", program)).render(view())
    assert "STOA" not in logs[0]["said"]
    assert "PATH" in logs[0]["said"]
