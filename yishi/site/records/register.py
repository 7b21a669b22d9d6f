"""The page of a register: the items that residents can claim, and which are claimed."""

from msgspec import Struct

from ...model.paths import get_place_of
from ...model.records import Claimed, Item, Register
from ..page_context import (
    LocalizedText,
    PageContext,
    format_amount,
    link_to_record,
    localize_rules,
    localize_text,
)
from ..record_parts import RecordParts, build_record_parts, list_facts


class RegisterItem(Struct, frozen=True):
    """An item that can be claimed; `claim_text`: whether it is claimed, and since when."""

    code: LocalizedText
    kind: LocalizedText
    is_claimed: bool
    claim_text: str
    claimant: str
    check_on: str
    state: LocalizedText


class RegisterView(Struct, frozen=True):
    """The view of a register's page. `summary` is computed from its items; `published_summary`: as published."""

    place: str
    parts: RecordParts
    rules: LocalizedText | None
    summary: str
    published_summary: str
    items: tuple[RegisterItem, ...]


def build_register_view(context: PageContext, path: str, register: Register) -> RegisterView:
    """The view of the page of the register at `path`."""
    items = tuple(_register_item(context, register, item) for item in register.items)
    place = list_facts((context.text("Place"), link_to_record(context, get_place_of(path))))
    return RegisterView(
        get_place_of(path), build_record_parts(context, path, register, place),
        localize_rules(context, path, register),
        _summarise_items(context, items),
        _published_summary(context, register, register.summary) if register.summary else "",
        items,
    )


def _register_item(context: PageContext, register: Register, item: Item) -> RegisterItem:
    day = context.language.day
    text = context.text
    claimed = item.claimed and (item.claimed_on or context.as_of) <= context.as_of
    claim_text = text("not claimed yet")
    if claimed:
        claim_text = text("claimed on {day}", day=day(item.claimed_on)) if item.claimed_on else text("claimed")
    return RegisterItem(localize_text(context, register, item.code), localize_text(context, register, item.kind),
                        claimed, claim_text,
                        context.label("claimant", item.claimant) if claimed and item.claimant else "",
                        day(item.check_on) if item.check_on else "", localize_text(context, register, item.state))


def _summarise_items(context: PageContext, items: tuple[RegisterItem, ...]) -> str:
    if not items:
        return ""
    number = context.number
    return context.text("{claimed} of {offered} are claimed.", offered=number(len(items)),
                        claimed=number(sum(plot.is_claimed for plot in items)))


def _published_summary(context: PageContext, register: Register, published: Claimed) -> str:
    claimed, offered = (format_amount(context, amount.value, amount.unit, amount.precision, record=register)
                        for amount in (published.claimed, published.offered))
    return context.text("Claimed: {claimed}; offered: {offered}.", claimed=claimed, offered=offered)
