"""A certificate as a page of A4, as a PDF. Only `pdf_process` loads it."""

from __future__ import annotations

import io

import segno
from fpdf import FPDF
from fpdf.enums import Align

from gateway.certificates.dates import long_date
from gateway.certificates.typesetting.faces import SERIF
from gateway.certificates.typesetting.lines import Box
from gateway.certificates.typesetting.runs import MISSING, missing
from gateway.certificates.typesetting.typesetter import Typesetter
from protocol.certificates import CertificateView
from protocol.times import moment

WIDTH, HEIGHT = 297.0, 210.0
"""A4 in landscape, in millimetres."""
MARGIN = 30.0
INK, MUTED, ACCENT = (23, 23, 43), (88, 88, 117), (67, 56, 202)
NAME = Box(width=WIDTH - 2 * MARGIN, height=20, largest=30, wrapped=16, smallest=9)
TITLE = Box(width=WIDTH - 2 * MARGIN, height=26, largest=22, wrapped=16, smallest=9)
INSTRUCTOR = Box(width=80, height=8, largest=12, wrapped=9, smallest=6)


def render(view: CertificateView) -> bytes:
    """The PDF. The same certificate gives the same bytes."""
    pdf = FPDF(orientation="landscape", format="A4")
    pdf.set_creation_date(moment(view.completed_at))
    pdf.set_title(f"Certificate {view.number}")
    pdf.set_auto_page_break(False)
    pdf.c_margin = 0
    texts = (view.student_name, view.course_title, view.instructor_name)
    typesetter = Typesetter(pdf, texts)
    pdf.add_page()
    _frame(pdf)
    _line(pdf, 34, "Stoa", 15, style="B", colour=ACCENT)
    _line(pdf, 50, "Certificate of Completion", 30, style="B")
    _line(pdf, 72, "This is to certify that", 13, colour=MUTED)
    _text(pdf, typesetter, 81, view.student_name, NAME)
    _line(pdf, 103, "has completed the course", 13, colour=MUTED)
    _text(pdf, typesetter, 111, view.course_title, TITLE)
    _line(pdf, 138, f"on {long_date(view.completed_at, view.time_zone)}", 13, colour=MUTED)
    _foot(pdf, typesetter, view)
    return bytes(pdf.output())


def unwritten(view: CertificateView) -> tuple[str, ...]:
    """The characters that stand on the certificate as a sign, because no face has them."""
    return missing(" ".join((view.student_name, view.course_title, view.instructor_name)))


def _frame(pdf: FPDF) -> None:
    pdf.set_draw_color(*ACCENT)
    for inset, width in ((9.0, 1.2), (12.0, 0.3)):
        pdf.set_line_width(width)
        pdf.rect(inset, inset, WIDTH - 2 * inset, HEIGHT - 2 * inset)


def _line(
    pdf: FPDF, y: float, text: str, size: float, *, style: str = "", colour: tuple[int, ...] = INK
) -> None:
    pdf.set_font(SERIF.family, style, size)
    pdf.set_text_color(*colour)
    pdf.set_xy(MARGIN, y)
    pdf.cell(WIDTH - 2 * MARGIN, size * 0.5, text, align=Align.C)


def _text(pdf: FPDF, typesetter: Typesetter, y: float, text: str, box: Box) -> None:
    """A text of any script, in the middle of its box."""
    pdf.set_text_color(*INK)
    setting = typesetter.fit(text, box)
    spare = max(0.0, box.height - len(setting.lines) * setting.leading)
    typesetter.draw(setting, MARGIN, y + min(spare / 2, 4), box.width)


def _foot(pdf: FPDF, typesetter: Typesetter, view: CertificateView) -> None:
    """The foot: who taught the course, and how to verify the certificate."""
    pdf.set_draw_color(*MUTED)
    pdf.set_line_width(0.3)
    pdf.line(MARGIN, 176, MARGIN + INSTRUCTOR.width, 176)
    pdf.set_text_color(*INK)
    setting = typesetter.fit(view.instructor_name, INSTRUCTOR)
    top = 175 - len(setting.lines) * setting.leading
    typesetter.draw(setting, MARGIN, top, INSTRUCTOR.width, align=Align.L)
    _small(pdf, MARGIN, 178, "Instructor")
    if unwritten(view):
        _small(pdf, MARGIN, 184, f"{MISSING} stands for a character that this file cannot show;")
        _small(pdf, MARGIN, 188, "the page at the address on the right has the names in full.")
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
    pdf.set_font(SERIF.family, "", 8)
    pdf.set_text_color(*MUTED)
    pdf.set_xy(x, y)
    pdf.cell(100, 4, text, align=align)
