"""Configuration: every mistake is named, all at once."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supervisors.settings import Settings, SettingsError, load_settings
from tests.support.cloudfront import KEY_ID, key_file

SECRET = "kP3vX9-0qLw7tBz2-nR8sYd5-hM1cGf4"


def problems(**environ: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(environ)
    return caught.value.problems


def test_nothing_configured_is_a_working_development_installation() -> None:
    assert load_settings({}) == Settings()


def test_values_are_read_in_their_types() -> None:
    loaded = load_settings(
        {
            "STOA_PORT": "9000",
            "STOA_DRAIN_SECONDS": "2.5",
            "STOA_DATA_DIR": "/srv/stoa",
            "STOA_ALLOWED_ORIGINS": "https://a.test, https://b.test,",
            "OTHER": "ignored",
        }
    )
    assert (loaded.port, loaded.drain_seconds) == (9000, 2.5)
    assert loaded.data_dir == Path("/srv/stoa")
    assert loaded.allowed_origins == ("https://a.test", "https://b.test")


def test_all_mistakes_are_reported_together() -> None:
    found = problems(
        STOA_PORT="70000", STOA_LOG_LEVEL="loud", STOA_DATABASE_URL="mysql://x", STOA_FOO="1"
    )
    assert [line.split(":")[0] for line in found] == [
        "STOA_DATABASE_URL",
        "STOA_FOO",
        "STOA_LOG_LEVEL",
        "STOA_PORT",
    ]


def test_connections_are_bounded_as_configured() -> None:
    loaded = load_settings({"STOA_MAX_CONNECTIONS_PER_ADDRESS": "500"})
    assert loaded.max_connections_per_address == 500
    default = load_settings({})
    assert default.max_connections_per_address * 2 < default.max_connections
    [line] = problems(STOA_MAX_CONNECTIONS_PER_ADDRESS="0")
    assert "from 1 to 1e+06" in line


def test_requests_are_bounded_as_configured() -> None:
    loaded = load_settings(
        {
            "STOA_RATE_LIMIT_PER_ADDRESS": "0",
            "STOA_RATE_LIMIT_PER_USER": "30",
            "STOA_RATE_LIMIT_FAILURE": "closed",
        }
    )
    assert (loaded.rate_limit_per_address, loaded.rate_limit_per_user) == (0, 30)
    assert loaded.rate_limit_failure == "closed"
    found = problems(STOA_RATE_LIMIT_PER_ADDRESS="-1", STOA_RATE_LIMIT_FAILURE="ajar")
    assert [line.split(":")[0] for line in found] == [
        "STOA_RATE_LIMIT_FAILURE",
        "STOA_RATE_LIMIT_PER_ADDRESS",
    ]


def test_registering_is_open_unless_it_is_to_be_private() -> None:
    assert not load_settings({}).private_registration
    assert load_settings({"STOA_REGISTRATION_PRIVACY": "on"}).private_registration
    [line] = problems(STOA_REGISTRATION_PRIVACY="private")
    assert line == "STOA_REGISTRATION_PRIVACY: expected one of on, off, got 'private'"


def test_educators_register_by_themselves_in_development_alone() -> None:
    production = {
        "STOA_MODE": "production",
        "STOA_SECRET": "k4Qm9vTz0cWxYb7uLr2sNe8pHd5jGa1f",
        "STOA_PUBLIC_URL": "https://school.example",
        "STOA_DATABASE_URL": "postgresql://stoa@db.test/stoa",
        "STOA_DATA_DIR": "/var/lib/stoa",
    }
    assert load_settings({}).educators == "open"
    assert load_settings(production).educators == "invitation"
    for choice in ("open", "invitation", "closed"):
        asked = {"STOA_EDUCATOR_REGISTRATION": choice}
        assert load_settings(asked).educators == choice
        assert load_settings(production | asked).educators == choice
    [line] = problems(STOA_EDUCATOR_REGISTRATION="on")
    assert line.startswith("STOA_EDUCATOR_REGISTRATION: expected one of open, invitation, closed")


def test_a_switch_is_true_or_false() -> None:
    assert load_settings({"STOA_ROAMING_CLIENTS": "true"}).roaming_clients is True
    assert load_settings({"STOA_ROAMING_CLIENTS": "0"}).roaming_clients is False
    [line] = problems(STOA_ROAMING_CLIENTS="sometimes")
    assert line == "STOA_ROAMING_CLIENTS: expected true or false, got 'sometimes'"


def test_trusted_proxies_are_addresses_and_networks() -> None:
    loaded = load_settings({"STOA_TRUSTED_PROXIES": "10.0.0.0/8, 192.0.2.7,fd00::/8"})
    assert loaded.trusted_proxies == ("10.0.0.0/8", "192.0.2.7", "fd00::/8")
    assert load_settings({"STOA_TRUSTED_PROXIES": ""}).trusted_proxies == ()


def test_chat_is_kept_for_a_time_and_up_to_a_size_unless_it_is_kept_for_ever() -> None:
    unset = load_settings({})
    assert (unset.chat_days, unset.chat_megabytes) == (400, 64)
    kept = load_settings({"STOA_CHAT_DAYS": "0", "STOA_CHAT_MEGABYTES": "0"})
    assert (kept.chat_days, kept.chat_megabytes) == (0, 0)
    found = problems(STOA_CHAT_DAYS="-1", STOA_CHAT_MEGABYTES="much")
    assert found == [
        "STOA_CHAT_DAYS: expected a number from 0 to 36500, got -1",
        "STOA_CHAT_MEGABYTES: expected a whole number, got 'much'",
    ]


@pytest.mark.parametrize("wrong", ["10.0.0.1/8", "proxy.internal", "10.0.0.0/99", "10.0.0.1 ::1"])
def test_a_proxy_that_is_no_network_is_one_line(wrong: str) -> None:
    [line] = problems(STOA_TRUSTED_PROXIES=f"127.0.0.1,{wrong}")
    assert line.startswith("STOA_TRUSTED_PROXIES: expected addresses or networks")
    assert wrong in line


def test_a_short_secret_is_refused_without_being_repeated() -> None:
    [line] = problems(STOA_SECRET="hush-hush")
    assert "32 bytes" in line
    assert "hush-hush" not in line


def test_former_secrets_are_separated_by_commas_and_as_long_as_a_secret() -> None:
    first, second = "kX9wQ2mVr7Lp4Zt8Hc3Nf6Jb1Gd5Ys0Ua", "Tb4Xn8Rk1Wq6Ze9Mv3Lc7Pj2Hf5Ds0Ga"
    settings = load_settings({"STOA_SECRET_PREVIOUS": f"{first}, {second}"})
    assert settings.secret_previous == (first, second)
    for wrong in ("hush-hush", "hush-hush" * 5):
        [line] = problems(STOA_SECRET_PREVIOUS=f"{first},{wrong}")
        assert line.startswith("STOA_SECRET_PREVIOUS")
        assert wrong not in line


def test_production_needs_a_secret_and_an_address() -> None:
    found = problems(STOA_MODE="production")
    assert {line.split(":")[0] for line in found} == {
        "STOA_SECRET",
        "STOA_PUBLIC_URL",
        "STOA_DATABASE_URL",
    }


def test_an_operators_port_for_others_needs_a_token() -> None:
    [line] = problems(STOA_OPERATORS_HOST="0.0.0.0")
    assert line.startswith("STOA_OPERATORS_TOKEN")
    load_settings({"STOA_OPERATORS_HOST": "0.0.0.0", "STOA_OPERATORS_TOKEN": SECRET[:20]})


def test_introspection_is_for_development_unless_it_is_set() -> None:
    production = {
        "STOA_MODE": "production",
        "STOA_SECRET": SECRET,
        "STOA_DATABASE_URL": "postgresql://stoa@db.test/stoa",
        "STOA_DATA_DIR": "/var/lib/stoa",
        "STOA_PUBLIC_URL": "https://school.test",
    }
    assert load_settings({}).introspection is True
    assert load_settings(production).introspection is False
    assert load_settings({"STOA_GRAPHQL_INTROSPECTION": "off"}).introspection is False
    assert load_settings({**production, "STOA_GRAPHQL_INTROSPECTION": "on"}).introspection is True
    [line] = problems(STOA_GRAPHQL_INTROSPECTION="yes")
    assert line == "STOA_GRAPHQL_INTROSPECTION: expected one of on, off, got 'yes'"


def test_graphiql_is_for_development_and_where_it_can_ask_for_the_schema() -> None:
    assert load_settings({}).graphiql is True
    assert load_settings({"STOA_GRAPHQL_INTROSPECTION": "off"}).graphiql is False
    assert Settings(mode="production", graphql_introspection="on").graphiql is False
    assert Settings(trusted_documents={}).graphiql is False


def test_trusted_documents_are_read_from_their_manifest(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    tiny = "{ __typename }"
    path.write_text(f'{{"{sha256(tiny.encode()).hexdigest()}": "{tiny}"}}')
    loaded = load_settings({"STOA_TRUSTED_DOCUMENTS": str(path)})
    assert list((loaded.trusted_documents or {}).values()) == [tiny]
    assert load_settings({}).trusted_documents is None


def test_every_mistake_in_the_manifest_is_a_line_beside_the_others(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text('{"a": "{ me }", "b": "{ me }"}')
    found = problems(STOA_TRUSTED_DOCUMENTS=str(path), STOA_PORT="x")
    assert [line.split(":")[0] for line in found] == [
        "STOA_PORT",
        "STOA_TRUSTED_DOCUMENTS",
        "STOA_TRUSTED_DOCUMENTS",
    ]


def test_the_shown_address_is_one_a_browser_can_open() -> None:
    assert Settings(host="0.0.0.0").base_url_at(80) == "http://127.0.0.1:80"
    assert Settings(public_url="https://school.test/").base_url_at(80) == "https://school.test"


@given(
    st.dictionaries(
        st.sampled_from(
            ["STOA_PORT", "STOA_MODE", "STOA_DRAIN_SECONDS", "STOA_REDIS_URL", "STOA_SECRET"]
        ),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    )
)
def test_any_text_is_a_value_or_a_named_mistake(environ: dict[str, str]) -> None:
    try:
        load_settings(environ)
        found = []
    except SettingsError as error:
        found = error.problems
    assert all(line.startswith("STOA_") for line in found)


def test_cloudfront_is_configured_as_a_whole_and_for_a_bucket(tmp_path: Path) -> None:
    whole = {
        "STOA_CLOUDFRONT_URL": "https://d111.cloudfront.net/",
        "STOA_CLOUDFRONT_KEY_ID": KEY_ID,
        "STOA_CLOUDFRONT_KEY": str(key_file(tmp_path)),
        "STOA_S3_BUCKET": "files",
    }
    bucket = load_settings(whole).bucket
    assert bucket is not None
    assert bucket.distribution is not None
    assert bucket.distribution.url == "https://d111.cloudfront.net"
    assert "https://d111.cloudfront.net" in bucket.origins()
    for name in whole:
        there = {key: value for key, value in whole.items() if key != name}
        [line] = problems(**there)
        assert line.startswith(f"{name}: required with STOA_CLOUDFRONT_")
    (tmp_path / "cloudfront.pem").write_text("no key")
    [line] = problems(**whole)
    assert line.startswith("STOA_CLOUDFRONT_KEY: expected the path of a private RSA key of 2048")
    assert line.endswith("it is not in PEM")
