"""Public pages of certificates: verification, the PDF, the badge, and the issuer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec
from quart import Response, request
from quart_trio import QuartTrio

from gateway.accepted_languages import preferred
from gateway.certificates import badge
from gateway.certificates.addresses import Addresses
from gateway.certificates.badge import Issuer
from gateway.certificates.dates import day_of
from gateway.certificates.languages import LANGUAGES, RIGHT_TO_LEFT
from gateway.domain_pages import DomainPages
from gateway.media_ranges import prefers_html
from gateway.site_assets import link_assets
from protocol.certificates import CertificateView, RenderMissingCertificate, pdf_key
from protocol.envelope import Address
from protocol.errors import NotFoundError, RefusedError, RetryableError
from protocol.objects import Objects
from protocol.ports import Post, Reads
from protocol.selection import Argument, Field, Selection, Viewer
from protocol.signing import FIRST_KEY, KEY, KEYS, SigningKeys
from protocol.times import milliseconds_of

HANDLER = Address("certificates", "")
LINK_SECONDS = 300
"""How long a link to a PDF is valid."""
PAGE = Path(__file__).parent.parent / "web" / "certificate.html"
SHOWN = (
    "certificateId",
    "studentName",
    "courseTitle",
    "instructorName",
    "completedAt",
    "timeZone",
    "issue",
    "verificationUrl",
    "revokedAt",
    "revocationReason",
)
EVIDENCE = ("courseId", "lessonsCompleted", "quizzesCompleted")
"""For the badge alone: they are counted."""
_FIELDS = tuple(Field(name=name, alias=name) for name in SHOWN)
VERIFY = Field(
    name="verifyCertificate",
    alias="verifyCertificate",
    arguments={"certificateId": Argument("number")},
    children=(*_FIELDS, *(Field(name=name, alias=name) for name in EVIDENCE)),
)
ACHIEVEMENT = Field(
    name="achievement",
    alias="achievement",
    arguments={"courseId": Argument("course_id")},
    children=(Field(name="courseId", alias="courseId"), Field(name="courseTitle", alias="title")),
)
REVOKED = Field(name="revokedCertificates", alias="revokedCertificates", children=_FIELDS)
REISSUED = "Issued again with a corrected name"
PLACE = re.compile(r"\{(\w+)\}")


class NotRenderedYet(RetryableError):
    """The certificate has been issued, but its PDF is not ready yet."""

    code = "NOT_PRINTED_YET"


class Certificates:
    """What the pages read. `addresses` is called late, because it depends on the port."""

    def __init__(
        self,
        reads: Reads,
        objects: Objects,
        keys: SigningKeys,
        addresses: Callable[[], Addresses],
        post: Post,
    ) -> None:
        self._reads = reads
        self._objects = objects
        self._post = post
        self._keys = keys
        self.addresses = addresses

    async def issuer(self, host: str = "") -> Issuer:
        """The issuer as badges know it that name the address of this host."""
        addresses = self.addresses()
        asked = addresses.asked(host)
        others = [each for each in addresses if each != asked]
        return Issuer(await self._keys.all(), asked, others)

    async def find(self, number: str) -> dict[str, Any]:
        """Find the certificate's fields by their names in the schema. Raises `NotFoundError`."""
        found: dict[str, Any] | None = await self._read(VERIFY, number=number)
        if found is None:
            raise NotFoundError("certificate", number[:64])
        return found

    async def achievement(self, course_id: str) -> tuple[str, str]:
        """The course of issued certificates, and its title on the newest of them.

        Raises `NotFoundError`, also for a course that nobody has completed.
        """
        found: dict[str, Any] | None = await self._read(ACHIEVEMENT, course_id=course_id)
        if found is None:
            raise NotFoundError("achievement", course_id[:64])
        return found["courseId"], found["title"]

    async def revoked(self) -> list[tuple[str, str]]:
        """The addresses of badges that are not valid any more, and why."""
        found: list[dict[str, Any]] = await self._read(REVOKED)
        addresses = self.addresses()
        return [gone for each in found for gone in revoked_badges(each, addresses)]

    async def pdf(self, number: str) -> str:
        """A link to the PDF. A missing one is being made then, also if it was there before.

        Raises `NotFoundError`, `NotRenderedYet`, and `RefusedError` for a revoked one.
        """
        certificate = await self.find(number)
        check_valid(certificate)
        number = certificate["certificateId"]
        key = pdf_key(number, certificate["issue"])
        if await self._objects.get(key) is None:
            await self._post.ask(HANDLER, RenderMissingCertificate(number=number))
            raise NotRenderedYet("The PDF is being made; try again in a moment")
        filename = f"certificate-{number}.pdf"
        return await self._objects.link(key, seconds=LINK_SECONDS, filename=filename)

    async def _read(self, field: Field, **variables: Any) -> Any:
        [text] = await self._reads.execute([Selection(field, variables)], Viewer())
        return msgspec.json.decode(text)


