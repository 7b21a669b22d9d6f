"""`freeze`: store the published statistics of a day as a snapshot."""

from typing import Any

from ..analysis import snapshots
from ..content.privacy import mask_personal_data
from ..core import files
from ..engine.pipeline import assemble_site_data, day_at, get_site_address, summarise_content
from ..model.identifiers import is_valid_name
from ..model.language import marked, slugify
from ..model.paths import SNAPSHOT_FOLDER
from ..site import build_page_context, take_snapshot
from .common import OutputLine, check_or_exit, create_build_options, print_lines, report_disk_errors, show_progress
from .usage import WrongUsage


def run_freeze_command(choices: dict[str, Any]) -> None:
    """Write the snapshot into the content folder; exits with 1 if the content has errors. Raises WrongUsage for a
    name that cannot be part of an address, for an existing name, since a snapshot is never overwritten, and for a
    day in the future."""
    name, options = choices["name"], create_build_options(choices)
    if not is_valid_name(name):
        raise WrongUsage(marked("NAME must be of lower-case letters, digits and hyphens, such as {example}"),
                         example=slugify(name))
    if mask_personal_data(name) != name:
        raise WrongUsage(marked("NAME holds personal data: {name}. Choose another one"), name=name)
    file = f"{SNAPSHOT_FOLDER}/{name}.json"
    with show_progress(choices) as watch, report_disk_errors():
        checked, language = check_or_exit(options, choices, watch)
        if file in checked.file_stats:
            raise WrongUsage(marked("{file} is there already; what was published is never written over"), file=file)
        if checked.as_of > (today := day_at(options.now, checked.library.site)):
            raise WrongUsage(marked("--as-of: {day} has not come yet; the numbers of a day can be kept until {today}"),
                             day=str(checked.as_of), today=str(today))
        site_data = assemble_site_data(checked, options,
                                       *summarise_content(checked, options.folders.content, full=options.full))
        snapshot = take_snapshot(build_page_context(site_data, language, get_site_address(checked, options)), name,
                                 options.revision)
        files.write_file(options.folders.content, file, snapshots.encode_snapshot(snapshot).encode())
    done = marked("The numbers of {day} are kept in {file}; the next build publishes them under {page}.")
    print_lines([OutputLine(language.text(done, day=language.day(snapshot.as_of), file=choices["content"] / file,
                                          page=f"statistics/frozen/{name}/"))])
