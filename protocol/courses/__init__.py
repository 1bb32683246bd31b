"""The courses domain: courses, what they consist of, who teaches them, and what students think.

By what is promised of each part, and to whom: `commands` go to the handler
`Address("courses", "")`, `events` answer them and are announced to the other domains. `values` are
the words and bounds that both share.
"""

from protocol.courses.events import DOMAIN_EVENTS

__all__ = ["DOMAIN_EVENTS"]
