"""Certificates as Open Badges 3.0 (1EdTech), signed with Ed25519.

A credential is a Verifiable Credential (W3C, data model 2.0) in the specification's "JSON Web Token
Proof Format" (section 8.2.4): the credential itself is the payload, beside the registered claims,
and `kid` is where the key is found. Revocation follows "1EdTech Revocation List Status Method".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from protocol.certificates import CertificateView
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
ISSUER, KEY, KEYS, REVOKED = "/issuer", "/issuer/key", "/.well-known/jwks.json", "/issuer/revoked"


def address(verification_url: str, issue: int) -> str:
    """The id of a badge; each issue of a certificate has one of its own."""
    return f"{verification_url}/badge" + (f"?issue={issue}" if issue > 1 else "")


class Issuer:
    """This installation as an issuer of badges. `base_url` has no slash at its end.

    The key is derived from the installation's secret: after a change of the secret, older badges
    can no longer be verified.
    """

    def __init__(self, secret: bytes, base_url: str) -> None:
        seed = hmac.digest(secret, b"stoa badges", hashlib.sha256)
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self._base_url = base_url

    @property
    def key(self) -> dict[str, str]:
        """The public key as a JWK (RFC 8037)."""
        raw = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return {
            "kty": "OKP",
            "crv": "Ed25519",
            "x": base64.urlsafe_b64encode(raw).rstrip(b"=").decode(),
            "use": "sig",
            "alg": "EdDSA",
            "kid": self._base_url + KEY,
        }

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
                "achievement": {
                    "id": f"{url}#achievement",
                    "type": ["Achievement"],
                    "achievementType": "Course",
                    "name": view.course_title,
                    "description": f"Completed the course “{view.course_title}”.",
                    "criteria": {"narrative": "Every lesson of the course has been completed."},
                },
            },
            "credentialStatus": {
                "id": self._base_url + REVOKED,
                "type": "1EdTechRevocationList",
            },
            "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
        }

    def sign(self, view: CertificateView) -> str:
        """The credential as a compact JWS."""
        credential = self.credential(view)
        claims = {
            "iss": credential["issuer"]["id"],
            "jti": credential["id"],
            "nbf": view.completed_at // 1000,
            "sub": credential["credentialSubject"]["id"],
        }
        headers = {"kid": self._base_url + KEY, "typ": "JWT"}
        return jwt.encode({**credential, **claims}, self._key, algorithm="EdDSA", headers=headers)

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
