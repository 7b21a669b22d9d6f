"""What a record is resolved against, and what it asked."""

from collections.abc import Iterable, Mapping, Set
from datetime import date

from msgspec import Struct, field

from ..model.records import Method, Place
from ..model.vocabulary import Vocabulary
from .reference_index import ReferenceIndex


class WithheldRecords(Struct, frozen=True):
    """Records that may be referred to but are not shown, path → kind. `unreadable`: collection files not read;
    `withdrawn`: records whose address has a notice instead."""

    invalid: Mapping[str, str] = field(default_factory=dict)
    drafts: Mapping[str, str] = field(default_factory=dict)
    unreadable: Mapping[str, str] = field(default_factory=dict)
    withdrawn: Mapping[str, str] = field(default_factory=dict)

    def paths_of_kind(self, kind: str) -> list[str]:
        """The withheld records of this kind."""
        every = (self.invalid, self.drafts, self.withdrawn)
        return [path for paths in every for path, of in paths.items() if of == kind]


class LinkContext(Struct, frozen=True):
    """What a record is resolved against: all that it may name, and the day of the report."""

    vocabulary: Vocabulary
    reference_indexes: Mapping[str, ReferenceIndex]
    places: Mapping[str, Place]
    methods: Mapping[str, Method]
    withheld: WithheldRecords
    records: Set[str]
    files: frozenset[str]
    as_of: date

    def resolve_reference(self, kinds: Iterable[str], text: str, place: str) -> list[str]:
        """The paths of these kinds that `text` may mean, written in a record of `place`."""
        return [path for kind in kinds for path in self.reference_indexes[kind].resolve(text, place)]

    def visibility(self, path: str) -> str:
        """Whether a record is shown: `shown`, `draft`, `invalid`, `withdrawn`; "" if there is none."""
        if path in self.withheld.drafts:
            return "draft"
        if path in self.records:
            return "shown"
        return "invalid" if path in self.withheld.invalid else "withdrawn" if path in self.withheld.withdrawn else ""


class RecordedLookups(Struct, frozen=True):
    """What a record asked about the others, and the answers: while they hold, it is resolved as it was.

    `meant`: kinds, text → paths; `standing`: path → how it stands; `files`: file → whether it is there.
    """

    references: dict[tuple[tuple[str, ...], str], list[str]] = field(default_factory=dict)
    visibilities: dict[str, str] = field(default_factory=dict)
    files: dict[str, bool] = field(default_factory=dict)

    def still_valid(self, place: str, around: LinkContext) -> bool:
        """Whether a record of `place` would get the same answers again."""
        return (all(around.resolve_reference(kinds, text, place) == paths for (kinds, text),
                    paths in self.references.items())
                and all(around.visibility(path) == found for path, found in self.visibilities.items())
                and all((file in around.files) == found for file, found in self.files.items()))
