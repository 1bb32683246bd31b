"""Measures and draws texts of any script in a document of fpdf2, by HarfBuzz."""

from __future__ import annotations

from collections.abc import Sequence

from fpdf import FPDF
from fpdf.enums import Align

from gateway.certificates.typesetting.faces import CJK, SERIF, SERIF_BOLD, Face, language
from gateway.certificates.typesetting.lines import POINT, Box, Setting, fit
from gateway.certificates.typesetting.runs import Cluster, Run, clusters, reordered

UNIT = 100.0
"""Points at which widths are measured: they are in proportion to the size."""


class Typesetter:
    """Sets texts in a document, which gets the faces that these texts need, and no others."""

    def __init__(self, pdf: FPDF, texts: Sequence[str]) -> None:
        self._pdf = pdf
        self._clusters = {text: clusters(text) for text in texts}
        self._language = language("".join(texts))
        pdf.add_font(SERIF.family, SERIF.style, SERIF.path)
        pdf.add_font(SERIF_BOLD.family, SERIF_BOLD.style, SERIF_BOLD.path)
        used: dict[Face, set[int]] = {}
        for cluster in (each for found in self._clusters.values() for each in found):
            used.setdefault(cluster.face, {ord(" ")}).update(map(ord, cluster.text))
        for face, characters in used.items():
            if face not in (SERIF, SERIF_BOLD):
                # Of a font with 65,000 glyphs, fpdf2 would otherwise make a table.
                pdf.add_font(face.family, face.style, face.path, unicode_range=sorted(characters))

    def fit(self, text: str, box: Box) -> Setting:
        """Set one of the texts as large as it fits into the box."""
        return fit(self._clusters[text], box, self._width)

    def draw(
        self, setting: Setting, x: float, y: float, width: float, *, align: Align = Align.C
    ) -> None:
        """Draw the lines, the first at `y`, between `x` and `x + width`."""
        for line in setting.lines:
            self._line(line, setting.size, x, y, width, align)
            y += setting.leading

    def _line(
        self,
        line: Sequence[Cluster],
        size: float,
        x: float,
        y: float,
        width: float,
        align: Align,
    ) -> None:
        runs = reordered(line)
        widths = [self._width(run) * size for run in runs]
        if align is Align.C:
            x += (width - sum(widths)) / 2
        # Readers turn what goes leftwards around by themselves; glyphs of other scripts need not be
        # in the order of their letters, so it is said what they are (ISO 32000-1, 14.9.4).
        is_said = not any(run.level % 2 for run in runs)
        if is_said:
            said = "".join(each.text for each in line).encode("utf-16-be").hex().upper()
            self._pdf._out(f"/Span <</ActualText <FEFF{said}>>> BDC")
        for run, wide in zip(runs, widths, strict=True):
            self._use(run, size)
            self._pdf.set_xy(x, y)
            self._pdf.cell(wide, size * POINT, run.text, align=Align.L)
            x += wide
        if is_said:
            self._pdf._out("EMC")
        self._pdf.set_text_shaping(False)

    def _width(self, run: Run) -> float:
        """The width of a run at one point, in millimetres."""
        self._use(run, UNIT)
        width: float = self._pdf.get_string_width(run.text)
        self._pdf.set_text_shaping(False)
        return width / UNIT

    def _use(self, run: Run, size: float) -> None:
        self._pdf.set_font(run.face.family, run.face.style, size)
        self._pdf.set_text_shaping(
            True,
            direction="rtl" if run.level % 2 else "ltr",
            language=self._language if run.face is CJK else None,
        )
