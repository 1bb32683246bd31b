"""The rules of accounts: what an e-mail address, a password and a registration must be."""

from __future__ import annotations

import hashlib
import string
import unicodedata

import msgspec

from actors.addresses import MAX_EMAIL, is_email, normal_email
from actors.fields import Fields
from actors.users.common_passwords import COMMON
from protocol.access import NOWHERE, Origin
from protocol.errors import AuthenticationError, RefusedError
from protocol.networks import network_of
from protocol.texts import normal
from protocol.users.commands import Refresh, Register
from protocol.users.values import Role
from protocol.validation import Problem, Rule, problem

MIN_PASSWORD = 8
MAX_PASSWORD_BYTES = 72
"""Bytes that bcrypt reads."""
MAX_PASSWORD_CHARACTERS = 1_000
"""Characters; longer passwords are refused unread, since they have too many bytes in any case."""
MAX_NAME = 100
MAX_DEVICE = 200

ATTEMPTS_PER_ACCOUNT = 10
"""Failed logins to one account from one network in `ATTEMPTS_WINDOW_SECONDS`."""
ATTEMPTS_PER_NETWORK = 300
"""Failed logins to any account from one network; a whole school may share one address."""
ATTEMPTS_WINDOW_SECONDS = 15 * 60

REGISTRATIONS_PER_NETWORK = 120
"""Registrations from one network in `REGISTRATIONS_WINDOW_SECONDS`: three or four classes
signing up in the same lesson behind one school address. Each costs a password hash, and each
refusal of a taken address reveals that it is registered."""
REGISTRATIONS_WINDOW_SECONDS = 60 * 60

VERIFICATION_MS = 3 * 24 * 3600 * 1000
RESET_MS = 60 * 60 * 1000
EMAIL_CHANGE_MS = 24 * 3600 * 1000
"""How long a token in an e-mail is valid."""
EMAILS_PER_ACCOUNT = 3
"""E-mails of one kind that can be sent to an account in `EMAILS_WINDOW_SECONDS`."""
EMAILS_PER_ADDRESS = 5
"""E-mails that a day brings to an address because of somebody who wants to have it for an account,
where registering is private."""
EMAILS_PER_ADDRESS_SECONDS = 24 * 60 * 60
EMAILS_PER_NETWORK = 60
EMAILS_WINDOW_SECONDS = 60 * 60


class Registration(msgspec.Struct, frozen=True, kw_only=True):
    """A checked registration."""

    email: str
    password: str
    full_name: str
    role: str
    device: str
    invited: bool = False
    """To teach, or to a course, with an e-mail to this address, which therefore is theirs."""


def registration(command: Register) -> Registration:
    """Clean and check a registration. Raises `ValidationError` with every wrong field."""
    fields = Fields()
    email = normal_email(command.email)
    if not is_email(email):
        fields.wrong("email", Rule.INVALID_FORMAT, "is not a valid e-mail address")
    for broken in password_problems(command.password):
        fields.note("password", broken)
    full_name = fields.line("fullName", command.full_name, most=MAX_NAME)
    if command.role not in (Role.STUDENT, Role.EDUCATOR):
        fields.wrong("role", Rule.NOT_ALLOWED, "must be student or educator")
    fields.check()
    return Registration(
        email=email,
        password=command.password,
        full_name=full_name,
        role=str(command.role.value),
        device=device_name(command.device),
    )


TOO_MANY_BYTES = problem(
    Rule.TOO_MANY_BYTES, f"must be at most {MAX_PASSWORD_BYTES} bytes", max=MAX_PASSWORD_BYTES
)
TOO_SHORT = problem(
    Rule.TOO_SHORT, f"must have at least {MIN_PASSWORD} characters", min=MIN_PASSWORD
)


