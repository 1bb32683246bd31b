"""Certificates: one is issued when a course has been completed, its files go when it is erased."""

from __future__ import annotations

from actors.certificates.handler import CertificatesHandler
from protocol.certificates import CertificatesErased, IssueCertificate, RemoveCertificateFiles
from protocol.enrollments import CourseCompleted
from protocol.envelope import Address
from storage.records.certificates import PostgresCertificateRecords
from supervisors.domain import NodeDomain, Resources
from supervisors.subscribers import FollowUp, Reactions


def make_handler(node: Resources) -> CertificatesHandler:
    """Issuing and revoking."""
    return CertificatesHandler(
        records=PostgresCertificateRecords(node.database),
        objects=node.objects,
        clock=node.clock,
        random=node.random,
        site=node.base_url,
    )


REACTIONS: Reactions = {
    CourseCompleted: (
        FollowUp(
            Address("certificates", ""),
            lambda event: IssueCertificate(enrollment_id=event.enrollment_id),
        ),
    ),
    CertificatesErased: (
        FollowUp(
            Address("certificates", ""),
            lambda event: RemoveCertificateFiles(numbers=event.numbers),
        ),
    ),
}

DOMAIN = NodeDomain(name="certificates", handlers=(make_handler,), reactions=REACTIONS)
