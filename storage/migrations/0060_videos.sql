-- Films of courses: what was uploaded, what browsers play, and their captions.

create table video_encodings (
    id uuid primary key,                      -- its files lie below videos/<id>/
    source_id uuid references files on delete set null,  -- may go once it is ready
    state varchar(10) not null default 'waiting'
        check (state in ('waiting', 'processing', 'ready', 'failed')),
    progress smallint not null default 0 check (progress between 0 and 100),
    fault varchar(30) check ((state = 'failed') = (fault is not null)),
    duration_ms integer check (duration_ms > 0),
    width integer,
    height integer,
    bytes bigint not null default 0,          -- of all its files
    files varchar(40)[] not null default '{}',
    created_at timestamptz not null,
    ended_at timestamptz check ((state in ('ready', 'failed')) = (ended_at is not null)),
    removing boolean not null default false,  -- its files may be gone already
    check (state <> 'ready' or duration_ms is not null)
);
create index video_encodings_source on video_encodings (source_id);
create index video_encodings_under_way on video_encodings (created_at)
    where state in ('waiting', 'processing');
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
    file_id uuid not null references files,   -- of copies of a course, too
    primary key (video_id, language)
);
create index video_captions_file on video_captions (file_id);

alter table lessons add column video_id uuid references videos on delete set null;
create index lessons_video on lessons (video_id);
