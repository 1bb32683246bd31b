-- Whether those who played a game of the quiz may answer its questions once more, by themselves. Practice
-- tells the right answers, so where they are hidden it is not allowed either, whatever stands here.

alter table quizzes add column allow_practice boolean not null default true;
