-- When the next reminder may be claimed was asked of all of them: one index answers that, and the
-- claim, too.
create index reminders_ready on reminders (greatest(due_at, claimed_until));
drop index reminders_due;
