"""Enrollments: enrolment, withdrawal and progress, which students see live."""

from __future__ import annotations

from actors.enrollments.handler import EnrollmentsHandler
from gateway.emails.enrollments import EMAILS
from protocol import topics
from protocol.enrollments import ProgressChanged, StudentRemoved, StudentUnenrolled
from storage.records.enrollments import PostgresEnrollmentRecords, PostgresInvitationRecords
from supervisors.domain import NodeDomain, Resources
from supervisors.subscribers import Publish, Reactions, RevokeRights


def make_handler(node: Resources) -> EnrollmentsHandler:
    """Make the handler of enrolment, withdrawal and progress."""
    return EnrollmentsHandler(
        records=PostgresEnrollmentRecords(node.database),
        invitations=PostgresInvitationRecords(node.database),
        seal=node.invitations,
        clock=node.clock,
        random=node.random,
        private=node.private_registration,
    )


REACTIONS: Reactions = {
    StudentUnenrolled: (RevokeRights(lambda rights, event: rights.user_lost(event.student_id)),),
    # Also of one who had left, and plays in a game where guests may.
    StudentRemoved: (RevokeRights(lambda rights, event: rights.user_lost(event.student_id)),),
    ProgressChanged: (Publish("progress.changed", lambda event: topics.user(event.student_id)),),
}

DOMAIN = NodeDomain(
    name="enrollments", handlers=(make_handler,), reactions=REACTIONS, emails=EMAILS
)
