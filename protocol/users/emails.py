"""The contents of e-mails about accounts. The wording is in `gateway.emails.users`."""

from __future__ import annotations

from protocol.mail import EmailContent


class ConfirmAddress(EmailContent, frozen=True, kw_only=True, tag="confirm_address"):
    """To a new user: prove that the address is yours."""

    token: str


class PasswordReset(EmailContent, frozen=True, kw_only=True, tag="reset_password"):
    """To a user who forgot the password."""

    token: str


class PasswordChanged(EmailContent, frozen=True, kw_only=True, tag="password_changed"):
    """To the owner, in case somebody else did it."""


class ConfirmNewAddress(EmailContent, frozen=True, kw_only=True, tag="confirm_new_address"):
    """To the new address of a user."""

    token: str


class AddressChanged(EmailContent, frozen=True, kw_only=True, tag="address_changed"):
    """To the former address, in case somebody else did it."""

    new_email: str
