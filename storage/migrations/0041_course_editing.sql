-- What several people edit has a revision, which each change of it increases: who has seen an older one is told
-- before the newer one is lost.

alter table courses add column revision integer not null default 1 check (revision > 0);
alter table course_modules add column revision integer not null default 1 check (revision > 0);
alter table lessons add column revision integer not null default 1 check (revision > 0);
alter table user_profiles add column revision integer not null default 1 check (revision > 0);

-- Pictures that are uploaded are those of courses, too. One is kept as long as anything shows it.

alter table courses add column thumbnail_alt varchar(500);
create index courses_thumbnail_idx on courses (thumbnail_url) where thumbnail_url is not null;
alter table quiz_pictures rename to pictures;
alter table pictures rename constraint quiz_pictures_course_id_fkey to pictures_course_id_fkey;
alter index quiz_pictures_pkey rename to pictures_pkey;
alter index quiz_pictures_course_idx rename to pictures_course_idx;
alter index quiz_pictures_created_idx rename to pictures_created_idx;
