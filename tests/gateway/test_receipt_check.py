"""Receipts of attempts: each is valid, nothing that was changed is, and both verifiers agree."""

from __future__ import annotations

import ast
import copy
import json
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from jwt import PyJWS

from gateway.assessments.receipt_check import (
    MAX_BYTES,
    AnswerStatement,
    NotValid,
    SubmissionStatement,
    Unreadable,
    Verified,
    own_keys,
    published_keys,
    verify,
)
from protocol.assessments.attempts.commands import ReopenAttempt, ShowHandedIn, SubmitAttempt
from protocol.assessments.attempts.receipts import (
    ANSWER_TYPE,
    SUBMISSION_TYPE,
    answer_receipt,
    canonical,
    result_sheet,
    submission_receipt,
)
from protocol.assessments.quizzes import Question
from protocol.errors import RefusedError
from storage.signer import PresentKeySigner
from tests.actors.assessments.attempts.papers import Attempt
from tests.actors.assessments.attempts.test_attempt_properties import answered
from tests.actors.assessments.live.games import BLANKS, ESSAY, TRUE_FALSE
from tests.support.fakes import SetClock
from tests.support.receipts import (
    ISSUER,
    SCRIPT,
    HeldKeys,
    independent,
    sheet_file,
    signer_of,
    signing_key,
)

VALID, NOT_VALID, UNREADABLE = 0, 1, 2
KEYS = HeldKeys(signing_key("one"))
TABLE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
saves = st.lists(st.tuples(answered, st.booleans()), max_size=12)


async def signing(keys: HeldKeys = KEYS) -> PresentKeySigner:
    signer = signer_of(keys)
    await signer.look()
    return signer


def status(data: bytes | str, jwks: bytes | None = None) -> int:
    """What both verifiers say, which is the same."""
    data, jwks = data if isinstance(data, bytes) else data.encode(), jwks or KEYS.jwks()
    try:
        verify(data, published_keys(jwks))
        ours = VALID
    except NotValid:
        ours = NOT_VALID
    except Unreadable:
        ours = UNREADABLE
    with TemporaryDirectory() as folder:
        file, keys = Path(folder, "file"), Path(folder, "keys")
        file.write_bytes(data)
        keys.write_bytes(jwks)
        theirs, lines = independent().main(file, keys)
    assert (ours == VALID) == (theirs == VALID), lines
    return ours


class Sat(NamedTuple):
    """An attempt that was handed in, and the receipts that its student was given meanwhile."""

    attempt: Attempt
    receipts: dict[str, str]
    submission: str

    def sheet(self, signer: PresentKeySigner) -> dict[str, Any]:
        sheet = result_sheet(signer, self.attempt.do(ShowHandedIn()))
        assert sheet is not None
        return sheet_file(sheet)


def sit(signer: PresentKeySigner, given: Sequence[tuple[tuple[Question, Any], bool]]) -> Sat:
    """Answer, with a crash of the process after some of them, and hand in."""
    attempt = Attempt(shuffled=True, seed=len(given))
    receipts = {}
    for (question, answer), crashes in given:
        saved = attempt.save(question, answer)
        receipt = answer_receipt(signer, "attempt-1", saved.kept)
        assert receipt is not None
        if crashes:
            attempt.restart(down_ms=50)
        again = attempt.save(question, answer, saved.answer_id)
        assert answer_receipt(signer, "attempt-1", again.kept) == receipt
        receipts[question.id] = receipt
        assert status(receipt) == VALID
    over = attempt.do(SubmitAttempt(by="ada", received_at=attempt.now))
    submission = submission_receipt(signer, over)
    assert submission is not None
    return Sat(attempt, receipts, submission)


@given(given=saves)
async def test_what_was_given_in_receipts_is_what_the_sheet_has_after_crashes_and_a_rotation(
    given: list[tuple[tuple[Question, Any], bool]],
) -> None:
    keys = HeldKeys(signing_key("one"))
    sat = sit(await signing(keys), given)
    sheet = sat.sheet(await signing(keys))
    assert {line["questionId"]: line["receipt"] for line in sheet["receipts"]} == sat.receipts
    assert sheet["submission"] == sat.submission
    assert status(json.dumps(sheet), keys.jwks()) == VALID
    sat.attempt.restart(down_ms=1)
    keys.rotate("two")
    renewed = sat.sheet(await signing(keys))
    assert status(json.dumps(renewed), keys.jwks()) == VALID
    assert renewed["root"] == sheet["root"]
    # What was signed before is still valid, and of the same tree, wherever it comes from.
    mixed = copy.deepcopy(renewed)
    for line in mixed["receipts"][::2]:
        line["receipt"] = sat.receipts[line["questionId"]]
    assert status(json.dumps(mixed), keys.jwks()) == VALID


