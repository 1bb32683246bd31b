-- Films of courses: what was uploaded, what browsers play, and their captions.

create table video_encodings (
    id uuid primary key,                      -- its files lie below videos/<id>/
    source_id uuid references files,          -- until it is ready; then what was uploaded may go
    state varchar(10) not null default 'waiting'
        check (state in ('waiting', 'processing', 'ready', 'failed')),
    progress smallint not null default 0 check (progress between 0 and 100),
    fault varchar(30) check ((state = 'failed') = (fault is not null)),
    duration_ms integer,
    width integer,
    height integer,
    bytes bigint not null default 0,          -- of all its files
    created_at timestamptz not null,
    ended_at timestamptz,                     -- since when it is ready or has failed
    removing boolean not null default false   -- its files may be gone already
);
create index video_encodings_source on video_encodings (source_id);
create index video_encodings_removing on video_encodings (created_at) where removing;

create table videos (
    id uuid primary key,
    course_id uuid not null references courses on delete cascade,
    title varchar(200) not null,
    file_name varchar(150) not null,
    size bigint not null,                     -- of what was uploaded
    shown_id uuid references video_encodings, -- what plays; of copies of a course, too
    next_id uuid references video_encodings,  -- what is being made of a newer file, or failed
    added_by uuid references users on delete set null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index videos_course on videos (course_id, title, id);
create index videos_shown on videos (shown_id);
create index videos_next on videos (next_id);
create index videos_added_by on videos (added_by);

create table video_captions (
    video_id uuid not null references videos on delete cascade,
    language varchar(35) not null,
    label varchar(100) not null,
    object_key varchar(200) not null,
    primary key (video_id, language)
);

alter table lessons add column video_id uuid references videos;
create index lessons_video on lessons (video_id);
