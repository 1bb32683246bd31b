-- Results of live games question by question, and what teachers decide about them afterwards.

-- What became of each question that was revealed (protocol.assessments.live.rows.LiveQuestionRow): the
-- game writes it at the reveal and once more at its end. `question` is the question as it was played.
create table live_quiz_question_results (
    live_quiz_id   uuid not null references live_quizzes on delete cascade,
    question_index integer not null check (question_index >= 0),
    question_id    text not null,
    question       jsonb not null,      -- protocol.assessments.quizzes.Question
    right_answer   jsonb not null,      -- in the form of the answers in live_quiz_results
    by_person      boolean not null,    -- only a person can grade it
    skipped        boolean not null,
    asked          integer not null,    -- players on the board to whom it was open
    answered       integer not null,
    graded         integer not null,    -- right or wrong; who did not answer is wrong
    correct        integer not null,
    partly         integer not null,    -- wrong as a whole, and some points
    elapsed_ms     bigint not null,     -- the sum over the answers
    option_counts  jsonb not null,      -- of each option, or of true and false; else empty
    allotted_ms    integer not null,    -- everybody's time, with extensions
    own_ms         jsonb not null,      -- by player: the time of those who had another
    revealed_at    timestamptz not null,
    primary key (live_quiz_id, question_index)
);
create index live_question_results_idx on live_quiz_question_results (question_id, revealed_at desc);

-- Typed answers that a teacher counts as right too. `folded` is `answer` as it is compared.
create table live_quiz_accepted_answers (
    live_quiz_id   uuid not null,
    question_index integer not null,
    blank          integer not null default 0 check (blank >= 0),
    folded         text not null,
    answer         text not null,
    accepted_by    uuid references users on delete set null,
    accepted_at    timestamptz not null,
    primary key (live_quiz_id, question_index, blank, folded),
    foreign key (live_quiz_id, question_index) references live_quiz_question_results on delete cascade
);
create index live_accepted_answers_by_idx on live_quiz_accepted_answers (accepted_by);

-- What a person gives for an answer that only a person can grade.
create table live_quiz_essay_scores (
    live_quiz_id   uuid not null,
    question_index integer not null,
    player_id      text not null,
    points         numeric not null check (points >= 0 and points * 2 = trunc(points * 2)),
    feedback       text,
    scored_by      uuid references users on delete set null,
    scored_at      timestamptz not null,
    primary key (live_quiz_id, question_index, player_id),
    foreign key (live_quiz_id, question_index) references live_quiz_question_results on delete cascade
);
create index live_essay_scores_by_idx on live_quiz_essay_scores (scored_by);

-- Score, rank and number of right answers are those of now; the others are as the game gave them, null
-- where that is the same. `answers` stays as the game wrote it; `recounted` has, by the index of the
-- question, what is different since: {"3": {"correct": true, "points": 700}}.
alter table live_quiz_results
    add column recounted jsonb,
    add column played_score numeric,
    add column played_rank integer,
    add column played_correct integer;

create function recounted_answers(answers jsonb, recounted jsonb) returns jsonb
language sql immutable parallel safe as $$
    select case when recounted is null then answers else (
        select coalesce(jsonb_agg(
            a.value || coalesce(recounted -> (a.place - 1)::text, '{}') order by a.place), '[]')
        from jsonb_array_elements(answers) with ordinality as a (value, place)
    ) end
$$;

-- Each answer of each player, also where none was given. Of erased players there are none.
create view live_quiz_answers as
select r.live_quiz_id, r.player_id, r.user_id as owner_id, r.nickname, r.rank, k.question_index,
       k.question_id, k.question, k.right_answer, k.by_person, k.skipped,
       r.answers -> k.question_index as given,
       (r.answers -> k.question_index)
           || coalesce(r.recounted -> k.question_index::text, '{}') as counted,
       r.recounted ? k.question_index::text as is_recounted
from live_quiz_results r
    join live_quiz_question_results k on k.live_quiz_id = r.live_quiz_id
where r.answers -> k.question_index is not null;

-- Games from before. What a player had as extra time, and by how much a question was extended, is not
-- in their rows.
insert into live_quiz_question_results
select g.id, a.place - 1, q.id::text,
       jsonb_build_object(
           'id', q.id, 'type', q.question_type, 'text', q.question_text,
           'options', coalesce(q.options, '[]'), 'key', q.correct_answer,
           'explanation', q.explanation, 'media_url', q.question_media_url, 'points', q.points,
           'difficulty', q.difficulty, 'seconds', q.seconds, 'multiple', q.multiple,
           'decimal_comma', z.decimal_comma, 'formats', q.formats),
       coalesce(case q.question_type
           when 'multiple_choice' then (
               select jsonb_agg(q.options -> c.place::integer order by c.n)
               from jsonb_array_elements_text(q.correct_answer -> 'correct')
                   with ordinality as c (place, n))
           when 'true_false' then q.correct_answer -> 'value'
           when 'short_answer' then coalesce(q.correct_answer -> 'accepted', '[]')
               || coalesce(q.correct_answer -> 'patterns', '[]')
               || case when q.correct_answer ->> 'number' is null then '[]'
                       else jsonb_build_array(q.correct_answer ->> 'number') end
           when 'fill_blank' then q.correct_answer -> 'blanks'
           when 'matching' then (
               select jsonb_agg(p.pair -> 1 order by p.n)
               from jsonb_array_elements(q.correct_answer -> 'pairs')
                   with ordinality as p (pair, n))
       end, 'null'),
       q.question_type = 'essay' or (q.question_type = 'short_answer'
           and q.correct_answer ->> 'number' is null
           and coalesce(jsonb_array_length(q.correct_answer -> 'accepted'), 0) = 0
           and coalesce(jsonb_array_length(q.correct_answer -> 'patterns'), 0) = 0),
       false,
       count(*) filter (where a.value ->> 'answer' is not null or a.value ->> 'correct' is not null),
       count(*) filter (where a.value ->> 'answer' is not null),
       count(*) filter (where a.value ->> 'correct' is not null),
       count(*) filter (where (a.value ->> 'correct')::boolean),
       count(*) filter (where not (a.value ->> 'correct')::boolean
                          and (a.value ->> 'points')::numeric > 0),
       coalesce(sum((a.value ->> 'elapsed_ms')::bigint), 0),
       case q.question_type
           when 'multiple_choice' then (
               select jsonb_agg((
                   select count(*) from live_quiz_results o
                   where o.live_quiz_id = g.id
                     and o.answers -> (a.place - 1)::integer -> 'answer' @> jsonb_build_array(t.option)
               ) order by t.n)
               from jsonb_array_elements(q.options) with ordinality as t (option, n))
           when 'true_false' then jsonb_build_array(
               count(*) filter (where a.value -> 'answer' = 'true'),
               count(*) filter (where a.value -> 'answer' = 'false'))
           else '[]'
       end,
       coalesce(q.seconds * 1000, (g.config ->> 'question_ms')::integer, 20000),
       '{}', coalesce(g.finished_at, g.updated_at)
from live_quizzes g
    join quizzes z on z.id = g.quiz_id
    join live_quiz_results r on r.live_quiz_id = g.id
    cross join jsonb_array_elements(r.answers) with ordinality as a (value, place)
    join questions q on q.quiz_id = g.quiz_id and q.id::text = a.value ->> 'question_id'
group by g.id, z.id, q.id, a.place;
