"""The content domain in the schema: uploads, and the resources and films of a course."""

from gateway.graphql.commands import done, repeatable
from gateway.graphql.domain import ActorQuery, Domain, Mutation, reads_back
from gateway.graphql.domains.content import files, videos

RESOURCE = reads_back("courseResource", "resource_id")
VIDEO = reads_back("video", "video_id")

DOMAIN = Domain(
    "content",
    mutations={
        "generateUploadUrl": Mutation(files.generate, files.shown),
        "abandonUpload": Mutation(files.abandon, done, detail=files.abandoned),
        "addCourseResource": Mutation(files.add_resource, RESOURCE),
        "addCourseLink": Mutation(repeatable(files.add_link), RESOURCE),
        "updateCourseResource": Mutation(files.update, RESOURCE),
        "deleteCourseResource": Mutation(files.delete, done, detail=files.deleted),
        "addVideo": Mutation(videos.add, VIDEO),
        "updateVideo": Mutation(videos.update, VIDEO),
        "retryVideo": Mutation(videos.retry, VIDEO),
        "deleteVideo": Mutation(videos.delete, done, detail=videos.deleted),
        "setVideoCaptions": Mutation(videos.set_captions, VIDEO),
        "deleteVideoCaptions": Mutation(
            videos.delete_captions, done, detail=videos.captions_deleted
        ),
    },
    actor_queries={
        "upload": ActorQuery(files.show, files.shown),
        "resourceLink": ActorQuery(files.link, files.linked),
        "generateStreamingUrl": ActorQuery(videos.stream_lesson, videos.streamed, guests=True),
        "videoPreview": ActorQuery(videos.stream_video, videos.streamed),
    },
)
