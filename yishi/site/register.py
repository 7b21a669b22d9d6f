"""The page of a register: what can be taken care of, and what is."""


from msgspec import Struct

from ..model.paths import place_of, url_of
from ..model.records import Claimed, Item, Register
from .edition import Edition, Words, amount_in_words, links_to, prose_of
from .record import Common, Fact, common_of
from .shell import root_of


class Plot(Struct, frozen=True):
    """One thing that can be claimed; `said` is whether it is, and since when."""

    code: str
    kind: str
    claimed: bool
    said: str
    claimant: str
    check_on: str
    state: str


class RegisterView(Struct, frozen=True):
    """Everything that the page of a register shows: `sum` of its items, or a `published` one."""

    place: str
    common: Common
    rules: Words | None
    sum: str
    published: str
    plots: tuple[Plot, ...]


def register_view(edition: Edition, path: str, register: Register) -> RegisterView:
    """What the page of the register at `path` shows."""
    plots = tuple(_plot(edition, item) for item in register.items)
    place = Fact(edition.text("Place"), links_to(edition, [place_of(path)]))
    return RegisterView(
        place_of(path), common_of(edition, path, register, [place]),
        prose_of(edition, path, register.rules, root_of(url_of(path))),
        _sum(edition, plots), _published(edition, register.summary) if register.summary else "", plots,
    )


def _plot(edition: Edition, item: Item) -> Plot:
    day, text = edition.language.day, edition.text
    claimed = item.claimed and (item.claimed_on or edition.as_of) <= edition.as_of
    said = text("not claimed yet")
    if claimed:
        said = text("claimed on {day}", day=day(item.claimed_on)) if item.claimed_on else text("claimed")
    return Plot(item.code, item.kind or "", claimed, said,
                edition.label("claimant", item.claimant) if claimed and item.claimant else "",
                day(item.check_on) if item.check_on else "", item.state or "")


def _sum(edition: Edition, plots: tuple[Plot, ...]) -> str:
    if not plots:
        return ""
    number = edition.number
    return edition.text("{claimed} of {offered} are claimed.", offered=number(len(plots)),
                        claimed=number(sum(plot.claimed for plot in plots)))


def _published(edition: Edition, published: Claimed) -> str:
    claimed, offered = (amount_in_words(edition, amount.value, amount.unit, amount.precision)
                        for amount in (published.claimed, published.offered))
    return edition.text("Claimed: {claimed}; offered: {offered}.", claimed=claimed, offered=offered)
