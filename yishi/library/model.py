"""The types of the library."""

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

from msgspec import Struct, field

from ..core.outputs import Rendition
from ..model.boundaries import Outline
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
    """All published records by path, with resolved references and vocabulary keys.

    The mappings are in a fixed order: places as in the tree (siblings by code, then name), everything else by path.
    References to withheld records (invalid, draft) are left out; `dropped_refs` lists them.
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
    """Record → `KIND.KEY` (such as `issue.derived_from`) → the records that refer to it by this key."""
    dropped_refs: Mapping[str, Mapping[str, str]]
    """Record → key → the reference as typed, if it refers to a withheld record."""
    links: Mapping[str, Mapping[str, str | None]]
    """Record → local link in its Markdown → output file (None for a dead link)."""
    photos: Mapping[str, Mapping[str, str]]
    """Record → a photo's `file`, or a location's `boundary` → output file."""
    attachments: Mapping[str, str]
    """Output file → the file of the content folder that is published there."""
    drafts: Set[str]
    """Drafts that are published, as with `--drafts`."""
    summaries: Mapping[str, Any]
    """Issue or case → its RecordSummary; only those already known."""
    fingerprints: Mapping[str, str]
    """The same issues and cases → digest of the whole record."""
    link_context: LinkContext
    """The context in which the records were resolved."""
    renditions: Mapping[str, tuple[Rendition, ...]] = field(default_factory=dict)
    """Output file of a photo that can be shown → the renditions published in its place."""
    boundaries: Mapping[str, Outline] = field(default_factory=dict)
    """Location → its boundary, if it has one that can be drawn."""

    def referrers(self, path: str, *keys: str) -> tuple[str, ...]:
        """The records that refer to the one at `path` by one of these keys (`KIND.KEY`), each once, in order."""
        backlinks = self.backlinks.get(path, {})
        return tuple(dict.fromkeys(referrer for key in keys for referrer in backlinks.get(key, ())))

    def record(self, path: str | None) -> Record | None:
        """The record at `path`; None if there is none. The folder determines its kind."""
        return self.of_kind(KIND_IN.get(get_folder_name(path or ""), "place")).get(path or "")

    def of_kind(self, kind: str) -> Mapping[str, Any]:
        """Path → record of this kind."""
        table: Mapping[str, Any] = getattr(self, KINDS[kind].table)
        return table

    def of_kinds(self, kinds: Iterable[str]) -> Iterator[tuple[str, Record]]:
        """Path and record of each record of these kinds, kind by kind."""
        return ((path, record) for kind in kinds for path, record in self.of_kind(kind).items())
