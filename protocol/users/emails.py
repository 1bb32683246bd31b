"""The contents of e-mails about accounts. The wording is in `gateway.emails.users`."""

from __future__ import annotations

from protocol.mail import EmailContent


class ConfirmAddress(EmailContent, frozen=True, kw_only=True, tag="confirm_address"):
    """To a new user: prove that the address is yours."""

    token: str


class FinishRegistration(EmailContent, frozen=True, kw_only=True, tag="finish_registration"):
    """To an address that somebody registers: prove that it is yours. There is no account yet."""

    token: str


class InvitedAsEducator(EmailContent, frozen=True, kw_only=True, tag="invited_as_educator"):
    """To an address without an account: an administrator invites you to teach here."""

    token: str


class AlreadyRegistered(EmailContent, frozen=True, kw_only=True, tag="already_registered"):
    """To the owner of an account: somebody tried to register with its address.

    `closed`: it is disabled or deleted, and only an admin can open it.
    """

    closed: bool = False


class AddressWanted(EmailContent, frozen=True, kw_only=True, tag="address_wanted"):
    """To the owner of an account: another account was to get its address."""


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
