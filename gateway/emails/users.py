"""What e-mails about an account say."""

from __future__ import annotations

from gateway.email_writing import Said, Wording
from protocol.users.emails import (
    AddressChanged,
    ConfirmAddress,
    ConfirmNewAddress,
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
    PasswordReset: _reset,
    PasswordChanged: _password,
    ConfirmNewAddress: _new_address,
    AddressChanged: _address,
}
