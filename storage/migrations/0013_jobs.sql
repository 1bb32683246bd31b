-- One queue for all work that follows from a transaction. E-mails and the rendering of certificates
-- move into it with what waits there. Times are milliseconds since the Unix epoch.

-- `ready_at` is when a job may be claimed: its due time, after a failure the next attempt's, and
-- while it runs the end of its lease. `token` rises with every claim, so that a worker whose lease
-- has run out is told from the one that has the job now. A job that is done is deleted.
create table jobs (
    id         bigint generated always as identity primary key,
    kind       text not null,
    payload    jsonb,
    priority   smallint not null default 0,
    unique_key text,
    user_id    uuid references users on delete cascade,
    created_at bigint not null,
    due_at     bigint not null,
    ready_at   bigint not null,
    token      bigint not null default 0,
    attempts   integer not null default 0,
    worker     text,
    cancelled  boolean not null default false,
    progress   smallint not null default 0,
    note       text not null default '',
    last_error text,
    failed_at  bigint
);
create index jobs_claim on jobs (kind, priority desc, ready_at, id) where failed_at is null;
create index jobs_ready on jobs (kind, ready_at) where failed_at is null;
create unique index jobs_unique on jobs (kind, unique_key)
    where unique_key is not null and failed_at is null;
create index jobs_dead on jobs (failed_at) where failed_at is not null;
create index jobs_user on jobs (user_id) where user_id is not null;

insert into jobs (kind, payload, user_id, created_at, due_at, ready_at, attempts, last_error, failed_at)
select 'notifications.send_email',
       case when failed_at is null then jsonb_build_object(
           'type', 'notifications.send_email', 'recipient', recipient, 'content', letter)
       end,
       user_id, extract(epoch from created_at) * 1000, extract(epoch from due_at) * 1000,
       extract(epoch from due_at) * 1000, attempts, last_error, extract(epoch from failed_at) * 1000
from letters;
drop table letters;

insert into jobs (kind, payload, unique_key, user_id, created_at, due_at, ready_at)
select 'certificates.render',
       jsonb_build_object('type', 'certificates.render', 'number', k.certificate_id),
       k.certificate_id, e.student_id, extract(epoch from k.issued_at) * 1000,
       extract(epoch from k.print_due_at) * 1000, extract(epoch from k.print_due_at) * 1000
from certificates k join enrollments e on e.id = k.enrollment_id
where k.printed_at is null;
alter table certificates drop column print_due_at;
alter table certificates rename column printed_at to rendered_at;
