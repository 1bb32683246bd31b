-- The records of users, courses, enrolments and assessments, as in the specification's "Data
-- Models". Where it is silent or contradicts itself: times are timestamptz; a closed set of values
-- is text with a check (two enums of the specification share the name "difficulty"); a course has
-- co-teachers; an account can be disabled; live quizzes and their results are added.

create table users (
    id                     uuid primary key default gen_random_uuid(),
    -- Normalised before it gets here (trimmed, lower case, ASCII), so plain equality is enough.
    email                  varchar(255) not null unique check (email = lower(email)),
    password_hash          varchar(255) not null,
    role                   text not null check (role in ('student', 'educator', 'admin')),
    email_verified         boolean not null default false,
    verification_token     varchar(255) unique,
    password_reset_token   varchar(255) unique,
    password_reset_expires timestamptz,
    last_login             timestamptz,
    disabled_at            timestamptz,
    created_at             timestamptz not null default now(),
    updated_at             timestamptz not null default now(),
    deleted_at             timestamptz
);
create index users_role_idx on users (role);

create table user_profiles (
    id                       uuid primary key default gen_random_uuid(),
    user_id                  uuid not null unique references users on delete cascade,
    full_name                varchar(255) not null,
    bio                      text,
    avatar_url               varchar(500),
    timezone                 varchar(50) not null default 'UTC',
    language                 varchar(10) not null default 'en',
    notification_preferences jsonb not null default '{}',
    privacy_settings         jsonb not null default '{}',
    created_at               timestamptz not null default now(),
    updated_at               timestamptz not null default now()
);

create table courses (
    id               uuid primary key default gen_random_uuid(),
    instructor_id    uuid not null references users on delete cascade,
    title            varchar(255) not null,
    description      text not null,
    slug             varchar(255) not null,
    category         varchar(100) not null,
    difficulty       text not null check (difficulty in ('beginner', 'intermediate', 'advanced')),
    -- In major units: 19.99 USD, 500.00 JPY.
    price            numeric(10, 2) not null default 0 check (price >= 0),
    currency         varchar(3) not null default 'USD',
    enrollment_limit integer check (enrollment_limit > 0),
    enrollment_count integer not null default 0 check (enrollment_count >= 0),
    average_rating   numeric(3, 2),
    total_reviews    integer not null default 0,
    status           text not null default 'draft'
        check (status in ('draft', 'pending_review', 'published', 'archived')),
    published_at     timestamptz,
    thumbnail_url    varchar(500),
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now()
);
create unique index courses_slug_idx on courses (slug);
create index courses_instructor_idx on courses (instructor_id);
create index courses_status_idx on courses (status);
create index courses_category_idx on courses (category);

-- Teachers beside the instructor. They may do in the course what the instructor may.
create table course_teachers (
    course_id uuid not null references courses on delete cascade,
    user_id   uuid not null references users on delete cascade,
    added_at  timestamptz not null default now(),
    primary key (course_id, user_id)
);
create index course_teachers_user_idx on course_teachers (user_id);

create table course_modules (
    id                     uuid primary key default gen_random_uuid(),
    course_id              uuid not null references courses on delete cascade,
    title                  varchar(255) not null,
    description            text,
    order_number           integer not null,
    duration_minutes       integer not null default 0,
    prerequisite_module_id uuid references course_modules on delete set null,
    created_at             timestamptz not null default now(),
    updated_at             timestamptz not null default now()
);
create unique index modules_course_order_idx on course_modules (course_id, order_number);

create table lessons (
    id               uuid primary key default gen_random_uuid(),
    module_id        uuid not null references course_modules on delete cascade,
    title            varchar(255) not null,
    description      text,
    lesson_type      text not null check (lesson_type in ('video', 'text', 'quiz', 'assignment')),
    content_url      varchar(500),
    content_text     text,
    duration_minutes integer,
    order_number     integer not null,
    is_preview       boolean not null default false,
    metadata         jsonb not null default '{}',
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now()
);
create unique index lessons_module_order_idx on lessons (module_id, order_number);

create table enrollments (
    id                  uuid primary key default gen_random_uuid(),
    student_id          uuid not null references users on delete cascade,
    course_id           uuid not null references courses on delete cascade,
    enrolled_at         timestamptz not null default now(),
    completed_at        timestamptz,
    progress_percentage numeric(5, 2) not null default 0
        check (progress_percentage between 0 and 100),
    last_accessed_at    timestamptz,
    -- The migrations that bring payments and certificates make these two foreign keys.
    payment_id          uuid,
    certificate_id      uuid,
    status              text not null default 'active'
        check (status in ('active', 'completed', 'dropped')),
    refund_requested    boolean not null default false,
    refund_processed_at timestamptz,
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now()
);
create unique index enrollments_student_course_idx on enrollments (student_id, course_id);
create index enrollments_student_idx on enrollments (student_id);
create index enrollments_course_idx on enrollments (course_id);
create index enrollments_status_idx on enrollments (status);