def certificate_pages(certificates: Certificates) -> DomainPages:
    """Add all routes of certificates except GraphQL and static files."""

    def add_views(app: QuartTrio) -> None:
        _add_pages(app, certificates)
        _add_issuer(app, certificates)

    return DomainPages(
        templates=frozenset({PAGE.name}),
        add_views=add_views,
    )


def _add_pages(app: QuartTrio, certificates: Certificates) -> None:
    @app.get("/certificates/find")
    async def find() -> Response:
        number = request.args.get("number", "").strip()[:64]
        try:
            certificate = await certificates.find(number)
        except NotFoundError:
            return _unknown(number)
        return _redirect(f"/certificates/{certificate['certificateId']}")

    @app.get("/certificates/<number>")
    async def page(number: str) -> Response:
        try:
            certificate = await certificates.find(number)
        except NotFoundError:
            return _unknown(number)
        return _moved(certificates) or _fresh(
            Response(fill(certificate, _language()), content_type="text/html; charset=utf-8")
        )

    @app.get("/certificates/<number>.pdf")
    async def pdf(number: str) -> Response:
        try:
            link = await certificates.pdf(number)
        except NotFoundError:
            return _unknown(number)
        return _moved(certificates) or _redirect(link)

    @app.get("/certificates/<number>/badge")
    async def credential(number: str) -> Response:
        certificate = await certificates.find(number)
        check_valid(certificate)
        issuer = await certificates.issuer()
        return _moved(certificates) or _fresh(
            Response(issuer.sign(as_view(certificate)), content_type=badge.MEDIA_TYPE)
        )


def _add_issuer(app: QuartTrio, certificates: Certificates) -> None:
    """What programs look up to verify a badge, at the address that the badge names."""

    @app.get(badge.ISSUER)
    async def issuer() -> Response:
        return _json((await certificates.issuer(request.host)).profile)

    @app.get(f"{badge.ACHIEVEMENTS}/<course_id>")
    async def achievement(course_id: str) -> Response:
        issuer = await certificates.issuer(request.host)
        return _json(issuer.achievement(*await certificates.achievement(course_id)))

    @app.get(KEY, defaults={"key_id": FIRST_KEY})
    @app.get(f"{KEY}s/<key_id>")
    async def key(key_id: str) -> Response:
        found = (await certificates.issuer(request.host)).key(key_id)
        if found is None:
            raise NotFoundError("key", key_id[:64])
        return _json(found)

    @app.get(KEYS)
    async def keys() -> Response:
        return _json((await certificates.issuer(request.host)).keys)

    @app.get(badge.REVOKED)
    async def revoked() -> Response:
        issuer = await certificates.issuer(request.host)
        return _fresh(_json(issuer.revocations(await certificates.revoked())))


