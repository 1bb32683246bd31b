"""A line for every command: who, what, outcome, duration, request; and for nothing else."""

from __future__ import annotations

import inspect
from types import ModuleType
from typing import Any

import pytest
import structlog
import trio
import trio.testing
from structlog.testing import capture_logs

from protocol import certificates, communication, enrollments
from protocol.assessments import editing, quizzes
from protocol.assessments.live import commands as live
from protocol.assessments.live import entry
from protocol.courses import commands as courses
from protocol.envelope import Address, Callback, Envelope, Message, ReplyTo, tag_of
from protocol.errors import (
    DatabaseError,
    NotFoundError,
    RefusedError,
    StoaError,
    StorageUnavailable,
    ValidationError,
)
from protocol.lifecycle import Done
from protocol.tracing import CURRENT, Trace
from protocol.users import commands as users
from protocol.users.commands import DisableUser, Login
from protocol.users.replies import SignedIn
from protocol.validation import Rule
from supervisors import command_log
from supervisors.command_log import FREQUENT, LINES_A_SECOND, QUESTIONS, CommandLog
from supervisors.delivery import LocalDelivery, Stage
from supervisors.log_sampling import LogSampler

REQUEST = Trace("r1", "t1")
NOBODY = Callback(lambda reply: None, lambda error: None)
USERS = Address("users", "")
LOGIN = Login(email="ada@school.example", password="Secret-12", remote="192.0.2.7")
DISABLE = DisableUser(by="a1", by_role="admin", user_id="u1", reason="something personal")
SIGNED_IN = SignedIn(
    user_id="u1", access_token="a", refresh_token="r", access_expires_at=1, refresh_expires_at=2
)


def written(
    message: Message,
    outcome: Message | StoaError,
    *,
    debug: bool = False,
    key: str = "",
    request: Trace | None = REQUEST,
) -> list[dict[str, Any]]:
    """The lines of one command that ends so."""
    got: list[object] = []
    log = CommandLog(debug=debug)
    before = CURRENT.set(request)
    with capture_logs() as lines:
        reply_to: ReplyTo = Callback(got.append, got.append)
        if type(message) not in log.quiet:
            reply_to = log.observed(Address("users", key), message, reply_to)
        if isinstance(outcome, StoaError):
            reply_to.fail(outcome)
        else:
            reply_to.answer(outcome)
    CURRENT.reset(before)
    assert got == [outcome]
    return [dict(line) for line in lines]


def test_a_command_that_changed_something_is_one_line() -> None:
    [line] = written(DISABLE, Done(), key="k")
    assert line.pop("ms") >= 0
    assert line == {
        "event": "command.done",
        "log_level": "info",
        "command": "users.disable_user",
        "actor": "users/k",
        "user": "a1",
        "user_id": "u1",
        "request_id": "r1",
        "trace_id": "t1",
        "_passes": True,
    }


def test_a_sign_in_says_who_has_signed_in_and_nothing_that_was_typed() -> None:
    [line] = written(LOGIN, SIGNED_IN)
    assert (line["command"], line["user"]) == ("users.login", "u1")
    assert not {"ada@school.example", "Secret-12", "a", "r"} & set(map(str, line.values()))


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            RefusedError("LAST_ADMIN", "There would be no administrator left"),
            ("info", "command.refused", "LAST_ADMIN", "There would be no administrator left"),
        ),
        (
            NotFoundError("user", "what was typed"),
            ("info", "command.refused", "NOT_FOUND", "No such user"),
        ),
        (
            StorageUnavailable(reason="redis_full"),
            (
                "warning",
                "command.failed",
                "STORAGE_UNAVAILABLE",
                "Storage does not answer; try again",
            ),
        ),
        (
            DatabaseError(),
            ("warning", "command.failed", "DATABASE_ERROR", "A database operation failed"),
        ),
    ],
)
def test_a_refusal_says_why(error: StoaError, expected: tuple[str, ...]) -> None:
    [line] = written(DISABLE, error)
    assert (line["log_level"], line["event"], line["code"], line["why"]) == expected
    assert line.get("reason") == error.details.get("reason")
    assert "what was typed" not in str(line)


def test_wrong_input_names_its_fields_and_does_not_repeat_them() -> None:
    [line] = written(
        DISABLE, ValidationError.of("reason", Rule.INVALID_FORMAT, "not 'something personal'")
    )
    assert line["fields"] == ["reason"]
    assert "personal" not in str(line)


def test_ids_are_cut_since_clients_may_send_anything_for_them() -> None:
    [line] = written(DisableUser(by="a", by_role="admin", user_id="x" * 999, reason=""), Done())
    assert line["user_id"] == "x" * 64


