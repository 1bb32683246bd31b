-- The ids of the questions of a version, so that one sees without reading them all whether it asks a question.
alter table quiz_versions
    add column question_ids jsonb generated always as (jsonb_path_query_array(questions, '$[*].id')) stored;
