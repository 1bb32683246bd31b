"""The courses domain: courses, their curriculum, their teachers, and students' reviews.

Split by who relies on each part: `commands` go to the handler `Address("courses", "")`, `events`
answer them and are announced to other domains, and `values` are shared by both.
"""

from protocol.courses.events import DOMAIN_EVENTS

__all__ = ["DOMAIN_EVENTS"]
