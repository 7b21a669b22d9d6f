"""The SQLite file says what the site says: the same records, the same numbers, the same things left out."""

import csv
import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.csv_cells import unescape_cell
from tests.support.program import run_program
from tests.support.workshop import DAY, SITES, Built
from yishi import search_query
from yishi.model.kinds import TABLES
from yishi.search.bigrams import write_bigrams

PAIRS_QUERY = """with recursive pairs(number, pair) as (select 1, substr(:q, 1, 2) union all
  select number + 1, substr(:q, number + 1, 2) from pairs where number + 2 <= length(:q))
select path from records where rowid in (select rowid from records_fts
  where records_fts match (select '"' || group_concat(pair, ' ') || '"' from pairs))"""
"""As docs/library.md gives it for Datasette."""


@pytest.fixture(scope="module")
def database(full: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """The file that `export --sqlite` writes of the full site."""
    file = tmp_path_factory.mktemp("sqlite") / "site.db"
    said = run_program(full.workshop.folder, "export", "--sqlite", file, "--as-of", str(DAY))
    assert (said.returncode, said.stderr) == (0, "")
    with closing(sqlite3.connect(file)) as connection:
        yield connection


def written(full: Built, name: str) -> list[list[str]]:
    """The rows of a CSV file of the site, the head first."""
    rows = csv.reader(io.StringIO(full.files[name].decode("utf-8-sig")))
    return [[unescape_cell(cell) for cell in row] for row in rows]


def as_text(value: object) -> str:
    """A value of the database as a cell of CSV."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value)


@pytest.mark.parametrize("name", sorted(TABLES.values()))
def test_a_table_of_records_is_that_of_the_csv_file(full: Built, database: sqlite3.Connection, name: str) -> None:
    """The same columns, rows and values, numbers of few people hidden alike; yes and no are 1 and 0."""
    head, *rows = written(full, f"data/{name}.csv")
    found = database.execute(f'select * from "{name}"')
    assert [column[0] for column in found.description] == head
    flags = {number for number, (_, _, kind, *_) in enumerate(database.execute(f'pragma table_info("{name}")'))
             if kind == "INTEGER"}
    words = {"yes": "1", "no": "0"}
    wanted = [[words.get(cell, cell) if number in flags else cell for number, cell in enumerate(row)] for row in rows]
    assert [[as_text(value) for value in row] for row in found] == [[as_number(cell) for cell in row] for row in wanted]


def as_number(cell: str) -> str:
    """A cell with the zeros after its decimal point left out, as SQLite keeps a number."""
    return cell.removesuffix(".0")


def test_every_statistic_of_every_place_is_that_of_the_site(full: Built, database: sqlite3.Connection) -> None:
    """Value, numerator and denominator of each; the file of the site has them from the same function."""
    _, *rows = written(full, "data/statistics.csv")
    found = [[as_text(value) for value in row] for row in database.execute("select * from statistics")]
    assert found == [[as_number(cell) for cell in row] for row in rows]
    defined = {key for key, in database.execute("select key from statistic_definitions")}
    assert {key for key, in database.execute("select distinct key from statistics")} <= defined


def test_no_reference_leads_nowhere(database: sqlite3.Connection) -> None:
    """Foreign keys hold, so that Datasette links them; each log entry belongs to an issue that is there."""
    assert database.execute("pragma foreign_key_check").fetchall() == []
    assert database.execute("select count(*) from log_entries").fetchone()[0] > 0
    assert database.execute("select count(*) from log_entries where issue not in (select path from issues)"
                            ).fetchone() == (0,)


def test_words_of_every_length_are_found_where_they_stand(database: sqlite3.Connection) -> None:
    """For each run of Chinese characters of the titles: its first one, two and three characters find the record; words
    of two also as they are typed into Datasette, longer ones with the query of the documents."""
    titles = dict(database.execute("select path, title from records"))
    tried = 0
    for path, title in titles.items():
        run = write_bigrams(title).split()
        if run and len(run[0]) == 2 and not run[0].isascii():
            for size in (1, 2, 3):
                word = title[:size]
                found = {one for one, in database.execute(
                    "select path from records where rowid in (select rowid from records_fts where records_fts match ?)",
                    (search_query(word),))}
                assert path in found, word
            assert path in {one for one, in database.execute(PAIRS_QUERY, {"q": title[:2]})}
            tried += 1
    assert tried > 20
    assert database.execute("select 1 from records_fts where records_fts match '\"不存在的词\"'").fetchall() == []


@pytest.mark.parametrize(("text", "bigrams", "query"), [
    ("停车位", "停车 车位 位", '"停车 车位"'), ("漏水", "漏水 水", '"漏水"'), ("灯", "灯", '"灯"*'),
    ("3号楼 Lift", "3 号楼 楼 lift", '"3" "号楼" "lift"'), ("停車", "停车 车", '"停车"'), ("…", "", "")])
def test_chinese_is_indexed_in_pairs(text: str, bigrams: str, query: str) -> None:
    """With the last character once more, so that each single character begins a word."""
    assert (write_bigrams(text), search_query(text)) == (bigrams, query)


def test_a_draft_and_what_names_it_stay_out(full: Built, tmp_path: Path) -> None:
    """Also with `--drafts`; and the same content gives the same bytes."""
    def export(name: str, *more: str) -> bytes:
        said = run_program(tmp_path, "export", "--sqlite", name, "--as-of", str(DAY), "--content",
                           full.workshop.content, *more)
        assert said.returncode == 0, said.stderr
        return (tmp_path / name).read_bytes()

    data = export("a.db", "--drafts")
    assert data == export("b.sqlite", "--drafts")
    assert b"caogao" not in data
    assert "活动楼电梯".encode() not in data


@pytest.mark.parametrize("wrong", [(), ("a.xlsx", "--sqlite", "a.db"), ("--sqlite", "a.txt"),
                                   ("--sqlite", "a.db", "--place", "nanyuan")], ids=" ".join)
def test_what_to_export_must_be_clear(tmp_path: Path, wrong: tuple[str, ...]) -> None:
    """Either a workbook or a database of the whole site; a wrong name writes nothing."""
    said = run_program(tmp_path, "export", *wrong, "--content", SITES / "english-city")
    assert said.returncode == 2
    assert list(tmp_path.iterdir()) == []
