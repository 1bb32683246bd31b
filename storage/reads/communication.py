"""The communication domain in the read model: discussions, for the payloads of subscriptions.

The right to follow a thread was checked when the subscription began, so its roots are open.
"""

from __future__ import annotations

from storage.reads import rules
from storage.reads.model import Domain, Many, One, Root, Type, identifier, instant, plain, text

COURSE_OF_POST = "(select dt.course_id from discussion_threads dt where dt.id = {t}.thread_id)"

THREAD = Type(
    name="DiscussionThread",
    table="discussion_threads",
    fields={
        "id": identifier(),
        "course": One(type="Course", join="{t}.id = {p}.course_id"),
        "author": One(type="User", join="{t}.id = {p}.author_id"),
        "category": text("category"),
        "title": text("title"),
        "content": text("content"),
        "isPinned": plain("is_pinned"),
        "isLocked": plain("is_locked"),
        "posts": Many(
            type="DiscussionPost",
            join="{t}.thread_id = {p}.id and not {t}.is_deleted",
            order="{t}.created_at, {t}.id",
        ),
        "viewCount": plain("view_count"),
        "replyCount": plain("reply_count"),
        "lastActivityAt": instant("last_activity_at"),
    },
    visible=rules.visible("DiscussionThread", "{t}.course_id"),
)

POST = Type(
    name="DiscussionPost",
    table="discussion_posts",
    fields={
        "id": identifier(),
        "thread": One(type="DiscussionThread", join="{t}.id = {p}.thread_id"),
        "author": One(type="User", join="{t}.id = {p}.author_id"),
        "content": text("content"),
        "parentPost": One(
            type="DiscussionPost",
            join="{t}.id = {p}.parent_post_id and not {t}.is_deleted",
            nullable=True,
        ),
        "upvoteCount": plain("upvote_count"),
        "isSolution": plain("is_solution"),
        "createdAt": instant("created_at"),
    },
    visible=rules.visible("DiscussionPost", COURSE_OF_POST),
)

DOMAIN = Domain(
    types=(THREAD, POST),
    nodes={
        "DiscussionThread": One(type="DiscussionThread", join="{t}.id = {id}", nullable=True),
        "DiscussionPost": One(
            type="DiscussionPost", join="{t}.id = {id} and not {t}.is_deleted", nullable=True
        ),
    },
    roots={
        "eventThread": Root(
            shape=One(type="DiscussionThread", join="{t}.id = {id}", nullable=True, open=True),
            arguments={"id": "uuid"},
        ),
        "eventPost": Root(
            shape=One(
                type="DiscussionPost",
                join="{t}.id = {id} and not {t}.is_deleted",
                nullable=True,
                open=True,
            ),
            arguments={"id": "uuid"},
        ),
    },
)
