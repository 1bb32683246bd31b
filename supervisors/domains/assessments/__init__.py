"""Assessments: creating quizzes and playing them live."""

from __future__ import annotations

from actors.assessments.attempts import machine as attempt
from actors.assessments.handler import AssessmentsHandler
from actors.assessments.live import machine as live_quiz
from actors.assessments.watching import machine as quiz_watch
from actors.kind import LiveKind
from gateway.assessments.pages import Exports, assessment_pages
from gateway.domain_pages import DomainPages
from protocol.assessments.access import QuizAccommodationSet
from protocol.assessments.archiving import ARCHIVE_GAMES
from protocol.assessments.attempts.events import QuizSubmitted
from protocol.assessments.attempts.regrading import SHOW_DUE_RESULTS
from protocol.assessments.attempts.requests import (
    AccommodateStudent,
    DiscardSubmission,
    GradeEnded,
    QuizGraded,
)
from protocol.assessments.attempts.sealed import SealDecided
from protocol.assessments.live.entry import (
    HANDLER,
    AddTeacherToGames,
    DiscardLiveQuiz,
    RemoveTeacherFromGames,
)
from protocol.assessments.live.events import LiveBoardRewritten
from protocol.assessments.pictures import DISCARD_PICTURES
from protocol.assessments.results import LiveQuizRescored, RecountResults, ShowRecount
from protocol.courses.events import CoTeacherAdded, CourseTransferred, TeacherRemoved
from protocol.courses.values import TeacherRole
from protocol.enrollments import AccommodationSet, RecordQuizResult
from protocol.envelope import Address, Message
from storage.journal.archives import PostgresArchives
from storage.records.assessments import (
    RECORD_WRITERS,
    PostgresAssessmentRecords,
    PostgresAttemptRecords,
    PostgresFinalBoards,
    PostgresQuizAccess,
    PostgresQuizEditing,
    PostgresQuizWatching,
    PostgresRegrading,
    PostgresResultRecords,
)
from supervisors.domain import HALL_MAILBOX, NodeDomain, PageResources, Resources
from supervisors.domains.assessments.archiving import GameArchive
from supervisors.jobs import Handlers
from supervisors.running_job import RunningJob
from supervisors.subscribers import FollowUp, Reactions

ENROLLMENTS = Address("enrollments", "")
LIVE_QUIZ = LiveKind(
    live_quiz,
    mailbox_bound=HALL_MAILBOX,
    snapshot_every=500,
    idle_seconds=None,
    called="game",
    discard=lambda key: (HANDLER, DiscardLiveQuiz(live_quiz_id=key)),
    timed=True,
)
"""It knows who is connected, which is not journalled, so it leaves memory when nobody is."""

ATTEMPT = LiveKind(
    attempt,
    mailbox_bound=200,
    snapshot_every=200,
    idle_seconds=None,
    called="attempt",
    discard=lambda key: (HANDLER, DiscardSubmission(submission_id=key)),
    timed=True,
)
"""It stays in memory while it ends soon or its student is there, which is not journalled."""

QUIZ_WATCH = LiveKind(quiz_watch, mailbox_bound=HALL_MAILBOX, volatile=True, called="quiz")
"""It gathers what the attempts at one quiz say, and what it forgets is gathered again."""


def make_handler(node: Resources) -> AssessmentsHandler:
    """Make the handler of quizzes and of the lobbies of live ones."""
    return AssessmentsHandler(
        records=PostgresAssessmentRecords(node.database),
        results=PostgresResultRecords(node.database),
        editing=PostgresQuizEditing(node.database),
        pictures=node.pictures,
        attempts=PostgresAttemptRecords(node.database),
        watching=PostgresQuizWatching(node.database),
        access=PostgresQuizAccess(node.database),
        passwords=node.passwords,
        throttle=node.throttle,
        regrading=PostgresRegrading(node.database),
        post=node.post,
        clock=node.clock,
        random=node.random,
        signer=node.signer,
    )


