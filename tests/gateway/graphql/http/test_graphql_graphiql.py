"""GraphiQL: who gets the page, and that nothing of it comes from elsewhere."""

from __future__ import annotations

import re

import pytest

from gateway.graphql.http.graphiql import read_page
from gateway.pages import read_static
from gateway.site_assets import ASSETS, WEB, hash_of
from tests.gateway.graphql.harness import Service

BROWSER = b"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    "accept", [BROWSER, b"text/html", b"application/json;q=0.5, text/html;q=0.6", b"TEXT/HTML"]
)
async def test_a_browser_gets_the_page(accept: bytes) -> None:
    response = await Service(with_graphiql=True).send("GET", headers={b"accept": accept})
    assert (response.status, response.body) == (200, read_page())
    assert response.headers[b"content-type"] == b"text/html; charset=utf-8"
    policy = response.headers[b"content-security-policy"].decode()
    assert "default-src 'none'; script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize(
    "accept",
    [
        None,
        b"*/*",
        b"application/json",
        b"application/json, text/html",
        b"application/graphql-response+json, text/html;q=0.9, application/json;q=0.1",
        b"text/html;q=0, application/json",
        b"text/html;q=x, application/json",
    ],
)
async def test_a_client_of_graphql_gets_data(accept: bytes | None) -> None:
    headers = {} if accept is None else {b"accept": accept}
    response = await Service(with_graphiql=True).get("{ __typename }", headers)
    assert response.data == {"__typename": "Query"}


async def test_only_a_get_is_answered_with_the_page() -> None:
    response = await Service(with_graphiql=True).ask("{ __typename }", headers={b"accept": BROWSER})
    assert response.data == {"__typename": "Query"}


async def test_where_graphiql_is_not_served_a_browser_gets_what_others_get() -> None:
    response = await Service().get("{ __typename }", {b"accept": BROWSER})
    assert response.data == {"__typename": "Query"}
    response = await Service().send("GET", headers={b"accept": b"text/html"})
    assert response.status == 406


def test_all_that_the_page_needs_is_served_with_it_and_only_with_it() -> None:
    named = re.findall(r'(?:src|href)="([^"]+)"', read_page().decode())
    prefix = f"{ASSETS}/{hash_of(WEB)}"
    assert all(name.startswith(prefix) for name in named)
    needed = [name.removeprefix(prefix) for name in named]
    assert len(needed) > 5
    assert set(needed) <= read_static(WEB, with_graphiql=True).keys()
    assert set(needed) & read_static(WEB).keys() == {"/favicon.svg"}


def test_the_page_has_no_script_or_style_of_its_own() -> None:
    assert not re.search(rb"<style|<script(?! defer src=)|style=|\son\w+=", read_page())
