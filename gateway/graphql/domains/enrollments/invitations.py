"""How students are brought into courses, as commands: links, and invitations to addresses."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.graphql.commands import acting_user
from gateway.graphql.domain import (
    Acting,
    Addressed,
    Arguments,
    ListValue,
    ObjectValue,
    Outcome,
    Payload,
    PlainValue,
    ReadBack,
)
from protocol.enrollments.invitations import (
    CreateEnrollmentLink,
    EnrollByLink,
    InvitationRemoved,
    InvitationReport,
    InvitationStatus,
    InvitedLine,
    InviteStudents,
    RemoveInvitation,
    RevokeEnrollmentLink,
)
from protocol.envelope import Address

HANDLER = Address("enrollments", "")


def create_link(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, CreateEnrollmentLink(
        **acting_user(acting),
        course_id=arguments["courseId"],
        expires_at=arguments.get("expiresAt"),
        max_uses=arguments.get("maxUses"),
    )


def revoke_link(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, RevokeEnrollmentLink(**acting_user(acting), link_id=arguments["linkId"])


def enroll_by_link(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, EnrollByLink(**acting_user(acting), token=arguments["token"])


def invite(arguments: Arguments, acting: Acting) -> Addressed:
    addresses = arguments.get("addresses")
    return HANDLER, InviteStudents(
        **acting_user(acting),
        course_id=arguments["courseId"],
        csv=arguments.get("csv"),
        addresses=None if addresses is None else tuple(addresses),
    )


def invited(report: InvitationReport) -> Outcome:
    """An `InvitationReport`."""
    sent = sum(each.status is InvitationStatus.INVITED for each in report.lines)
    members: Mapping[str, Payload] = {
        "course": ReadBack("course", report.course_id),
        "invited": PlainValue(sent),
        "lines": ListValue([_line(each) for each in report.lines]),
    }
    return Outcome(payload=ObjectValue("InvitationReport", members))


def _line(line: InvitedLine) -> ObjectValue:
    members = {
        "line": line.line,
        "address": line.address,
        "status": line.status.upper(),
        "code": line.code,
        "reason": line.reason,
        "sameAs": line.same_as,
    }
    return ObjectValue("InvitedLine", {k: PlainValue(v) for k, v in members.items()})


def remove(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, RemoveInvitation(**acting_user(acting), invitation_id=arguments["invitationId"])


def removed(reply: InvitationRemoved) -> Outcome:
    """A `RemoveInvitationPayload`."""
    members: Mapping[str, Payload] = {
        "removedInvitationId": PlainValue(reply.invitation_id),
        "course": ReadBack("course", reply.course_id),
    }
    return Outcome(payload=ObjectValue("RemoveInvitationPayload", members))
