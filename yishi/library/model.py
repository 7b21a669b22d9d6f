"""The types of the library."""

from collections.abc import Mapping, Set

from msgspec import Struct, field

from ..core.outputs import Rendition
from ..model.paths import folder_of
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
from .around import Surroundings


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
    naming: Mapping[str, Mapping[str, tuple[str, ...]]]
    """Record → `KIND.KEY` → the records that name it: of which kind, under which key (`issue.derived_from`)."""
    lost: Mapping[str, Mapping[str, str]]
    """Record → key → the reference as typed, where the record that it means is withheld."""
    links: Mapping[str, Mapping[str, str | None]]
    """Record → local link in its Markdown → output file (None: it leads nowhere)."""
    photos: Mapping[str, Mapping[str, str]]
    """Record → a photo's `file` → output file."""
    attachments: Mapping[str, str]
    """Output file → the file of the content folder that is published there."""
    drafts: Set[str]
    """The records that are shown although they are drafts."""
    briefs: Mapping[str, tuple[str, ...]]
    """Issue or case → what others need of it, as `briefs` tells it; only of those of which it is known already."""
    stamps: Mapping[str, str]
    """The same issues and cases → the digest of all that they say."""
    around: Surroundings
    """What the records were resolved against."""
    renditions: Mapping[str, tuple[Rendition, ...]] = field(default_factory=dict)
    """Output file of a photo that can be shown → what is published in its place."""

    def named_by(self, path: str, *keys: str) -> tuple[str, ...]:
        """The records that name the one at `path` under one of these keys (each `KIND.KEY`), each once, in order."""
        naming = self.naming.get(path, {})
        return tuple(dict.fromkeys(one for key in keys for one in naming.get(key, ())))

    def record(self, path: str | None) -> Record | None:
        """The record at `path`, None if there is none: its folder says of which kind it is."""
        return self._in_folder(folder_of(path or "")).get(path or "")

    def _in_folder(self, folder: str) -> Mapping[str, Record]:
        return {
            "issues": self.issues, "cases": self.cases, "locations": self.locations, "figures": self.figures,
            "methods": self.methods, "pages": self.pages, "sources": self.sources,
            "withdrawn": self.withdrawn, **self.practice(),
        }.get(folder, self.places)

    def practice(self) -> Mapping[str, Mapping[str, Record]]:
        """The records of what is done around the issues: folder of their kind → those records by path."""
        return {"forums": self.forums, "meetings": self.meetings, "events": self.events, "reviews": self.reviews,
                "plans": self.plans, "registers": self.registers}
