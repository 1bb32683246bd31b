"""What actors answer to queries in these tests: the same to everybody.

Whom they answer, and what, is tried with themselves.
"""

from __future__ import annotations

from collections.abc import Mapping

from protocol.assessments.attempts.regrading import PreviewRegrade
from protocol.assessments.attempts.requests import ReadResultSheet, TakeQuiz
from protocol.assessments.attempts.sealed import ReadSealed
from protocol.assessments.attempts.similar import FindSimilarAnswers
from protocol.assessments.attempts.staff import ReadAttemptLog
from protocol.assessments.files import ExportQuiz
from protocol.assessments.places import Rectangle
from protocol.assessments.practice import (
    CheckAttemptPracticeAnswer,
    CheckPracticeAnswer,
    PracticeChecked,
)
from protocol.assessments.results import ListTypedAnswers, TypedAnswers, TypedGroup
from protocol.content.commands import LinkResource, ShowUpload
from protocol.content.video_commands import StreamLesson, StreamVideo
from protocol.envelope import Message
from protocol.users.commands import ListSessions
from protocol.users.replies import SessionFacts, Sessions
from tests.storage.reads.attempts_resolvers import (
    EXPORTED,
    LOG,
    PREVIEW,
    SEALED,
    SHEET,
    SIMILAR,
    TAKEN,
)
from tests.storage.reads.resolvers.content import DOWNLOAD, STREAM, UPLOAD

SESSIONS = Sessions(
    sessions=(SessionFacts(id="s", device="phone", began=1_000, expires_at=2_000),), current="s"
)
TYPED = TypedAnswers(
    groups=(TypedGroup(answer="Rome", count=2, correct=None),), distinct=3, others=1
)
CHECKED = PracticeChecked(
    correct=False,
    share=0.5,
    right=[0, 1],
    accepted=("Rome",),
    places=(Rectangle(left=0, top=0, right=9, bottom=8),),
    explanation="Because",
)
ANSWERS: Mapping[type[Message], Message] = {
    ShowUpload: UPLOAD,
    LinkResource: DOWNLOAD,
    StreamLesson: STREAM,
    StreamVideo: STREAM,
    ListSessions: SESSIONS,
    ListTypedAnswers: TYPED,
    TakeQuiz: TAKEN,
    ExportQuiz: EXPORTED,
    ReadAttemptLog: LOG,
    ReadResultSheet: SHEET,
    ReadSealed: SEALED,
    PreviewRegrade: PREVIEW,
    FindSimilarAnswers: SIMILAR,
    CheckPracticeAnswer: CHECKED,
    CheckAttemptPracticeAnswer: CHECKED,
}
