"""The enrollments domain in the schema: enrolling, progress, and how students are brought in."""

from gateway.graphql.accounts import own_account
from gateway.graphql.commands import done, repeatable
from gateway.graphql.domain import Domain, Feed, Mutation, reads_back
from gateway.graphql.domains.enrollments import enrolling, invitations
from protocol import topics

ENROLLMENT = reads_back("enrollment", "enrollment_id")
LINK = reads_back("enrollmentLink", "link_id")

DOMAIN = Domain(
    "enrollments",
    mutations={
        "enrollInCourse": Mutation(repeatable(enrolling.enroll), ENROLLMENT),
        "updateLessonProgress": Mutation(
            repeatable(enrolling.advance), reads_back("lessonProgress", "progress_id")
        ),
        "withdrawEnrollment": Mutation(enrolling.withdraw, done, detail=enrolling.withdrawn),
        "removeStudent": Mutation(enrolling.remove, ENROLLMENT),
        "readmitStudent": Mutation(enrolling.readmit, ENROLLMENT),
        "setAccommodation": Mutation(enrolling.accommodate, ENROLLMENT),
        "createEnrollmentLink": Mutation(repeatable(invitations.create_link), LINK),
        "revokeEnrollmentLink": Mutation(invitations.revoke_link, LINK),
        "enrollByLink": Mutation(repeatable(invitations.enroll_by_link), ENROLLMENT),
        "inviteStudents": Mutation(invitations.invite, invitations.invited),
        "removeInvitation": Mutation(invitations.remove, invitations.removed),
    },
    signed_in=frozenset({"myEnrollments", "enrollment", "enrollmentProgress", "courseEnrollments"}),
    feeds={
        "progressUpdated": Feed(
            topic=lambda arguments, user: topics.user(user.user_id),
            authorize=own_account("progressUpdated"),
            payloads={"progress.changed": enrolling.progress},
            reads={"enrollment": "eventEnrollment", "lesson": "eventLesson"},
        )
    },
)
