"""How the assessments handler answers the commands that change quizzes and their questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import trio

from actors.assessments import editing, machine, pooling, tagging
from actors.assessments.formats.reading import QuestionFile
from actors.assessments.imports import Imports
from actors.assessments.questions import NewId
from actors.dispatch import Step
from actors.threads import Threads
from protocol.assessments.editing import (
    AddQuestion,
    CopyQuestions,
    DeleteQuestion,
    DeleteQuiz,
    DuplicateQuestion,
    DuplicateQuiz,
    EditCommand,
    ImportQuestions,
    PreviewQuestions,
    QuestionsAdded,
    QuestionSaved,
    QuestionsRead,
    QuizDeleted,
    QuizUpdated,
    ReadQuestion,
    ReorderQuestions,
    UpdateQuestion,
    UpdateQuiz,
)
from protocol.assessments.pools import SetQuizPools
from protocol.assessments.quizzes import MAX_QUESTIONS, QuizCreated
from protocol.assessments.tags import QuestionsTagged, TagQuestions
from protocol.envelope import Message
from protocol.errors import ValidationError
from protocol.idempotency import Repeatable, once
from protocol.ids import canonical
from protocol.ports import Clock
from protocol.records.assessments import Edit, EditRule, NewQuestion, QuizCopy, QuizEditing
from protocol.validation import Rule

Reading = Callable[[str, NewId, Callable[[], None]], QuestionFile]


class QuizEditor:
    """Changes quizzes and their questions. `checks` are the threads in which texts are cleaned."""

    def __init__(
        self,
        *,
        records: QuizEditing,
        clock: Clock,
        new_id: NewId,
        checks: Threads,
        imports: Imports,
    ) -> None:
        self._records = records
        self._clock = clock
        self._new_id = new_id
        self._checks = checks
        self._imports = imports
        self.steps: Mapping[type[Message], Step] = {
            UpdateQuiz: self._update_quiz,
            DeleteQuiz: self._delete_quiz,
            DuplicateQuiz: self._duplicate_quiz,
            AddQuestion: self._add_question,
            UpdateQuestion: self._update_question,
            DeleteQuestion: self._delete_question,
            ReorderQuestions: self._reorder_questions,
            DuplicateQuestion: self._duplicate_question,
            CopyQuestions: self._copy_questions,
            SetQuizPools: self._set_pools,
            TagQuestions: self._tag_questions,
            ImportQuestions: self._import_questions,
            PreviewQuestions: self._preview_questions,
        }

    async def _update_quiz(self, command: UpdateQuiz) -> QuizUpdated:
        change = await self._checks.run(editing.quiz_change, command)
        rule = _seen("updateQuiz", command)
        return await self._records.update_quiz(change, self._edit(command), rule, editing.opening)

    async def _delete_quiz(self, command: DeleteQuiz) -> QuizDeleted:
        rule = _seen("deleteQuiz", command)
        return await self._records.delete_quiz(command.quiz_id, self._edit(command), rule)

    async def _duplicate_quiz(self, command: DuplicateQuiz) -> QuizCreated:
        copy = QuizCopy(
            id=self._new_id(),
            quiz_id=command.quiz_id,
            lesson_id=command.lesson_id,
            title=editing.copied_title(command.title),
        )
        who = ("duplicateQuiz", command.by, command.by_role)
        rules = editing.copyable(*who), editing.editable(*who)
        return await self._records.duplicate_quiz(copy, self._edit(command), *rules)

    async def _add_question(self, command: AddQuestion) -> QuestionSaved:
        new = NewQuestion(
            quiz_id=command.quiz_id,
            saved=await self._checks.run(editing.saved_question, command, self._new_id),
            position=editing.place(command.position),
        )
        rule = editing.editable("addQuestion", command.by, command.by_role)
        return await self._records.add_question(new, self._edit(command), rule)

    async def _update_question(self, command: UpdateQuestion) -> QuestionSaved:
        saved = await self._checks.run(editing.saved_question, command, lambda: command.question_id)
        rule = _seen("updateQuestion", command, "QUESTION_CHANGED")
        return await self._records.update_question(
            command.question_id, saved, self._edit(command), rule
        )

    async def _delete_question(self, command: DeleteQuestion) -> QuizUpdated:
        rule = _seen("deleteQuestion", command, "QUESTION_CHANGED")
        return await self._records.delete_question(command.question_id, self._edit(command), rule)

    async def _reorder_questions(self, command: ReorderQuestions) -> QuizUpdated:
        ids = command.question_ids
        if len(ids) > MAX_QUESTIONS:
            said = f"must be at most {MAX_QUESTIONS}"
            raise ValidationError.of("questionIds", Rule.TOO_MANY, said, max=MAX_QUESTIONS)
        ids = tuple(map(canonical, ids))
        rule = _seen("reorderQuestions", command)
        return await self._records.reorder_questions(
            command.quiz_id, ids, self._edit(command), rule
        )

    async def _duplicate_question(self, command: DuplicateQuestion) -> QuestionSaved:
        rule = editing.editable("duplicateQuestion", command.by, command.by_role)
        return await self._records.duplicate_question(
            command.question_id, self._new_id(), self._edit(command), rule
        )

    async def _copy_questions(self, command: CopyQuestions) -> QuestionsAdded:
        who = ("copyQuestions", command.by, command.by_role)
        rules = editing.copyable(*who), editing.editable(*who)
        ids = editing.copied(command.question_ids)
        return await self._records.copy_questions(command.quiz_id, ids, self._edit(command), *rules)

    async def _set_pools(self, command: SetQuizPools) -> QuizUpdated:
        pools = await self._checks.run(pooling.new_pools, command.pools)
        rule, fit = _seen("setQuizPools", command), pooling.fitting(pools)
        return await self._records.set_pools(command.quiz_id, pools, self._edit(command), rule, fit)

    async def _tag_questions(self, command: TagQuestions) -> QuestionsTagged:
        ids, retag = tagging.chosen(command), tagging.retag(command)
        rule = editing.editable("tagQuestions", command.by, command.by_role)
        edit = Edit(by=command.by, at=self._clock.now())
        return QuestionsTagged(count=await self._records.tag_questions(ids, edit, rule, retag))

    async def _import_questions(self, command: ImportQuestions) -> QuestionsAdded:
        rule = editing.editable("importGiftQuestions", command.by, command.by_role)
        admitted = partial(self._records.admit_import, command.quiz_id, rule=rule)
        known = await admitted(self._edit(command))
        if known is not None:
            return known
        async with self._imports.of(command.by, command.idempotency_key) as waited:
            if waited and (known := await admitted(self._edit(command))) is not None:
                return known
            file = await self._read(machine.imported, command.gift)
            questions = tuple(read.question for read in file.questions)
            return await self._records.append(
                command.quiz_id, questions, file.skipped, self._edit(command), rule
            )

    async def _preview_questions(self, command: PreviewQuestions) -> QuestionsRead:
        rule = editing.editable("previewGiftQuestions", command.by, command.by_role)
        edit = Edit(by=command.by, at=self._clock.now())
        await self._records.admit_import(command.quiz_id, edit, rule)
        async with self._imports.of(command.by):
            file = await self._read(machine.previewed, command.gift)
        return QuestionsRead(
            questions=tuple(
                ReadQuestion(line=read.line, question=read.question) for read in file.questions
            ),
            skipped=file.skipped,
        )

    async def _read(self, reading: Reading, gift: str) -> QuestionFile:
        """A file of a million characters takes long to read; classrooms must not wait for it."""
        check = trio.from_thread.check_cancelled
        return await self._imports.threads.run(reading, gift, self._new_id, check)

    def _edit(self, command: EditCommand | Repeatable) -> Edit:
        key = once(command) if isinstance(command, Repeatable) else None
        return Edit(by=command.by, at=self._clock.now(), once=key)


def _seen(operation: str, command: EditCommand, code: str = "QUIZ_CHANGED") -> EditRule:
    """The rule for a change to what the user has seen."""
    expected = command.expected_revision
    return editing.editable(operation, command.by, command.by_role, expected, code)
