"""How the assessments handler imports, previews and exports files with questions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import trio

from actors.assessments import editing, machine
from actors.assessments.file_pictures import FilePictures
from actors.assessments.formats.catalogue import read_file, recognised_format, write_file
from actors.assessments.formats.reading import FileQuestion, QuestionFile
from actors.assessments.imports import Imports
from actors.assessments.pictures import QuizPictures
from actors.assessments.questions import NewId
from actors.dispatch import Step
from protocol.assessments.editing import QuestionsAdded, ReadQuestion
from protocol.assessments.files import (
    MAX_FILE_BYTES,
    ExportQuiz,
    FileFormat,
    FileRead,
    ImportFile,
    PreviewedQuestion,
    PreviewFile,
    QuizExported,
)
from protocol.assessments.quizzes import MAX_QUESTIONS
from protocol.envelope import Message
from protocol.errors import ValidationError
from protocol.idempotency import once
from protocol.ports import Clock
from protocol.records.assessments import Edit, EditRule, QuizEditing
from protocol.validation import Rule


class QuestionFiles:
    """Reads and writes files in the threads of `imports`; `pictures` stores what lies in them."""

    def __init__(
        self,
        *,
        records: QuizEditing,
        clock: Clock,
        new_id: NewId,
        imports: Imports,
        pictures: QuizPictures,
    ) -> None:
        self._records = records
        self._clock = clock
        self._new_id = new_id
        self._imports = imports
        self._pictures = FilePictures(pictures)
        self.steps: Mapping[type[Message], Step] = {
            ImportFile: self._import,
            PreviewFile: self._preview,
            ExportQuiz: self._export,
        }

    async def _import(self, command: ImportFile) -> QuestionsAdded:
        check_size(command.file)
        rule = editing.editable("importQuestions", command.by, command.by_role)
        edit = Edit(by=command.by, at=self._clock.now(), once=once(command))
        admitted = partial(self._records.admit_import, command.quiz_id, edit, rule)
        if (known := await admitted()) is not None:
            return known
        async with self._imports.of(command.by, command.idempotency_key) as waited:
            if waited and (known := await admitted()) is not None:
                return known
            _, file = await self._read(command)
            file = chosen(file, command.only)
            questions, lost = await self._pictures.stored(
                command.quiz_id, file.questions, command.by, command.by_role
            )
            skipped = (*file.skipped, *lost)
            return await self._records.append(command.quiz_id, questions, skipped, edit, rule)

    async def _preview(self, command: PreviewFile) -> FileRead:
        check_size(command.file)
        rule = editing.editable("previewQuestions", command.by, command.by_role)
        edit = Edit(by=command.by, at=self._clock.now())
        await self._records.admit_import(command.quiz_id, edit, rule)
        async with self._imports.of(command.by):
            format, file = await self._read(command, reasons=True)
        return FileRead(
            format=format,
            questions=tuple(map(_previewed, file.questions)),
            skipped=file.skipped,
        )

    async def _export(self, command: ExportQuiz) -> QuizExported:
        rule: EditRule = editing.copyable("exportQuiz", command.by, command.by_role)
        found = await self._records.finished(command.quiz_id, rule)
        pictures, lost = await self._pictures.found(found.questions)
        # Each question is read back as it is written, which takes long for two hundred.
        written = await self._imports.threads.run(
            write_file, command.format, found.questions, found.left_out, pictures
        )
        return QuizExported(
            title=found.title, content=written.data, left_out=(*written.left_out, *lost)
        )

    async def _read(
        self, command: ImportFile | PreviewFile, *, reasons: bool = False
    ) -> tuple[FileFormat, QuestionFile]:
        """Beside the event loop: classrooms must not wait for a large file."""
        return await self._imports.threads.run(
            read, command.file, command.format, self._new_id, reasons=reasons
        )


def check_size(file: bytes) -> None:
    """Raises `ValidationError` before anything of it is looked at."""
    if len(file) > MAX_FILE_BYTES:
        said = f"must be at most {MAX_FILE_BYTES} bytes"
        raise ValidationError.of("file", Rule.TOO_MANY_BYTES, said, max=MAX_FILE_BYTES)


def read(
    data: bytes, format: FileFormat | None, new_id: NewId, *, reasons: bool
) -> tuple[FileFormat, QuestionFile]:
    """In a thread. With `reasons`, a file with nothing to take says why in `skipped`."""
    check = trio.from_thread.check_cancelled
    format, plain = recognised_format(data, format)

    def whole() -> QuestionFile:
        return machine.sound(read_file(plain, format, new_id, check), new_id, check)

    return format, machine.reasons(whole) if reasons else whole()


def chosen(file: QuestionFile, only: tuple[int, ...] | None) -> QuestionFile:
    """The file with these questions alone. Raises `ValidationError`."""
    if only is None:
        return file
    if not only:
        raise ValidationError.of("only", Rule.REQUIRED, "must name a question")
    if len(only) > MAX_QUESTIONS:
        said = f"must be at most {MAX_QUESTIONS}"
        raise ValidationError.of("only", Rule.TOO_MANY, said, max=MAX_QUESTIONS)
    if len(set(only)) < len(only):
        raise ValidationError.of("only", Rule.DUPLICATE, "names one twice")
    if not all(0 <= place < len(file.questions) for place in only):
        said = "names a question that the file does not have"
        raise ValidationError.of("only", Rule.UNKNOWN_REFERENCE, said)
    return QuestionFile(tuple(file.questions[place] for place in sorted(only)), file.skipped)


def _previewed(each: FileQuestion) -> PreviewedQuestion:
    return PreviewedQuestion(
        read=ReadQuestion(line=each.line, question=each.question),
        picture=None if each.picture is None else each.picture.name,
    )
