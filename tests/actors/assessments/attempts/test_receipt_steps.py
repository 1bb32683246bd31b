"""Who is given a result sheet, and of which attempts there is one."""

from __future__ import annotations

from typing import Any, cast

import pytest

from actors.assessments.attempts.receipts import ReceiptSteps
from protocol.assessments.attempts.commands import ShowHandedIn
from protocol.assessments.attempts.requests import ReadResultSheet, SheetRead
from protocol.envelope import Message
from protocol.errors import HistoryUnreadable, NotFoundError, RefusedError, StoaError
from protocol.records.assessments import AttemptFacts, AttemptRecords
from protocol.records.common import CourseFacts
from protocol.signing import NoSigningKey
from tests.protocol.test_receipts import OVER
from tests.support.fakes import FakePost, FakeSigner


class OneAttempt:
    """What of the records is asked."""

    def __init__(self, **facts: Any) -> None:
        self.found = AttemptFacts(
            submission_id="s",
            quiz_id="quiz",
            version_id="version",
            student_id="ada",
            course=CourseFacts(id="c", instructor_id="vera"),
            **{"ended": True, **facts},
        )

    async def facts(self, submission_id: str) -> AttemptFacts:
        return self.found


async def read(
    by: str = "ada", reply: Message | StoaError = OVER, *, mute: bool = False, **facts: Any
) -> Any:
    """The sheet that somebody gets, where the attempt itself answers so."""
    post, records = FakePost(), cast(AttemptRecords, OneAttempt(**facts))
    post.replies[ShowHandedIn] = reply
    steps = ReceiptSteps(records, post, FakeSigner(mute=mute)).by_message
    question = ReadResultSheet(by=by, by_role="student", submission_id="s")
    found = await steps[ReadResultSheet](question)
    assert isinstance(found, SheetRead)
    return found.sheet


async def test_its_student_and_the_staff_of_the_course_are_given_it_and_nobody_else() -> None:
    for by in ("ada", "vera"):
        sheet = await read(by)
        assert [line.question_id for line in sheet.lines] == ["q"]
    with pytest.raises(NotFoundError):
        await read("ben")


@pytest.mark.parametrize(
    ("reply", "facts"),
    [
        (OVER, {"ended": False}),
        (OVER, {"erased": True}),
        (NotFoundError("quiz submission", "s"), {}),
        (RefusedError("ATTEMPT_RUNNING", "It goes on again"), {}),
    ],
)
async def test_there_is_none_of_one_that_runs_or_of_which_nothing_is_kept(
    reply: Message | StoaError, facts: dict[str, Any]
) -> None:
    assert await read(reply=reply, **facts) is None


async def test_what_cannot_be_read_or_signed_now_is_said() -> None:
    with pytest.raises(HistoryUnreadable):
        await read(reply=HistoryUnreadable("attempt"))
    with pytest.raises(NoSigningKey):
        await read(mute=True)
