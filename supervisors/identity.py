"""Who this installation is to others: its address and its keys, also after one has changed."""

from __future__ import annotations

from storage.public_addresses import PostgresPublicAddresses
from storage.signing_keys import PostgresSigningKeys
from storage.tokens import TokenSettings
from supervisors.node import Node


async def open_identity(node: Node) -> None:
    """Remember the address, learn the former ones, and have a key that signs badges and receipts.

    The address of an arbitrary port is not one that anybody could come back to.
    """
    addresses = PostgresPublicAddresses(node.database)
    if node.settings.public_url is not None or node.settings.port != 0:
        await addresses.move_to(node.base_url, node.clock.now())
    node.former_addresses = tuple(await addresses.former(node.base_url))
    keys = PostgresSigningKeys(node.database, (node.secret, *node.former_secrets))
    await keys.ensure(node.clock.now())


def token_settings(node: Node) -> TokenSettings:
    """Tokens of the present secret and address, and the former ones, which are still accepted."""
    return TokenSettings(
        secret=node.secret,
        issuer=node.base_url,
        former_secrets=node.former_secrets,
        former_issuers=node.former_addresses,
    )
