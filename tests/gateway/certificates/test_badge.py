"""Open Badges: signed so that others can verify them."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import jwt
import pytest

from gateway.certificates.badge import CONTEXTS, Issuer
from tests.clients.node import FOLDER, require_node
from tests.gateway.certificates.test_pdf import URL, view

BASE = "https://school.example"
ISSUER = Issuer(b"s" * 32, BASE)


def test_a_credential_says_what_was_achieved_by_whom() -> None:
    credential = ISSUER.credential(view())
    assert credential["@context"] == CONTEXTS
    assert credential["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert credential["issuer"]["id"] == f"{BASE}/issuer"
    assert credential["validFrom"] == "2026-09-21T14:13:20Z"
    subject = credential["credentialSubject"]
    assert subject["achievement"]["name"] == "The sky"
    assert subject["identifier"][0]["identityHash"] == "Mira Okafor"


def test_its_signature_is_that_of_the_published_key() -> None:
    token = ISSUER.sign(view())
    header = jwt.get_unverified_header(token)
    assert header == {"alg": "EdDSA", "kid": f"{BASE}/issuer/key", "typ": "JWT"}
    key = jwt.PyJWK(ISSUER.key)
    claims = jwt.decode(token, key.key, algorithms=["EdDSA"], issuer=f"{BASE}/issuer")
    assert claims["jti"] == claims["id"] == f"{URL}/badge"
    assert claims["nbf"] == 1_790_000_000
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(Issuer(b"t" * 32, BASE).sign(view()), key.key, algorithms=["EdDSA"])


def test_the_key_comes_of_the_secret_and_is_no_secret_itself() -> None:
    assert Issuer(b"s" * 32, BASE).key == ISSUER.key
    assert Issuer(b"t" * 32, BASE).key["x"] != ISSUER.key["x"]
    assert "d" not in ISSUER.key


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
    good = verified(node, ISSUER.sign(view()))
    assert "error" not in good, good
    assert good["payload"]["credentialSubject"]["achievement"]["name"] == "The sky"
    head, body, signature = ISSUER.sign(view()).split(".")
    forged = ".".join((head, Issuer(b"t" * 32, BASE).sign(view("Ben")).split(".")[1], signature))
    assert verified(node, forged)["error"] == "JWSSignatureVerificationFailed"
    assert body not in forged


def verified(node: str, token: str) -> Any:
    given = {"token": token, "keys": {"keys": [ISSUER.key]}, "profile": ISSUER.profile}
    command = [node, "verify_badge.mjs"]
    done = subprocess.run(
        command, input=json.dumps(given).encode(), capture_output=True, cwd=FOLDER, check=True
    )
    return json.loads(done.stdout)
