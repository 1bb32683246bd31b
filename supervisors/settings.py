"""Configuration from environment variables, checked as a whole before anything starts.

Every mistake gets one line that names the variable, what is wrong and what is expected. All are
reported at once (`SettingsError.problems`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from actors.addresses import is_email
from protocol.users.values import EducatorRegistration
from storage.objects.bucket import Bucket, Distribution
from supervisors.setting_checks import CHECKS, ITEM_CHECKS

PREFIX = "STOA_"


class SettingsError(Exception):
    """The configuration cannot be used. `problems` has a line for each mistake."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of an installation. Unset engines are embedded."""

    mode: str = "development"
    host: str = "127.0.0.1"
    port: int = 8000
    operators_host: str = "127.0.0.1"
    operators_port: int = 8001
    operators_token: str | None = None
    data_dir: Path = Path(".var")
    database_url: str | None = None
    redis_url: str | None = None
    secret: str | None = None
    secret_previous: tuple[str, ...] = ()
    """Former secrets: what they signed is accepted until it ends."""
    public_url: str | None = None
    allowed_origins: tuple[str, ...] = ()
    log_format: str = "console"
    log_level: str = "info"
    node: str = "node-1"
    drain_seconds: float = 10.0
    max_connections: int = 20_000
    max_connections_per_address: int = 5_000
    websocket_compression: str = "off"
    roaming_clients: bool = True
    rate_limit_per_address: int = 20_000
    """GraphQL requests a minute; a whole school may share one address."""
    rate_limit_per_user: int = 600
    rate_limit_failure: str = "open"
    trusted_proxies: tuple[str, ...] = ()
    trusted_documents: Mapping[str, str] | None = None
    """The manifest's documents by name; None if clients may send any document."""
    graphql_introspection: str | None = None
    registration_privacy: str = "off"
    educator_registration: str | None = None
    """Open in development, by invitation in production."""
    chat_days: int = 400
    """How long a message in a course room is kept: a school year and the summer after it."""
    chat_megabytes: int = 64
    """Of each course, some 200,000 ordinary messages."""
    files_gigabytes: int = 0
    """Of all files that people have uploaded; a course and a person have bounds of their own."""
    game_journal_days: int = 30
    """When a finished game's journal is folded into an archive; results stay as they are."""
    analytics_days: int = 400
    """How long each event of the analytics is kept; totals of each day stay."""
    smtp_url: str | None = None
    mail_from: str | None = None

    clamav_url: str | None = None
    """What scans uploads for viruses; None if nothing does."""
    ffmpeg: Path | None = None
    """The program that makes videos ready; None for the system's, or the one that comes along."""

    s3_bucket: str | None = None
    s3_region: str = "us-east-1"
    s3_endpoint: str | None = None
    s3_access_key: str | None = None
    s3_secret_key: str | None = None

    cloudfront_url: str | None = None
    """The distribution through which browsers fetch files of the bucket; None if they ask it."""
    cloudfront_key_id: str | None = None
    cloudfront_key: Path | None = None

    @property
    def bucket(self) -> Bucket | None:
        """The bucket for files; None for a folder beside the data."""
        if self.s3_bucket is None:
            return None
        return Bucket(
            name=self.s3_bucket,
            region=self.s3_region,
            endpoint=self.s3_endpoint,
            access_key=self.s3_access_key,
            secret_key=self.s3_secret_key,
            distribution=self._distribution,
        )

    @property
    def _distribution(self) -> Distribution | None:
        url, key_id, key = self.cloudfront_url, self.cloudfront_key_id, self.cloudfront_key
        if url is None or key_id is None or key is None:
            return None
        return Distribution(url=url.rstrip("/"), key_id=key_id, key=key)

    @property
    def mail_sender(self) -> str:
        """The sender address of e-mails."""
        host = urlsplit(self.public_url).hostname if self.public_url else None
        return self.mail_from or f"stoa@{host or 'localhost'}"

    @property
    def production(self) -> bool:
        """Whether this is production, where development features are off."""
        return self.mode == "production"

    @property
    def introspection(self) -> bool:
        """Whether clients may ask GraphQL for its schema."""
        default = "off" if self.production else "on"
        return (self.graphql_introspection or default) == "on"

    @property
    def private_registration(self) -> bool:
        """Whether nothing may tell if an address is registered."""
        return self.registration_privacy == "on"

    @property
    def educators(self) -> EducatorRegistration:
        """Who may register as an educator."""
        return EducatorRegistration(
            self.educator_registration or ("invitation" if self.production else "open")
        )

    @property
    def graphiql(self) -> bool:
        """Whether GraphiQL is served: in development, if introspection and any document are
        allowed."""
        return not self.production and self.introspection and self.trusted_documents is None

    def base_url_at(self, port: int) -> str:
        """The address at which browsers reach this installation when it listens at `port`."""
        shown = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104
        return (self.public_url or f"http://{shown}:{port}").rstrip("/")


