-- Students whom no time limit ends, in a whole course or in one quiz.

alter table enrollments add column unlimited_time boolean not null default false;

-- In the place of what the student has in the course.
create table quiz_accommodations (
    quiz_id       uuid not null references quizzes on delete cascade,
    enrollment_id uuid not null references enrollments on delete cascade,
    extra_time    double precision not null check (extra_time between 1 and 4),
    unlimited     boolean not null,
    primary key (quiz_id, enrollment_id)
);
create index quiz_accommodations_enrollment_idx on quiz_accommodations (enrollment_id);
