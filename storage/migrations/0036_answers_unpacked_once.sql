-- `offset 0`: the long array of answers of a row is unpacked once, and not at each of its uses.
create or replace view live_quiz_answers as
select r.live_quiz_id, r.player_id, r.user_id as owner_id, r.nickname, r.rank, k.question_index,
       k.question_id, k.question, k.right_answer, k.by_person, k.skipped, a.given,
       a.given || coalesce(r.recounted -> k.question_index::text, '{}') as counted,
       r.recounted ? k.question_index::text as is_recounted
from live_quiz_results r
    join live_quiz_question_results k on k.live_quiz_id = r.live_quiz_id
    cross join lateral (select r.answers -> k.question_index as given offset 0) a
where a.given is not null;
