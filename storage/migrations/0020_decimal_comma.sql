-- How the numbers in answers to a quiz are written: 1.000,5 or 1,000.5. Without it 1,000 was one.
alter table quizzes add column decimal_comma boolean not null default false;
