"""Volatile events of an attempt: true of one activation only, and never journalled."""

from __future__ import annotations

from protocol.envelope import Message


class DeviceCame(Message, frozen=True, kw_only=True, tag="assessments.attempt_device_came"):
    connection_id: str


class DeviceGone(Message, frozen=True, kw_only=True, tag="assessments.attempt_device_gone"):
    connection_id: str


class Awoken(Message, frozen=True, kw_only=True, tag="assessments.attempt_awoken"):
    """A new activation: it knows of no device."""
