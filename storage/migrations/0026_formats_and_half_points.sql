-- The formatted texts of a question beside its plain ones (protocol.assessments.formats.Formats), and
-- points with a half. Without precision, so that whole numbers stay written as they were: 1, not 1.0.
alter table questions
    add column formats jsonb,
    alter column points type numeric,
    add constraint questions_points_halves check (points * 2 = trunc(points * 2));
alter table live_quiz_results alter column score type numeric;
