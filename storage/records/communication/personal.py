"""Personal data in the communication domain: threads and posts in discussions."""

from __future__ import annotations

from storage.records.traces import Trace

TRACES = (
    Trace(
        table="discussion_threads",
        columns=("author_id",),
        shows="id, course_id, title, content, created_at",
        erase="update discussion_threads set title = '…', content = '' where author_id = $1",
    ),
    Trace(
        table="discussion_posts",
        columns=("author_id",),
        shows="id, thread_id, content, edit_history, created_at",
        erase="update discussion_posts set content = '', edit_history = null,"
        " is_deleted = true where author_id = $1",
    ),
)
