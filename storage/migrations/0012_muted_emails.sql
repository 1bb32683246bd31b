-- The kinds of e-mail that a user does not want were kept under the name of letters.
update user_profiles
set notification_preferences = (notification_preferences - 'muted_letters')
    || jsonb_build_object('muted_emails', notification_preferences -> 'muted_letters')
where notification_preferences ? 'muted_letters';
