-- How much longer a student has for each question of the course's live games. It goes with the enrolment.
alter table enrollments
    add column extra_time double precision not null default 1 check (extra_time between 1 and 4);
