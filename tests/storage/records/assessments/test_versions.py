"""The versions of quizzes are read once for a class, and not for ever."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from protocol.errors import NotFoundError
from storage.records.assessments.versions import REMEMBERED, REMEMBERED_BYTES, Versions


class Rows:
    """What is asked of a connection: the rows of some versions."""

    def __init__(self, *keys: UUID, padding: int = 0) -> None:
        self.keys, self.asked = keys, list[UUID]()
        self._questions = "[" + " " * padding + "]"

    async def fetchrow(self, _statement: str, key: UUID) -> dict[str, Any] | None:
        self.asked.append(key)
        if key not in self.keys:
            return None
        return {
            "id": str(key),
            "quiz_id": str(uuid4()),
            "revision": 1,
            "settings": '{"title": "Planets"}',
            "questions": self._questions,
            "pools": "[]",
        }


async def test_a_class_reads_its_version_once() -> None:
    key, versions = uuid4(), Versions()
    rows = Rows(key)
    first = await versions.read(rows, key)
    assert await versions.read(rows, key) is first
    assert (first.id, first.settings.title) == (str(key), "Planets")
    assert rows.asked == [key]


async def test_one_that_this_transaction_has_kept_is_read_again() -> None:
    """Tried again after a deadlock, it may have kept another state of the quiz."""
    key, versions = uuid4(), Versions()
    rows = Rows(key)
    await versions.read(rows, key, new=True)
    await versions.read(rows, key, new=True)
    assert rows.asked == [key, key]
    await versions.read(rows, key)
    await versions.read(rows, key)
    assert rows.asked == [key] * 3


async def test_one_that_is_not_there_is_asked_for_again() -> None:
    key, versions = uuid4(), Versions()
    rows = Rows()
    for _ in range(2):
        with pytest.raises(NotFoundError):
            await versions.read(rows, key)
    assert rows.asked == [key, key]


async def test_the_last_ones_are_remembered_as_far_as_there_is_room() -> None:
    keys, versions = [uuid4() for _ in range(REMEMBERED + 1)], Versions()
    rows = Rows(*keys)
    for key in (*keys, keys[1], keys[0]):
        await versions.read(rows, key)
    assert rows.asked == [*keys, keys[0]]
    large = Rows(*keys[:2], padding=REMEMBERED_BYTES // 2)
    versions = Versions()
    for key in (keys[0], keys[1], keys[1], keys[0]):
        await versions.read(large, key)
    assert large.asked == [keys[0], keys[1], keys[0]]
