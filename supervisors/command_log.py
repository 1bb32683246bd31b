"""A line of the log for every command: who did what, how it ended, how long it took, for which
request.

Nothing of a command is repeated but ids of what it is about: its texts may be personal, or secret.
Questions change nothing and get no line. What clients send many times a minute (answers, presence,
chat) gets one at the level `debug` only, as does what nobody has asked for; `realtime.handled` sums
it up, and `event.rejected` says what of it was refused.
"""

from __future__ import annotations

from time import perf_counter
from typing import Any

import structlog

from protocol.assessments.access import CheckAttemptNetwork
from protocol.assessments.attempts.commands import (
    EnterAttempt,
    LeaveAttempt,
    NoteActivity,
    ReportProgress,
    SaveAnswer,
    ShowAttempt,
    ShowHandedIn,
    ViewAttempt,
)
from protocol.assessments.attempts.progress import (
    AttemptProgress,
    Gathered,
    IsGathered,
    NameStudent,
    ShowQuizProgress,
)
from protocol.assessments.attempts.regrading import PreviewRegrade
from protocol.assessments.attempts.requests import (
    NoteQuizActivity,
    ReadResultSheet,
    SaveQuizAnswer,
    TakeQuiz,
)
from protocol.assessments.attempts.sealed import ReadSealed, ShowSeals
from protocol.assessments.attempts.staff import MayTakeAttempt, MayWatchQuiz, ReadAttemptLog
from protocol.assessments.editing import PreviewQuestions
from protocol.assessments.files import ExportQuiz, PreviewFile
from protocol.assessments.live.commands import (
    AttachHost,
    DetachHost,
    HostSilent,
    JoinGame,
    LeaveGame,
    LinkMeasured,
    SubmitAnswer,
    ViewGame,
)
from protocol.assessments.live.entry import (
    FindLiveQuiz,
    MayExportLiveQuiz,
    MayFollowLiveQuiz,
    MayHostLiveQuiz,
    MayJoinLiveQuiz,
)
from protocol.assessments.practice import CheckAttemptPracticeAnswer, CheckPracticeAnswer
from protocol.assessments.results import ListTypedAnswers
from protocol.communication import (
    JoinRoom,
    LeaveRoom,
    MayEnterRoom,
    MayReadAnnouncements,
    MayReadThread,
    Say,
    Signal,
    ViewRoom,
)
from protocol.content.commands import LinkResource, ShowUpload
from protocol.content.video_commands import StreamLesson, StreamVideo
from protocol.envelope import Address, Message, ReplyTo, tag_of
from protocol.errors import ClientError, StoaError
from protocol.lifecycle import Reminded
from protocol.tracing import CURRENT, Traced
from protocol.users.commands import CheckAccount, ListSessions, Refresh
from protocol.users.replies import SignedIn
from protocol.users.session import CloseConnection, EnterRoom, ExitRoom, OpenConnection
from supervisors.log_sampling import PASSES

QUESTIONS: frozenset[type[Message]] = frozenset(
    {
        CheckAttemptNetwork,
        IsGathered,
        MayTakeAttempt,
        MayWatchQuiz,
        ReadAttemptLog,
        ReadResultSheet,
        ReadSealed,
        ReportProgress,
        ShowAttempt,
        ShowHandedIn,
        ShowQuizProgress,
        ShowSeals,
        TakeQuiz,
        ViewAttempt,
        CheckAccount,
        CheckAttemptPracticeAnswer,
        CheckPracticeAnswer,
        ExportQuiz,
        FindLiveQuiz,
        LinkResource,
        ShowUpload,
        StreamLesson,
        StreamVideo,
        ListSessions,
        ListTypedAnswers,
        MayEnterRoom,
        MayReadAnnouncements,
        MayExportLiveQuiz,
        MayFollowLiveQuiz,
        MayHostLiveQuiz,
        MayJoinLiveQuiz,
        MayReadThread,
        PreviewFile,
        PreviewQuestions,
        PreviewRegrade,
        ViewGame,
        ViewRoom,
    }
)
FREQUENT: frozenset[type[Message]] = frozenset(
    {
        AttemptProgress,
        EnterAttempt,
        Gathered,
        LeaveAttempt,
        NameStudent,
        NoteActivity,
        NoteQuizActivity,
        SaveAnswer,
        SaveQuizAnswer,
        AttachHost,
        CloseConnection,
        DetachHost,
        EnterRoom,
        ExitRoom,
        HostSilent,
        JoinGame,
        JoinRoom,
        LeaveGame,
        LeaveRoom,
        LinkMeasured,
        OpenConnection,
        Refresh,
        Reminded,
        Say,
        Signal,
        SubmitAnswer,
    }
)
ABOUT = (
    "certificate_id",
    "course_id",
    "enrollment_id",
    "invitation_id",
    "lesson_id",
    "link_id",
    "live_quiz_id",
    "module_id",
    "player_id",
    "question_id",
    "quiz_id",
    "registration_id",
    "review_id",
    "session_id",
    "student_id",
    "user_id",
)
"""The fields of commands that are ids of ours."""
MAX_ID = 64
"""Characters of one; clients may send anything for it."""
MAX_WHY = 200
LINES_A_SECOND = 100
"""Of commands done; past that they are counted in the next line."""

