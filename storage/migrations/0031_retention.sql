-- What retention keeps of what it deletes.

-- Journals of finished games, after a replay has proven them: everything up to `version`, compressed.
-- The newest event of each stays in the journal, where the next one must follow it.
create table journal_archives (
    kind        text not null,
    key         text not null,
    version     bigint not null check (version > 0),
    schema      integer not null,     -- the newest among the events
    events      bigint not null,
    first_at    bigint not null,
    last_at     bigint not null,
    archived_at bigint not null,
    data        bytea not null,       -- see storage/journal/archives.py
    primary key (kind, key)
);
alter table journal_archives alter column data set storage external;
create index journal_archives_newer on journal_archives (kind, schema) where schema > 1;

-- What analytics events of a day were, after they are deleted. Days are UTC.
create table analytics_days (
    day        date not null,
    event_type varchar(100) not null,
    events     bigint not null,
    users      bigint not null,       -- different ones on that day
    primary key (day, event_type)
);
