"""Writes the content of a benchmark as a site that a user of Hugo would make of it, below the theme in `lean/`.

    python -m benchmarks.leansite build/bench/content build/bench/lean

A page for each record, lists by place, topic, status and month, and a page of counts; nothing that Hugo has no feature
for. It is not the same site as Yishi's, as that of `hugosite` is: it tells what a page costs each program.
"""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import yaml

from .hugorecords import Record, add_front_matter, describe_date, record_of
from .hugosite import VOCABULARY, read_texts, write_files

THEME = Path(__file__).parent / "lean"


def write_lean_site(content: Path, folder: Path) -> None:
    """Write the lean Hugo site of the Yishi `content` into the empty or new `folder`."""
    shutil.copytree(THEME, folder, dirs_exist_ok=True)
    write_files(folder, lean_files_of(read_texts(content)))


def lean_files_of(texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Path in the Hugo site → text; `texts`: path in the content folder → text."""
    terms = yaml.load(VOCABULARY.read_text("utf-8"), yaml.CSafeLoader)["terms"]
    topics = {term["zh-Hans"]: key for key, term in terms["topic"].items()}
    statuses = {key: term["zh-Hans"] for key, term in terms["status"].items()}
    for name, text in texts.items():
        if "/issues/" in name or "/cases/" in name:
            record = record_of(name, text, topics)
            yield f"content/{record.path}.md", _page(record, statuses)
        elif name.endswith("/place.yaml"):
            title = text.replace("名称:", "title:", 1)
            yield f"content/{name.removesuffix('place.yaml')}_index.md", f"---\n{title}held: place\n---\n"
    yield "content/places/_index.md", "---\ntitle: 地方\n---\n"
    yield "content/statistics.md", "---\ntitle: 统计\nlayout: statistics\n---\n"


def _page(record: Record, statuses: Mapping[str, str]) -> str:
    """The content file of a record: its own front matter, and the terms by which Hugo lists it."""
    status = record.course.get("status", "")
    added = f"type: {record.kind}\ncourse: {status}\ntopics: [{record.data['主题']}]\n{describe_date(record)}"
    added += f"statuses: [{statuses[status]}]\nmonths: ['{record.month}']\n" if status else ""
    return add_front_matter(record.text, added)


@click.command()
@click.argument("content", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def main(content: Path, folder: Path) -> None:
    """Write the lean Hugo site of a content folder."""
    write_lean_site(content, folder)


if __name__ == "__main__":
    main()
