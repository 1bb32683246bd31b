"""The assessments handler, which makes and changes quizzes and opens live ones.

It is `Address("assessments", "")`.

Between commands it knows only whose files are being read; a running game is the actor
`Address("live_quiz", id)`.
"""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

import msgspec
import trio

from actors.assessments import entry, machine
from actors.assessments.attempts.access_steps import AccessSteps
from actors.assessments.attempts.practising import PracticeSteps
from actors.assessments.attempts.receipts import ReceiptSteps
from actors.assessments.attempts.regrade_steps import RegradeSteps
from actors.assessments.attempts.seal_steps import SealSteps
from actors.assessments.attempts.similar_steps import SimilarSteps
from actors.assessments.attempts.steps import AttemptSteps
from actors.assessments.editor import QuizEditor
from actors.assessments.files import QuestionFiles
from actors.assessments.imports import Imports
from actors.assessments.pictures import QuizPictures
from actors.assessments.results.steps import ResultSteps
from actors.assessments.watching.steps import WatchSteps
from actors.course_rules import changeable
from actors.dispatch import Dispatch, Step
from actors.pictures import PictureShelf
from actors.threads import Threads
from protocol.access import Passwords, Throttle
from protocol.assessments.live.commands import (
    KIND,
    AddHost,
    DiscardGame,
    LiveQuizStarted,
    OpenLobby,
    RemoveHost,
    StartLiveQuiz,
)
from protocol.assessments.live.entry import (
    AddTeacherToGames,
    DiscardLiveQuiz,
    FindLiveQuiz,
    LiveQuizFound,
    LiveQuizQuestion,
    MayExportLiveQuiz,
    MayFollowLiveQuiz,
    MayHostLiveQuiz,
    MayJoinLiveQuiz,
    RemoveTeacherFromGames,
)
from protocol.assessments.quizzes import CreateQuiz, ImportGift, QuizCreated
from protocol.envelope import Address, Message
from protocol.errors import HistoryUnreadable, NotFoundError, StoaError, ValidationError
from protocol.idempotency import once
from protocol.lifecycle import Done
from protocol.ports import Clock, Post
from protocol.records.assessments import (
    AssessmentRecords,
    AttemptRecords,
    LiveQuizFacts,
    NewLiveQuiz,
    NewQuiz,
    QuizAccessRecords,
    QuizEditing,
    QuizWatching,
    RegradeRecords,
    ResultRecords,
)
from protocol.records.common import CourseRule, RandomBytes
from protocol.signing import Signer
from protocol.validation import Rule

SEED_BYTES = 8
WITHDRAW_SECONDS = 5.0
CHECKS_AT_ONCE = 2
"""Quizzes cleaned and checked at the same time, beside the event loop as well."""