create table lesson_progress (
    id                 uuid primary key default gen_random_uuid(),
    enrollment_id      uuid not null references enrollments on delete cascade,
    lesson_id          uuid not null references lessons on delete cascade,
    status             text not null default 'not_started'
        check (status in ('not_started', 'in_progress', 'completed')),
    time_spent_seconds integer not null default 0,
    completed_at       timestamptz,
    quiz_score         integer,
    attempts_count     integer not null default 0,
    last_accessed_at   timestamptz,
    created_at         timestamptz not null default now(),
    updated_at         timestamptz not null default now()
);
create unique index progress_enrollment_lesson_idx on lesson_progress (enrollment_id, lesson_id);
create index progress_lesson_idx on lesson_progress (lesson_id);
create index progress_status_idx on lesson_progress (status);

create table quizzes (
    id                       uuid primary key default gen_random_uuid(),
    lesson_id                uuid not null references lessons on delete cascade,
    title                    varchar(255) not null,
    description              text,
    quiz_type                text not null
        check (quiz_type in ('formative', 'summative', 'practice')),
    time_limit_minutes       integer check (time_limit_minutes > 0),
    passing_score_percentage integer not null check (passing_score_percentage between 0 and 100),
    max_attempts             integer not null default 0 check (max_attempts >= 0),
    randomize_questions      boolean not null default false,
    randomize_options        boolean not null default false,
    show_correct_answers     boolean not null default true,
    show_explanations        boolean not null default true,
    available_from           timestamptz,
    available_until          timestamptz,
    created_at               timestamptz not null default now(),
    updated_at               timestamptz not null default now()
);
create index quizzes_lesson_idx on quizzes (lesson_id);

create table questions (
    id                 uuid primary key default gen_random_uuid(),
    quiz_id            uuid not null references quizzes on delete cascade,
    question_type      text not null check (question_type in
        ('multiple_choice', 'true_false', 'short_answer', 'essay', 'fill_blank', 'matching')),
    question_text      text not null,
    question_media_url varchar(500),
    options            jsonb,            -- an array of texts for multiple_choice, null otherwise
    correct_answer     jsonb not null,   -- protocol.assessments.quizzes.AnswerKey
    explanation        text,
    points             integer not null default 1 check (points >= 0),
    order_number       integer not null,
    difficulty         text not null default 'medium'
        check (difficulty in ('easy', 'medium', 'hard')),
    seconds            integer check (seconds > 0),   -- its time in a live quiz, null: default
    created_at         timestamptz not null default now(),
    updated_at         timestamptz not null default now()
);
create unique index questions_quiz_order_idx on questions (quiz_id, order_number);

-- The row of a game follows its journal (protocol.assessments.live.LiveQuizRow); the handler that
-- opens it writes the first state and `config`, which never changes afterwards.
create table live_quizzes (
    id             uuid primary key,
    course_id      uuid not null references courses on delete cascade,
    quiz_id        uuid not null references quizzes on delete cascade,
    host_id        uuid not null references users on delete cascade,
    title          varchar(255) not null,
    pin            varchar(6),
    phase          text not null default 'lobby' check (phase in
        ('lobby', 'open', 'closed', 'reveal', 'leaderboard', 'finished')),
    question_index integer not null default -1,
    question_count integer not null,
    player_count   integer not null default 0,
    opens_at       timestamptz,
    closes_at      timestamptz,
    started_at     timestamptz,
    finished_at    timestamptz,
    config         jsonb not null default '{}',
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now()
);
-- A PIN names one running game; a finished game gives it back.
create unique index live_quizzes_pin_idx on live_quizzes (pin) where pin is not null;
create index live_quizzes_course_idx on live_quizzes (course_id, created_at desc);
create index live_quizzes_quiz_idx on live_quizzes (quiz_id);
create index live_quizzes_host_idx on live_quizzes (host_id);

-- The final board. A guest has a player_id that is no user.
create table live_quiz_results (
    live_quiz_id uuid not null references live_quizzes on delete cascade,
    player_id    text not null,
    user_id      uuid references users on delete set null,
    nickname     varchar(255) not null,
    score        integer not null,
    rank         integer not null,
    correct      integer not null,
    answered     integer not null,
    answers      jsonb not null default '[]',   -- an array of LiveAnswerResult
    primary key (live_quiz_id, player_id)
);
create index live_quiz_results_rank_idx on live_quiz_results (live_quiz_id, rank);
create index live_quiz_results_user_idx on live_quiz_results (user_id);
