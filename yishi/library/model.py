"""The types of the library."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..records import Case, Figure, Issue, Location, Method, Page, Place, Reference, Site
from ..vocabulary import Vocabulary


@dataclass(frozen=True)
class Library:
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
    sources: Mapping[str, Reference]
    children: Mapping[str, tuple[str, ...]]
    """Place ("" = the site) → the places directly below it, in fixed order."""
    derived: Mapping[str, tuple[str, ...]]
    """Issue → issues that came of it."""
    duplicates: Mapping[str, tuple[str, ...]]
    """Issue → issues that repeat it."""
    cases_of: Mapping[str, tuple[str, ...]]
    """Issue or location → cases that tell of it."""
    issues_at: Mapping[str, tuple[str, ...]]
    """Location → issues there."""
    citing: Mapping[str, tuple[str, ...]]
    """Source → records that cite it."""
    lost: Mapping[str, Mapping[str, str]]
    """Record → key → the reference as typed, where the record that it means is withheld."""
    links: Mapping[str, Mapping[str, str | None]]
    """Record → local link in its Markdown → output file (None: it leads nowhere)."""
    photos: Mapping[str, Mapping[str, str]]
    """Record → a photo's `file` → output file."""
    attachments: Mapping[str, str]
    """Output file → the file of the content folder that is published there."""


@dataclass(frozen=True)
class Withheld:
    """Records that may be referred to but are not shown, path → kind. `unreadable`: collection files not read at all."""

    invalid: Mapping[str, str] = field(default_factory=dict)
    drafts: Mapping[str, str] = field(default_factory=dict)
    unreadable: Mapping[str, str] = field(default_factory=dict)

    def paths(self, kind: str) -> list[str]:
        """The withheld records of this kind."""
        return [path for paths in (self.invalid, self.drafts) for path, of in paths.items() if of == kind]
