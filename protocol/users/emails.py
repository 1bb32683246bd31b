"""What e-mails about an account tell. The wording is in `gateway.emails.users`."""

from __future__ import annotations

from protocol.mail import EmailContent


class ConfirmAddress(EmailContent, frozen=True, kw_only=True, tag="confirm_address"):
    """To a new user: prove that the address is yours."""

    token: str


class PasswordReset(EmailContent, frozen=True, kw_only=True, tag="reset_password"):
    """To whoever forgot a password."""

    token: str


class PasswordChanged(EmailContent, frozen=True, kw_only=True, tag="password_changed"):
    """To the owner, in case it was somebody else."""


class ConfirmNewAddress(EmailContent, frozen=True, kw_only=True, tag="confirm_new_address"):
    """To the new address of a user."""

    token: str


class AddressChanged(EmailContent, frozen=True, kw_only=True, tag="address_changed"):
    """To the former address, in case it was somebody else."""

    new_email: str
