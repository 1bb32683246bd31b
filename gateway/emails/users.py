"""The texts of e-mails about accounts."""

from __future__ import annotations

from gateway.email_writing import Said, Wording
from protocol.users.emails import (
    AddressChanged,
    AddressWanted,
    AlreadyRegistered,
    ConfirmAddress,
    ConfirmNewAddress,
    FinishRegistration,
    InvitedAsEducator,
    PasswordChanged,
    PasswordReset,
)

IGNORE = "If this was not you, ignore this e-mail: nothing has changed."
NOT_YOU = "If this was not you, set a new password at once, and tell the people who run this site."


def _confirm(message: ConfirmAddress) -> Said:
    return Said(
        subject="Confirm your e-mail address",
        before=("Welcome to Stoa. Please confirm that this address is yours.",),
        action="Confirm the address",
        path=f"/account#verify={message.token}",
        after=("The link is good for three days.", "If you did not register, ignore this e-mail."),
    )


def _finish(message: FinishRegistration) -> Said:
    return Said(
        subject="Finish your registration",
        before=(
            "Somebody, perhaps you, registered with this address.",
            "To create the account, you need the password that you chose.",
        ),
        action="Finish the registration",
        path=f"/account#register={message.token}",
        after=(
            "The link is good for three days.",
            "If you did not register, ignore this e-mail: there is no account.",
        ),
    )


def _invited(message: InvitedAsEducator) -> Said:
    return Said(
        subject="You are invited to teach",
        before=("An administrator invites you to teach here.", "Choose a password to begin."),
        action="Create the account",
        path=f"/account#invitation={message.token}",
        after=("The link is good for seven days.", "If you do not want to, ignore this e-mail."),
    )


def _already(message: AlreadyRegistered) -> Said:
    tried = "Somebody, perhaps you, tried to register with this address. It has an account already."
    if message.closed:
        closed = "That account is closed. If it is yours and you need it, ask who runs this site."
        return Said(subject="You have an account already", before=(tried, closed))
    return Said(
        subject="You have an account already",
        before=(tried, "Sign in as always. If you do not know the password, set a new one."),
        action="Set a new password",
        path="/account",
        after=(IGNORE,),
    )


def _wanted(message: AddressWanted) -> Said:
    return Said(
        subject="Somebody asked for your e-mail address",
        before=(
            "Somebody, perhaps you, asked to make this the address of another account."
            " It is that of your account, so nothing has changed.",
        ),
        after=("To use it for the other account, change the address of this one first.",),
    )


def _reset(message: PasswordReset) -> Said:
    return Said(
        subject="Set a new password",
        before=("Somebody, perhaps you, asked for a new password for your account.",),
        action="Set a new password",
        path=f"/account#reset={message.token}",
        after=("The link is good for an hour, and once.", IGNORE),
    )


def _password(message: PasswordChanged) -> Said:
    return Said(
        subject="Your password has changed",
        before=("The password of your account has changed; every device was signed out.", NOT_YOU),
    )


def _new_address(message: ConfirmNewAddress) -> Said:
    return Said(
        subject="Confirm your new e-mail address",
        before=("This address is to become that of your account.",),
        action="Confirm the new address",
        path=f"/account#email={message.token}",
        after=("The link is good for a day.", IGNORE),
    )


def _address(message: AddressChanged) -> Said:
    return Said(
        subject="Your e-mail address has changed",
        before=(f"The address of your account is now {message.new_email}.", NOT_YOU),
    )


EMAILS: Wording = {
    ConfirmAddress: _confirm,
    FinishRegistration: _finish,
    InvitedAsEducator: _invited,
    AlreadyRegistered: _already,
    AddressWanted: _wanted,
    PasswordReset: _reset,
    PasswordChanged: _password,
    ConfirmNewAddress: _new_address,
    AddressChanged: _address,
}