def fill(certificate: dict[str, Any], language: str = "en") -> str:
    """Fill in the page of a certificate, in one of `LANGUAGES`."""
    is_revoked = certificate["revokedAt"] is not None
    words = LANGUAGES[language]

    def day(name: str) -> str:
        return words.day(*day_of(milliseconds_of(certificate[name]), certificate["timeZone"]))

    shown = {
        **{f"say_{name}": escape(said) for name, said in words._asdict().items()},
        "language": language,
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "verdict": words.invalid if is_revoked else words.valid,
        "mood": "bad" if is_revoked else "good",
        "completed": day("completedAt"),
        "revoked": "",
        **{name: escape(str(certificate[name])) for name in SHOWN},
    }
    if is_revoked:
        when = words.revoked_on.format(date=day("revokedAt"))
        reason = escape(certificate["revocationReason"] or "")
        shown["revoked"] = (
            f'<div class="wide-row"><dt>{when}</dt><dd><bdi>{reason}</bdi></dd></div>'
        )
    return PLACE.sub(lambda place: shown[place[1]], _page())


def revoked_badges(
    certificate: dict[str, Any], addresses: Iterable[str] = ()
) -> list[tuple[str, str]]:
    """The badges of a certificate that are not valid any more: those of earlier issues, too.

    Under each address that the site has or had, since a badge is known by the one of its day.
    """
    number, newest = certificate["certificateId"], certificate["issue"]
    reason = certificate["revocationReason"]
    urls = [
        certificate["verificationUrl"],
        *(f"{each}/certificates/{number}" for each in addresses),
    ]
    gone: list[tuple[str, str]] = []
    for url in dict.fromkeys(urls):
        gone += [(badge.address(url, issue), REISSUED) for issue in range(1, newest)]
        if reason is not None:
            gone.append((badge.address(url, newest), reason))
    return gone


def as_view(certificate: dict[str, Any]) -> CertificateView:
    """The certificate in the form for the badge."""
    return CertificateView(
        number=certificate["certificateId"],
        student_name=certificate["studentName"],
        course_title=certificate["courseTitle"],
        instructor_name=certificate["instructorName"],
        completed_at=milliseconds_of(certificate["completedAt"]),
        verification_url=certificate["verificationUrl"],
        time_zone=certificate["timeZone"],
        issue=certificate["issue"],
        course_id=certificate.get("courseId"),
        lessons=certificate.get("lessonsCompleted"),
        quizzes=certificate.get("quizzesCompleted"),
    )


def _language() -> str:
    """The one of `LANGUAGES` that the visitor's browser asks for first."""
    return preferred(request.headers.get("accept-language", ""), LANGUAGES, default="en")


@cache
def _page() -> str:
    return link_assets(PAGE.read_text(encoding="utf-8"))


def check_valid(certificate: dict[str, Any]) -> None:
    """Raise `RefusedError` for a revoked certificate, so that no file claims it is valid."""
    if certificate["revokedAt"] is not None:
        raise RefusedError("CERTIFICATE_REVOKED", "This certificate is not valid any more")


def _unknown(number: str) -> Response:
    """People are asked for another number; programs get the error. Raises `NotFoundError`."""
    if not prefers_html(request.headers.get("accept", "")):
        raise NotFoundError("certificate", number[:64])
    return _redirect(f"/certificates?{urlencode({'number': number[:64]})}")


def _fresh(response: Response) -> Response:
    """Forbid caching, since a certificate may be revoked at any time."""
    response.cache_control.no_store = True
    return response


def _moved(certificates: Certificates) -> Response | None:
    """Where this page is now, if it was asked for at a former address."""
    present = certificates.addresses().moved(request.host)
    return None if present is None else _redirect(present + request.path)


def _redirect(address: str) -> Response:
    return Response(b"", 302, headers={"location": address, "cache-control": "no-store"})


def _json(value: Any) -> Response:
    return Response(msgspec.json.encode(value), content_type="application/json")