FREQUENT_ONE = live.LeaveGame(player_id="p1", connection_id="c1")
QUESTION = users.CheckAccount(user_id="u1")


def test_what_is_sent_all_the_time_has_lines_for_debugging_alone() -> None:
    assert written(FREQUENT_ONE, Done()) == []
    assert written(FREQUENT_ONE, StorageUnavailable()) == []
    [line] = written(FREQUENT_ONE, Done(), debug=True)
    assert (line["log_level"], line["event"]) == ("debug", "command.done")
    [line] = written(FREQUENT_ONE, RefusedError("NO", "no"), debug=True)
    assert (line["log_level"], line["event"]) == ("debug", "command.refused")


def test_what_nobody_has_asked_for_is_for_debugging_unless_it_fails() -> None:
    [line] = written(DISABLE, Done(), request=None)
    assert (line["log_level"], line["event"]) == ("debug", "command.done")
    [line] = written(DISABLE, DatabaseError(), request=None)
    assert (line["log_level"], line["event"]) == ("warning", "command.failed")


def test_a_question_has_none() -> None:
    assert written(QUESTION, Done(), debug=True) == []


def test_past_a_bound_lines_are_counted_and_within_it_none_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr(command_log, "perf_counter", lambda: now)
    log, shown = CommandLog(), []

    def shows(_logger: Any, _method: str, event: Any) -> Any:
        shown.append(dict(event))
        raise structlog.DropEvent

    request = CURRENT.set(REQUEST)
    before = structlog.get_config()
    structlog.configure(processors=[LogSampler(), shows], cache_logger_on_first_use=False)
    try:
        for _ in range(LINES_A_SECOND + 5):
            log.observed(USERS, DISABLE, NOBODY).answer(Done())
        assert len(shown) == LINES_A_SECOND
        now += 1
        log.observed(USERS, DISABLE, NOBODY).answer(Done())
    finally:
        structlog.configure(**before)
        CURRENT.reset(request)
    assert shown[-1]["unsaid"] == 5
    assert "_passes" not in shown[-1]


def commands() -> list[type[Message]]:
    """Whatever is sent to a handler or an actor by somebody."""
    modules: list[ModuleType] = [
        users,
        courses,
        live,
        entry,
        quizzes,
        editing,
        enrollments,
        communication,
        certificates,
    ]
    return [
        each
        for module in modules
        for _, each in inspect.getmembers(module, inspect.isclass)
        if issubclass(each, Message)
        and each.__module__ == module.__name__
        and each.__struct_config__.tag is not None
    ]


def test_every_question_is_known_as_one() -> None:
    asks = ("may_", "view_", "find_", "list_", "check_")
    found = {kind for kind in commands() if tag_of_kind(kind).split(".")[-1].startswith(asks)}
    assert found
    assert found <= QUESTIONS
    assert not QUESTIONS & FREQUENT


def test_what_an_educator_or_administrator_does_is_never_quiet() -> None:
    quiet = {tag_of_kind(kind) for kind in QUESTIONS | FREQUENT}
    for tag in (
        "users.login",
        "users.disable_user",
        "courses.publish_course",
        "assessments.next_step",
        "assessments.kick_player",
        "users.export",
        "certificates.revoke",
        "enrollments.enroll_in_course",
    ):
        assert tag not in quiet
        assert tag in {tag_of_kind(kind) for kind in commands()}


def tag_of_kind(kind: type[Message]) -> str:
    return str(kind.__struct_config__.tag)


def test_the_line_names_the_command_as_its_message_does() -> None:
    [line] = written(DISABLE, Done())
    assert line["command"] == tag_of(DISABLE)


class Box:
    """A mailbox that takes everything, of an actor that is always there."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.mailbox = self
        self.live: dict[Address, Box] = {}

    def put_nowait(self, envelope: Envelope) -> bool:
        self.envelopes.append(envelope)
        return True

    def open(self, _address: Address) -> Box:
        return self


async def test_what_is_done_after_its_asker_has_gone_is_written_all_the_same(
    autojump_clock: trio.testing.MockClock,
) -> None:
    box: Any = Box()
    delivery = LocalDelivery(box, CommandLog())
    delivery.stage = Stage.RUNNING
    request = CURRENT.set(REQUEST)
    with trio.move_on_after(1):
        await delivery.ask(USERS, DISABLE)
    CURRENT.reset(request)
    [envelope] = box.envelopes
    with capture_logs() as lines:
        envelope.reply_to.answer(Done())
    assert [(line["event"], line["request_id"]) for line in lines] == [("command.done", "r1")]
