-- Discussions of courses, as in the specification's "Data Models", with times as timestamptz.

create table discussion_threads (
    id               uuid primary key default gen_random_uuid(),
    course_id        uuid not null references courses on delete cascade,
    author_id        uuid not null references users on delete cascade,
    category         varchar(100) not null,
    title            varchar(255) not null,
    content          text not null,
    is_pinned        boolean not null default false,
    is_locked        boolean not null default false,
    view_count       integer not null default 0,
    reply_count      integer not null default 0,
    last_activity_at timestamptz not null default now(),
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now()
);
create index threads_course_idx on discussion_threads (course_id);
create index threads_category_idx on discussion_threads (category);
create index threads_last_activity_idx on discussion_threads (last_activity_at);

create table discussion_posts (
    id             uuid primary key default gen_random_uuid(),
    thread_id      uuid not null references discussion_threads on delete cascade,
    author_id      uuid not null references users on delete cascade,
    parent_post_id uuid references discussion_posts on delete set null,
    content        text not null,
    upvote_count   integer not null default 0,
    is_solution    boolean not null default false,
    edited_at      timestamptz,
    edit_history   jsonb,
    is_deleted     boolean not null default false,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now()
);
create index posts_thread_idx on discussion_posts (thread_id);
create index posts_author_idx on discussion_posts (author_id);
