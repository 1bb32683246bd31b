"""The vocabulary of the list of error codes, and what clients are often told to do."""

from __future__ import annotations

from typing import NamedTuple


class ErrorCode(NamedTuple):
    """`when` it comes and what a client should `do`.

    `status` is HTTP's, where the error has one of its own; 409 is that of a rule that refuses.
    """

    when: str
    do: str
    status: int = 409


SHOW = "show the message; the same request is refused again until something else has changed"
RELOAD = "read what there is now, and show that"
NOTHING = "nothing: what was asked for is so already"
LATER = "send the same again, after 1 s, 2 s, 4 s, … with some randomness"
BUG = "mend the client; do not send the same again"
TELL = "show that it failed, with `requestId`, by which operators find it in the log"
