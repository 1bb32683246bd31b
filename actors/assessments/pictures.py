"""How the assessments handler takes pictures."""

from __future__ import annotations

from collections.abc import Mapping

from actors.course_rules import unarchived
from actors.dispatch import Step
from actors.pictures import PictureShelf, storable
from protocol.assessments.pictures import QuizPictureStored, UploadQuizPicture
from protocol.envelope import Message
from protocol.ports import Clock


class QuizPictures:
    """Stores pictures for the questions of quizzes."""

    def __init__(self, shelf: PictureShelf, clock: Clock) -> None:
        self._shelf = shelf
        self._clock = clock
        self.steps: Mapping[type[Message], Step] = {UploadQuizPicture: self._upload}

    async def keep(self, quiz_id: str, image: bytes, by: str, by_role: str) -> str:
        """Store a picture for a quiz; returns its address. Raises what `UploadQuizPicture` does."""
        rule = storable("uploadQuizPicture", by, by_role, unarchived)

        async def note(name: str) -> None:
            await self._shelf.records.add_to_quiz(quiz_id, name, self._clock.now(), rule)

        return await self._shelf.keep(image, note)

    async def find(self, url: str) -> bytes | None:
        """A stored picture; None for one that is not ours, or gone."""
        found = await self._shelf.find(url)
        return None if found is None else found.data

    async def _upload(self, command: UploadQuizPicture) -> QuizPictureStored:
        url = await self.keep(command.quiz_id, command.image, command.by, command.by_role)
        return QuizPictureStored(url=url)
