"""What the assessments handler does about result sheets."""

from __future__ import annotations

from collections.abc import Mapping

from actors.assessments.attempts import rules
from actors.dispatch import Step
from actors.threads import Threads
from protocol.assessments.attempts.commands import KIND, ShowHandedIn
from protocol.assessments.attempts.receipts import result_sheet
from protocol.assessments.attempts.requests import ReadResultSheet, SheetRead
from protocol.assessments.attempts.views import AttemptHandedIn
from protocol.envelope import Address, Message
from protocol.errors import NotFoundError, RefusedError
from protocol.ports import Post
from protocol.records.assessments import AttemptRecords
from protocol.signing import NoSigningKey, Signer

SHEETS_AT_ONCE = 1
"""A sheet of 200 questions takes a core for some ten milliseconds."""


class ReceiptSteps:
    """The step, by the class of its message."""

    def __init__(self, records: AttemptRecords, post: Post, signer: Signer) -> None:
        self._records = records
        self._post = post
        self._signer = signer
        self._threads = Threads(SHEETS_AT_ONCE)
        self.by_message: Mapping[type[Message], Step] = {ReadResultSheet: self._read}

    async def _read(self, question: ReadResultSheet) -> SheetRead:
        facts = await self._records.facts(question.submission_id)
        rules.check_visible("QuizResultSheet", facts, question.by, question.by_role)
        over = None if facts.erased or not facts.ended else await self._over(facts.submission_id)
        if over is None:
            return SheetRead(sheet=None)
        sheet = await self._threads.run(result_sheet, self._signer, over)
        if sheet is None:
            raise NoSigningKey("Receipts cannot be signed at the moment; try again later")
        return SheetRead(sheet=sheet)

    async def _over(self, submission_id: str) -> AttemptHandedIn | None:
        """What the journal has of it; None if it goes on again, or there is none."""
        try:
            over: AttemptHandedIn = await self._post.ask(
                Address(KIND, submission_id), ShowHandedIn()
            )
        except (NotFoundError, RefusedError):
            return None
        return over
