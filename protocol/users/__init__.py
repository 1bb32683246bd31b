"""The users domain, by what is promised of each part, and to whom.

`commands` go to the handler `Address("users", "")` and are answered with `replies`; `events` are
announced to the other domains; `session` is spoken with the actor of a user's devices, and `emails`
are sent to people. `values` are the words that all of them share.
"""

from protocol.users.events import DOMAIN_EVENTS

__all__ = ["DOMAIN_EVENTS"]