CHOICES: dict[str, tuple[str, ...]] = {
    "mode": ("development", "production"),
    "log_format": ("console", "json"),
    "log_level": ("debug", "info", "warning", "error"),
    "graphql_introspection": ("on", "off"),
    "rate_limit_failure": ("open", "closed"),
    "registration_privacy": ("on", "off"),
    "educator_registration": tuple(EducatorRegistration),
    "websocket_compression": ("on", "off"),
}
RANGES: dict[str, tuple[float, float]] = {
    "port": (0, 65535),
    "operators_port": (0, 65535),
    "drain_seconds": (0, 600),
    "max_connections": (10, 1_000_000),
    "max_connections_per_address": (1, 1_000_000),
    "rate_limit_per_address": (0, 1_000_000_000),
    "rate_limit_per_user": (0, 1_000_000_000),
    "chat_days": (0, 36_500),
    "game_journal_days": (0, 36_500),
    "analytics_days": (0, 36_500),
    "chat_megabytes": (0, 1_000_000),
    "files_gigabytes": (0, 1_000_000),
}
KEPT_IN_FOLDER = {
    "redis_url": "sign-ins (the embedded Redis)",
    "s3_bucket": "files",
    "smtp_url": "e-mails",
}
"""By the setting that has them kept elsewhere."""
KINDS = {int: "a whole number", bool: "true or false"}
DISTRIBUTION = ("cloudfront_url", "cloudfront_key_id", "cloudfront_key")
FILES = {"trusted_documents", "cloudfront_key"}
LISTS = {"allowed_origins", "trusted_proxies", "secret_previous"}


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read `STOA_*`. Raises `SettingsError`; unknown `STOA_*` names are mistakes too."""
    fields = {f.name: f for f in msgspec.structs.fields(Settings)}
    values: dict[str, Any] = {}
    problems: list[str] = []
    for variable, text in sorted(environ.items()):
        if not variable.startswith(PREFIX) or variable.startswith("STOA_REQUIRE_"):
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name not in fields:
            problems.append(f"{variable}: no such setting (see the README, Configuration)")
            continue
        try:
            values[name] = _convert(name, text, fields[name].type)
        except ValueError as error:
            problems.append(f"{variable}: {error}")
    named = {variable.removeprefix(PREFIX).lower() for variable in environ}
    problems += _operators_problems(values, named) + _production_problems(values, named)
    problems += _s3_problems(values) + _cloudfront_problems(named)
    if "trusted_documents" in values:
        problems += _load_trusted_documents(values)
    if problems:
        raise SettingsError(problems)
    return Settings(**values)


def _convert(name: str, text: str, wanted: Any) -> Any:
    if name in LISTS:
        values = tuple(part.strip() for part in text.split(",") if part.strip())
        for value in values:
            _pass(ITEM_CHECKS, name, value)
        return values
    if not text.strip():
        raise ValueError("expected a value; leave the variable out for the default")
    if wanted in (Path, Path | None) or name in FILES:
        path = Path(text).expanduser()
        _pass(CHECKS, name, path)
        return path
    try:
        value = msgspec.convert(text, wanted, strict=False)
    except msgspec.ValidationError:
        kind = KINDS.get(wanted, "a number")
        raise ValueError(f"expected {kind}, got {text[:100]!r}") from None
    _check(name, value)
    return value


def _pass(checks: Mapping[str, Callable[[Any], object]], name: str, value: Any) -> None:
    """Raises what the check of that setting raises, if it has one."""
    if name in checks:
        checks[name](value)


def _check(name: str, value: Any) -> None:
    if name in CHOICES and value not in CHOICES[name]:
        raise ValueError(f"expected one of {', '.join(CHOICES[name])}, got {value[:100]!r}")
    if name in RANGES and not RANGES[name][0] <= value <= RANGES[name][1]:
        low, high = RANGES[name]
        raise ValueError(f"expected a number from {low:g} to {high:g}, got {value}")
    if name == "mail_from" and not is_email(value):
        raise ValueError(f"expected an e-mail address, got {value[:100]!r}")
    _pass(CHECKS, name, value)


def _load_trusted_documents(values: dict[str, Any]) -> list[str]:
    """Put the manifest's documents in the place of its path; returns a line for each mistake.

    The libraries for GraphQL are loaded only if there is one (`supervisors.deferred`).
    """
    from gateway.graphql.documents.documents import Documents
    from gateway.graphql.documents.manifest import ManifestError, read_manifest
    from gateway.graphql.limits import Limits
    from gateway.graphql.schema import make_schema

    names = ("mode", "graphql_introspection")
    allowed = Settings(**{name: values[name] for name in names if name in values}).introspection
    documents = Documents(make_schema(), Limits(), introspection=allowed)
    try:
        values["trusted_documents"] = read_manifest(values["trusted_documents"], documents)
    except ManifestError as error:
        return [f"{PREFIX}TRUSTED_DOCUMENTS: {line}" for line in error.problems]
    return []


def _operators_problems(values: Mapping[str, Any], named: Collection[str]) -> list[str]:
    host = values.get("operators_host", "127.0.0.1")
    if host in ("127.0.0.1", "::1", "localhost") or "operators_token" in named:
        return []
    return [
        f"{PREFIX}OPERATORS_TOKEN: required when {PREFIX}OPERATORS_HOST is not loopback; "
        "anybody who reaches that port can see and restart every actor"
    ]


def _s3_problems(values: Mapping[str, Any]) -> list[str]:
    others = [name for name in values if name.startswith("s3_") and name != "s3_bucket"]
    if others and "s3_bucket" not in values:
        named = ", ".join(f"{PREFIX}{name.upper()}" for name in sorted(others))
        return [f"{PREFIX}S3_BUCKET: required with {named}"]
    if ("s3_access_key" in values) != ("s3_secret_key" in values):
        return [f"{PREFIX}S3_ACCESS_KEY: requires {PREFIX}S3_SECRET_KEY; set both or neither"]
    return []


def _cloudfront_problems(named: Collection[str]) -> list[str]:
    """`named` are the settings that were given, also those with a wrong value."""
    needed = ("s3_bucket", *DISTRIBUTION)
    given = [name for name in DISTRIBUTION if name in named]
    missing = [name for name in needed if name not in named]
    if not given or not missing:
        return []
    wanted, others = (", ".join(f"{PREFIX}{name.upper()}" for name in n) for n in (missing, given))
    return [f"{wanted}: required with {others}"]


def _place_problems(values: Mapping[str, Any], named: Collection[str]) -> list[str]:
    """Nothing is kept wherever Stoa happens to be started: a backup would not find it."""
    if values.get("data_dir", Path()).is_absolute():
        return []
    if "database_url" not in named:
        return [
            f"{PREFIX}DATABASE_URL: required in production; or set {PREFIX}DATA_DIR to the whole"
            " path of the folder in which the embedded PostgreSQL is to keep its data, which"
            " otherwise is wherever Stoa is started"
        ]
    kept = [what for name, what in KEPT_IN_FOLDER.items() if name not in named]
    if not kept:
        return []
    return [
        f"{PREFIX}DATA_DIR: expected a whole path in production, since {' and '.join(kept)} are"
        " kept there, which otherwise is wherever Stoa is started"
    ]


def _production_problems(values: Mapping[str, Any], named: Collection[str]) -> list[str]:
    """`named` are the settings that were given, also those with a wrong value."""
    if values.get("mode") != "production":
        return []
    needed = {
        "secret": "signs every token; set 32 random bytes or more (openssl rand -base64 48)",
        "public_url": "browsers reach the installation there; set it to something like https://your.school",
    }
    problems = [
        f"{PREFIX}{name.upper()}: required in production; {why}"
        for name, why in needed.items()
        if name not in named
    ]
    problems += _place_problems(values, named)
    if "*" in values.get("allowed_origins", ()):
        problems.append(
            f"{PREFIX}ALLOWED_ORIGINS: name the origins; * would let every page act for its"
            " visitors"
        )
    return problems
