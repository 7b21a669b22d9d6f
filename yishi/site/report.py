"""The report card of a place: one page that prints on one sheet of A4, told to its residents.

It is short by construction: so many entries of each kind, so many columns of each text; the rest is a link away.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from ..analysis.due import is_judged
from ..core.outputs import Output, Plan
from ..model.records import Issue
from .desk import Desk, desk_of
from .edition import Edition, Link, Row, Words, link_to, name_of, summary_of
from .next_meeting import Gathering, next_meeting
from .numbers import number_at
from .promises import Advice, advice_for
from .record import Reply
from .sentences import sentences_on
from .shell import planned, sheet, trail_to
from .voice import Voice, voices

SHOWN = 3
"""So many entries of each kind stand on the card."""

TITLE = 70
"""So many columns a title may take; a Chinese character takes two."""

LINE = 110
"""So many columns a text may take."""

_LADDER = ("lasting", "confirmed", "done")


class Pride(Struct, frozen=True):
    """A case, or an issue found lasting; `why` says what speaks for it."""

    row: Row
    why: str
    summary: Words | None


class Pending(Struct, frozen=True):
    """An open issue and the day it is promised by, in words."""

    row: Row
    said: str


class Remark(Struct, frozen=True):
    """What a reviewer found."""

    text: str
    review: Link


class ReportView(Struct, frozen=True):
    """Everything on the card. The counts are of all, also of those that are not shown."""

    path: str
    name: Words
    kind: str
    sentences: tuple[Link, ...]
    prides: tuple[Pride, ...]
    open: Link
    pending: tuple[Pending, ...]
    ratings: str
    advice: tuple[Advice, ...]
    remarks: tuple[Remark, ...]
    voices: tuple[Voice, ...]
    meeting: Gathering | None
    desk: Desk | None


def report_pages(edition: Edition) -> Iterator[Plan]:
    """The report card of every place."""
    for path in edition.library.places:
        yield planned(edition, f"{path}/report/index.html", report_page, path)


def report_page(edition: Edition, path: str) -> Output:
    """The report card of the place at `path`."""
    view = report_view(edition, path)
    return sheet(edition, f"{path}/report/index.html", "pages/report_card.html",
                 edition.text("Report card of {place}", place=view.name.text), view,
                 trail=trail_to(edition, path, Link(edition.text("Report card"))))


def report_view(edition: Edition, path: str) -> ReportView:
    """The card of the place at `path`."""
    place, pending = edition.library.places[path], edition.holdings.open_in.get(path) or ()
    advice = advice_for(edition, path)[:SHOWN]
    return ReportView(
        path=path, name=name_of(edition, place), kind=edition.label("place_kind", place.kind),
        sentences=sentences_on(edition, path), prides=tuple(islice(_prides(edition, path), SHOWN)),
        open=Link(_open_in_words(edition, len(pending)), number_at("by_status", path), value=str(len(pending))),
        pending=tuple(_pending(edition, one) for one in pending[:SHOWN]),
        ratings=_ratings(edition, path), advice=tuple(map(_short_advice, advice)),
        remarks=tuple(islice(_remarks(edition, path), SHOWN - len(advice))),
        voices=tuple(map(_short_voice, islice(voices(edition, path), SHOWN - 1))),
        meeting=next_meeting(edition, path), desk=desk_of(edition, path),
    )


# --- what there is to be proud of -------------------------------------------------------------------------------------


def _prides(edition: Edition, place: str) -> Iterator[Pride]:
    """The cases, those whose result lasts first, then the newest; then issues found lasting that no case tells of."""
    listings, held = edition.book.listings, edition.holdings
    cases = [path for path in held.cases_in.get(place, ()) if not listings[path].draft and _holds(edition, path)]
    for path in sorted(cases, key=lambda path: _LADDER.index(_ladder_of(edition, path))):
        yield _pride(edition, path, _ladder_of(edition, path))
    told = {issue for path in cases for issue in listings[path].issues}
    yield from (_pride(edition, path, "lasting") for path in held.lasting_in.get(place) or () if path not in told)


def _holds(edition: Edition, case: str) -> bool:
    """Whether nothing that the case tells of came back or was given up."""
    listings = edition.book.listings
    return not any(listings[path].ladder in ("relapsed", "closed") for path in listings[case].issues)


def _ladder_of(edition: Edition, case: str) -> str:
    """How far the results that a case tells of have proved themselves: as far as the least proved of them."""
    found = [edition.book.listings[path].ladder for path in edition.book.listings[case].issues]
    return max((step if step in _LADDER else "done" for step in found), key=_LADDER.index, default="done")


def _pride(edition: Edition, path: str, ladder: str) -> Pride:
    why = {"lasting": edition.text("It has been found to last."),
           "confirmed": edition.text("A follow-up found that it holds.")}.get(ladder, "")
    record = edition.library.cases.get(path) or edition.library.issues[path]
    summary = summary_of(edition, record)
    return Pride(_short_row(edition.rows[path]), why, summary and replace(summary, text=shortened(summary.text, LINE)))


# --- what is open -----------------------------------------------------------------------------------------------------


def _open_in_words(edition: Edition, number: int) -> str:
    return edition.plural("{n} issue is still open.", "{n} issues are still open.", number) if number else ""


def _pending(edition: Edition, path: str) -> Pending:
    issue = edition.library.issues[path]
    return Pending(_short_row(edition.rows[path]), _promise(edition, issue))


def _promise(edition: Edition, issue: Issue) -> str:
    if issue.due is None:
        return edition.text("no day promised yet") if is_judged(issue) else edition.text("from a press report")
    day = edition.language.day(issue.due)
    if is_judged(issue) and issue.due < edition.as_of:
        return edition.text("promised by {day}; the day has passed", day=day)
    return edition.text("promised by {day}", day=day)


# --- what reviewers said ----------------------------------------------------------------------------------------------


def _ratings(edition: Edition, place: str) -> str:
    """How many ratings of each kind reviewers gave; "" if none."""
    reviews = (edition.library.reviews[path] for path in edition.holdings.reviews_of.get(place, ()))
    found = Counter(one.rating for review in reviews if not review.draft for one in review.criteria if one.rating)
    if not found:
        return ""
    terms = edition.library.vocabulary.terms["rating"]
    parts = (edition.text("{name} ({n})", name=edition.label("rating", key), n=edition.number(found[key]))
             for key in terms if found[key])
    return edition.plural("Reviewers gave {n} rating: {parts}.", "Reviewers gave {n} ratings: {parts}.",
                          found.total(), parts=edition.text(", ").join(parts))


def _remarks(edition: Edition, place: str) -> Iterator[Remark]:
    for path in edition.holdings.reviews_of.get(place, ()):
        review = edition.library.reviews[path]
        link = link_to(edition, path)
        for one in review.criteria if link and not review.draft else ():
            if one.finding and link:
                yield Remark(shortened(one.finding, LINE), _short_link(link))


# --- short enough for one sheet ---------------------------------------------------------------------------------------


def shortened(text: str, columns: int) -> str:
    """`text`, cut with … where it takes more columns; a Chinese character takes two."""
    taken = 0
    for number, character in enumerate(text):
        taken += 1 if character < "\u2e80" else 2
        if taken > columns:
            return text[:number].rstrip() + "…"
    return text


def _short_row(row: Row) -> Row:
    return replace(row, title=shortened(row.title, TITLE))


def _short_link(link: Link) -> Link:
    return replace(link, text=shortened(link.text, TITLE // 2))


def _short_advice(advice: Advice) -> Advice:
    return replace(advice, text=shortened(advice.text, LINE), answer=_short_reply(advice.answer),
                   review=_short_link(advice.review), about=advice.about and _short_link(advice.about), plan=None)


def _short_voice(voice: Voice) -> Voice:
    return replace(voice, row=_short_row(voice.row), text=shortened(voice.text, LINE),
                   answer=_short_reply(voice.answer))


def _short_reply(reply: Reply | None) -> Reply | None:
    return reply and replace(reply, text=shortened(reply.text, LINE))
