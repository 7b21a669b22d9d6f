"""Numbers as people write them: every form of `quantities.tsv` is read as the table says."""

from pathlib import Path

from yishi.model.quantities import ParsedQuantity, parse_quantity, propose_quantity

TABLE = Path(__file__).parent / "quantities.tsv"


def _spell(amount: ParsedQuantity) -> str:
    precision = "" if amount.precision == "exact" else amount.precision
    return " ".join(filter(None, (str(amount.value), amount.unit, precision)))


def _read(text: str) -> str:
    if amount := parse_quantity(text):
        return _spell(amount)
    proposal = propose_quantity(text)
    return f"? {_spell(proposal)}" if proposal else "-"


def test_every_number_in_words_is_read_as_the_table_says() -> None:
    """How many and of what, exact, about, over, or at least; `?`: asked, with a proposal; `-`: refused."""
    rows = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines()[1:]]
    assert len(rows) > 140
    assert [(text, meant, _read(text)) for text, meant in rows if _read(text) != meant] == []
