"""Every error that a client, an operator or a peer can see, and whose fault it is.

    StoaError
    ├── ClientError              the request is at fault; repeating it unchanged is useless
    │   ├── ValidationError      400  VALIDATION_ERROR      details.fields, each with a code
    │   ├── AuthenticationError  401  AUTHENTICATION_ERROR  details.reason
    │   ├── AuthorizationError   403  AUTHORIZATION_ERROR   details.required_role, .user_role
    │   ├── NotFoundError        404  NOT_FOUND             details.resource_type, .resource_id
    │   ├── ConflictError        409  CONFLICT              details.conflict_field
    │   ├── RefusedError         409  a rule of the addressed actor refused it; code names the rule
    │   ├── AnswerTooLarge       400  ANSWER_TOO_LARGE      details.allowed_bytes
    │   └── RateLimited          429  RATE_LIMITED          details.retry_after_seconds
    ├── RetryableError           503  the server is at fault for now; details.retryable = true
    │   ├── MailboxFull               MAILBOX_FULL
    │   ├── DeadlineExceeded     504  DEADLINE_EXCEEDED
    │   ├── ReadTimeout          504  READ_TIMEOUT          ask for less
    │   ├── ActorStopped              ACTOR_STOPPED         its activation ended; ask again
    │   ├── StorageUnavailable        STORAGE_UNAVAILABLE   PostgreSQL, Redis or files did not
    │   │                                                 answer, or take no writes
    │   │                                                 (details.reason)
    │   └── Overloaded                OVERLOADED            another bound was reached
    ├── ExternalServiceError     502  EXTERNAL_SERVICE_ERROR  details.service_name
    ├── DatabaseError            500  DATABASE_ERROR
    └── InternalError            500  INTERNAL_ERROR
        ├── ActorCrashed              ACTOR_CRASHED         its handler raised; see the log
        ├── PoisonMessage             POISON_MESSAGE        it killed its actor twice
        ├── HistoryUnreadable         GAME_UNREADABLE, …    what was saved of it cannot be read
        └── Fenced                    FENCED                another activation wrote this version

The classes and the JSON format are those of the specification's section "Error Handling".
Only `gateway` maps them to HTTP statuses, GraphQL codes, acknowledgements and close codes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from protocol.validation import Problem, Rule

MAX_REPEATED = 100
"""Characters of a client's own text that an error repeats."""


class StoaError(Exception):
    """Base of all. Clients see `message`; causes go to the log only."""

    code: str = "INTERNAL_ERROR"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details: dict[str, Any] = details

    def shown_details(self) -> dict[str, Any]:
        """The details for clients; those of an error worth retrying say so."""
        return {**self.details, "retryable": True} if self.retryable else dict(self.details)

    def as_dict(self, *, request_id: str, timestamp: str) -> dict[str, Any]:
        """The specification's "Error Response Format". `timestamp` is ISO 8601, UTC."""
        return {
            "error": True,
            "code": self.code,
            "message": self.message,
            "details": self.shown_details(),
            "requestId": request_id,
            "timestamp": timestamp,
        }


class ClientError(StoaError):
    """The request is at fault."""

    code = "BAD_REQUEST"
    status = 400


class ValidationError(ClientError):
    """Input of the wrong shape; names every wrong field at once."""

    code = "VALIDATION_ERROR"

    def __init__(self, fields: Sequence[Mapping[str, Any]], message: str = "Invalid input data"):
        """`fields` are made by `Problem.at`."""
        super().__init__(message, fields=[dict(f) for f in fields])

    @classmethod
    def of(cls, field: str, rule: Rule, message: str, **params: float) -> ValidationError:
        """For a single wrong field, with the parameters that the rule has."""
        return cls([Problem(rule, message, params).at(field)])


class AuthenticationError(ClientError):
    code = "AUTHENTICATION_ERROR"
    status = 401

    def __init__(self, message: str = "Authentication required", *, reason: str = "missing"):
        super().__init__(message, reason=reason)


class AuthorizationError(ClientError):
    code = "AUTHORIZATION_ERROR"
    status = 403

    def __init__(
        self,
        message: str = "You may not do this",
        *,
        required_role: str | None = None,
        user_role: str | None = None,
    ):
        super().__init__(message, required_role=required_role, user_role=user_role)


