"""Open Badges: signed so that others can verify them."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.certificates.badge import CONTEXTS, Issuer, narrative
from protocol.signing import FIRST_KEY, NoSigningKey, SigningKey
from tests.clients.node import FOLDER, require_node
from tests.gateway.certificates.test_pdf import URL, view

BASE = "https://school.example"
OLD = "https://old.example"


def signing_key(letter: str, key_id: str = "k1", *, signs: bool = True) -> SigningKey:
    private = Ed25519PrivateKey.from_private_bytes(letter.encode() * 32)
    return SigningKey(
        id=key_id,
        public=private.public_key().public_bytes_raw(),
        private=private.private_bytes_raw() if signs else None,
        created_at=0,
        retired_at=None if signs else 1,
    )


ISSUER = Issuer([signing_key("s")], BASE)
OTHER = Issuer([signing_key("t")], BASE)


def test_a_credential_says_what_was_achieved_by_whom() -> None:
    credential = ISSUER.credential(view())
    assert credential["@context"] == CONTEXTS
    assert credential["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert credential["issuer"]["id"] == f"{BASE}/issuer"
    assert credential["validFrom"] == "2026-09-21T14:13:20Z"
    subject = credential["credentialSubject"]
    assert subject["achievement"]["name"] == "The sky"
    assert subject["identifier"][0]["identityHash"] == "Mira Okafor"


def test_students_of_one_course_have_one_achievement_and_evidence_of_their_own() -> None:
    course = {"course_id": "c1", "lessons": 12, "quizzes": 3}
    mira, ben = (
        ISSUER.credential(msgspec.structs.replace(view(name), number=name, **course))
        for name in ("Mira", "Ben")
    )
    one, other = (each["credentialSubject"]["achievement"] for each in (mira, ben))
    assert one == other
    assert one["id"] == f"{BASE}/achievements/c1"
    [evidence] = ben["evidence"]
    assert evidence["id"] == URL
    assert evidence["type"] == ["Evidence"]
    assert evidence["narrative"] == (
        "Ben completed all 12 lessons, 3 of them with a quiz, of the course “The sky”"
        " on 21 September 2026."
    )


@pytest.mark.parametrize(
    ("lessons", "quizzes", "said"),
    [
        (None, None, "every lesson of the course"),
        (0, 0, "every lesson of the course"),
        (1, 0, "the one lesson of the course"),
        (2, 0, "all 2 lessons of the course"),
        (2, 1, "all 2 lessons, 1 of them with a quiz, of the course"),
        (1, 1, "the one lesson, with a quiz, of the course"),
    ],
)
def test_the_evidence_says_what_is_known(
    lessons: int | None, quizzes: int | None, said: str
) -> None:
    certificate = msgspec.structs.replace(view(), lessons=lessons, quizzes=quizzes)
    assert said in narrative(certificate)


def test_of_a_deleted_course_the_achievement_is_the_badge_s_own() -> None:
    assert ISSUER.credential(view())["credentialSubject"]["achievement"]["id"] == (
        f"{URL}#achievement"
    )


def test_its_signature_is_that_of_the_published_key() -> None:
    token = ISSUER.sign(view())
    header = jwt.get_unverified_header(token)
    assert header == {"alg": "EdDSA", "kid": f"{BASE}/issuer/keys/k1", "typ": "JWT"}
    key = jwt.PyJWK(ISSUER.keys["keys"][0])
    claims = jwt.decode(token, key.key, algorithms=["EdDSA"], issuer=f"{BASE}/issuer")
    assert claims["jti"] == claims["id"] == f"{URL}/badge"
    assert claims["nbf"] == 1_790_000_000
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(OTHER.sign(view()), key.key, algorithms=["EdDSA"])


def test_no_private_key_is_published() -> None:
    assert ISSUER.key("k1") == ISSUER.keys["keys"][0]
    assert "d" not in ISSUER.keys["keys"][0]
    assert ISSUER.key("k2") is None


def test_a_badge_is_verified_after_its_key_was_rotated_and_the_site_has_moved() -> None:
    before = Issuer([signing_key("s", FIRST_KEY)], OLD)
    token = before.sign(view())
    new, retired = signing_key("t", "k2"), signing_key("s", FIRST_KEY, signs=False)
    after = Issuer([new, retired], BASE, [OLD])
    kid = jwt.get_unverified_header(token)["kid"]
    assert kid == f"{OLD}/issuer/key"
    [found] = [key for key in after.keys["keys"] if key["kid"] == kid]
    jwt.decode(token, jwt.PyJWK(found).key, algorithms=["EdDSA"], issuer=f"{OLD}/issuer")
    assert [key["kid"] for key in after.keys["keys"]] == [
        f"{BASE}/issuer/keys/k2",
        f"{BASE}/issuer/key",
        f"{OLD}/issuer/keys/k2",
        f"{OLD}/issuer/key",
    ]
    assert jwt.get_unverified_header(after.sign(view()))["kid"] == f"{BASE}/issuer/keys/k2"


def test_without_a_private_key_nothing_is_signed_and_everything_is_verified() -> None:
    issuer = Issuer([signing_key("s", signs=False)], BASE)
    with pytest.raises(NoSigningKey):
        issuer.sign(view())
    assert issuer.keys == ISSUER.keys


def test_what_was_revoked_is_listed_by_the_credentials_id() -> None:
    listed = ISSUER.revocations([(f"{URL}/badge", "Only pretended")])
    assert listed["issuer"] == f"{BASE}/issuer"
    assert listed["revokedCredentials"] == [
        {"id": f"{URL}/badge", "revoked": True, "revocationReason": "Only pretended"}
    ]
    status = ISSUER.credential(view())["credentialStatus"]
    assert status["id"] == listed["id"]


def test_an_independent_library_verifies_it() -> None:
    """Of npm, with nothing but the token, the published keys and the issuer's profile."""
    node = require_node("jose")
    certificate = msgspec.structs.replace(view(), course_id="c1", lessons=12, quizzes=3)
    good = verified(node, ISSUER.sign(certificate))
    assert "error" not in good, good
    achievement = good["payload"]["credentialSubject"]["achievement"]
    assert (achievement["name"], achievement["id"]) == ("The sky", f"{BASE}/achievements/c1")
    assert "12 lessons" in good["payload"]["evidence"][0]["narrative"]
    assert "error" not in verified(node, ISSUER.sign(view()))
    head, body, signature = ISSUER.sign(view()).split(".")
    forged = ".".join((head, OTHER.sign(view("Ben")).split(".")[1], signature))
    assert verified(node, forged)["error"] == "JWSSignatureVerificationFailed"
    assert body not in forged


def verified(node: str, token: str) -> Any:
    given = {"token": token, "keys": ISSUER.keys, "profile": ISSUER.profile}
    command = [node, "verify_badge.mjs"]
    done = subprocess.run(
        command, input=json.dumps(given).encode(), capture_output=True, cwd=FOLDER, check=True
    )
    return json.loads(done.stdout)
