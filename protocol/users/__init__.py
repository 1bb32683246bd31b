"""The users domain, split by who relies on each part.

`commands` go to the handler `Address("users", "")` and are answered with `replies`; `events` are
announced to other domains; `session` has the messages of the actor of a user's devices, and
`emails` are sent to people. `values` are shared by all of them.
"""

from protocol.users.events import DOMAIN_EVENTS

__all__ = ["DOMAIN_EVENTS"]
