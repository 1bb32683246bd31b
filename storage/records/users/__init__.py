"""Users in SQL: accounts, credentials, profiles, and their administration."""

from __future__ import annotations

from protocol.records.users import UserPorts
from storage.postgres import Database
from storage.records.traces import PersonalRecords
from storage.records.users.accounts import PostgresAccountRecords
from storage.records.users.administration import PostgresUserAdministration
from storage.records.users.credentials import PostgresCredentialRecords
from storage.records.users.profiles import PostgresProfileRecords
from storage.records.users.registrations import PostgresRegistrationRecords


def user_ports(database: Database, personal: PersonalRecords) -> UserPorts:
    """All that the users domain needs. `personal` covers the personal data of all domains."""
    return UserPorts(
        accounts=PostgresAccountRecords(database),
        registrations=PostgresRegistrationRecords(database),
        credentials=PostgresCredentialRecords(database),
        profiles=PostgresProfileRecords(database),
        administration=PostgresUserAdministration(database, personal),
    )
