-- The questions of all courses that somebody teaches are searched by their words, as titles are.
-- Pictures are objects under names that nobody guesses. One is kept as long as a question has it, or a
-- game that asked that question; a course that goes leaves its pictures to the job that removes others.

alter table questions
    add column question_key text not null generated always as (search_key(question_text)) stored,
    add column question_media_alt varchar(500);
alter table live_quiz_questions add column question_media_alt varchar(500);

create table quiz_pictures (
    name       varchar(60) primary key,   -- the end of its address, /pictures/<name>
    course_id  uuid references courses on delete set null,
    created_at timestamptz not null
);
create index quiz_pictures_course_idx on quiz_pictures (course_id);
create index quiz_pictures_created_idx on quiz_pictures (created_at);
create index questions_media_idx on questions (question_media_url)
    where question_media_url is not null;
create index live_quiz_questions_media_idx on live_quiz_questions (question_media_url)
    where question_media_url is not null;
