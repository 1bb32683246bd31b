"""Every room knows the same domains, and each domain is complete."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from types import ModuleType

import graphql
import pytest

import gateway.graphql.schema
import protocol.events
import protocol.permissions
import storage.reads.reads
import storage.records.personal
import supervisors.domains
import tests.domains
from protocol.mail import EmailContent
from supervisors.domain import NodeDomain

ROOT = Path(__file__).parents[2]
DOMAINS = tuple(domain.name for domain in supervisors.domains.DOMAINS)

PLACES = (
    "protocol/{domain}.py",
    "protocol/records/{domain}.py",
    "protocol/permissions/{domain}.py",
    "actors/{domain}.py",
    "storage/records/{domain}.py",
    "storage/reads/{domain}.py",
    "gateway/graphql/domains/{domain}.py",
    "gateway/graphql/domains/{domain}.graphql",
    "supervisors/domains/{domain}.py",
    "tests/domains/{domain}.py",
    "tests/storage/reads/resolvers/{domain}.py",
)
"""Where a domain has something of its own: a module, or a package of that name."""

LACKS: Mapping[tuple[str, str], str] = {
    ("notifications", "protocol/records/{domain}.py"): "nothing writes notifications yet",
    ("notifications", "actors/{domain}.py"): "no command is about a notification yet",
    ("notifications", "storage/records/{domain}.py"): "nothing writes notifications yet",
    ("notifications", "storage/reads/{domain}.py"): "no query reads notifications yet",
    ("notifications", "tests/storage/reads/resolvers/{domain}.py"): "no query reads notifications",
    ("communication", "tests/storage/reads/resolvers/{domain}.py"): "only subscriptions read it",
}
"""What a domain does not have, and why."""

FOLDERS: Mapping[str, frozenset[str]] = {
    "protocol/records": frozenset({"common", "pictures"}),
    "protocol/permissions": frozenset({"vocabulary"}),
    "gateway/graphql/domains": frozenset(),
    "gateway/emails": frozenset(),
    "supervisors/domains": frozenset(),
    "tests/domains": frozenset(),
    "tests/storage/reads/resolvers": frozenset(),
}
"""Folders of domains, and what else stands there."""

HUBS: Mapping[ModuleType, frozenset[str]] = {
    protocol.events: frozenset(),
    protocol.permissions: frozenset(),
    storage.reads.reads: frozenset({"notifications"}),
    storage.records.personal: frozenset({"notifications"}),
    gateway.graphql.schema: frozenset(),
    supervisors.domains: frozenset(),
    tests.domains: frozenset(),
}
"""Modules that list the domains, and those that have nothing there (see `LACKS`)."""


def exists(place: str, domain: str) -> bool:
    path = ROOT / place.format(domain=domain)
    package = path.with_suffix("") / "__init__.py"
    return path.is_file() or (path.suffix == ".py" and package.is_file())


def listed(hub: ModuleType) -> set[str]:
    """The domains one of whose modules the hub imports."""
    modules = [each for each in vars(hub).values() if isinstance(each, ModuleType)]
    names = [each.__name__.split(".") for each in modules]
    return {domain for domain in DOMAINS if any(domain in name for name in names)}


def test_no_domain_is_named_twice() -> None:
    assert len(set(DOMAINS)) == len(DOMAINS)


def test_the_shared_tests_have_the_domains_of_the_node_in_the_same_order() -> None:
    assert tuple(domain.name for domain in tests.domains.DOMAINS) == DOMAINS


@pytest.mark.parametrize("hub", HUBS, ids=lambda hub: hub.__name__)
def test_every_hub_lists_every_domain(hub: ModuleType) -> None:
    assert listed(hub) == set(DOMAINS) - HUBS[hub]


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_domain_is_complete_but_for_what_is_said(domain: str) -> None:
    missing = {place for place in PLACES if not exists(place, domain)}
    assert missing == {place for name, place in LACKS if name == domain}


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_of_domains_holds_nothing_else(folder: str) -> None:
    entries = {path.stem for path in (ROOT / folder).iterdir() if not path.name.startswith("__")}
    assert entries <= set(DOMAINS) | FOLDERS[folder]


@pytest.mark.parametrize("domain", supervisors.domains.DOMAINS, ids=lambda domain: domain.name)
def test_a_domain_has_the_wording_of_its_own_emails(domain: NodeDomain) -> None:
    declared = {
        content
        for content in EmailContent.__subclasses__()
        if domain.name in content.__module__.split(".")
    }
    assert set(domain.emails) == declared


@pytest.mark.parametrize("domain", DOMAINS)
def test_who_extends_a_type_in_the_schema_extends_it_in_the_read_model(domain: str) -> None:
    text = (ROOT / f"gateway/graphql/domains/{domain}.graphql").read_text()
    extended = {
        each.name.value: {field.name.value for field in each.fields or ()}
        for each in graphql.parse(text).definitions
        if isinstance(each, graphql.ObjectTypeExtensionNode)
    }
    for root in ("Query", "Mutation", "Subscription"):
        extended.pop(root, None)
    module = getattr(storage.reads.reads, domain, None)
    declared = module.DOMAIN.extends if module is not None else {}
    assert extended == {name: set(fields) for name, fields in declared.items()}


def test_every_package_of_actors_is_a_domain() -> None:
    assert {path.parent.name for path in (ROOT / "actors").glob("*/__init__.py")} <= set(DOMAINS)


@pytest.mark.parametrize(
    "room",
    [
        "actors",
        "storage/records",
        "storage/reads",
        "gateway/emails",
        "gateway/graphql/domains",
        "supervisors/domains",
    ],
)
def test_a_contract_keeps_the_domains_of_a_room_apart(room: str) -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    kept_apart = {
        module
        for contract in settings["tool"]["importlinter"]["contracts"]
        if contract["type"] == "independence"
        for module in contract["modules"]
    }
    here = {domain for domain in DOMAINS if exists(f"{room}/{{domain}}.py", domain)}
    for domain in here:
        module = f"{room.replace('/', '.')}.{domain}"
        assert any(fnmatchcase(module, pattern) for pattern in kept_apart), module
