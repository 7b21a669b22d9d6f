"""The page of a register: what can be taken care of, and what is."""


from msgspec import Struct

from ...model.paths import get_place_of, get_record_url
from ...model.records import Claimed, Item, Register
from ..layout import get_language_root
from ..page_context import LocalizedText, PageContext, format_amount, link_to_records, localize_markdown
from ..record_parts import LabelledValue, RecordParts, build_record_parts


class RegisterItem(Struct, frozen=True):
    """One thing that can be claimed; `said` is whether it is, and since when."""

    code: str
    kind: str
    is_claimed: bool
    claim_text: str
    claimant: str
    check_on: str
    state: str


class RegisterView(Struct, frozen=True):
    """Everything that the page of a register shows: `sum` of its items, or a `published` one."""

    place: str
    parts: RecordParts
    rules: LocalizedText | None
    summary: str
    published_summary: str
    items: tuple[RegisterItem, ...]


def build_register_view(context: PageContext, path: str, register: Register) -> RegisterView:
    """What the page of the register at `path` shows."""
    plots = tuple(_register_item(context, item) for item in register.items)
    place = LabelledValue(context.text("Place"), link_to_records(context, [get_place_of(path)]))
    return RegisterView(
        get_place_of(path), build_record_parts(context, path, register, [place]),
        localize_markdown(context, path, register.rules, get_language_root(get_record_url(path))),
        _summarise_items(context, plots), _published_summary(context, register.summary) if register.summary else "",
        plots,
    )


def _register_item(context: PageContext, item: Item) -> RegisterItem:
    day, text = context.language.day, context.text
    claimed = item.claimed and (item.claimed_on or context.as_of) <= context.as_of
    said = text("not claimed yet")
    if claimed:
        said = text("claimed on {day}", day=day(item.claimed_on)) if item.claimed_on else text("claimed")
    return RegisterItem(item.code, item.kind or "", claimed, said,
                        context.label("claimant", item.claimant) if claimed and item.claimant else "",
                        day(item.check_on) if item.check_on else "", item.state or "")


def _summarise_items(context: PageContext, plots: tuple[RegisterItem, ...]) -> str:
    if not plots:
        return ""
    number = context.number
    return context.text("{claimed} of {offered} are claimed.", offered=number(len(plots)),
                        claimed=number(sum(plot.is_claimed for plot in plots)))


def _published_summary(context: PageContext, published: Claimed) -> str:
    claimed, offered = (format_amount(context, amount.value, amount.unit, amount.precision)
                        for amount in (published.claimed, published.offered))
    return context.text("Claimed: {claimed}; offered: {offered}.", claimed=claimed, offered=offered)
