"""Content: uploads and the resources of courses, and collecting the files that nothing needs."""

from __future__ import annotations

from actors.content.handler import ContentHandler
from actors.content.inspection import Inspection
from actors.content.uploading import Uploading
from protocol.content.jobs import COLLECT_FILES
from protocol.content.values import GIB
from storage.records.content import PostgresContentRecords
from supervisors.domain import NodeDomain, Resources
from supervisors.jobs import Handlers
from supervisors.running_job import RunningJob


def make_uploading(node: Resources) -> Uploading:
    """Make what takes uploads, for handlers and jobs."""
    return Uploading(
        records=PostgresContentRecords(node.database),
        objects=node.objects,
        check=Inspection(node.objects, node.cleaner, node.scanner).check,
        clock=node.clock,
        random=node.random,
        school_bytes=node.files_gigabytes * GIB,
    )


def make_handler(node: Resources) -> ContentHandler:
    """Make the handler of uploads and resources."""
    return ContentHandler(
        records=PostgresContentRecords(node.database),
        uploading=make_uploading(node),
        objects=node.objects,
        clock=node.clock,
        random=node.random,
    )


def make_jobs(node: Resources) -> Handlers:
    """Make the handlers of jobs: removing files that nothing needs."""
    uploading = make_uploading(node)

    async def collect(job: RunningJob) -> None:
        job.removed += await uploading.collect()

    return {COLLECT_FILES: collect}


DOMAIN = NodeDomain(name="content", handlers=(make_handler,), jobs=(make_jobs,))
