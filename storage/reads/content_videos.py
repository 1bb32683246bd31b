"""Films in the read model.

Who works on a course sees them all; whoever may open a lesson sees the one that it shows.
"""

from __future__ import annotations

from typing import Final

from storage.course_of import course_of_module
from storage.reads import rules
from storage.reads.model import Form, Many, One, Root, Type, Value, identifier, instant, plain, text
from storage.reads.unlocking import unlocked

VIDEOS: Final = """(
    select v.*, case when v.shown_id is not null then 'READY' when n.state = 'failed' then 'FAILED'
                     else 'PROCESSING' end as status,
           case when n.state in ('waiting', 'processing') then n.progress end as progress,
           upper(n.fault) as fault, s.duration_ms, s.width, s.height
    from videos v left join video_encodings s on s.id = v.shown_id
        left join video_encodings n on n.id = v.next_id
)"""
SECONDS: Final = "trim_scale({t}.duration_ms / 1000.0)"

VIDEO = Type(
    name="Video",
    table=VIDEOS,
    fields={
        "id": identifier(),
        "course": One(type="Course", join="{t}.id = {p}.course_id"),
        "title": text("title"),
        "status": Value(sql="{t}.status", form=Form.QUOTED),
        "progress": plain("progress", nullable=True),
        "fault": Value(sql="{t}.fault", form=Form.QUOTED, nullable=True),
        "durationSeconds": Value(sql=SECONDS, form=Form.PLAIN, nullable=True),
        "width": plain("width", nullable=True),
        "height": plain("height", nullable=True),
        "fileName": text("file_name"),
        "size": plain("size"),
        "captions": Many(type="VideoCaptions", join="{t}.video_id = {p}.id", order="{t}.language"),
        "lessons": Many(
            type="Lesson", join="{t}.video_id = {p}.id", order="{t}.created_at, {t}.id"
        ),
        "addedBy": One(type="User", join="{t}.id = {p}.added_by", nullable=True),
        "createdAt": instant("created_at"),
        "updatedAt": instant("updated_at"),
    },
)

CAPTIONS = Type(
    name="VideoCaptions",
    table="video_captions",
    fields={"language": text("language"), "label": text("label")},
)

STAFF: Final = rules.visible("Video", "{t}.course_id")
OPEN: Final = "{p}.is_preview or " + rules.visible(
    "Lesson.video", course_of_module("{p}.module_id"), students=unlocked("{p}")
)
OF_COURSE = {
    "videos": Many(
        type="Video",
        join=f"{{t}}.course_id = {{p}}.id and {STAFF}",
        order="{t}.title, {t}.id",
    )
}
OF_LESSON = {
    "video": One(type="Video", join=f"{{t}}.id = {{p}}.video_id and ({OPEN})", nullable=True)
}
SEEN: Final = f"{{t}}.id = {{id}} and {STAFF}"
NODE = One(type="Video", join=SEEN, nullable=True)
ROOT = Root(shape=NODE, arguments={"id": "uuid"})
