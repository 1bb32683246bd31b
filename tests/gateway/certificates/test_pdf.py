"""The PDF of a certificate: what stands on it, whatever the names are."""

from __future__ import annotations

import io

import msgspec
import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from gateway.certificates.dates import long_date
from gateway.certificates.pdf import MISSING, covered, render
from gateway.certificates.renderer import PdfRenderer
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
    return " ".join(page.extract_text().split())


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


def test_what_is_wider_than_any_title_is_cut_and_says_so() -> None:
    assert "…" in text_of(view(course="W" * 255))


@settings(
    max_examples=share(0.4),
)
@given(student=st.text(max_size=100), course=st.text(max_size=255))
def test_no_name_and_no_title_breaks_it(student: str, course: str) -> None:
    assert render(view(student, course)).startswith(b"%PDF-")


def test_a_long_name_of_the_instructor_keeps_to_its_line() -> None:
    name = "Professor Doctor " * 5 + "Castellan"
    assert name in text_of(msgspec.structs.replace(view(), instructor_name=name))


def test_what_the_fonts_lack_has_a_sign_in_its_place() -> None:
    assert covered("a李b\n") == f"a{MISSING}b{MISSING}"


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
    async with renderer._thread, trio.open_nursery() as nursery:
        for _ in range(2):
            nursery.start_soon(renderer.render, view())
        await trio.testing.wait_all_tasks_blocked()
        with pytest.raises(Overloaded):
            await renderer.render(view())
        nursery.cancel_scope.cancel()
    assert (await renderer.render(view())).startswith(b"%PDF-")