def password_problems(password: str) -> list[Problem]:
    """What is wrong with a new password, empty when nothing is."""
    clean = normal("NFKC", password, most=MAX_PASSWORD_CHARACTERS)
    if clean is None:
        return [TOO_MANY_BYTES]
    problems = []
    if len(clean) < MIN_PASSWORD:
        problems.append(TOO_SHORT)
    if len(clean.encode(errors="replace")) > MAX_PASSWORD_BYTES:
        problems.append(TOO_MANY_BYTES)
    if not any(c.isupper() for c in clean):
        problems.append(problem(Rule.NEEDS_UPPER_CASE, "must contain an upper case letter"))
    if not any(c.islower() for c in clean):
        problems.append(problem(Rule.NEEDS_LOWER_CASE, "must contain a lower case letter"))
    if not any(c.isdecimal() for c in clean):
        problems.append(problem(Rule.NEEDS_DIGIT, "must contain a number"))
    if any(unicodedata.category(c) == "Cs" for c in clean):
        problems.append(problem(Rule.INVALID_CHARACTERS, "must be text"))
    if is_common(clean):
        said = "is one of the passwords that are guessed first"
        problems.append(problem(Rule.TOO_COMMON, said))
    return problems


def is_common(password: str) -> bool:
    """In whatever case, and whatever signs are put around it."""
    folded = password.casefold()
    return folded in COMMON or folded.strip(string.punctuation) in COMMON


def device_name(text: str) -> str:
    """What a session list shows of a device; never a reason to refuse it."""
    shown = "".join(c if c.isprintable() else " " for c in text[: 2 * MAX_DEVICE])
    return " ".join(shown.split())[:MAX_DEVICE]


def client_name(command: Refresh) -> str:
    """Tells one client from another; empty where nothing is known of it."""
    if not command.device and not command.remote:
        return ""
    return f"{network_of(command.remote)} {device_name(command.device)}"


def throttle_keys(email: str, remote: str) -> tuple[str, str]:
    """The counters of failed logins: of this account from this network, and of the network.

    No counter covers the account alone, so a stranger cannot lock its owner out.
    """
    network = network_of(remote)
    return f"login:{network}:{email[:MAX_EMAIL]}", f"login:{network}"


def origin(email: str, remote: str) -> Origin:
    """On whose account a password is hashed or compared."""
    return Origin(network_of(remote), email[:MAX_EMAIL]) if remote else NOWHERE


def registration_key(remote: str) -> str | None:
    """The counter of registrations from this network; None for those by the server itself."""
    return f"register:{network_of(remote)}" if remote else None


def wrong_login() -> AuthenticationError:
    """The same error for an unknown address, a wrong password and a disabled account."""
    return AuthenticationError("Wrong e-mail or password", reason="credentials")


def new_password(text: str) -> str:
    """Check a new password. Raises `ValidationError` on `newPassword`."""
    fields = Fields()
    for broken in password_problems(text):
        fields.note("newPassword", broken)
    fields.check()
    return text


def address(text: str, field: str = "email") -> str:
    """The address in the form in which it is stored. Raises `ValidationError` on `field`."""
    fields, email = Fields(), normal_email(text)
    if not is_email(email):
        fields.wrong(field, Rule.INVALID_FORMAT, "is not a valid e-mail address")
    fields.check()
    return email


def digest(token: str) -> str:
    """The digest that is stored of a token."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def email_keys(kind: str, to: str, remote: str = "") -> tuple[str, str]:
    """The counters of e-mails: to this account or address, and requested from this network."""
    return f"email:{kind}:{to}", f"email:{network_of(remote)}" if remote else ""


def wanted_key(email: str) -> str:
    """The counter of e-mails because of somebody who wants this address for an account."""
    return f"email:wanted:{email}"


def confirming_key(digest: str) -> str:
    """The counter of passwords tried on a registration; only its e-mail has the token."""
    return f"confirm:{digest}"


def wrong_token() -> RefusedError:
    """The same error for a token that expired, was used, or never existed."""
    return RefusedError("TOKEN_INVALID", "This link has expired or has already been used")


def wrong_password() -> RefusedError:
    """The error for a wrong password in a valid session; it does not ask to sign in again."""
    return RefusedError("WRONG_PASSWORD", "Wrong password")
