"""What a domain gives a node, as data, and what the node offers to the domain's parts.

Every domain declares it in `supervisors/domains/<domain>.py`; the hubs (`actors`, `edge`, `tree`,
`job_handlers`) read the list `supervisors.domains.DOMAINS` and know no domain by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from actors.handler import Handler
from actors.kind import LiveKind
from actors.pictures import PictureShelf
from gateway.domain_pages import DomainPages
from gateway.email_writing import Wording
from protocol.access import Passwords, Seal, Throttle, Tokens
from protocol.content.scanning import VirusScanner
from protocol.envelope import Message
from protocol.objects import Objects
from protocol.pictures import PictureCleaner
from protocol.ports import Clock, Post, Reads
from protocol.records.common import RandomBytes
from protocol.signing import Signer, SigningKeys
from protocol.streams import StreamLinks
from protocol.transcoding import Transcoder
from protocol.uploads import FileStorage
from protocol.users.values import EducatorRegistration
from storage.journal.batch import RecordWriter
from storage.postgres import Database
from supervisors.jobs import Handlers
from supervisors.subscribers import Reactions

HALL_MAILBOX = 20_000
"""Mailbox bound for actors to which a whole class sends in the same second; it bounds memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """What a domain's parts may use; all of it is up before they are.

    `base_url` returns where browsers reach this installation; call it late, since the port may be
    known only when the front is up. `streams` makes links to films. `signer` signs receipts.
    `private_registration`: nothing may tell whether an address is registered. `educators`: who may
    register as one; `invitations` seals what invites them.
    `game_journal_days`: when the journal of a finished game is archived, 0 never is. `chat_days`
    and `chat_megabytes` bound what is kept of a course room's chat, 0 does not; `files_gigabytes`
    bounds all files together. `scanner` looks for viruses in them, where one is configured;
    `transcoder` makes of films what browsers play, where there is a program for it.
    """

    database: Database
    clock: Clock
    random: RandomBytes
    post: Post
    tokens: Tokens
    throttle: Throttle
    passwords: Passwords
    objects: FileStorage
    streams: StreamLinks
    cleaner: PictureCleaner
    pictures: PictureShelf
    base_url: Callable[[], str]
    signer: Signer
    invitations: Seal
    educators: EducatorRegistration = EducatorRegistration.OPEN
    private_registration: bool = False
    game_journal_days: int = 0
    chat_days: int = 0
    chat_megabytes: int = 0
    files_gigabytes: int = 0
    scanner: VirusScanner | None = None
    transcoder: Transcoder | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageResources:
    """What a domain's pages may use. `former_addresses`: where browsers reached it before."""

    post: Post
    reads: Reads
    tokens: Tokens
    objects: Objects
    signing_keys: SigningKeys
    base_url: Callable[[], str]
    former_addresses: Sequence[str] = ()


MakeHandler = Callable[[Resources], Handler]
MakeJobs = Callable[[Resources], Handlers]
MakePages = Callable[[PageResources], DomainPages]


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeDomain:
    """One domain's part of a node.

    `handlers` and `kinds` receive its messages. `record_writers` write the rows that its actors
    commit with their events, in this order. `reactions` are what it does, or has done, when
    something has happened in any domain. `jobs` are its kinds of durable jobs, with what does each.
    `emails` are the contents of its e-mails, with what each says. `pages` are its part of the site.
    """

    name: str
    handlers: tuple[MakeHandler, ...] = ()
    kinds: tuple[LiveKind, ...] = ()
    record_writers: Mapping[type[Message], RecordWriter] = field(default_factory=dict)
    reactions: Reactions = field(default_factory=dict)
    jobs: tuple[MakeJobs, ...] = ()
    emails: Wording = field(default_factory=dict)
    pages: tuple[MakePages, ...] = ()
