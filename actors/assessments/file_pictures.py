"""Pictures of questions in files: stored when they are imported, and found when they go out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import trio
from msgspec import structs

from actors.assessments.formats.reading import (
    WITHOUT,
    FilePicture,
    FileQuestion,
    bounded,
    not_imported,
)
from actors.assessments.formats.written import Pictures
from actors.assessments.pictures import QuizPictures
from protocol.assessments.files import MAX_FILE_PICTURES
from protocol.assessments.quizzes import Question, QuestionType
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

        A question about places on a picture goes with its picture.

        Raises what storing raises, but for a picture that is wrong.
        """
        kept = _Kept(questions)
        pictured = [n for n, each in enumerate(questions) if each.picture is not None]
        for n in pictured[MAX_FILE_PICTURES:]:
            kept.lose(n, f": there are over {MAX_FILE_PICTURES}")
        failed: list[StoaError] = []

        async def work(waiting: Iterator[int], scope: trio.CancelScope) -> None:
            for n in waiting:
                picture = questions[n].picture
                assert picture is not None
                try:
                    kept.put(n, await self._pictures.keep(quiz_id, picture.data, by, by_role))
                except ValidationError as wrong:
                    said = wrong.details["fields"][0]["message"]
                    kept.lose(n, f", which {said}")
                except StoaError as error:
                    failed.append(error)
                    scope.cancel()

        waiting = iter(pictured[:MAX_FILE_PICTURES])
        async with trio.open_nursery() as nursery:
            for _ in range(AT_ONCE):
                nursery.start_soon(work, waiting, nursery.cancel_scope)
        if failed:
            raise failed[0]
        return kept.taken(), kept.lost

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


class _Kept:
    """Questions of a file while their pictures are stored, and by line what is said of others."""

    def __init__(self, read: Sequence[FileQuestion]) -> None:
        self._read = read
        self._questions: list[Question | None] = [each.question for each in read]
        self.lost: list[str] = []

    def put(self, n: int, url: str) -> None:
        """The picture of a question has an address."""
        self._questions[n] = structs.replace(self._read[n].question, media_url=url)

    def lose(self, n: int, why: str) -> None:
        """There is none; without it, nothing can be asked about places on it."""
        line, question = self._read[n].line, self._read[n].question
        if question.type is QuestionType.HOTSPOT:
            self._questions[n] = None
            self.lost.append(f"line {line}: its picture is missing{why}")
        else:
            self.lost.append(f"line {line}: {WITHOUT} its picture{why}")

    def taken(self) -> tuple[Question, ...]:
        """Raises `ValidationError` where nothing is left."""
        taken = tuple(each for each in self._questions if each is not None)
        if not taken:
            raise ValidationError([not_imported(each).at("file") for each in bounded(self.lost)])
        return taken
