"""What the certificates domain brings to the shared tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from protocol.certificates import (
    CertificateEvent,
    CertificateIssued,
    CertificateReinstated,
    CertificateReissued,
    CertificateRevoked,
    CertificatesErased,
    Congratulation,
    IssueCertificate,
    ReinstateCertificate,
    ReissueCertificate,
    RenderCertificate,
    RevokeCertificate,
)
from protocol.envelope import Message
from protocol.permissions import Relation
from tests.storage.reads.resolvers.certificates import RESOLVERS
from tests.storage.reads.rows import START, School, uid
from tests.support.domain import (
    CommandSamples,
    DomainSamples,
    EventSamples,
    Further,
    ReadSamples,
)
from tests.support.world import Make, World

COMPLETE = "update enrollments set status = 'completed', completed_at = now() where id::text = $1"
RESUME = "update enrollments set status = 'active', completed_at = null where id::text = $1"
COMPLETE_ALL = """
update enrollments set status = 'completed', completed_at = now(), certificate_id = null
where status <> 'dropped'
"""


def add_rows(school: School) -> None:
    """Stu's for `old`, which was revoked."""
    for enrollment in school.rows("enrollments"):
        if enrollment["id"] == uid("old-stu"):
            enrollment["certificate_id"] = uid("certificate")
    school.add(
        "certificates",
        id=uid("certificate"),
        enrollment_id=uid("old-stu"),
        student_id=uid("stu"),
        course_id=uid("old"),
        time_zone="Europe/Paris",
        issue=2,
        certificate_id="AAAA-BBBB-CCCC-DDDD",
        pdf_url="https://school.example/certificates/AAAA-BBBB-CCCC-DDDD.pdf",
        verification_url="https://school.example/certificates/AAAA-BBBB-CCCC-DDDD",
        student_name="Stu of old",
        course_title="Course of old",
        instructor_name="Ada of old",
        completed_at=START,
        issued_at=START + timedelta(days=1),
        revoked_at=START + timedelta(days=2),
        revocation_reason='Only "pretended"',
    )


async def furnish(world: World) -> None:
    """The owner's, from a day on which the course was completed."""
    rows, enrollment_id = world.desk.school.rows, world.ids["enrollment"]
    await rows(COMPLETE, enrollment_id)
    issued = await world.do(IssueCertificate(enrollment_id=enrollment_id))
    world.ids["certificate"] = issued.number
    await rows(RESUME, enrollment_id)


def revoke(world: World, who: Relation) -> Message:
    return RevokeCertificate(**world.by(who), number=world.ids["certificate"], reason="x")


def reinstate(world: World, who: Relation) -> Message:
    return ReinstateCertificate(**world.by(who), number=world.ids["certificate"], reason="x")


def reissue(world: World, who: Relation) -> Message:
    return ReissueCertificate(
        **world.by(who), number=world.ids["certificate"], student_name="Stu B", reason="x"
    )


async def revoked(world: World) -> Mapping[str, Any]:
    await world.desk.school.rows("update certificates set revoked_at = now()")
    return {}


SIGNED_IN: Mapping[str, Make] = {
    "revokeCertificate": revoke,
    "reinstateCertificate": reinstate,
    "reissueCertificate": reissue,
}


FILTERS: Mapping[str, Mapping[str, st.SearchStrategy[Any]]] = {
    "CertificateFilter": {
        "number": st.sampled_from(["AAAA", " aaaa-bbbb-cccc-dddd ", "BBBB", "%", ""]),
        "text": st.sampled_from(["STU", "old course", "nobody", "%", ""]),
        "courseId": st.sampled_from([str(uid("old")), str(uid("open")), "nothing"]),
        "studentId": st.sampled_from([str(uid("stu")), str(uid("tim"))]),
        "revoked": st.booleans(),
    },
}


async def issue(world: World) -> Message:
    """As follows from the completion of a course."""
    rows = world.desk.school.rows
    await rows(COMPLETE_ALL)
    await rows("delete from certificates")
    return IssueCertificate(enrollment_id=world.ids["enrollment"])


DOMAIN = DomainSamples(
    name="certificates",
    reads=ReadSamples(
        add_rows=add_rows,
        resolvers=RESOLVERS,
        filters=FILTERS,
        arguments={
            "certificateId": (
                *("AAAA-BBBB-CCCC-DDDD", " aaaa-bbbb-cccc-dddd "),
                *("nothing", "' or '1'='1"),
            )
        },
    ),
    commands=CommandSamples(
        furnish=furnish,
        signed_in=SIGNED_IN,
        fits={"reinstateCertificate": revoked},
        further={"issued certificate": Further(make=issue, statements=4)},
    ),
    emails=((Congratulation(number="ABC-1", course_title="<b>Stars</b>"), "/certificates/ABC-1"),),
    events=EventSamples(
        announced=(
            CertificateIssued,
            CertificateRevoked,
            CertificateReinstated,
            CertificateReissued,
        ),
        quiet=(CertificatesErased,),
        others=frozenset({CertificateEvent, RenderCertificate}),
    ),
)
