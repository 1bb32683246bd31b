"""Which kinds of durable jobs this node runs, its own and its domains', and what does each."""

from __future__ import annotations

from gateway.email_writing import Wording
from protocol.jobs import JobKind
from protocol.mail import SEND_EMAIL
from storage.records.emails import PostgresEmailRecipients
from supervisors.domains import DOMAINS
from supervisors.jobs import Handler, Handlers
from supervisors.mailer import Mailer, make_transport
from supervisors.node import Node
from supervisors.resources import make_resources

WORDING: Wording = {kind: say for domain in DOMAINS for kind, say in domain.emails.items()}
"""Of the e-mails of all domains."""


def make_job_handlers(node: Node) -> Handlers:
    """By kind."""
    mailer = Mailer(
        PostgresEmailRecipients(node.database),
        make_transport(node.settings, node.clock),
        WORDING,
        base_url=lambda: node.base_url,
    )
    handlers: dict[JobKind, Handler] = {SEND_EMAIL: mailer.send}
    resources = make_resources(node, node.directory)
    for domain in DOMAINS:
        for make_jobs in domain.jobs:
            handlers.update(make_jobs(resources))
    return handlers
