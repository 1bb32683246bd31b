"""The courses domain in the schema: courses, who teaches them, their curriculum, reviews."""

from gateway.graphql.commands import done, repeatable
from gateway.graphql.domain import Domain, Mutation, reads_back
from gateway.graphql.domains.courses import courses, curriculum, ownership, payloads, reviews, staff
from protocol.courses.commands import (
    ArchiveCourse,
    DeleteCourse,
    OfferCourse,
    PublishCourse,
    RestoreCourse,
    TransferCourse,
)
from protocol.courses.values import TeacherRole

COURSE = reads_back("course", "course_id")
MODULE = reads_back("courseModule", "module_id")
LESSON = reads_back("lesson", "lesson_id")

DOMAIN = Domain(
    "courses",
    mutations={
        "createCourse": Mutation(repeatable(courses.create_course), COURSE),
        "updateCourse": Mutation(courses.update_course, COURSE),
        "uploadCoursePicture": Mutation(courses.upload_picture, courses.picture_stored),
        "publishCourse": Mutation(courses.of_course(PublishCourse), COURSE),
        "archiveCourse": Mutation(courses.of_course(ArchiveCourse), COURSE),
        "restoreCourse": Mutation(courses.of_course(RestoreCourse), COURSE),
        "deleteCourse": Mutation(
            courses.of_course(DeleteCourse), done, detail=payloads.course_deleted
        ),
        "cloneCourse": Mutation(repeatable(courses.clone_course), COURSE),
        "addCoTeacher": Mutation(staff.add_teacher(TeacherRole.CO_TEACHER), COURSE),
        "addAssistant": Mutation(staff.add_teacher(TeacherRole.ASSISTANT), COURSE),
        "removeTeacher": Mutation(staff.remove_teacher, done, detail=payloads.teacher_removed),
        "offerCourse": Mutation(ownership.to_educator(OfferCourse), COURSE),
        "acceptCourse": Mutation(ownership.accept, COURSE),
        "declineCourse": Mutation(ownership.decline, ownership.declined),
        "transferCourse": Mutation(ownership.to_educator(TransferCourse), COURSE),
        "addModule": Mutation(repeatable(curriculum.add_module), MODULE),
        "updateModule": Mutation(curriculum.update_module, MODULE),
        "deleteModule": Mutation(curriculum.delete_module, done, detail=payloads.module_deleted),
        "reorderModules": Mutation(
            curriculum.reorder_modules, done, detail=payloads.modules_reordered
        ),
        "addLesson": Mutation(repeatable(curriculum.add_lesson), LESSON),
        "updateLesson": Mutation(curriculum.update_lesson, LESSON),
        "deleteLesson": Mutation(curriculum.delete_lesson, done, detail=payloads.lesson_deleted),
        "reorderLessons": Mutation(
            curriculum.reorder_lessons, done, detail=payloads.lessons_reordered
        ),
        "moveLesson": Mutation(curriculum.move_lesson, LESSON),
        "setLessonPrerequisites": Mutation(curriculum.set_prerequisites, LESSON),
        "reviewCourse": Mutation(reviews.review, reads_back("courseReview", "review_id")),
        "deleteReview": Mutation(reviews.delete_review, done, detail=payloads.review_deleted),
    },
    signed_in=frozenset({"myCourses", "myCourseOffers"}),
)