class NotFoundError(ClientError):
    """Repeats what was looked for, cut to `MAX_REPEATED` characters."""

    code = "NOT_FOUND"
    status = 404

    def __init__(self, resource_type: str, resource_id: str):
        super().__init__(
            f"No such {resource_type}",
            resource_type=resource_type,
            resource_id=resource_id[:MAX_REPEATED],
        )


class ConflictError(ClientError):
    code = "CONFLICT"
    status = 409

    def __init__(self, message: str, *, conflict_field: str):
        super().__init__(message, conflict_field=conflict_field)


class RefusedError(ClientError):
    """A rule refused the request.

    `code` names the rule, in upper snake case, e.g. `QUESTION_CLOSED`.
    """

    status = 409

    def __init__(self, code: str, message: str, **details: Any):
        super().__init__(message, **details)
        self.code = code


class AnswerTooLarge(ClientError):
    """What was asked for is more than one answer may hold."""

    code = "ANSWER_TOO_LARGE"

    def __init__(self, allowed_bytes: int):
        super().__init__(
            f"The answer would be longer than {allowed_bytes} bytes; ask for less",
            allowed_bytes=allowed_bytes,
        )


class RateLimited(ClientError):
    code = "RATE_LIMITED"
    status = 429

    def __init__(self, retry_after_seconds: float):
        super().__init__(
            "Too many requests; wait before trying again",
            retry_after_seconds=round(retry_after_seconds, 3),
        )


class RetryableError(StoaError):
    """The same request may succeed later; nothing was done, or repeating it is safe."""

    code = "UNAVAILABLE"
    status = 503
    retryable = True


class MailboxFull(RetryableError):
    code = "MAILBOX_FULL"

    def __init__(self, address: object):
        super().__init__("Too many messages are waiting; try again", address=str(address))


class DeadlineExceeded(RetryableError):
    code = "DEADLINE_EXCEEDED"
    status = 504

    def __init__(self, message: str = "No answer in time; whether it was done is not known"):
        super().__init__(message)


class ReadTimeout(RetryableError):
    code = "READ_TIMEOUT"
    status = 504

    def __init__(self, message: str = "Reading took too long; ask for less, or try again"):
        super().__init__(message)


class ActorStopped(RetryableError):
    code = "ACTOR_STOPPED"

    def __init__(self, address: object):
        super().__init__("The receiver is restarting; try again", address=str(address))


class StorageUnavailable(RetryableError):
    code = "STORAGE_UNAVAILABLE"

    def __init__(self, message: str = "Storage does not answer; try again", **details: Any):
        super().__init__(message, **details)


class Overloaded(RetryableError):
    code = "OVERLOADED"


class ExternalServiceError(StoaError):
    code = "EXTERNAL_SERVICE_ERROR"
    status = 502

    def __init__(self, service_name: str, message: str):
        super().__init__(message, service_name=service_name)


class DatabaseError(StoaError):
    """An operation failed in the database, and not through the client's fault."""

    code = "DATABASE_ERROR"

    def __init__(self, message: str = "A database operation failed"):
        super().__init__(message)


class InternalError(StoaError):
    code = "INTERNAL_ERROR"

    def __init__(self, message: str = "Something went wrong on the server"):
        super().__init__(message)


class ActorCrashed(InternalError):
    code = "ACTOR_CRASHED"


class PoisonMessage(InternalError):
    code = "POISON_MESSAGE"

    def __init__(self) -> None:
        super().__init__("This message has crashed its receiver before and is not delivered again")


class HistoryUnreadable(InternalError):
    """What was saved of the receiver cannot be read. Asking again is useless; operators can help.

    `called` is what users call it; the code begins with that word.
    """

    def __init__(self, called: str) -> None:
        super().__init__(
            f"This {called} cannot be opened: what was saved of it cannot be read. Nothing is"
            " deleted. Trying again does not help; please tell whoever runs this installation"
        )
        self.code = f"{called.upper().replace(' ', '_')}_UNREADABLE"


class Fenced(InternalError):
    """Another activation wrote the journal version that this one wanted to write."""

    code = "FENCED"

    def __init__(self, address: object, version: int):
        super().__init__("Another activation of the receiver has taken over")
        self.address = address
        self.version = version


class StartupError(Exception):
    """An engine cannot be started or reached. For operators, never for clients.

    `str()` is one line: what is wrong, and what to do about it.
    """

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}; {remedy}")
        self.what = what
        self.remedy = remedy


class EngineAway(StartupError):
    """A configured engine does not answer or takes nobody now; the same start may succeed later."""
