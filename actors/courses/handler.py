"""The courses handler: `Address("courses", "")`. It keeps no state between commands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from actors import revisions
from actors.addresses import normal_email
from actors.courses import editing, machine, ownership
from actors.dispatch import Dispatch
from actors.pictures import PictureShelf, storable
from actors.threads import Threads
from protocol.access import Throttle
from protocol.courses.commands import (
    AcceptCourse,
    AddCoTeacher,
    AddLesson,
    AddModule,
    ArchiveCourse,
    CloneCourse,
    CourseCommand,
    CreateCourse,
    DeclineCourse,
    DeleteCourse,
    DeleteLesson,
    DeleteModule,
    DeleteReview,
    MoveLesson,
    OfferCourse,
    PublishCourse,
    RemoveTeacher,
    ReorderLessons,
    ReorderModules,
    RestoreCourse,
    ReviewCourse,
    SetLessonPrerequisites,
    TransferCourse,
    UpdateCourse,
    UpdateLesson,
    UpdateModule,
    UploadCoursePicture,
)
from protocol.courses.events import CoursePictureStored
from protocol.courses.values import (
    MAX_LESSONS,
    MAX_MODULES,
    OFFER_DAYS,
    OFFERS_A_DAY,
    TeacherRole,
)
from protocol.envelope import Message
from protocol.errors import MAX_REPEATED, ValidationError
from protocol.idempotency import Repeatable, once
from protocol.permissions import Relation, by_role
from protocol.ports import Clock
from protocol.records.common import CourseRule, RandomBytes, RevisionRule
from protocol.records.courses import CoursePorts, CoursePortsFor, LessonNeeds, NewClone
from protocol.validation import Rule

CHECKS_AT_ONCE = 2
"""Commands with texts in HTML that are cleaned at the same time, beside the event loop."""

DAY_SECONDS = 24 * 3600
DAY_MS = DAY_SECONDS * 1000

Naming = TypeVar("Naming", AddCoTeacher, OfferCourse, TransferCourse)
"""Commands that name a user by id or by address."""
Step = Callable[[CoursePorts, Any], Awaitable[Message]]


class CoursesHandler:
    """Creates, changes, publishes and deletes courses, modules, lessons and reviews."""

    kind = "courses"

    def __init__(
        self,
        *,
        records: CoursePortsFor,
        pictures: PictureShelf,
        clock: Clock,
        random: RandomBytes,
        throttle: Throttle,
        private: bool = False,
    ) -> None:
        self._private = private
        self._throttle = throttle
        self._records = records
        self._pictures = pictures
        self._clock = clock
        self._random = random
        self._checks = Threads(CHECKS_AT_ONCE)
        steps: Mapping[type[Message], Step] = {
            CreateCourse: self._create,
            UpdateCourse: self._update,
            PublishCourse: self._publish,
            ArchiveCourse: self._archive,
            RestoreCourse: self._restore,
            DeleteCourse: self._delete,
            CloneCourse: self._clone,
            UploadCoursePicture: self._upload_picture,
            AddCoTeacher: self._add_teacher,
            RemoveTeacher: self._remove_teacher,
            OfferCourse: self._offer,
            AcceptCourse: self._accept,
            DeclineCourse: self._decline,
            TransferCourse: self._transfer,
            AddModule: self._add_module,
            UpdateModule: self._update_module,
            DeleteModule: self._delete_module,
            ReorderModules: self._reorder_modules,
            AddLesson: self._add_lesson,
            UpdateLesson: self._update_lesson,
            DeleteLesson: self._delete_lesson,
            ReorderLessons: self._reorder_lessons,
            MoveLesson: self._move_lesson,
            SetLessonPrerequisites: self._set_prerequisites,
            ReviewCourse: self._review,
            DeleteReview: self._delete_review,
        }
        self._dispatch = Dispatch(self.kind, steps)

    async def handle(self, message: Message) -> Message:
        """Handle a message. Raises the errors that the messages document."""
        step = self._dispatch.step_for(message)
        assert isinstance(message, CourseCommand | Repeatable)
        return await step(self._records(message.by), message)

    # --- the course -------------------------------------------------------------------------------

    async def _create(self, records: CoursePorts, command: CreateCourse) -> Message:
        course = await self._checks.run(
            machine.new_course, command, self._new_id(), self._clock.now()
        )
        return await records.courses.create(course)

    async def _update(self, records: CoursePorts, command: UpdateCourse) -> Message:
        change = await self._checks.run(editing.course_change, command)
        rule = machine.limited(_permitted("updateCourse", command), change.enrollment_limit)
        seen = revisions.since(command.expected_revision, "COURSE_CHANGED", "course")
        return await records.courses.update(change, self._clock.now(), rule, seen)

    async def _publish(self, records: CoursePorts, command: PublishCourse) -> Message:
        rule = machine.publishable(command.by, command.by_role)
        return await records.courses.publish(command.course_id, self._clock.now(), rule)

    async def _archive(self, records: CoursePorts, command: ArchiveCourse) -> Message:
        rule = machine.permitted("archiveCourse", command.by, command.by_role, archived=True)
        return await records.courses.archive(command.course_id, self._clock.now(), rule)

    async def _restore(self, records: CoursePorts, command: RestoreCourse) -> Message:
        rule = machine.restorable(command.by, command.by_role)
        return await records.courses.restore(command.course_id, self._clock.now(), rule)

    async def _delete(self, records: CoursePorts, command: DeleteCourse) -> Message:
        rule = machine.deletable(command.by, command.by_role)
        return await records.courses.delete(command.course_id, self._clock.now(), rule)

    async def _clone(self, records: CoursePorts, command: CloneCourse) -> Message:
        course_id = self._new_id()
        clone = NewClone(
            id=course_id,
            course_id=command.course_id,
            by=command.by,
            title=machine.clone_title(command.title),
            slugs_of=lambda title: machine.slugs(title, course_id),
            at=self._clock.now(),
            once=once(command),
        )
        rule = machine.permitted("cloneCourse", command.by, command.by_role, archived=True)
        return await records.courses.clone(clone, rule)

    async def _upload_picture(
        self, _records: CoursePorts, command: UploadCoursePicture
    ) -> CoursePictureStored:
        unarchived = _permitted("uploadCoursePicture", command)
        rule = storable("uploadCoursePicture", command.by, command.by_role, unarchived)

        async def note(name: str) -> None:
            at = self._clock.now()
            await self._pictures.records.add_to_course(command.course_id, name, at, rule)

        return CoursePictureStored(url=await self._pictures.keep(command.image, note))

    # --- teachers ---------------------------------------------------------------------------------

    async def _add_teacher(self, records: CoursePorts, command: AddCoTeacher) -> Message:
        command = self._named(command)
        assists = command.role is TeacherRole.ASSISTANT
        rule = _permitted("addAssistant" if assists else "addCoTeacher", command)
        change = machine.reassignable(command.by, command.by_role)
        return await records.staff.add_teacher(command, self._clock.now(), rule, change)

    async def _remove_teacher(self, records: CoursePorts, command: RemoveTeacher) -> Message:
        rule = machine.removable(command.user_id, command.by, command.by_role)
        return await records.staff.remove_teacher(
            command.course_id, command.user_id, self._clock.now(), rule
        )

    def _named(self, command: Naming) -> Naming:
        """The command with its address as addresses are stored.

        Raises `ValidationError` unless it names one user, in a way open to whoever asks.
        """
        if (command.user_id is None) == (command.email is None):
            said = "Give either a user or an e-mail address"
            raise ValidationError.of("userId", Rule.CONFLICTING, said)
        sees_addresses = Relation.ADMIN in by_role(command.by, command.by_role)
        if self._private and command.email is not None and not sees_addresses:
            said = "names nobody here; give the id of the account"
            raise ValidationError.of("email", Rule.NOT_ALLOWED, said)
        if command.email is None:
            return command
        # What can be no address names nobody, and is told as it was given.
        email = normal_email(command.email) or command.email[:MAX_REPEATED]
        return msgspec.structs.replace(command, email=email)

    # --- ownership --------------------------------------------------------------------------------

    async def _offer(self, records: CoursePorts, command: OfferCourse) -> Message:
        command = self._named(command)
        rule = machine.permitted("offerCourse", command.by, command.by_role, archived=True)
        await self._throttle.hit(f"course_offers:{command.by}", OFFERS_A_DAY, DAY_SECONDS)
        at = self._clock.now()
        return await records.ownership.offer(command, at, at + OFFER_DAYS * DAY_MS, rule)

    async def _accept(self, records: CoursePorts, command: AcceptCourse) -> Message:
        at = self._clock.now()
        rule = ownership.acceptable(command.by, command.by_role, at)
        return await records.ownership.accept(command, at, rule)

    async def _decline(self, records: CoursePorts, command: DeclineCourse) -> Message:
        at = self._clock.now()
        rule = ownership.declinable(command.by, command.by_role, at)
        return await records.ownership.decline(command, at, rule)

    async def _transfer(self, records: CoursePorts, command: TransferCourse) -> Message:
        command = self._named(command)
        rule = machine.permitted("transferCourse", command.by, command.by_role, archived=True)
        return await records.ownership.transfer(command, self._clock.now(), rule)

    # --- modules ----------------------------------------------------------------------------------

    async def _add_module(self, records: CoursePorts, command: AddModule) -> Message:
        module = await self._checks.run(
            machine.new_module, command, self._new_id(), self._clock.now()
        )
        return await records.curriculum.add_module(module, _permitted("addModule", command))

    async def _update_module(self, records: CoursePorts, command: UpdateModule) -> Message:
        change = await self._checks.run(editing.module_change, command)
        permitted = _permitted("updateModule", command)
        rule = machine.without_circle(permitted, "prerequisiteModuleId")
        seen = revisions.since(command.expected_revision, "MODULE_CHANGED", "module")
        return await records.curriculum.update_module(change, self._clock.now(), rule, seen)

    async def _delete_module(self, records: CoursePorts, command: DeleteModule) -> Message:
        rule = machine.keeping_lessons(_permitted("deleteModule", command))
        return await records.curriculum.delete_module(command.module_id, self._clock.now(), rule)

    async def _reorder_modules(self, records: CoursePorts, command: ReorderModules) -> Message:
        ids = editing.distinct("moduleIds", command.module_ids, most=MAX_MODULES)
        rule = _permitted("reorderModules", command)
        return await records.curriculum.reorder_modules(
            command.course_id, ids, self._clock.now(), rule
        )

    # --- lessons ----------------------------------------------------------------------------------

    async def _add_lesson(self, records: CoursePorts, command: AddLesson) -> Message:
        lesson = await self._checks.run(
            machine.new_lesson, command, self._new_id(), self._clock.now()
        )
        return await records.curriculum.add_lesson(lesson, _permitted("addLesson", command))

    async def _update_lesson(self, records: CoursePorts, command: UpdateLesson) -> Message:
        change = await self._checks.run(editing.lesson_change, command)
        rule = machine.lesson_change_rule(_permitted("updateLesson", command))
        seen = _unchanged_lesson(command)
        return await records.curriculum.update_lesson(change, self._clock.now(), rule, seen)

    async def _delete_lesson(self, records: CoursePorts, command: DeleteLesson) -> Message:
        rule = machine.keeping_lessons(_permitted("deleteLesson", command))
        return await records.curriculum.delete_lesson(command.lesson_id, self._clock.now(), rule)

    async def _reorder_lessons(self, records: CoursePorts, command: ReorderLessons) -> Message:
        ids = editing.distinct("lessonIds", command.lesson_ids, most=MAX_LESSONS)
        rule = _permitted("reorderLessons", command)
        return await records.curriculum.reorder_lessons(
            command.module_id, ids, self._clock.now(), rule
        )

    async def _move_lesson(self, records: CoursePorts, command: MoveLesson) -> Message:
        rule = machine.without_circle(_permitted("moveLesson", command), "moduleId")
        move = editing.lesson_move(command)
        return await records.curriculum.move_lesson(move, self._clock.now(), rule)

    async def _set_prerequisites(
        self, records: CoursePorts, command: SetLessonPrerequisites
    ) -> Message:
        ids = editing.distinct("prerequisiteIds", command.prerequisite_ids)
        permitted = _permitted("setLessonPrerequisites", command)
        rule = machine.without_circle(permitted, "prerequisiteIds")
        needs = LessonNeeds(lesson_id=command.lesson_id, prerequisite_ids=ids)
        seen = _unchanged_lesson(command)
        return await records.curriculum.set_prerequisites(needs, self._clock.now(), rule, seen)

    # --- reviews ----------------------------------------------------------------------------------

    async def _review(self, records: CoursePorts, command: ReviewCourse) -> Message:
        review = await self._checks.run(
            editing.new_review, command, self._new_id(), self._clock.now()
        )
        return await records.reviews.review(review, machine.reviewable(command.by, command.by_role))

    async def _delete_review(self, records: CoursePorts, command: DeleteReview) -> Message:
        rule = machine.own_review(command.by, command.by_role)
        return await records.reviews.delete_review(command.review_id, self._clock.now(), rule)

    def _new_id(self) -> str:
        return str(UUID(bytes=self._random(16), version=4))


def _unchanged_lesson(command: UpdateLesson | SetLessonPrerequisites) -> RevisionRule:
    return revisions.since(command.expected_revision, "LESSON_CHANGED", "lesson")


def _permitted(operation: str, command: Any) -> CourseRule:
    return machine.permitted(operation, command.by, command.by_role)
