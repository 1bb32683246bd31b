"""Pictures of questions in files: stored when they are imported, and found when they go out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import trio
from msgspec import structs

from actors.assessments.formats.reading import WITHOUT, FilePicture, FileQuestion
from actors.assessments.formats.written import Pictures
from actors.assessments.pictures import QuizPictures
from protocol.assessments.files import MAX_FILE_PICTURES
from protocol.assessments.quizzes import Question
from protocol.errors import StoaError, ValidationError

AT_ONCE = 2
"""As many as are cleaned at the same time."""
MAX_EXPORTED_BYTES = 16 * 1024 * 1024
"""Of all pictures in one file."""
TOO_MANY = "the file has room for no more pictures; only the address of this one is kept"


class FilePictures:
    """Stores and finds them by means of `pictures`."""

    def __init__(self, pictures: QuizPictures) -> None:
        self._pictures = pictures

    async def stored(
        self, quiz_id: str, questions: Sequence[FileQuestion], by: str, by_role: str
    ) -> tuple[tuple[Question, ...], list[str]]:
        """The questions with their pictures stored, and by line what there is to say of others.

        Raises what storing raises, but for a picture that is wrong.
        """
        found = [each.question for each in questions]
        pictured = [n for n, each in enumerate(questions) if each.picture is not None]
        lost = [
            f"line {questions[n].line}: {WITHOUT} its picture: there are over {MAX_FILE_PICTURES}"
            for n in pictured[MAX_FILE_PICTURES:]
        ]
        failed: list[StoaError] = []

        async def work(waiting: Iterator[int], scope: trio.CancelScope) -> None:
            for n in waiting:
                picture = questions[n].picture
                assert picture is not None
                try:
                    url = await self._pictures.keep(quiz_id, picture.data, by, by_role)
                    found[n] = structs.replace(found[n], media_url=url)
                except ValidationError as wrong:
                    said = wrong.details["fields"][0]["message"]
                    lost.append(f"line {questions[n].line}: {WITHOUT} its picture, which {said}")
                except StoaError as error:
                    failed.append(error)
                    scope.cancel()

        waiting = iter(pictured[:MAX_FILE_PICTURES])
        async with trio.open_nursery() as nursery:
            for _ in range(AT_ONCE):
                nursery.start_soon(work, waiting, nursery.cancel_scope)
        if failed:
            raise failed[0]
        return tuple(found), lost

    async def found(self, questions: Sequence[Question]) -> tuple[Pictures, list[str]]:
        """The stored pictures by their addresses, and by question what there is no room for."""
        pictures: dict[str, FilePicture] = {}
        lost: list[str] = []
        room = MAX_EXPORTED_BYTES
        for number, question in enumerate(questions, 1):
            url = question.media_url
            if url is None or url in pictures:
                continue
            data = await self._pictures.find(url)
            if data is None:
                continue
            if len(data) > room:
                lost.append(f"question {number}: {TOO_MANY}")
                continue
            room -= len(data)
            pictures[url] = FilePicture(url.rpartition("/")[2], data)
        return pictures, lost
