"""The users domain in the schema: sessions, accounts, profiles, and what admins do with them."""

from gateway.graphql.commands import done
from gateway.graphql.domain import ActorQuery, Domain, Mutation, reads_back
from gateway.graphql.domains.users import accounts, administration, payloads, profiles, sessions

PROFILE = reads_back("profile", "user_id")
USER = reads_back("user", "user_id")

DOMAIN = Domain(
    "users",
    mutations={
        "register": Mutation(sessions.register, sessions.registered, public=True),
        "confirmRegistration": Mutation(
            sessions.confirm_registration, sessions.signed_in, public=True
        ),
        "login": Mutation(sessions.login, sessions.signed_in, public=True),
        "refreshToken": Mutation(sessions.refresh, sessions.signed_in, public=True),
        "logout": Mutation(sessions.logout, sessions.signed_out, public=True),
        "logoutEverywhere": Mutation(sessions.logout_everywhere, sessions.signed_out),
        "endSession": Mutation(sessions.end_session, done, detail=payloads.session_ended),
        "verifyEmail": Mutation(
            accounts.verify_email, done, public=True, detail=payloads.email_verified
        ),
        "resendVerification": Mutation(accounts.resend_verification, done),
        "requestPasswordReset": Mutation(accounts.request_reset, done, public=True),
        "resetPassword": Mutation(accounts.reset_password, done, public=True),
        "changePassword": Mutation(accounts.change_password, sessions.signed_in),
        "requestEmailChange": Mutation(
            accounts.request_email_change, done, detail=payloads.email_change_requested
        ),
        "confirmEmailChange": Mutation(
            accounts.confirm_email_change, done, public=True, detail=payloads.email_changed
        ),
        "updateProfile": Mutation(profiles.update_profile, PROFILE),
        "setAvatar": Mutation(profiles.set_avatar, PROFILE),
        "removeAvatar": Mutation(profiles.remove_avatar, PROFILE),
        "disableUser": Mutation(administration.disable_user, done, detail=payloads.user_disabled),
        "enableUser": Mutation(administration.enable_user, USER),
        "changeRole": Mutation(administration.change_role, USER),
        "inviteEducator": Mutation(administration.invite_educator, done),
        "deleteAccount": Mutation(accounts.delete_account, done, detail=payloads.account_deleted),
        "erasePersonalData": Mutation(
            accounts.erase_personal_data, done, detail=payloads.data_erased
        ),
        "exportPersonalData": Mutation(accounts.export_personal_data, accounts.personal_data),
    },
    actor_queries={"mySessions": ActorQuery(sessions.list_sessions, sessions.listed)},
    signed_in=frozenset({"me", "user", "users", "deletedUsers", "auditTrail"}),
)
