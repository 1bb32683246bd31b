-- Files that people upload, and the resources of a course, which are files in versions, or links.

create table files (
    id uuid primary key,
    owner_id uuid references users on delete set null,
    course_id uuid references courses on delete set null,
    use varchar(20) not null,
    object_key varchar(200) not null unique,
    storage_upload text not null default '',  -- the storage's name for the upload
    name varchar(150) not null,
    content_type varchar(150) not null,
    size bigint not null check (size > 0),
    created_at timestamptz not null,
    taken_at timestamptz,                     -- since when something has it
    removing boolean not null default false   -- its object may be gone already
);
create index files_owner on files (owner_id);
create index files_course on files (course_id);
create index files_untaken on files (created_at) where taken_at is null;
create index files_removing on files (created_at) where removing;

create table course_resources (
    id uuid primary key,
    course_id uuid not null references courses on delete cascade,
    kind varchar(10) not null check (kind in ('file', 'link')),
    title varchar(200) not null,
    folder varchar(100) not null default '',
    url varchar(500) check ((kind = 'link') = (url is not null)),
    file_name varchar(150) check ((kind = 'file') = (file_name is not null)),
    content_type varchar(150),
    size bigint,
    version integer not null default 1,
    added_by uuid references users on delete set null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index course_resources_course on course_resources (course_id, folder, title, id);
create index course_resources_added_by on course_resources (added_by);

create table course_resource_versions (
    resource_id uuid not null references course_resources on delete cascade,
    version integer not null,
    file_id uuid not null references files,   -- of copies of a course, too
    file_name varchar(150) not null,
    size bigint not null,
    added_at timestamptz not null,
    primary key (resource_id, version)
);
create index course_resource_versions_file on course_resource_versions (file_id);
