"""What a record is resolved against, and the lookups recorded while resolving it."""

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import Struct, field

from ..model.records import Method, Place
from ..model.vocabulary import Vocabulary
from .reference_index import ReferenceIndex


class WithheldRecords(Struct, frozen=True):
    """Records that may be referred to but are not published, path → kind.

    `unreadable`: collection files that could not be read; `withdrawn`: records replaced by a notice at their address.
    """

    invalid: Mapping[str, str] = field(default_factory=dict)
    drafts: Mapping[str, str] = field(default_factory=dict)
    unreadable: Mapping[str, str] = field(default_factory=dict)
    withdrawn: Mapping[str, str] = field(default_factory=dict)

    def paths_of_kind(self, kind: str) -> list[str]:
        """Paths of the withheld records of this kind."""
        groups = (self.invalid, self.drafts, self.withdrawn)
        return [path for paths in groups for path, record_kind in paths.items() if record_kind == kind]


class LinkContext(Struct, frozen=True):
    """Everything a record can refer to, and the day of the report; `records`: path → kind."""

    vocabulary: Vocabulary
    reference_indexes: Mapping[str, ReferenceIndex]
    places: Mapping[str, Place]
    methods: Mapping[str, Method]
    withheld: WithheldRecords
    records: Mapping[str, str]
    files: frozenset[str]
    as_of: date

    def resolve_reference(self, kinds: Iterable[str], text: str, place: str) -> list[str]:
        """The paths of these kinds that `text` may refer to in a record of `place`."""
        return [path for kind in kinds for path in self.reference_indexes[kind].resolve(text, place)]

    def visibility(self, path: str) -> str:
        """Whether a record is published: `shown`, `draft`, `invalid`, `withdrawn`, or "" if it does not exist."""
        if path in self.withheld.drafts:
            return "draft"
        if path in self.records:
            return "shown"
        if path in self.withheld.invalid:
            return "invalid"
        return "withdrawn" if path in self.withheld.withdrawn else ""


class RecordedLookups(Struct, frozen=True):
    """The lookups made while resolving a record, with their results: as long as they give the same results, the record
    resolves as before.

    `references`: (kinds, text) → paths; `visibilities`: path → visibility; `files`: file → whether it exists.
    """

    references: dict[tuple[tuple[str, ...], str], list[str]] = field(default_factory=dict)
    visibilities: dict[str, str] = field(default_factory=dict)
    files: dict[str, bool] = field(default_factory=dict)

    def still_valid(self, place: str, context: LinkContext) -> bool:
        """Whether all lookups of a record of `place` give the same results in `context`."""
        return (all(context.resolve_reference(kinds, text, place) == paths
                    for (kinds, text), paths in self.references.items())
                and all(context.visibility(path) == previous for path, previous in self.visibilities.items())
                and all((file in context.files) == previous for file, previous in self.files.items()))
