"""Certificates as Open Badges 3.0 (1EdTech), signed with Ed25519.

A credential is a Verifiable Credential (W3C, data model 2.0) in the specification's "JSON Web Token
Proof Format" (section 8.2.4): the credential itself is the payload, beside the registered claims,
and `kid` is where the key is found. Revocation follows "1EdTech Revocation List Status Method".
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.certificates.dates import long_date
from protocol.certificates import CertificateView
from protocol.signing import NoSigningKey, SigningKey, key_path
from protocol.times import iso_seconds

CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
]
"""The contexts; the last defines the types of the status and of the schema."""
SCHEMA = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)
MEDIA_TYPE = "application/vc+jwt"
ISSUER, REVOKED = "/issuer", "/issuer/revoked"
ACHIEVEMENTS = "/achievements"
"""Followed by the id of a course."""


def address(verification_url: str, issue: int) -> str:
    """The id of a badge; each issue of a certificate has one of its own."""
    return f"{verification_url}/badge" + (f"?issue={issue}" if issue > 1 else "")


class Issuer:
    """This installation as an issuer of badges.

    `keys` come with the newest first. At `base_url`, without a slash at its end, it is asked; what
    it lists counts at the `others`, too, where badges of former days say that it is.
    """

    def __init__(
        self, keys: Sequence[SigningKey], base_url: str, others: Sequence[str] = ()
    ) -> None:
        self._keys = keys
        self._base_url = base_url
        self._others = others

    @property
    def keys(self) -> dict[str, Any]:
        """Every key that verifies badges, as a JWK set (RFC 7517), by the names in badges."""
        bases = (self._base_url, *self._others)
        return {"keys": [_jwk(key, base) for base in bases for key in self._keys]}

    def key(self, key_id: str) -> dict[str, str] | None:
        """One public key as a JWK (RFC 8037); None if there is none with that id."""
        return next((_jwk(key, self._base_url) for key in self._keys if key.id == key_id), None)

    @property
    def profile(self) -> dict[str, Any]:
        """The issuer's profile."""
        return {
            "@context": CONTEXTS,
            "id": self._base_url + ISSUER,
            "type": ["Profile"],
            "name": "Stoa",
            "url": self._base_url,
        }

    def achievement(self, course_id: str, title: str) -> dict[str, Any]:
        """The achievement of a course, at its address: one for all who complete the course."""
        about = _about(f"{self._base_url}{ACHIEVEMENTS}/{course_id}", title)
        return {"@context": CONTEXTS, **about, "creator": _without_context(self.profile)}

    def _achieved(self, view: CertificateView) -> dict[str, Any]:
        """The achievement as of a badge; of a deleted course it is only the badge's own."""
        if view.course_id is None:
            return _about(f"{view.verification_url}#achievement", view.course_title)
        return _about(f"{self._base_url}{ACHIEVEMENTS}/{view.course_id}", view.course_title)

    def credential(self, view: CertificateView) -> dict[str, Any]:
        """An unsigned `AchievementCredential`."""
        url = view.verification_url
        achieved = iso_seconds(view.completed_at)
        return {
            "@context": CONTEXTS,
            "id": address(url, view.issue),
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": view.course_title,
            "issuer": {key: self.profile[key] for key in ("id", "type", "name", "url")},
            "validFrom": achieved,
            "awardedDate": achieved,
            "credentialSubject": {
                "id": f"{url}#student",
                "type": ["AchievementSubject"],
                "identifier": [
                    {
                        "type": "IdentityObject",
                        "identityType": "name",
                        "identityHash": view.student_name,
                        "hashed": False,
                    }
                ],
                "achievement": self._achieved(view),
            },
            "evidence": [
                {
                    "id": url,
                    "type": ["Evidence"],
                    "name": f"Certificate {view.number}",
                    "narrative": narrative(view),
                    "genre": "Course",
                }
            ],
            "credentialStatus": {
                "id": self._base_url + REVOKED,
                "type": "1EdTechRevocationList",
            },
            "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
        }

    def sign(self, view: CertificateView) -> str:
        """The credential as a compact JWS. Raises `NoSigningKey`."""
        key = next((key for key in self._keys if key.private is not None), None)
        if key is None or key.private is None:
            raise NoSigningKey("Badges cannot be signed at the moment; try again later")
        credential = self.credential(view)
        claims = {
            "iss": credential["issuer"]["id"],
            "jti": credential["id"],
            "nbf": view.completed_at // 1000,
            "sub": credential["credentialSubject"]["id"],
        }
        headers = {"kid": self._base_url + key_path(key.id), "typ": "JWT"}
        private = Ed25519PrivateKey.from_private_bytes(key.private)
        return jwt.encode({**credential, **claims}, private, algorithm="EdDSA", headers=headers)

    def revocations(self, revoked: list[tuple[str, str]]) -> dict[str, Any]:
        """The list of revoked badges: their addresses, and why."""
        return {
            "id": self._base_url + REVOKED,
            "issuer": self._base_url + ISSUER,
            "revokedCredentials": [
                {"id": badge, "revoked": True, "revocationReason": reason}
                for badge, reason in revoked
            ],
        }


def _about(address: str, title: str) -> dict[str, Any]:
    return {
        "id": address,
        "type": ["Achievement"],
        "achievementType": "Course",
        "name": title,
        "description": f"Completed the course “{title}”.",
        "criteria": {"narrative": "Every lesson of the course has been completed."},
    }


def narrative(view: CertificateView) -> str:
    """What the student did, in a sentence."""
    lessons = "every lesson"
    if view.lessons:
        lessons = "the one lesson" if view.lessons == 1 else f"all {view.lessons} lessons"
        if view.quizzes:
            which = "" if view.lessons == 1 else f"{view.quizzes} of them "
            lessons += f", {which}with a quiz,"
    day = long_date(view.completed_at, view.time_zone)
    return f"{view.student_name} completed {lessons} of the course “{view.course_title}” on {day}."


def _without_context(profile: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in profile.items() if name != "@context"}


def _jwk(key: SigningKey, base_url: str) -> dict[str, str]:
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": base64.urlsafe_b64encode(key.public).rstrip(b"=").decode(),
        "use": "sig",
        "alg": "EdDSA",
        "kid": base_url + key_path(key.id),
    }
