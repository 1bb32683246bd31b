-- Courses, whole: assistants beside co-teachers, prerequisites of lessons, reviews. Order numbers
-- are checked at the end of a statement's transaction, so that reordering is one update.

alter table course_teachers add column role text not null default 'co_teacher'
    check (role in ('co_teacher', 'assistant'));

drop index modules_course_order_idx;
alter table course_modules add constraint modules_course_order_key
    unique (course_id, order_number) deferrable initially immediate;
drop index lessons_module_order_idx;
alter table lessons add constraint lessons_module_order_key
    unique (module_id, order_number) deferrable initially immediate;
create index modules_prerequisite_idx on course_modules (prerequisite_module_id);

-- A lesson opens for students when the lessons it builds on are completed.
create table lesson_prerequisites (
    lesson_id       uuid not null references lessons on delete cascade,
    prerequisite_id uuid not null references lessons on delete cascade,
    primary key (lesson_id, prerequisite_id),
    check (lesson_id <> prerequisite_id)
);
create index lesson_prerequisites_needed_idx on lesson_prerequisites (prerequisite_id);

create table course_reviews (
    id         uuid primary key default gen_random_uuid(),
    course_id  uuid not null references courses on delete cascade,
    student_id uuid not null references users on delete cascade,
    rating     integer not null check (rating between 1 and 5),
    comment    text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (course_id, student_id)
);
create index course_reviews_newest_idx on course_reviews (course_id, created_at desc, id desc);
create index course_reviews_student_idx on course_reviews (student_id);

-- The lists of courses, in each of their orders.
create index courses_newest_idx on courses (created_at desc, id desc) where status = 'published';
create index courses_title_idx on courses (lower(title), id) where status = 'published';
create index courses_popular_idx on courses (enrollment_count desc, id desc)
    where status = 'published';
create index courses_rated_idx on courses (coalesce(average_rating, 0) desc, id desc)
    where status = 'published';
create index courses_price_idx on courses (price, id) where status = 'published';
