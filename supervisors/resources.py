"""What a node offers to the parts of its domains."""

from __future__ import annotations

import secrets

from actors.pictures import PictureShelf
from gateway.pictures.cleaner import PictureProcesses
from protocol.ports import Post
from storage.records.pictures import PostgresPictureRecords
from storage.seal import JwtSeal
from storage.throttle import ValkeyThrottle
from supervisors.domain import Resources
from supervisors.node import Node
from supervisors.scanning import scanner_of
from supervisors.transcoding import transcoder_of

INVITATION_SECONDS = 7 * 24 * 60 * 60


def make_resources(node: Node, post: Post) -> Resources:
    """Make the resources, once storage and objects are up."""
    cleaner = PictureProcesses()
    return Resources(
        database=node.database,
        clock=node.clock,
        random=secrets.token_bytes,
        post=post,
        tokens=node.tokens,
        throttle=ValkeyThrottle(node.valkey),
        passwords=node.passwords,
        objects=node.objects,
        streams=node.streams,
        cleaner=cleaner,
        pictures=PictureShelf(
            records=PostgresPictureRecords(node.database),
            objects=node.objects,
            cleaner=cleaner,
            clock=node.clock,
            random=secrets.token_bytes,
        ),
        base_url=lambda: node.base_url,
        signer=node.signer,
        invitations=JwtSeal(
            node.secret,
            node.clock,
            former=node.former_secrets,
            lifetime_seconds=INVITATION_SECONDS,
        ),
        educators=node.settings.educators,
        private_registration=node.settings.private_registration,
        game_journal_days=node.settings.game_journal_days,
        chat_days=node.settings.chat_days,
        chat_megabytes=node.settings.chat_megabytes,
        files_gigabytes=node.settings.files_gigabytes,
        scanner=scanner_of(node.settings),
        transcoder=transcoder_of(node.settings, node.objects),
    )
