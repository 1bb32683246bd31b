"""A certificate as a page of A4, as a PDF. Loaded with the first one (`supervisors.deferred`)."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import segno
from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import Align

from gateway.certificates.dates import long_date
from protocol.certificates import CertificateView
from protocol.times import moment

FONTS = Path(__file__).parent / "fonts"
FACES = {"": "DejaVuSerif.ttf", "B": "DejaVuSerif-Bold.ttf"}
FAMILY = "Serif"
WIDTH, HEIGHT = 297.0, 210.0
"""A4 in landscape, in millimetres."""
MARGIN = 30.0
INK, MUTED, ACCENT = (23, 23, 43), (88, 88, 117), (67, 56, 202)
MISSING = "\ufffd"
"""Replaces a character that the fonts do not have: they cover Latin, Greek and Cyrillic."""
MIN_SIZE = 9
"""Points for a name or title of the maximum length."""


def render(view: CertificateView) -> bytes:
    """The PDF. The same certificate gives the same bytes."""
    pdf = FPDF(orientation="landscape", format="A4")
    pdf.set_creation_date(moment(view.completed_at))
    pdf.set_title(f"Certificate {view.number}")
    pdf.set_auto_page_break(False)
    for style, name in FACES.items():
        pdf.add_font(FAMILY, style, FONTS / name)
    pdf.add_page()
    _frame(pdf)
    _line(pdf, 34, "Stoa", 15, style="B", colour=ACCENT)
    _line(pdf, 50, "Certificate of Completion", 30, style="B")
    _line(pdf, 72, "This is to certify that", 13, colour=MUTED)
    _fitted(pdf, 82, view.student_name, 30, lines=1)
    _line(pdf, 103, "has completed the course", 13, colour=MUTED)
    _fitted(pdf, 111, view.course_title, 22, lines=3)
    _line(pdf, 138, f"on {long_date(view.completed_at, view.time_zone)}", 13, colour=MUTED)
    _foot(pdf, view)
    return bytes(pdf.output())


def _frame(pdf: FPDF) -> None:
    pdf.set_draw_color(*ACCENT)
    for inset, width in ((9.0, 1.2), (12.0, 0.3)):
        pdf.set_line_width(width)
        pdf.rect(inset, inset, WIDTH - 2 * inset, HEIGHT - 2 * inset)


def _line(
    pdf: FPDF, y: float, text: str, size: float, *, style: str = "", colour: tuple[int, ...] = INK
) -> None:
    pdf.set_font(FAMILY, style, size)
    pdf.set_text_color(*colour)
    pdf.set_xy(MARGIN, y)
    pdf.cell(WIDTH - 2 * MARGIN, size * 0.5, covered(text), align=Align.C)


def _fitted(pdf: FPDF, y: float, text: str, size: float, *, lines: int) -> None:
    """Fit the text by a smaller size, down to a readable one; then cut it."""
    text, width = covered(text), WIDTH - 2 * MARGIN
    pdf.set_text_color(*INK)
    while True:
        pdf.set_font(FAMILY, "B", size)
        split = _split(pdf, width, text)
        if len(split) <= 1 or (len(split) <= lines and size <= 16) or size <= MIN_SIZE:
            break
        size -= 1
    if len(split) > lines:
        split = [*split[: lines - 1], split[lines - 1][:-1].rstrip() + "…"]
    pdf.set_xy(MARGIN, y)
    pdf.multi_cell(width, size * 0.5, "\n".join(split), align=Align.C)


def _split(pdf: FPDF, width: float, text: str) -> list[str]:
    """The lines of a text in the current font."""
    lines = pdf.multi_cell(width, 1, text, align=Align.C, dry_run=True, output="LINES")
    assert isinstance(lines, list)
    return lines


def _foot(pdf: FPDF, view: CertificateView) -> None:
    """The foot: who taught the course, and how to verify the certificate."""
    pdf.set_draw_color(*MUTED)
    pdf.set_line_width(0.3)
    pdf.line(MARGIN, 176, MARGIN + 80, 176)
    pdf.set_text_color(*INK)
    size = 12.0
    name = covered(view.instructor_name)
    pdf.set_font(FAMILY, "", size)
    while pdf.get_string_width(name) > 80 and size > 6:
        size -= 0.5
        pdf.set_font(FAMILY, "", size)
    pdf.set_xy(MARGIN, 168)
    pdf.cell(80, 6, name)
    _small(pdf, MARGIN, 178, "Instructor")
    code = io.BytesIO()
    segno.make(view.verification_url, error="m", micro=False).save(
        code, kind="png", scale=8, border=0, dark="#17172b"
    )
    side = 28.0
    left = WIDTH - MARGIN - side
    pdf.image(code, left, 158, side, side, alt_text=view.verification_url)
    for y, text in ((170, f"No. {view.number}"), (176, "Verify at"), (181, view.verification_url)):
        _small(pdf, left - 100 - 4, y, text, align=Align.R)


def _small(pdf: FPDF, x: float, y: float, text: str, *, align: Align = Align.L) -> None:
    pdf.set_font(FAMILY, "", 8)
    pdf.set_text_color(*MUTED)
    pdf.set_xy(x, y)
    pdf.cell(100, 4, covered(text), align=align)


def covered(text: str) -> str:
    """Replace every character that the fonts do not have."""
    known = _covered()
    return "".join(c if ord(c) in known else MISSING for c in text)


@cache
def _covered() -> frozenset[int]:
    found = []
    for name in FACES.values():
        with TTFont(FONTS / name) as face:
            found.append(frozenset(face.getBestCmap()))
    return frozenset.intersection(*found)
