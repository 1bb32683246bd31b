"""How commands report faults that an operator can fix: one line each, no traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable

from protocol.errors import EngineAway, RetryableError, StartupError, StoaError
from protocol.exception_groups import leaves
from supervisors.supervisor import SupervisorGaveUp

CANNOT_START = 2
"""Somebody has to correct something."""
AWAY = 1
"""A configured engine does not answer: the same command may succeed later."""
GAVE_UP = 1
INTERRUPTED = 130


def guarded(command: str, run: Callable[[], int]) -> int:
    """Run a command's body.

    Known faults become lines and an exit status, anything else is raised.
    """
    try:
        return run()
    except StartupError as error:
        print(f"stoa {command}: {error}", file=sys.stderr)
        return _status(error)
    except StoaError as error:
        print(f"stoa {command}: {_told(error)}", file=sys.stderr)
        return _status(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BaseExceptionGroup as group:
        if all(isinstance(error, KeyboardInterrupt) for error in leaves(group)):
            return INTERRUPTED
        return _explain(command, group)


def _explain(command: str, group: BaseExceptionGroup[BaseException]) -> int:
    """Print the known faults in an exception group; what is left is a bug."""
    startup, other = group.split(StartupError)
    for error in leaves(startup):
        print(f"stoa {command}: {error}", file=sys.stderr)
    if other is None:
        return max(map(_status, leaves(startup)))
    refused, other = other.split(StoaError)
    for error in leaves(refused):
        print(f"stoa {command}: {_told(error)}", file=sys.stderr)
    if other is None:
        return max(map(_status, leaves(refused)))
    gave_up, other = other.split(SupervisorGaveUp)
    for error in leaves(gave_up):
        print(f"stoa {command}: gave up: {error}", file=sys.stderr)
    if other is None:
        return GAVE_UP
    raise other


def _told(error: BaseException) -> str:
    """What storage refused a command, with its cause, which clients never see."""
    cause = str(error.__cause__ or "").strip().partition("\n")[0]
    return f"{error} ({cause})" if cause else str(error)


def _status(error: BaseException) -> int:
    return AWAY if isinstance(error, EngineAway | RetryableError) else CANNOT_START
