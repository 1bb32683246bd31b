-- Certificates, as in the specification's "Data Models", with what stood on them on the day: names
-- and titles change, a certificate does not.

create table certificates (
    id                uuid primary key,
    enrollment_id     uuid not null unique references enrollments on delete cascade,
    certificate_id    varchar(100) not null unique,
    pdf_url           varchar(500) not null,
    verification_url  varchar(500) not null,
    student_name      varchar(255) not null,
    course_title      varchar(255) not null,
    instructor_name   varchar(255) not null,
    completed_at      timestamptz not null,
    issued_at         timestamptz not null,
    revoked_at        timestamptz,
    revocation_reason varchar(500),
    -- The PDF is made and the student written to by a worker, after this.
    print_due_at      timestamptz not null,
    printed_at        timestamptz
);
create index certificates_print_idx on certificates (print_due_at) where printed_at is null;
create index certificates_revoked_idx on certificates (revoked_at) where revoked_at is not null;
alter table enrollments add foreign key (certificate_id) references certificates on delete set null
    deferrable initially deferred;
create index enrollments_certificate_idx on enrollments (certificate_id);