@given(data=st.data(), what=answered)
async def test_a_receipt_in_which_a_byte_is_another_is_not_valid(
    data: st.DataObject, what: tuple[Question, Any]
) -> None:
    sat = sit(await signing(), [(what, False)])
    receipt = data.draw(st.sampled_from([*sat.receipts.values(), sat.submission]))
    place = data.draw(st.integers(0, len(receipt) - 1))
    other = data.draw(st.sampled_from([each for each in TABLE if each != receipt[place]]))
    assert status(receipt[:place] + other + receipt[place + 1 :]) != VALID
    assert status(receipt[:place] + receipt[place + 1 :]) != VALID
    assert status(receipt, HeldKeys(signing_key("two")).jwks()) == NOT_VALID
    other_key = msgspec.structs.replace(signing_key("two"), id="one")
    assert status(receipt, HeldKeys(other_key).jwks()) == NOT_VALID


Change = Callable[[dict[str, Any], dict[str, Any]], Any]
CHANGES: dict[str, Change] = {
    "another answer": lambda sheet, _: sheet["receipts"][0].update(answer="Other"),
    "no answer": lambda sheet, _: sheet["receipts"][0].pop("answer"),
    "an answer that is none": lambda sheet, _: sheet["receipts"][0].update(answer=[[1.5]]),
    "another question": lambda sheet, _: sheet["receipts"][0].update(questionId="other"),
    "one left out": lambda sheet, _: sheet["receipts"].pop(),
    "one twice": lambda sheet, _: sheet["receipts"].append(sheet["receipts"][0]),
    "another order": lambda sheet, _: sheet["receipts"].reverse(),
    "a receipt of before": lambda sheet, other: sheet["receipts"][0].update(
        receipt=other["receipts"][0]["receipt"]
    ),
    "a submission of before": lambda sheet, other: sheet.update(submission=other["submission"]),
    "another root": lambda sheet, other: sheet.update(root=other["root"]),
    "an answer for the submission": lambda sheet, _: sheet.update(
        submission=sheet["receipts"][0]["receipt"]
    ),
    "the submission for an answer": lambda sheet, _: sheet["receipts"][0].update(
        receipt=sheet["submission"]
    ),
    "no receipts": lambda sheet, _: sheet.pop("receipts"),
    "receipts that are none": lambda sheet, _: sheet.update(receipts=[5]),
    "a receipt of two parts": lambda sheet, _: sheet["receipts"][0].update(receipt="a.b"),
    "a receipt in another alphabet": lambda sheet, _: sheet["receipts"][0].update(receipt="ä.ö.ü"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
async def test_a_sheet_in_which_something_is_another_is_not_valid(change: Change) -> None:
    signer = await signing()
    given: Any = [((ESSAY, "Because"), False), ((BLANKS, ["two", ""]), False)]
    sat = sit(signer, given)
    before = sat.sheet(signer)
    sat.attempt.do(ReopenAttempt(by="vera", command_id="c", for_ms=60_000))
    with pytest.raises(RefusedError, match="has not ended"):
        sat.attempt.do(ShowHandedIn())
    sat.attempt.save(ESSAY, "Why not?")
    sat.attempt.save(TRUE_FALSE, True)
    sat.attempt.save(TRUE_FALSE, None)
    sat.attempt.do(SubmitAttempt(by="ada", received_at=sat.attempt.now))
    after = sat.sheet(signer)
    assert after["root"] != before["root"]
    assert [line["answer"] for line in after["receipts"]] == [["two", ""], "Why not?", None]
    assert status(json.dumps(after)) == VALID
    change(after, before)
    assert status(json.dumps(after)) == NOT_VALID


def signed(type: str, payload: bytes, **header: Any) -> str:
    """By the key itself, whatever it is."""
    private = signing_key("one").private
    assert private is not None
    key = Ed25519PrivateKey.from_private_bytes(private)
    headers = {"iss": ISSUER, "kid": f"{ISSUER}/issuer/keys/one", "typ": type, **header}
    return PyJWS().encode(payload, key, algorithm="EdDSA", headers=headers)


ANSWER = {
    "answerId": "a",
    "answerSha256": "x",
    "question": "q",
    "revision": 1,
    "savedAt": 5,
    "submission": "s",
}


def without(name: str) -> bytes:
    return canonical({key: value for key, value in ANSWER.items() if key != name})


@pytest.mark.parametrize(
    "token",
    [
        signed("JWT", canonical(ANSWER)),
        signed(SUBMISSION_TYPE, canonical(ANSWER)),
        signed(ANSWER_TYPE, json.dumps(ANSWER).encode()),
        signed(ANSWER_TYPE, canonical({**ANSWER, "also": 1})),
        signed(ANSWER_TYPE, canonical({**ANSWER, "revision": True})),
        signed(ANSWER_TYPE, canonical({**ANSWER, "revision": 1.5})),
        signed(ANSWER_TYPE, canonical({**ANSWER, "question": 1})),
        signed(ANSWER_TYPE, without("question")),
        signed(ANSWER_TYPE, b'{"answerId":"a",' + canonical(ANSWER)[1:]),
        signed(ANSWER_TYPE, b"[]"),
        signed(ANSWER_TYPE, b"["),
        signed(ANSWER_TYPE, b"\xff"),
        signed(ANSWER_TYPE, canonical(ANSWER), iss="https://other.example"),
        signed(ANSWER_TYPE, canonical(ANSWER), iss="https://schoo"),
        signed(ANSWER_TYPE, canonical(ANSWER), kid=f"{ISSUER}/issuer/keys/two"),
        signed(ANSWER_TYPE, canonical(ANSWER), jku="https://evil.example"),
        PyJWS().encode(canonical(ANSWER), "k" * 64, algorithm="HS256"),
        PyJWS().encode(canonical(ANSWER), "", algorithm="none"),
    ],
)
def test_what_the_key_has_signed_but_is_no_receipt_is_not_valid(token: str) -> None:
    assert status(signed(ANSWER_TYPE, canonical(ANSWER))) == VALID
    assert status(token) in (NOT_VALID, UNREADABLE)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"hello",
        b"a.b.c.d",
        b"{",
        b"{}",
        b'{"format":"stoa-result-sheet-2"}',
        b'{"a":' * 100_000,
        b" " * (MAX_BYTES + 1),
    ],
)
def test_what_is_neither_cannot_be_read(data: bytes) -> None:
    assert status(data) == UNREADABLE