def make_jobs(node: Resources) -> Handlers:
    """Make the handlers of jobs: archiving games that have been over for long, removing pictures
    that nothing needs, and what follows where results are shown since a time has come."""
    games = GameArchive(
        LIVE_QUIZ,
        archives=PostgresArchives(node.database),
        boards=PostgresFinalBoards(node.database),
        clock=node.clock,
        days=node.game_journal_days,
    )

    async def discard(job: RunningJob) -> None:
        job.removed += await node.pictures.discard_unused()

    regrading = PostgresRegrading(node.database)

    async def show_due(_: RunningJob) -> None:
        await regrading.show_due(node.clock.now())

    return {
        ARCHIVE_GAMES: games.archive,
        DISCARD_PICTURES: discard,
        SHOW_DUE_RESULTS: show_due,
    }


def make_pages(node: PageResources) -> DomainPages:
    """The results of a live quiz and the questions of a quiz as files, and pictures."""
    return assessment_pages(Exports(node.post, node.reads, node.tokens), node.objects)


def teacher_added(event: CoTeacherAdded) -> Message:
    """What a new role means for games: an assistant hosts none."""
    hosts = event.role is TeacherRole.CO_TEACHER
    command = AddTeacherToGames if hosts else RemoveTeacherFromGames
    return command(course_id=event.course_id, user_id=event.user_id)


def course_passed(event: CourseTransferred) -> Message:
    """What the new instructor is to running games."""
    return AddTeacherToGames(course_id=event.course_id, user_id=event.user_id, instructor=True)


def instructor_left(event: CourseTransferred) -> Message:
    """What the former instructor is to running games: a teacher still, or nobody."""
    command = AddTeacherToGames if event.stays else RemoveTeacherFromGames
    return command(course_id=event.course_id, user_id=event.former_id)


def quiz_result(event: QuizGraded) -> Message:
    """What the marks of a submission are to the progress of its student."""
    return RecordQuizResult(
        course_id=event.course_id,
        lesson_id=event.lesson_id,
        student_id=event.student_id,
        attempts=event.attempts,
        percentage=event.percentage,
        passed=event.passed,
        held=not event.shown,
    )


def accommodated(event: AccommodationSet | QuizAccommodationSet) -> Message:
    """What more or less time of a student is to attempts that run."""
    return AccommodateStudent(course_id=event.course_id, student_id=event.student_id)


REACTIONS: Reactions = {
    QuizSubmitted: (
        FollowUp(HANDLER, lambda event: GradeEnded(submission_id=event.submission_id)),
    ),
    SealDecided: (FollowUp(HANDLER, lambda event: GradeEnded(submission_id=event.submission_id)),),
    QuizGraded: (FollowUp(ENROLLMENTS, quiz_result),),
    AccommodationSet: (FollowUp(HANDLER, accommodated),),
    QuizAccommodationSet: (FollowUp(HANDLER, accommodated),),
    LiveBoardRewritten: (
        FollowUp(HANDLER, lambda event: RecountResults(live_quiz_id=event.live_quiz_id)),
    ),
    LiveQuizRescored: (
        FollowUp(HANDLER, lambda event: ShowRecount(live_quiz_id=event.live_quiz_id)),
    ),
    CoTeacherAdded: (FollowUp(HANDLER, teacher_added),),
    CourseTransferred: (FollowUp(HANDLER, course_passed), FollowUp(HANDLER, instructor_left)),
    TeacherRemoved: (
        FollowUp(
            HANDLER,
            lambda event: RemoveTeacherFromGames(course_id=event.course_id, user_id=event.user_id),
        ),
    ),
}

DOMAIN = NodeDomain(
    name="assessments",
    handlers=(make_handler,),
    kinds=(LIVE_QUIZ, ATTEMPT, QUIZ_WATCH),
    record_writers=RECORD_WRITERS,
    reactions=REACTIONS,
    jobs=(make_jobs,),
    pages=(make_pages,),
)
