-- Whether several options of a multiple choice may be chosen is said by the author and shown to who
-- answers. Derived from the key it would tell how many options are right.
alter table questions add column multiple boolean;

update questions set multiple = jsonb_array_length(correct_answer -> 'correct') > 1
where question_type = 'multiple_choice';

alter table questions add constraint questions_multiple_check
    check ((question_type = 'multiple_choice') = (multiple is not null));
