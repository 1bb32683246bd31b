"""Telling how far the work is, beside the work, about once a second."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import trio

from protocol.transcoding import Report

EVERY_SECONDS: Final = 1.0
T = TypeVar("T")


class Percent:
    """From 0 to 100. A part of the work sees it as its own, from `begin` to `end` of the whole."""

    def __init__(self) -> None:
        self.value = 0

    def advance(self, done: float, begin: int, end: int) -> None:
        """`done` is the share of that part. It never falls."""
        share = min(1.0, max(0.0, done))
        self.value = max(self.value, begin + int(share * (end - begin)))


async def telling(report: Report, work: Callable[[Percent], Awaitable[T]]) -> T:
    """Do the work, which says how far it is; 100 is told when it is done, and only then.

    Raises what either of them raises.
    """
    percent, over = Percent(), trio.Event()
    results: list[T] = []
    errors: list[Exception] = []

    async def tell() -> None:
        told = -1
        try:
            while not over.is_set():
                if min(percent.value, 99) > told:
                    told = min(percent.value, 99)
                    await report(told)
                with trio.move_on_after(EVERY_SECONDS):
                    await over.wait()
        except Exception as error:  # raised below, without the nursery's group around it
            errors.append(error)
            nursery.cancel_scope.cancel()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(tell)
        try:
            results.append(await work(percent))
        except Exception as error:
            errors.append(error)
        over.set()
    if errors:
        raise errors[0]
    await report(100)
    return results[0]