log = structlog.get_logger()


class CommandLog:
    """One for the node. `debug`: frequent commands get their lines, too."""

    def __init__(self, *, debug: bool = False) -> None:
        self.quiet = QUESTIONS if debug else QUESTIONS | FREQUENT
        self._second = 0.0
        self._said = self._unsaid = 0

    def observed(self, address: Address, message: Message, reply_to: ReplyTo) -> ReplyTo:
        """`reply_to`, with a line when the answer comes; for messages that are not `quiet`."""
        return _Handled(self, address, message, reply_to)

    def done(self, handled: _Handled, reply: Message) -> None:
        """Write that a command was done."""
        facts = handled.facts()
        if isinstance(reply, SignedIn):
            facts["user"] = reply.user_id
        if type(handled.message) in FREQUENT or "request_id" not in facts:
            log.debug("command.done", **facts)
            return
        now = perf_counter()
        if now - self._second >= 1:
            self._second, self._said = now, 0
        self._said += 1
        if self._said > LINES_A_SECOND:
            self._unsaid += 1
            return
        if self._unsaid:
            facts["unsaid"], self._unsaid = self._unsaid, 0
        log.info("command.done", **facts, **PASSES)

    def failed(self, handled: _Handled, error: StoaError) -> None:
        """Write that a command was refused, or that it failed."""
        facts = handled.facts()
        facts |= {"code": error.code, "why": error.message[:MAX_WHY]}
        if (reason := error.details.get("reason")) is not None:
            facts["reason"] = str(reason)[:MAX_ID]
        if fields := error.details.get("fields"):
            facts["fields"] = sorted({str(each.get("field"))[:MAX_ID] for each in fields})[:20]
        if not isinstance(error, ClientError):
            log.warning("command.failed", **facts)
        elif type(handled.message) in FREQUENT:
            log.debug("command.refused", **facts)
        else:
            log.info("command.refused", **facts)


class _Handled:
    """A `ReplyTo` that passes the answer on and has it written down."""

    __slots__ = ("_address", "_began", "_log", "_reply_to", "_request", "message")

    def __init__(
        self, log: CommandLog, address: Address, message: Message, reply_to: ReplyTo
    ) -> None:
        self._log = log
        self._address = address
        self._reply_to = reply_to
        self._request: Traced | None = CURRENT.get()
        self._began = perf_counter()
        self.message = message

    def answer(self, reply: Message) -> None:
        """Done."""
        self._reply_to.answer(reply)
        self._log.done(self, reply)

    def fail(self, error: StoaError) -> None:
        """Refused, or failed."""
        self._reply_to.fail(error)
        self._log.failed(self, error)

    def facts(self) -> dict[str, Any]:
        """Who, what, how long, for which request."""
        message = self.message
        facts: dict[str, Any] = {"command": tag_of(message)}
        if self._address.key:
            facts["actor"] = str(self._address)[: 2 * MAX_ID]
        for name in ("by", *ABOUT):
            value = getattr(message, name, None)
            if isinstance(value, str) and value:
                facts["user" if name == "by" else name] = value[:MAX_ID]
        facts["ms"] = round((perf_counter() - self._began) * 1000, 1)
        if self._request is not None:
            facts["request_id"] = self._request.request_id
            if (trace_id := self._request.trace_id) is not None:
                facts["trace_id"] = trace_id
        return facts
