"""The assessments domain: quizzes, their questions, and live quizzes."""

from __future__ import annotations

from protocol.assessments import quizzes
from protocol.assessments.live import events as live
from protocol.envelope import Message

DOMAIN_EVENTS: tuple[type[Message], ...] = (*quizzes.DOMAIN_EVENTS, *live.DOMAIN_EVENTS)
"""What is announced to the other domains."""
