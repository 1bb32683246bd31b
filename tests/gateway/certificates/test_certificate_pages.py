"""The public pages of certificates, as browsers and programs see them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from quart_trio import QuartTrio

from gateway.certificates.addresses import Addresses
from gateway.certificates.badge import Issuer
from gateway.certificates.languages import LANGUAGES
from gateway.certificates.pages import (
    Certificates,
    as_view,
    certificate_pages,
    fill,
    revoked_badges,
)
from protocol.certificates import RenderMissingCertificate
from protocol.lifecycle import Done
from protocol.objects import StoredObject
from protocol.selection import Selection, Viewer
from protocol.signing import FIRST_KEY, SigningKey
from tests.gateway.certificates.test_badge import signing_key
from tests.gateway.test_pages import app
from tests.support.fakes import FakePost, FakeReads

BASE, OLD = "https://school.example", "https://old.example"
NUMBER = "AAAA-BBBB-CCCC-DDDD"
COURSE = "c0c0c0c0-c0c0-4c0c-8c0c-c0c0c0c0c0c0"
VALID = {
    "certificateId": NUMBER,
    "studentName": 'Mira <b>"O"</b> {courseTitle}',
    "courseTitle": "The sky",
    "instructorName": "Vera",
    "completedAt": "2026-03-05T10:00:00.000Z",
    "timeZone": "UTC",
    "issue": 1,
    "verificationUrl": f"{BASE}/certificates/{NUMBER}",
    "revokedAt": None,
    "revocationReason": None,
}
REVOKED = {**VALID, "revokedAt": "2026-04-01T00:00:00.000Z", "revocationReason": "<i>Copied</i>"}


class Reads(FakeReads):
    def __init__(self, certificate: Any = VALID) -> None:
        super().__init__()
        self.certificate = certificate

    def answer_to(self, selection: Selection, viewer: Viewer) -> bytes:
        assert viewer == Viewer()
        if selection.field.name == "revokedCertificates":
            return msgspec.json.encode([REVOKED])
        if selection.field.name == "achievement":
            known = selection.variables["course_id"] == COURSE
            shown = {"courseId": COURSE, "title": 'The "sky"'} if known else None
            return msgspec.json.encode(shown)
        asked = str(selection.variables["number"]).strip().upper()
        return msgspec.json.encode(self.certificate if asked == NUMBER else None)


class Shelf:
    kept: StoredObject | None = StoredObject(data=b"%PDF", content_type="application/pdf")

    async def get(self, key: str) -> StoredObject | None:
        assert key == f"certificates/{NUMBER.lower()}.pdf"
        return self.kept

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        raise NotImplementedError

    async def delete(self, key: str) -> None:
        raise NotImplementedError

    async def link(self, key: str, *, seconds: int, filename: str, inline: bool = False) -> str:
        return f"{BASE}/objects/token-for-{filename}"


class Keys:
    async def all(self) -> Sequence[SigningKey]:
        return [signing_key("t", "k2"), signing_key("s", FIRST_KEY, signs=False)]


def site(
    certificate: Any = VALID,
    shelf: Shelf | None = None,
    post: FakePost | None = None,
) -> QuartTrio:
    certificates = Certificates(
        Reads(certificate),
        shelf or Shelf(),
        Keys(),
        lambda: Addresses(BASE, (OLD,)),
        post or FakePost(),
    )
    return app(domains=[certificate_pages(certificates)])


async def test_everybody_sees_that_a_certificate_is_genuine() -> None:
    answer = await site().test_client().get(f"/certificates/{NUMBER.lower()}")
    page = await answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Valid certificate" in page
    assert "5 March 2026" in page
    assert "Mira &lt;b&gt;&quot;O&quot;&lt;/b&gt; {courseTitle}" in page
    assert "<b>" not in page
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


async def test_the_day_is_the_one_where_the_student_lives() -> None:
    abroad = {**VALID, "timeZone": "Pacific/Auckland", "completedAt": "2026-03-05T22:00:00.000Z"}
    page = await (await site(abroad).test_client().get(f"/certificates/{NUMBER}")).get_data(True)
    assert "6 March 2026" in page


@pytest.mark.parametrize(
    ("asked", "language", "said"),
    [
        ("de-AT,de;q=0.9,en;q=0.5", "de", ("Gültiges Zertifikat", "5. März 2026", "Lehrkraft")),
        ("fr", "fr", ("Certificat valable", "5 mars 2026")),
        ("pt, es;q=0.7, en;q=0.3", "es", ("Certificado válido", "5 de marzo de 2026")),
        ("ar-EG", "ar", ("شهادة صالحة", "5 مارس 2026", 'dir="rtl"')),
        ("pt", "en", ("Valid certificate", 'dir="ltr"')),
        ("*", "en", ("Valid certificate",)),
        (";;q=nonsense,,", "en", ("Valid certificate",)),
    ],
)
async def test_the_page_speaks_the_language_of_who_looks(
    asked: str, language: str, said: tuple[str, ...]
) -> None:
    headers = {"accept-language": asked}
    answer = await site().test_client().get(f"/certificates/{NUMBER}", headers=headers)
    page = await answer.get_data(as_text=True)
    assert f'<html lang="{language}"' in page
    assert [text for text in said if text not in page] == []
    assert "{say_" not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_all_of_a_revoked_certificate(language: str) -> None:
    page = fill({**REVOKED, "completedAt": "2026-05-01T12:00:00.000Z"}, language)
    words = LANGUAGES[language]
    assert words.invalid in page
    assert words.revoked_on.format(date=words.day(1, 4, 2026)) in page
    assert len(words.months.split()) == 12
    assert words.valid not in page
    assert not re.search(r"[{}]", re.sub(r"\{courseTitle\}", "", page))
    if language == "fr":
        assert "1er mai 2026" in page


def test_badges_of_earlier_issues_are_not_valid_any_more() -> None:
    url = f"{BASE}/certificates/{NUMBER}"
    third = {**VALID, "issue": 3}
    assert [badge for badge, _ in revoked_badges(third)] == [f"{url}/badge", f"{url}/badge?issue=2"]
    assert revoked_badges(VALID) == []
    assert revoked_badges({**REVOKED, "issue": 2})[1] == (f"{url}/badge?issue=2", "<i>Copied</i>")
    credential = Issuer([], BASE).credential(as_view(third))
    assert credential["id"] == f"{url}/badge?issue=3"


async def test_a_revoked_one_says_so_and_why() -> None:
    page = await (await site(REVOKED).test_client().get(f"/certificates/{NUMBER}")).get_data(True)
    assert "Not valid any more" in page
    assert "Revoked on 1 April 2026" in page
    assert "&lt;i&gt;Copied&lt;/i&gt;" in page
    assert "Valid certificate" not in page


@pytest.mark.parametrize("path", ["", ".pdf", "/badge"])
async def test_a_number_that_nobody_has_is_not_found(path: str) -> None:
    answer = await site().test_client().get(f"/certificates/nothing{path}")
    assert answer.status_code == 404
    assert msgspec.json.decode(await answer.get_data())["code"] == "NOT_FOUND"


@pytest.mark.parametrize("path", ["nothing", "nothing.pdf", "find?number=nothing"])
async def test_people_with_a_wrong_number_are_asked_for_another_one(path: str) -> None:
    browser = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    answer = await site().test_client().get(f"/certificates/{path}", headers=browser)
    where = (answer.status_code, answer.headers["location"])
    assert where == (302, "/certificates?number=nothing")


async def test_a_number_is_found_as_it_is_typed() -> None:
    client = site().test_client()
    browser = {"accept": "text/html"}
    answer = await client.get(f"/certificates/find?number=%20{NUMBER.lower()}")
    assert (answer.status_code, answer.headers["location"]) == (302, f"/certificates/{NUMBER}")
    for asked, form in (("", "?number="), ("?number=A%26B", "?number=A%26B")):
        answer = await client.get(f"/certificates/find{asked}", headers=browser)
        where = (answer.status_code, answer.headers["location"])
        assert where == (302, f"/certificates{form}")


async def test_the_pdf_is_behind_a_link_that_ends() -> None:
    answer = await site().test_client().get(f"/certificates/{NUMBER}.pdf")
    assert answer.status_code == 302
    assert answer.headers["location"] == f"{BASE}/objects/token-for-certificate-{NUMBER}.pdf"
    assert answer.headers["cache-control"] == "no-store"


async def test_a_pdf_that_is_not_there_is_being_made_and_asked_for_again() -> None:
    shelf, post = Shelf(), FakePost()
    shelf.kept = None
    post.replies[RenderMissingCertificate] = Done()
    client = site(shelf=shelf, post=post).test_client()
    answer = await client.get(f"/certificates/{NUMBER.lower()}.pdf")
    assert post.commands == [RenderMissingCertificate(number=NUMBER)]
    assert answer.status_code == 503
    assert msgspec.json.decode(await answer.get_data())["code"] == "NOT_PRINTED_YET"


@pytest.mark.parametrize("path", [".pdf", "/badge"])
async def test_of_a_revoked_one_nothing_is_given_out_that_says_the_contrary(path: str) -> None:
    answer = await site(REVOKED).test_client().get(f"/certificates/{NUMBER}{path}")
    assert answer.status_code == 409
    assert msgspec.json.decode(await answer.get_data())["code"] == "CERTIFICATE_REVOKED"


async def test_a_badge_and_its_issuer_are_where_they_say() -> None:
    client = site().test_client()
    badge = await client.get(f"/certificates/{NUMBER}/badge")
    assert badge.headers["content-type"].startswith("application/vc+jwt")
    assert (await badge.get_data(as_text=True)).count(".") == 2
    issuer = msgspec.json.decode(await (await client.get("/issuer")).get_data())
    assert issuer["id"] == f"{BASE}/issuer"
    assert (await client.get("/issuer/keys/k3")).status_code == 404
    new = msgspec.json.decode(await (await client.get("/issuer/keys/k2")).get_data())
    old = msgspec.json.decode(await (await client.get("/issuer/key")).get_data())
    keys = msgspec.json.decode(await (await client.get("/.well-known/jwks.json")).get_data())
    assert keys["keys"][:2] == [new, old]
    revoked = msgspec.json.decode(await (await client.get("/issuer/revoked")).get_data())
    assert [each["id"] for each in revoked["revokedCredentials"]] == [
        f"{BASE}/certificates/{NUMBER}/badge",
        f"{OLD}/certificates/{NUMBER}/badge",
    ]


@pytest.mark.parametrize("path", ["", ".pdf", "/badge"])
async def test_an_address_that_was_printed_before_the_site_moved_leads_to_the_present_one(
    path: str,
) -> None:
    client = site().test_client()
    answer = await client.get(f"/certificates/{NUMBER}{path}", headers={"host": "old.EXAMPLE"})
    assert answer.status_code == 302
    assert answer.headers["location"] == f"{BASE}/certificates/{NUMBER}{path}"
    for host in ("school.example", "10.0.0.1:8000"):
        answer = await client.get(f"/certificates/{NUMBER}", headers={"host": host})
        assert answer.status_code == 200
    lost = await client.get("/certificates/nothing", headers={"host": "old.example"})
    assert lost.status_code == 404


async def test_programs_find_the_issuer_of_an_old_badge_where_the_badge_says() -> None:
    client, host = site().test_client(), {"host": "old.example"}

    async def asked(path: str) -> Any:
        return msgspec.json.decode(await (await client.get(path, headers=host)).get_data())

    assert (await asked("/issuer"))["id"] == f"{OLD}/issuer"
    assert (await asked("/issuer/key"))["kid"] == f"{OLD}/issuer/key"
    assert (await asked("/.well-known/jwks.json"))["keys"][1] == await asked("/issuer/key")
    revoked = await asked("/issuer/revoked")
    assert (revoked["id"], revoked["issuer"]) == (f"{OLD}/issuer/revoked", f"{OLD}/issuer")
    named = [each["id"] for each in revoked["revokedCredentials"]]
    assert f"{OLD}/certificates/{NUMBER}/badge" in named


async def test_the_achievement_of_a_badge_is_found_at_its_address() -> None:
    view = as_view({**VALID, "courseId": COURSE, "lessonsCompleted": 3, "quizzesCompleted": 0})
    achieved = Issuer([], BASE).credential(view)["credentialSubject"]["achievement"]
    assert achieved["id"] == f"{BASE}/achievements/{COURSE}"
    answer = (
        await site()
        .test_client()
        .get(f"/achievements/{COURSE}", headers={"host": "school.example"})
    )
    found = await answer.get_json()
    assert answer.status_code == 200
    assert {**achieved, "name": found["name"], "description": found["description"]} == {
        name: value for name, value in found.items() if name not in ("@context", "creator")
    }
    assert found["name"] == 'The "sky"'
    assert found["creator"]["id"] == f"{BASE}/issuer"


async def test_a_course_that_nobody_has_completed_is_no_achievement() -> None:
    answer = await site().test_client().get("/achievements/nothing")
    assert answer.status_code == 404
