"""Volatile events of an attempt: true of one activation only, and never journalled."""

from __future__ import annotations

from actors.assessments.attempts.state import Absence
from protocol.envelope import Message


class DeviceCame(Message, frozen=True, kw_only=True, tag="assessments.attempt_device_came"):
    connection_id: str


class DeviceGone(Message, frozen=True, kw_only=True, tag="assessments.attempt_device_gone"):
    connection_id: str


class StudentSeen(Message, frozen=True, kw_only=True, tag="assessments.attempt_student_seen"):
    """A sign of life of the student at that moment, before the end."""

    at: int


class ChainOffered(Message, frozen=True, kw_only=True, tag="assessments.attempt_chain_offered"):
    """A device has come back before the end, with a chain: now it saves the answers as always."""

    outage: Absence


class Awoken(Message, frozen=True, kw_only=True, tag="assessments.attempt_awoken"):
    """A new activation: it knows of no device."""
