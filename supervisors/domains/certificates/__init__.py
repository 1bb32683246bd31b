"""Certificates: issued when a course has been completed; files are removed on erasure."""

from __future__ import annotations

from actors.certificates.handler import CertificatesHandler
from gateway.certificates.addresses import Addresses
from gateway.certificates.pages import Certificates, certificate_pages
from gateway.certificates.renderer import PdfRenderer
from gateway.domain_pages import DomainPages
from gateway.emails.certificates import EMAILS
from protocol.certificates import (
    RENDER_CERTIFICATE,
    CertificateReissued,
    CertificatesErased,
    Completion,
    IssueCertificate,
    RemoveCertificateFiles,
    pdf_keys,
)
from protocol.courses.events import CompletionOutlived
from protocol.enrollments import CourseCompleted
from protocol.envelope import Address
from storage.records.certificates import PostgresCertificateRecords
from supervisors.domain import NodeDomain, PageResources, Resources
from supervisors.domains.certificates.renderer import CertificateRenderer
from supervisors.jobs import Handlers
from supervisors.subscribers import FollowUp, Reactions


def make_handler(node: Resources) -> CertificatesHandler:
    """Make the handler that issues and revokes certificates."""
    return CertificatesHandler(
        records=PostgresCertificateRecords(node.database),
        objects=node.objects,
        clock=node.clock,
        random=node.random,
        site=node.base_url,
    )


def make_jobs(node: Resources) -> Handlers:
    """Make the handlers of jobs: rendering the PDF of an issued certificate."""
    records = PostgresCertificateRecords(node.database)
    renderer = CertificateRenderer(records, PdfRenderer(), node.objects, node.clock)
    return {RENDER_CERTIFICATE: renderer.render}


def make_pages(node: PageResources) -> DomainPages:
    """Make the public pages: verification of a certificate, its PDF and its badge."""

    def addresses() -> Addresses:
        return Addresses(node.base_url(), tuple(node.former_addresses))

    return certificate_pages(
        Certificates(node.reads, node.objects, node.signing_keys, addresses, node.post)
    )


def issue_outlived(event: CompletionOutlived) -> IssueCertificate:
    """The command for a course that was deleted before its certificate was issued."""
    outlived = Completion(
        course_id=event.course_id,
        student_id=event.student_id,
        instructor_id=event.instructor_id,
        course_title=event.course_title,
        completed_at=event.completed_at,
    )
    return IssueCertificate(enrollment_id=event.enrollment_id, outlived=outlived)


REACTIONS: Reactions = {
    CompletionOutlived: (FollowUp(Address("certificates", ""), issue_outlived),),
    CourseCompleted: (
        FollowUp(
            Address("certificates", ""),
            lambda event: IssueCertificate(enrollment_id=event.enrollment_id),
        ),
    ),
    CertificatesErased: (
        FollowUp(
            Address("certificates", ""),
            lambda event: RemoveCertificateFiles(numbers=event.numbers, keys=event.keys),
        ),
    ),
    CertificateReissued: (
        FollowUp(
            Address("certificates", ""),
            lambda event: RemoveCertificateFiles(keys=pdf_keys(event.number, event.issue - 1)),
        ),
    ),
}

DOMAIN = NodeDomain(
    name="certificates",
    handlers=(make_handler,),
    reactions=REACTIONS,
    jobs=(make_jobs,),
    emails=EMAILS,
    pages=(make_pages,),
)