class AssessmentsHandler:
    """Creates quizzes, opens lobbies, finds games and decides who may enter them."""

    kind = "assessments"

    def __init__(
        self,
        *,
        post: Post,
        records: AssessmentRecords,
        results: ResultRecords,
        editing: QuizEditing,
        pictures: PictureShelf,
        attempts: AttemptRecords,
        watching: QuizWatching,
        access: QuizAccessRecords,
        passwords: Passwords,
        throttle: Throttle,
        regrading: RegradeRecords,
        clock: Clock,
        random: RandomBytes,
        signer: Signer,
    ) -> None:
        self._post = post
        self._records = records
        self._clock = clock
        self._random = random
        self._imports = Imports()
        self._checks = Threads(CHECKS_AT_ONCE)
        editor = QuizEditor(
            records=editing,
            clock=clock,
            new_id=self._new_id,
            checks=self._checks,
            imports=self._imports,
        )
        shelf = QuizPictures(pictures, clock)
        files = QuestionFiles(
            records=editing,
            clock=clock,
            new_id=self._new_id,
            imports=self._imports,
            pictures=shelf,
        )
        admission = AccessSteps(records=access, passwords=passwords, throttle=throttle, clock=clock)
        taking = AttemptSteps(
            records=attempts,
            post=post,
            clock=clock,
            random=random,
            new_id=self._new_id,
            access=admission,
            signer=signer,
        )
        watched = WatchSteps(records=attempts, watching=watching, post=post, clock=clock)
        self._dispatch: Dispatch[Step] = Dispatch(
            self.kind,
            {
                **editor.steps,
                **admission.by_message,
                **taking.by_message,
                **ReceiptSteps(attempts, post, signer).by_message,
                **PracticeSteps(attempts).by_message,
                **SealSteps(attempts, post, clock, admission).by_message,
                **SimilarSteps(attempts).by_message,
                **files.steps,
                **shelf.steps,
                **watched.by_message,
                **ResultSteps(results, clock, post).by_message,
                **RegradeSteps(regrading, clock).by_message,
                **self._own_steps(),
            },
        )

    def _own_steps(self) -> dict[type[Message], Step]:
        return {
            CreateQuiz: self._create,
            ImportGift: self._import,
            StartLiveQuiz: self._start,
            FindLiveQuiz: self._find,
            MayJoinLiveQuiz: self._may_join,
            MayHostLiveQuiz: self._may,
            MayFollowLiveQuiz: self._may,
            MayExportLiveQuiz: self._may,
            DiscardLiveQuiz: self._discard,
            AddTeacherToGames: self._add_teacher,
            RemoveTeacherFromGames: self._remove_teacher,
        }

    async def handle(self, message: Message) -> Message:
        """Handle a message. Raises the errors that the messages document."""
        return await self._dispatch.step_for(message)(message)

    async def _create(self, command: CreateQuiz) -> QuizCreated:
        rule = changeable("createQuiz", command.by, command.by_role)
        known = await self._admitted(command, rule)
        if known is not None:
            return known
        settings, questions = await self._checks.run(
            machine.quiz,
            command.settings,
            command.questions,
            self._new_id,
            command.formats,
            trio.from_thread.check_cancelled,
        )
        quiz = NewQuiz(
            id=self._new_id(),
            lesson_id=command.lesson_id,
            by=command.by,
            settings=settings,
            questions=questions,
            at=self._clock.now(),
            once=once(command),
        )
        return await self._records.create_quiz(quiz, rule)

    async def _import(self, command: ImportGift) -> QuizCreated:
        rule = changeable("importGiftQuiz", command.by, command.by_role)
        known = await self._admitted(command, rule)
        if known is not None:
            return known
        async with self._imports.of(command.by, command.idempotency_key) as waited:
            if waited and (known := await self._admitted(command, rule)) is not None:
                return known
            # A file of a million characters takes long to read; classrooms must not wait for it.
            settings, questions, skipped = await self._imports.threads.run(
                machine.imported_quiz,
                command.settings,
                command.gift,
                self._new_id,
                trio.from_thread.check_cancelled,
            )
            quiz = NewQuiz(
                id=self._new_id(),
                lesson_id=command.lesson_id,
                by=command.by,
                settings=settings,
                questions=questions,
                skipped=skipped,
                at=self._clock.now(),
                once=once(command),
            )
            return await self._records.create_quiz(quiz, rule)

    async def _admitted(
        self, command: CreateQuiz | ImportGift, rule: CourseRule
    ) -> QuizCreated | None:
        """The reply to a repetition. Raises what the rule raises, before a thread is occupied."""
        return await self._records.admit_quiz(
            command.lesson_id, once(command), self._clock.now(), rule
        )

    async def _start(self, command: StartLiveQuiz) -> LiveQuizStarted:
        game = NewLiveQuiz(
            id=self._new_id(),
            quiz_id=command.quiz_id,
            host_id=command.by,
            pins=machine.pins(self._random(machine.PIN_BYTES * machine.PIN_CANDIDATES)),
            config=machine.live_config(command.config),
            at=self._clock.now(),
            once=once(command),
        )
        rule = changeable("startLiveQuiz", command.by, command.by_role)
        allotted = await self._records.allot_live_quiz(game, rule)
        quiz = allotted.quiz
        lobby = OpenLobby(
            course_id=quiz.course_id,
            quiz_id=quiz.id,
            title=quiz.settings.title,
            questions=tuple(
                msgspec.structs.replace(each, notes=None, rubric=None, pool=None, tags=())
                for each in quiz.questions
            ),
            host_id=command.by,
            host_name=allotted.host_name,
            co_host_ids=allotted.co_host_ids,
            instructor_id=allotted.instructor_id,
            pin=allotted.pin,
            seed=int.from_bytes(self._random(SEED_BYTES)),
            config=game.config,
        )
        await self._open(allotted.live_quiz_id, lobby)
        with suppress(StoaError):  # the game is open in any case
            await self._catch_up(allotted.live_quiz_id, lobby)
        return LiveQuizStarted(live_quiz_id=allotted.live_quiz_id, pin=allotted.pin)

    async def _open(self, live_quiz_id: str, lobby: OpenLobby) -> None:
        opened = False
        try:
            await self._post.ask(Address(KIND, live_quiz_id), lobby)
            opened = True
        finally:
            if not opened:
                # Also when cancelled, so that no PIN stays taken. We may not know whether the lobby
                # opened; the row of a game that did is kept.
                with trio.move_on_after(WITHDRAW_SECONDS, shield=True):
                    await self._records.withdraw_live_quiz(live_quiz_id)

    async def _catch_up(self, live_quiz_id: str, lobby: OpenLobby) -> None:
        """Tell the game who came and went as a teacher before its lobby was open to be told."""
        game = await self._game(live_quiz_id=live_quiz_id)
        instructor = game.course.instructor_id
        now = {instructor, *game.course.co_teacher_ids} - {lobby.host_id}
        before = set(lobby.co_host_ids)
        changes: list[Message] = [AddHost(user_id=user_id) for user_id in sorted(now - before)]
        if instructor != lobby.instructor_id:
            changes.append(AddHost(user_id=instructor, instructor=True))
        changes += [RemoveHost(user_id=user_id) for user_id in sorted(before - now)]
        for change in changes:
            await self._post.ask(Address(KIND, live_quiz_id), change)

    async def _add_teacher(self, command: AddTeacherToGames) -> Done:
        added = AddHost(user_id=command.user_id, instructor=command.instructor)
        return await self._tell_games(command.course_id, added)

    async def _remove_teacher(self, command: RemoveTeacherFromGames) -> Done:
        return await self._tell_games(command.course_id, RemoveHost(user_id=command.user_id))

    async def _discard(self, command: DiscardLiveQuiz) -> Done:
        try:
            await self._post.ask(Address(KIND, command.live_quiz_id), DiscardGame())
        except NotFoundError:  # nothing of it can be read, so there is only the row
            await self._records.close_live_quiz(command.live_quiz_id, self._clock.now())
        return Done()

    async def _tell_games(self, course_id: str, message: Message) -> Done:
        for live_quiz_id in await self._records.running_live_quizzes(course_id):
            # A lobby that did not come to life, or a game that operators have to mend first.
            with suppress(NotFoundError, HistoryUnreadable):
                await self._post.ask(Address(KIND, live_quiz_id), message)
        return Done()

    # --- entering -------------------------------------------------------------------------------

    async def _find(self, question: FindLiveQuiz) -> LiveQuizFound:
        return _found(await self._game(pin=question.pin))

    async def _may_join(self, question: MayJoinLiveQuiz) -> LiveQuizFound:
        if (question.pin is None) == (question.live_quiz_id is None):
            raise ValidationError.of(
                "pin", Rule.CONFLICTING, "must be either a PIN or a live quiz id"
            )
        game = await self._game(
            pin=question.pin, live_quiz_id=question.live_quiz_id, user_id=question.user_id
        )
        knows_pin = question.joined or question.pin is not None
        entry.check_join(game, question.user_id, question.role, knows_pin=knows_pin)
        return _found(game)

    async def _may(self, question: LiveQuizQuestion) -> LiveQuizFound:
        game = await self._game(live_quiz_id=question.live_quiz_id, user_id=question.user_id)
        entry.CHECKS[type(question)](game, question.user_id, question.role)
        return _found(game)

    async def _game(
        self,
        *,
        pin: str | None = None,
        live_quiz_id: str | None = None,
        user_id: str | None = None,
    ) -> LiveQuizFacts:
        """Find a game by PIN or id. Raises `NotFoundError`."""
        found = None
        if pin is None or machine.is_pin(pin):
            found = await self._records.find_live_quiz(
                pin=pin, live_quiz_id=live_quiz_id, user_id=user_id
            )
        if found is None:
            raise NotFoundError("live quiz", (live_quiz_id or pin or "")[:64])
        return found

    def _new_id(self) -> str:
        return str(UUID(bytes=self._random(16), version=4))


def _found(game: LiveQuizFacts) -> LiveQuizFound:
    return LiveQuizFound(
        live_quiz_id=game.live_quiz_id,
        course_id=game.course.id,
        full_name=game.full_name,
        extra_time=game.extra_time,
    )
