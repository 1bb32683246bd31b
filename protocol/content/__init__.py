"""The content domain: uploads, and the resources of a course.

Split by who relies on each part: `commands` go to the handler `Address("content", "")`, `events`
answer them and are announced to other domains, and `values` are shared by both.
"""

from protocol.content.events import DOMAIN_EVENTS

__all__ = ["DOMAIN_EVENTS"]
