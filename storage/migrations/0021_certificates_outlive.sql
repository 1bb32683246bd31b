-- A certificate outlives the course and the enrolment that it was issued for: it names its student
-- itself, and the course as long as there is one. `issue` rises when it is issued again with a
-- corrected name. Those from before were printed with days in UTC, and stay so.

alter table certificates
    add column student_id uuid references users on delete cascade,
    add column course_id uuid references courses on delete set null,
    add column issue integer not null default 1 check (issue > 0),
    add column time_zone varchar(50) not null default 'UTC';
update certificates k
set student_id = e.student_id, course_id = (select c.id from courses c where c.id = e.course_id)
from enrollments e where e.id = k.enrollment_id;
alter table certificates
    alter column student_id set not null,
    alter column enrollment_id drop not null,
    drop constraint certificates_enrollment_id_fkey,
    add constraint certificates_enrollment_id_fkey
        foreign key (enrollment_id) references enrollments on delete set null;
create index certificates_student_idx on certificates (student_id, issued_at desc);
create index certificates_course_idx on certificates (course_id);
create index certificates_superseded_idx on certificates (id) where issue > 1;
