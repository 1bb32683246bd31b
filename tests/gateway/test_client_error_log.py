"""Lines about what clients do wrong: all of them at a usual pace, and a flood in samples."""

from __future__ import annotations

from structlog.testing import capture_logs

from gateway.client_error_log import LINES_A_SECOND, MAX_WHY, ClientErrorLog
from tests.support.fakes import SetClock


def test_a_mistake_is_one_line_with_its_reason() -> None:
    with capture_logs() as lines:
        ClientErrorLog(SetClock().now).say(
            "refused", reason="wrong", why="x" * 1_000, remote="192.0.2.1"
        )
    assert lines == [
        {
            "event": "refused",
            "log_level": "info",
            "reason": "wrong",
            "why": "x" * MAX_WHY,
            "remote": "192.0.2.1",
        }
    ]


def test_what_ends_a_client_is_a_warning() -> None:
    with capture_logs() as lines:
        ClientErrorLog(SetClock().now).say("closed", reason="wrong", level="warning")
    assert lines == [{"event": "closed", "log_level": "warning", "reason": "wrong"}]


def test_a_flood_is_told_in_samples_with_the_number_of_those_untold() -> None:
    clock = SetClock()
    client_errors = ClientErrorLog(clock.now)
    with capture_logs() as lines:
        for number in range(LINES_A_SECOND + 7):
            client_errors.say("refused", reason=str(number))
        clock.at += 999
        client_errors.say("refused", reason="still the same second")
        assert len(lines) == LINES_A_SECOND
        clock.at += 1
        client_errors.say("refused", reason="the next second")
        client_errors.say("refused", reason="and on")
    assert "unsaid" not in lines[0]
    assert lines[-2]["unsaid"] == 8
    assert "unsaid" not in lines[-1]
