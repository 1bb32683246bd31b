-- A teacher's notes to a question are for whoever teaches with it, and a game keeps those it began with.
-- Games that count down to a question have a phase for it.

alter table questions add column notes text;
alter table live_quiz_questions add column notes text;

alter table live_quizzes drop constraint live_quizzes_phase_check;
alter table live_quizzes add constraint live_quizzes_phase_check check (phase in
    ('lobby', 'announced', 'open', 'closed', 'reveal', 'leaderboard', 'finished'));
