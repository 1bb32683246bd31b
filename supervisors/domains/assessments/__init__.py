"""Assessments: creating quizzes and playing them live."""

from __future__ import annotations

from actors.assessments.handler import AssessmentsHandler
from actors.assessments.live import machine as live_quiz
from actors.kind import LiveKind
from gateway.assessments.pages import Exports, result_pages
from gateway.domain_pages import DomainPages
from protocol.assessments.archiving import ARCHIVE_GAMES
from protocol.assessments.live.entry import (
    HANDLER,
    AddTeacherToGames,
    DiscardLiveQuiz,
    RemoveTeacherFromGames,
)
from protocol.courses.events import CoTeacherAdded, CourseTransferred, TeacherRemoved
from protocol.courses.values import TeacherRole
from protocol.envelope import Message
from storage.journal.archives import PostgresArchives
from storage.records.assessments import (
    RECORD_WRITERS,
    PostgresAssessmentRecords,
    PostgresFinalBoards,
)
from supervisors.domain import HALL_MAILBOX, NodeDomain, PageResources, Resources
from supervisors.domains.assessments.archiving import GameArchive
from supervisors.jobs import Handlers
from supervisors.subscribers import FollowUp, Reactions

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


def make_handler(node: Resources) -> AssessmentsHandler:
    """Make the handler of quizzes and of the lobbies of live ones."""
    return AssessmentsHandler(
        records=PostgresAssessmentRecords(node.database),
        post=node.post,
        clock=node.clock,
        random=node.random,
    )


def make_jobs(node: Resources) -> Handlers:
    """Make the handler of the job that archives journals of games that have been over for long."""
    games = GameArchive(
        LIVE_QUIZ,
        archives=PostgresArchives(node.database),
        boards=PostgresFinalBoards(node.database),
        clock=node.clock,
        days=node.game_journal_days,
    )
    return {ARCHIVE_GAMES: games.archive}


def make_pages(node: PageResources) -> DomainPages:
    """The results of a live quiz as files."""
    return result_pages(Exports(node.post, node.reads, node.tokens))


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


REACTIONS: Reactions = {
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
    kinds=(LIVE_QUIZ,),
    record_writers=RECORD_WRITERS,
    reactions=REACTIONS,
    jobs=(make_jobs,),
    pages=(make_pages,),
)
