"""Which kinds of actor and which handlers a node has, and what each is given."""

from __future__ import annotations

import secrets
from functools import partial

from actors.assessments.handler import AssessmentsHandler
from actors.assessments.live import machine as live_quiz
from actors.certificates.handler import CertificatesHandler
from actors.communication.handler import CommunicationHandler
from actors.communication.room import machine as room
from actors.courses.handler import CoursesHandler
from actors.enrollments.handler import EnrollmentsHandler
from actors.kind import LiveKind
from actors.users.handler import UsersHandler
from actors.users.session import machine as session
from storage.passwords import BcryptPasswords
from storage.records.assessments import PostgresAssessmentRecords
from storage.records.certificates import PostgresCertificateRecords
from storage.records.communication import PostgresCommunicationRecords
from storage.records.courses import course_ports
from storage.records.enrollments import PostgresEnrollmentRecords
from storage.records.personal import PERSONAL
from storage.records.users import user_ports
from storage.throttle import ValkeyThrottle
from supervisors.directory import Directory
from supervisors.node import Node

BURST_MAILBOX = 20_000
"""A whole hall joins or answers in the same second; its bound is memory, not politeness."""

# Games and rooms know who is connected, which is not journalled, so they are not put out of memory
# for idleness: their machines ask for it when nobody is there any more.
ROOM = LiveKind(room, mailbox_bound=BURST_MAILBOX, idle_seconds=None)
KINDS = (
    LiveKind(live_quiz, mailbox_bound=BURST_MAILBOX, snapshot_every=500, idle_seconds=None),
    ROOM,
    LiveKind(session, mailbox_bound=200, volatile=True, idle_seconds=None),
)


def make_directory(node: Node, down_since: int | None) -> Directory:
    """The directory of this node with everything it hosts."""
    directory = Directory(
        clock=node.clock,
        journal=node.journal,
        fan_out=node.fan_out,
        kinds=KINDS,
        down_since=down_since,
    )
    database, clock, random = node.database, node.clock, secrets.token_bytes
    for handler in (
        UsersHandler(
            records=user_ports(database, PERSONAL),
            passwords=BcryptPasswords(),
            tokens=node.tokens,
            throttle=ValkeyThrottle(node.valkey),
            objects=node.objects,
            clock=clock,
            random=random,
        ),
        CoursesHandler(records=partial(course_ports, database), clock=clock, random=random),
        EnrollmentsHandler(records=PostgresEnrollmentRecords(database), clock=clock, random=random),
        CertificatesHandler(
            records=PostgresCertificateRecords(database),
            objects=node.objects,
            clock=clock,
            random=random,
            site=lambda: node.base_url,
        ),
        AssessmentsHandler(
            records=PostgresAssessmentRecords(database),
            post=directory,
            clock=clock,
            random=random,
        ),
        CommunicationHandler(records=PostgresCommunicationRecords(database)),
    ):
        directory.add_handler(handler)
    return directory
