"""What receipts state, as bytes: canonical JSON, and the tree over them."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.assessments.attempts.receipts import (
    answer_statement,
    base64url,
    canonical,
    merkle_root,
    result_sheet,
    submission_receipt,
)
from protocol.assessments.attempts.values import Ending
from protocol.assessments.attempts.views import AttemptHandedIn, KeptAnswer
from tests.support.fakes import FakeSigner

LEAVES = [
    bytes.fromhex(text)
    for text in (
        *("", "00", "10", "2021", "3031", "40414243"),
        *("5051525354555657", "606162636465666768696a6b6c6d6e6f"),
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Of the first leaves: the vectors of Certificate Transparency's own implementations."""
KEPT = KeptAnswer(question_id="q", answer_id="a", answer=[2, -1], revision=4, saved_at=5)
OVER = AttemptHandedIn(
    submission_id="s", ended_at=9, ending=Ending.TEACHER, revision=4, answers=(KEPT,)
)


@pytest.mark.parametrize("count", range(len(ROOTS)))
def test_the_tree_is_that_of_certificate_transparency(count: int) -> None:
    assert merkle_root(LEAVES[:count]).hex() == ROOTS[count]


def defined(leaves: list[bytes]) -> bytes:
    """RFC 9162, section 2.1.1, as it is written there."""
    n = len(leaves)
    if n == 0:
        return hashlib.sha256(b"").digest()
    if n == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < n:
        k *= 2
    return hashlib.sha256(b"\x01" + defined(leaves[:k]) + defined(leaves[k:])).digest()


@given(st.lists(st.binary(max_size=4), max_size=70))
def test_the_tree_is_the_recursive_one(leaves: list[bytes]) -> None:
    assert merkle_root(leaves) == defined(leaves)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        ([True, -1, 2**53 - 1], "[true,-1,9007199254740991]"),
        # RFC 8785, section 3.2.2.2 and the sample of section 3.2.2.
        ("\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/", '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'),
        ("\b\t\n\f\r\x00\x1f\x7f\u2028😂", '"\\b\\t\\n\\f\\r\\u0000\\u001f\x7f\u2028😂"'),
        ({"b": [], "a": {}, "B": ""}, '{"B":"","a":{},"b":[]}'),
    ],
)
def test_canonical_json_is_that_of_rfc_8785(value: Any, text: str) -> None:
    assert canonical(value) == text.encode()


texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.none() | st.booleans() | texts | st.lists(st.integers(-1, 2**31)) | st.lists(texts))
def test_canonical_json_is_read_as_what_was_written(value: Any) -> None:
    assert json.loads(canonical(value)) == value
    assert canonical(json.loads(canonical(value))) == canonical(value)


def test_a_statement_is_the_same_bytes_for_ever() -> None:
    digest = base64url(hashlib.sha256(b"[2,-1]").digest())
    assert (
        answer_statement("s", KEPT)
        == (
            f'{{"answerId":"a","answerSha256":"{digest}","question":"q","revision":4,"savedAt":5,'
            '"submission":"s"}'
        ).encode()
    )
    root = base64url(hashlib.sha256(b"\0" + answer_statement("s", KEPT)).digest())
    assert submission_receipt(FakeSigner(), OVER) == (
        'stoa-submission+jwt {"answers":1,"ending":"teacher","revision":4,'
        f'"root":"{root}","submission":"s","submittedAt":9}}'
    )


def test_a_sheet_has_all_receipts_or_there_is_none() -> None:
    class Failing(FakeSigner):
        """Signs so many times, and then its key is gone."""

        left = 1

        def sign(self, type: str, payload: bytes) -> str | None:
            self.left -= 1
            return super().sign(type, payload) if self.left >= 0 else None

    sheet = result_sheet(FakeSigner(), OVER)
    assert sheet is not None
    assert [line.answer for line in sheet.lines] == [[2, -1]]
    assert result_sheet(Failing(), OVER) is None
    assert result_sheet(FakeSigner(mute=True), OVER) is None
