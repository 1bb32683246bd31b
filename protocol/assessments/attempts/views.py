"""What an attempt replies, and what it publishes to the student's devices (`topics.attempt`)."""

from __future__ import annotations

import msgspec

from protocol.assessments.attempts.values import Ending
from protocol.assessments.quizzes import Answer
from protocol.envelope import Message


class ShownAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A saved answer; option ids are those of the order that the student sees."""

    answer: Answer | None
    revision: int


class QuestionPlace(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A question's place: `order` names the authored options in the order that is shown."""

    question_id: str
    order: tuple[int, ...] = ()


class TeachersMessage(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a teacher has said."""

    message_id: str
    text: str
    at: int


class AttemptView(Message, frozen=True, kw_only=True, tag="attempt.view", rename="camel"):
    """The attempt as its student sees it. Times are milliseconds since the epoch.

    `questions` are in the order that is shown. `deadline_at` is None without a limit. `now` is the
    server's clock: what is left is the difference. `revision` counts all changes. `devices` are
    those that show it now; `messages` are the last ones, the newest at the end. `anchor` is what a
    chain of sealed answers follows at this `revision`.
    """

    submission_id: str
    quiz_id: str
    version_id: str
    number: int
    questions: tuple[QuestionPlace, ...]
    answers: dict[str, ShownAnswer]
    revision: int
    started_at: int
    deadline_at: int | None
    ended_at: int | None = None
    ending: Ending | None = None
    credited_ms: int = 0
    devices: int = 0
    messages: tuple[TeachersMessage, ...] = ()
    anchor: str = ""
    now: int


class KeptAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What is durable of the newest answer to a question, as its student sees it.

    `answer_id` is that of the save that `revision` counts; `answer` None: it was emptied again.
    """

    question_id: str
    answer_id: str
    answer: Answer | None
    revision: int
    saved_at: int


class AnswerSaved(Message, frozen=True, kw_only=True, tag="attempt.answer_saved", rename="camel"):
    """Acknowledges a `SaveAnswer`: it is durable. `saved_at` is the time that counts for it.

    `answer_id` is the command's; `kept` is what is durable, which an earlier save may have made
    so. `anchor` is what a chain of sealed answers follows at that `revision`. `receipt` is signed
    where the acknowledgement leaves the server; None: no key can sign.
    """

    submission_id: str
    question_id: str
    answer_id: str
    revision: int
    saved_at: int
    kept: KeptAnswer
    anchor: str = ""
    receipt: str | None = None


class AnswerChanged(
    Message, frozen=True, kw_only=True, tag="attempt.answer_changed", rename="camel"
):
    """Published: one device has saved this."""

    submission_id: str
    question_id: str
    answer_id: str
    answer: Answer | None
    revision: int
    saved_at: int


class AttemptMessage(Message, frozen=True, kw_only=True, tag="attempt.message", rename="camel"):
    """Published: a teacher says something."""

    submission_id: str
    message_id: str
    text: str
    at: int


class AttemptDevices(Message, frozen=True, kw_only=True, tag="attempt.devices", rename="camel"):
    """Published: so many devices show it now."""

    submission_id: str
    devices: int


class AttemptTimed(Message, frozen=True, kw_only=True, tag="attempt.timed", rename="camel"):
    """Published: the deadline has moved, or the attempt goes on."""

    submission_id: str
    deadline_at: int | None
    credited_ms: int
    now: int


class AttemptOver(Message, frozen=True, kw_only=True, tag="attempt.over", rename="camel"):
    """Published: nothing more is taken."""

    submission_id: str
    ended_at: int
    ending: Ending
    revision: int


class AttemptHandedIn(AttemptOver, frozen=True, kw_only=True, tag="attempt.handed_in"):
    """Reply: nothing more is taken, and this is what was handed in, by rising `revision`."""

    answers: tuple[KeptAnswer, ...]
