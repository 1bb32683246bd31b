"""Which kinds of durable jobs this node runs, and what does each."""

from __future__ import annotations

from gateway.certificates.pdf import PdfRenderer
from protocol.certificates import RENDER_CERTIFICATE
from protocol.mail import SEND_EMAIL
from storage.records.certificates import PostgresCertificateRecords
from storage.records.emails import PostgresEmailRecipients
from supervisors.certificate_renderer import CertificateRenderer
from supervisors.jobs import Handlers
from supervisors.mailer import Mailer, make_transport
from supervisors.node import Node


def make_job_handlers(node: Node) -> Handlers:
    """By kind."""
    mailer = Mailer(
        PostgresEmailRecipients(node.database),
        make_transport(node.settings, node.clock),
        base_url=lambda: node.base_url,
    )
    renderer = CertificateRenderer(
        PostgresCertificateRecords(node.database), PdfRenderer(), node.objects, node.clock
    )
    return {SEND_EMAIL: mailer.send, RENDER_CERTIFICATE: renderer.render}
