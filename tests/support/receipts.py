"""Keys that sign receipts, and the independent script that checks them."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.certificates.badge import Issuer
from protocol.assessments.attempts.receipts import SHEET_FORMAT, ResultSheet
from protocol.signing import SigningKey
from storage.signer import PresentKeySigner
from tests.support.fakes import SetClock

ISSUER = "https://school.example"
SCRIPT = Path(__file__).parents[2] / "docs" / "client-protocols" / "verify_receipt.py"


def signing_key(key_id: str, *, signs: bool = True) -> SigningKey:
    """The same for the same id."""
    private = Ed25519PrivateKey.from_private_bytes(key_id.encode()[:32].ljust(32, b"\0"))
    return SigningKey(
        id=key_id,
        public=private.public_key().public_bytes_raw(),
        private=private.private_bytes_raw() if signs else None,
        created_at=0,
        retired_at=None if signs else 1,
    )


class HeldKeys:
    """Implements `protocol.signing.SigningKeys`, with what a test puts there."""

    def __init__(self, *keys: SigningKey) -> None:
        self.keys: Sequence[SigningKey] = keys
        self.error: Exception | None = None
        self.looks = 0

    async def all(self) -> Sequence[SigningKey]:
        self.looks += 1
        if self.error is not None:
            raise self.error
        return self.keys

    def rotate(self, key_id: str) -> None:
        former = [msgspec.structs.replace(key, private=None, retired_at=1) for key in self.keys]
        self.keys = [signing_key(key_id), *former]

    def jwks(self) -> bytes:
        """As the installation publishes them."""
        return msgspec.json.encode(Issuer(self.keys, ISSUER).keys)


def signer_of(keys: HeldKeys, clock: SetClock | None = None) -> PresentKeySigner:
    return PresentKeySigner(keys, lambda: ISSUER, clock or SetClock())


def sheet_file(sheet: ResultSheet) -> dict[str, object]:
    """As `quizResultSheet` answers, and as a page lets it be saved."""
    lines = [
        {"questionId": line.question_id, "answer": line.answer, "receipt": line.receipt}
        for line in sheet.lines
    ]
    signed = {"submission": sheet.submission, "root": sheet.root, "receipts": lines}
    return {"format": SHEET_FORMAT, **signed}


def independent() -> ModuleType:
    """The script that knows nothing of this code."""
    name = "verify_receipt_alone"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, SCRIPT)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]
