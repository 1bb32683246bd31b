"""The assessments domain: quizzes, their questions, and live quizzes and attempts."""

from __future__ import annotations

from protocol.assessments import access, editing, quizzes, results
from protocol.assessments.attempts import events as attempts
from protocol.assessments.attempts import requests, sealed
from protocol.assessments.live import events as live
from protocol.envelope import Message

DOMAIN_EVENTS: tuple[type[Message], ...] = (
    *quizzes.DOMAIN_EVENTS,
    *access.DOMAIN_EVENTS,
    *editing.DOMAIN_EVENTS,
    *live.DOMAIN_EVENTS,
    attempts.QuizSubmitted,
    *requests.DOMAIN_EVENTS,
    *sealed.DOMAIN_EVENTS,
    *results.DOMAIN_EVENTS,
)
"""The events announced to other domains."""
