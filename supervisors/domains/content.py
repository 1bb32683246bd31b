"""Content: uploads, the resources and films of courses, and the files that nothing needs."""

from __future__ import annotations

from actors.content.handler import ContentHandler
from actors.content.inspection import Inspection
from actors.content.processing import Processing
from actors.content.uploading import Uploading
from actors.content.videos import VideoHandler
from protocol.content.jobs import COLLECT_FILES, PROCESS_VIDEO
from protocol.content.values import GIB
from storage.records.content import PostgresContentRecords, PostgresVideoRecords
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


def make_video_handler(node: Resources) -> VideoHandler:
    """Make the handler of films."""
    return VideoHandler(
        records=PostgresVideoRecords(node.database),
        uploading=make_uploading(node),
        objects=node.objects,
        streams=node.streams,
        clock=node.clock,
        random=node.random,
    )


def make_jobs(node: Resources) -> Handlers:
    """Make the handlers of jobs: processing films, and removing files that nothing needs."""
    uploading = make_uploading(node)
    processing = Processing(
        records=PostgresVideoRecords(node.database),
        objects=node.objects,
        transcoder=node.transcoder,
        clock=node.clock,
    )

    async def collect(job: RunningJob) -> None:
        job.removed += await processing.collect()
        job.removed += await uploading.collect()

    async def process(job: RunningJob) -> None:
        last = job.claim.attempt >= job.kind.attempts
        await processing.process(job.payload.encoding_id, job.report, last=last)

    return {COLLECT_FILES: collect, PROCESS_VIDEO: process}


DOMAIN = NodeDomain(name="content", handlers=(make_handler, make_video_handler), jobs=(make_jobs,))
