-- A course can pass to another educator, who accepts it; a course has one open offer at most. A student
-- who was removed does not come back until a teacher lets them.

create table course_offers (
    course_id  uuid primary key references courses on delete cascade,
    to_id      uuid not null references users on delete cascade,
    by_id      uuid not null references users on delete cascade,
    offered_at timestamptz not null,
    expires_at timestamptz not null
);
create index course_offers_to_idx on course_offers (to_id);
create index course_offers_by_idx on course_offers (by_id);

alter table enrollments
    add column removed_at timestamptz,
    add column removed_by uuid references users on delete set null,
    add column removal_reason text,
    add constraint enrollments_removed_check check (removed_at is null or status = 'dropped');
create index enrollments_removed_by_idx on enrollments (removed_by) where removed_by is not null;
