-- Pools: questions of a quiz of which each attempt asks some, drawn at random.

-- An array of protocol.assessments.quizzes.Pool, in order. A question names its pool.
alter table quizzes add column pools jsonb not null default '[]';
alter table questions add column pool varchar(100);
alter table quiz_versions add column pools jsonb not null default '[]';

-- The ids of the questions that the attempt asks; null: all of its version.
alter table quiz_submissions add column drawn jsonb;
