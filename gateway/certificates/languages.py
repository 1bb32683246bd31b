"""What the public page of a certificate says, in the languages of the application.

It is drawn by the server, for strangers, programs and browsers without scripts, so its words are
not those of the application's pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

RIGHT_TO_LEFT: Final = frozenset({"ar"})


class Words(NamedTuple):
    """Those of one language. `date` takes `day`, `month` and `year`; `revoked_on` a date."""

    certificate: str
    valid: str
    invalid: str
    has_completed: str
    completed: str
    instructor: str
    number: str
    revoked_on: str
    pdf: str
    badge: str
    note: str
    date: str
    months: str

    def day(self, day: int, month: int, year: int) -> str:
        """A date as the language writes it, in words."""
        first = "1er" if day == 1 and self is LANGUAGES["fr"] else day
        return self.date.format(day=first, month=self.months.split()[month - 1], year=year)


LANGUAGES: Final[Mapping[str, Words]] = {
    "en": Words(
        certificate="Certificate",
        valid="Valid certificate",
        invalid="Not valid any more",
        has_completed="has completed the course",
        completed="Completed",
        instructor="Instructor",
        number="Number",
        revoked_on="Revoked on {date}",
        pdf="Download the PDF",
        badge="Open Badge 3.0",
        note="This page is shown by the school that issued the certificate. Compare its address"
        " with that of the school.",
        date="{day} {month} {year}",
        months="January February March April May June July August September October November"
        " December",
    ),
    "de": Words(
        certificate="Zertifikat",
        valid="Gültiges Zertifikat",
        invalid="Nicht mehr gültig",
        has_completed="hat den Kurs abgeschlossen",
        completed="Abgeschlossen",
        instructor="Lehrkraft",
        number="Nummer",
        revoked_on="Widerrufen am {date}",
        pdf="PDF herunterladen",
        badge="Open Badge 3.0",
        note="Diese Seite zeigt die Schule, die das Zertifikat ausgestellt hat. Vergleichen Sie"
        " ihre Adresse mit der der Schule.",
        date="{day}. {month} {year}",
        months="Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    ),
    "fr": Words(
        certificate="Certificat",
        valid="Certificat valable",
        invalid="N’est plus valable",
        has_completed="a terminé le cours",
        completed="Terminé le",
        instructor="Enseignant",
        number="Numéro",
        revoked_on="Révoqué le {date}",
        pdf="Télécharger le PDF",
        badge="Open Badge 3.0",
        note="Cette page est affichée par l’école qui a délivré le certificat. Comparez son"
        " adresse à celle de l’école.",
        date="{day} {month} {year}",
        months="janvier février mars avril mai juin juillet août septembre octobre novembre"
        " décembre",
    ),
    "es": Words(
        certificate="Certificado",
        valid="Certificado válido",
        invalid="Ya no es válido",
        has_completed="ha terminado el curso",
        completed="Terminado",
        instructor="Docente",
        number="Número",
        revoked_on="Revocado el {date}",
        pdf="Descargar el PDF",
        badge="Open Badge 3.0",
        note="Esta página la muestra la escuela que emitió el certificado. Compare su"
        " dirección con la de la escuela.",
        date="{day} de {month} de {year}",
        months="enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre"
        " diciembre",
    ),
    "ar": Words(
        certificate="شهادة",
        valid="شهادة صالحة",
        invalid="لم تعد صالحة",
        has_completed="أكمل المقرر",
        completed="تاريخ الإكمال",
        instructor="المعلم",
        number="الرقم",
        revoked_on="أُلغيت في {date}",
        pdf="تنزيل ملف PDF",
        badge="Open Badge 3.0",
        note="تعرض هذه الصفحةَ المدرسةُ التي أصدرت الشهادة. قارن عنوانها بعنوان المدرسة.",
        date="{day} {month} {year}",
        months="يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    ),
}
