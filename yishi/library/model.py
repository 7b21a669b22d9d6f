"""The types of the library."""

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

from msgspec import Struct, field

from ..core.outputs import Rendition
from ..model.kinds import KINDS
from ..model.paths import KIND_IN, get_folder_name
from ..model.records import (
    Case,
    Event,
    Figure,
    Forum,
    Issue,
    Location,
    Meeting,
    Method,
    Page,
    Place,
    Plan,
    Record,
    Reference,
    Register,
    Review,
    Site,
    Withdrawal,
)
from ..model.vocabulary import Vocabulary
from .link_context import LinkContext


class Library(Struct, frozen=True):
    """All published records by path, every reference a path, every value of a vocabulary its key.

    The mappings are in a fixed order: places as in the tree (siblings by code, then name), everything else by path.
    References that lead to a record withheld from the site (invalid, draft) are left out; `lost` tells which.
    """

    site: Site
    vocabulary: Vocabulary
    places: Mapping[str, Place]
    locations: Mapping[str, Location]
    methods: Mapping[str, Method]
    issues: Mapping[str, Issue]
    cases: Mapping[str, Case]
    figures: Mapping[str, Figure]
    pages: Mapping[str, Page]
    withdrawn: Mapping[str, Withdrawal]
    sources: Mapping[str, Reference]
    forums: Mapping[str, Forum]
    meetings: Mapping[str, Meeting]
    events: Mapping[str, Event]
    reviews: Mapping[str, Review]
    plans: Mapping[str, Plan]
    registers: Mapping[str, Register]
    children: Mapping[str, tuple[str, ...]]
    """Place ("" = the site) → the places directly below it, in fixed order."""
    backlinks: Mapping[str, Mapping[str, tuple[str, ...]]]
    """Record → `KIND.KEY` → the records that name it: of which kind, under which key (`issue.derived_from`)."""
    dropped_refs: Mapping[str, Mapping[str, str]]
    """Record → key → the reference as typed, where the record that it means is withheld."""
    links: Mapping[str, Mapping[str, str | None]]
    """Record → local link in its Markdown → output file (None: it leads nowhere)."""
    photos: Mapping[str, Mapping[str, str]]
    """Record → a photo's `file` → output file."""
    attachments: Mapping[str, str]
    """Output file → the file of the content folder that is published there."""
    drafts: Set[str]
    """The records that are shown although they are drafts."""
    encoded_summaries: Mapping[str, tuple[str, ...]]
    """Issue or case → what others need of it, as `briefs` tells it; only of those of which it is known already."""
    fingerprints: Mapping[str, str]
    """The same issues and cases → the digest of all that they say."""
    link_context: LinkContext
    """What the records were resolved against."""
    renditions: Mapping[str, tuple[Rendition, ...]] = field(default_factory=dict)
    """Output file of a photo that can be shown → what is published in its place."""

    def referrers(self, path: str, *keys: str) -> tuple[str, ...]:
        """The records that name the one at `path` under one of these keys (each `KIND.KEY`), each once, in order."""
        naming = self.backlinks.get(path, {})
        return tuple(dict.fromkeys(one for key in keys for one in naming.get(key, ())))

    def record(self, path: str | None) -> Record | None:
        """The record at `path`, None if there is none: its folder says of which kind it is."""
        return self.of_kind(KIND_IN.get(get_folder_name(path or ""), "place")).get(path or "")

    def of_kind(self, kind: str) -> Mapping[str, Any]:
        """The records of a kind by their paths."""
        of_kind: Mapping[str, Any] = getattr(self, KINDS[kind].table)
        return of_kind

    def of_kinds(self, kinds: Iterable[str]) -> Iterator[tuple[str, Record]]:
        """The path and the record of each record of these kinds, kind by kind."""
        return ((path, record) for kind in kinds for path, record in self.of_kind(kind).items())
