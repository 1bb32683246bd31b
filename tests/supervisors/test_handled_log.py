"""A line a minute sums up what clients do all the time."""

from __future__ import annotations

import trio
import trio.testing
from structlog.testing import capture_logs

from supervisors.handled_log import PERIOD_SECONDS, Counts, run_handled


async def test_each_minute_with_events_is_one_line_and_so_is_the_rest_at_the_end(
    autojump_clock: trio.testing.MockClock,
) -> None:
    events: dict[str, int] = {}
    refused: dict[str, int] = {}

    def handled() -> tuple[Counts, Counts]:
        return dict(events), dict(refused)

    with capture_logs() as lines:
        async with trio.open_nursery() as nursery:
            await nursery.start(run_handled, handled)
            events |= {"live.answer": 500, "live.join": 2}
            refused |= {"QUESTION_CLOSED": 3}
            await trio.sleep(2.5 * PERIOD_SECONDS)
            events["live.answer"] = 501
            nursery.cancel_scope.cancel()
    assert [(line["event"], line["events"], line["refused"]) for line in lines] == [
        ("realtime.handled", {"live.answer": 500, "live.join": 2}, {"QUESTION_CLOSED": 3}),
        ("realtime.handled", {"live.answer": 1}, {}),
    ]