@pytest.mark.parametrize(
    "jwks",
    [
        *(b"", b"[]", b"{}", b'{"keys":[]}', b'{"keys":[{}]}', b'{"keys":[5]}', b'{"keys":5}'),
        b'{"keys":[{"kid":"k","kty":"OKP","crv":"Ed25519","x":"AAAA"}]}',
        b'{"keys":[{"kid":"k","kty":"OKP","crv":"Ed25519","x":"\xc3\xa4"}]}',
    ],
)
def test_keys_that_are_none_are_refused(jwks: bytes) -> None:
    with pytest.raises(Unreadable):
        published_keys(jwks)


async def test_a_receipt_of_a_former_address_is_checked_by_the_installations_own_keys() -> None:
    keys = HeldKeys(signing_key("first"), signing_key("old", signs=False))
    for key_id, known in (("first", True), ("old", True), ("withdrawn", False)):
        one = HeldKeys(signing_key(key_id))
        signer = PresentKeySigner(one, lambda: "https://former.example", SetClock())
        await signer.look()
        token = signer.sign(ANSWER_TYPE, canonical(ANSWER))
        assert token is not None
        if known:
            [found] = verify(token.encode(), own_keys(keys.keys))
            assert isinstance(found.statement, AnswerStatement)
        else:
            with pytest.raises(NotValid, match="does not publish"):
                verify(token.encode(), own_keys(keys.keys))


async def test_what_is_proved_is_told_whole() -> None:
    sat = sit(await signing(), [((ESSAY, "Because"), False)])
    sheet = sat.sheet(await signing())
    over, line = verify(json.dumps(sheet).encode(), own_keys(KEYS.keys))
    assert isinstance(over.statement, SubmissionStatement)
    assert (over.statement.answers, over.statement.ending) == (1, "submitted")
    assert isinstance(line, Verified)
    assert (line.answer, line.statement.revision) == ("Because", 1)


def test_the_example_of_the_specification_is_valid() -> None:
    page = SCRIPT.with_name("receipts.md").read_text()
    statement, sheet, keys = re.findall(r"```json\n(.*?)\n```", page, re.DOTALL)
    assert status(sheet, keys.encode()) == VALID
    _, first, _ = verify(sheet.encode(), published_keys(keys.encode()))
    assert first.payload == statement.encode()


def test_the_independent_script_is_short_and_uses_nothing_of_this_code() -> None:
    source = SCRIPT.read_text()
    assert len(source.splitlines()) <= 100
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)]
    names = {
        name.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import)
        for name in node.names
    } | {str(node.module) for node in nodes}
    assert {name.partition(".")[0] for name in names} - sys.stdlib_module_names == {"cryptography"}
