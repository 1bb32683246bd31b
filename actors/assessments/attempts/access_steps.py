"""How the assessments handler answers who may take a quiz, and how long."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import msgspec

from actors.assessments.attempts import access
from actors.course_rules import permitted
from actors.dispatch import Step
from actors.fields import Fields
from protocol.access import Origin, Passwords, Throttle
from protocol.assessments.access import (
    AccommodateInQuiz,
    CheckAttemptNetwork,
    QuizAccessSet,
    QuizAccommodationSet,
    SetQuizAccess,
)
from protocol.envelope import Message
from protocol.errors import Overloaded, RateLimited
from protocol.lifecycle import Done
from protocol.networks import network_of
from protocol.ports import Clock
from protocol.records.assessments import QuizAccessRecords

WRONG_PASSWORDS = 10
"""Of one student for one quiz within `WRONG_SECONDS`: the password is one for a whole class, and
may be a word on the board."""
WRONG_SECONDS = 600


class AccessSteps:
    """The steps, by the class of the message."""

    def __init__(
        self,
        *,
        records: QuizAccessRecords,
        passwords: Passwords,
        throttle: Throttle,
        clock: Clock,
    ) -> None:
        self._records = records
        self._passwords = passwords
        self._throttle = throttle
        self._clock = clock
        self.by_message: Mapping[type[Message], Step] = {
            SetQuizAccess: self._set,
            AccommodateInQuiz: self._accommodate,
            CheckAttemptNetwork: self._check,
        }

    async def _set(self, command: SetQuizAccess) -> QuizAccessSet:
        change = access.access_change(command)
        rule = permitted("setQuizAccess", command.by, command.by_role)
        if isinstance(command.password, str):
            # A hash is dear, so whoever may not is refused before.
            rule(await self._records.course_of(command.quiz_id))
            hashed = await self._passwords.hash(access.clean_password(Fields(), command.password))
            change = msgspec.structs.replace(change, password_hash=hashed)
        await self._records.set_access(change, command.by, self._clock.now(), rule)
        return QuizAccessSet(quiz_id=command.quiz_id)

    async def _accommodate(self, command: AccommodateInQuiz) -> QuizAccommodationSet:
        rule = permitted("setQuizAccommodation", command.by, command.by_role)
        wanted = access.extra_time(command)
        return await self._records.accommodate(wanted, self._clock.now(), rule)

    async def _check(self, question: CheckAttemptNetwork) -> Done:
        await self.check_network(question.submission_id, question.user_id, question.remote)
        return Done()

    async def check_network(self, submission_id: str, student_id: str, remote: str) -> None:
        """Raise `RefusedError` QUIZ_NETWORK where the page of one's attempt may not be opened."""
        networks = await self._records.networks_of(submission_id, student_id)
        access.check_network(remote, networks)

    async def prove(self, quiz_id: str, student_id: str, password: str, remote: str) -> str:
        """The hash that the password is right for; empty where none is needed any more.

        Raises `ValidationError`, `Overloaded`, and `RefusedError` QUIZ_PASSWORD_WRONG, with a time
        once it was wrong too often. A try counts before it is compared, so that many at once learn
        no more than one by one.
        """
        fields = Fields()
        given = access.clean_password(fields, password)
        fields.check()
        # However the id is written: a quiz was found by it, or nobody would be asked.
        key = f"quiz-password:{UUID(quiz_id)}:{student_id}"
        try:
            await self._throttle.hit(key, WRONG_PASSWORDS, WRONG_SECONDS)
        except RateLimited as limited:
            raise access.wrong_password(limited.details["retry_after_seconds"]) from None
        hashed = await self._records.password_of(quiz_id)
        origin = Origin(network=network_of(remote), account=student_id)
        try:
            right = hashed is None or await self._passwords.verify(given, hashed, origin)
        except Overloaded:  # nothing was compared
            await self._throttle.release(key)
            raise
        if not right:
            raise access.wrong_password()
        await self._throttle.release(key)
        return hashed or ""
