"""What changes is told in words: every planted edit, with what was before and what comes after, and who did it."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest

from tests.support.workshop import SITES
from yishi.analysis.statistics import export_stat
from yishi.cli.diff import SiteChanges, SiteState, compare_site_states
from yishi.cli.diff.formats import (
    ChangesContext,
    format_changes_as_json,
    format_changes_as_markdown,
    format_changes_as_text,
)
from yishi.core.hashes import FileStat, compute_digest
from yishi.engine.assets import BuildFolders
from yishi.engine.content_source import ContentSource
from yishi.engine.pipeline import BuildOptions, check_source, summarise_content
from yishi.model.language import get_language

DAY = date(2025, 12, 31)
PICTURE = (SITES / "full/places/shili-shi/shili-zhen/dongshequ/files/chepeng.png").read_bytes().decode("latin-1")
EAST, WEST = "places/town/east", "places/town/west"

TOWN: Mapping[str, str] = {
    "site.yaml": "{title: Example Town, languages: [en, zh-Hans]}",
    "sources.yaml": "{s1: {title: A report}}",
    "methods/steps.yaml": """
name: Three steps
followup_days: 30
stages:
- {id: ask, label: Ask, core: [clarify], required: true}
- {id: agree, label: Agree, core: [deliberate], required: true}
- {id: act, label: Act, core: [implement]}
""",
    "pages/about.md": "---\ntitle: About\n---\nWho we are.\n",
    "places/town/place.yaml": "{name: Example Town, kind: town, method: steps, expected_communities: 4}",
    "places/town/figures.yaml": """
- {label: homes renewed, value: 4, source: s1}
- {label: issues moved on, value: 132, unit: issues, source: s1}
""",
    f"{EAST}/place.yaml": "{name: East, kind: community}",
    f"{EAST}/locations.yaml": """
yard: {name: First yard, kind: compound}
park: {name: Park, kind: public_space}
""",
    f"{EAST}/issues/lamps.yaml": """
title: Lamps
topic: lighting
raised: 2025-03-01
location: yard
channel: survey
participants: {kinds: [resident, property_company, utility]}
log:
- 2025-03-05 ask: all asked
- 2025-03-10 agree: agreed
- 2025-03-31 resolved: lit
followups:
- 2025-06-01 holds: still lit
outcome: {kind: facility_renovation, mechanism: a check each month}
photos:
- {file: lamp.png, alt: A lamp}
""",
    f"{EAST}/issues/lamp.png": PICTURE,
    f"{EAST}/issues/bikes.yaml":
        "title: Bikes\ntopic: shared_bikes\nraised: 2025-11-01\nlog:\n- 2025-11-02 raised: bikes\n",
    f"{EAST}/issues/pipes.yaml": """
title: Pipes
topic: leaks
raised: 2025-10-01
due: 2025-11-15
log:
- 2025-10-11 ask: looked at
- 2025-10-21 agree: agreed
""",
    **{f"{EAST}/issues/r{n}.yaml": f"""
title: Road {n}
topic: buildings_roads
raised: 2025-05-01
log:
- 2025-05-02 ask: asked
- 2025-05-{n}1 resolved: done
""" for n in (1, 2, 3)},
    f"{WEST}/place.yaml": "{name: West, kind: community}",
    f"{WEST}/issues/noise.yaml": """
title: Noise
topic: other
raised: 2025-02-01
close_reason: not_feasible
log:
- 2025-02-09 ask: asked
- 2025-03-01 closed: no way
""",
    f"{WEST}/issues/smell.yaml": """
title: Smell
topic: waste
raised: 2025-06-01
log:
- 2025-06-11 ask: asked
- 2025-07-01 resolved: gone
""",
    f"{EAST}/cases/light.md": "---\ntitle: How the lamps were lit\nissues: [lamps]\n---\nA story.\n",
    f"{EAST}/meetings/plan.yaml": """
title: A plan
date: 2025-10-21
issues: [pipes]
participants: {kinds: [resident, utility], headcount: 20, under18: 6, over60: 8}
actions:
- {what: a new pipe, due: 2025-11-01}
""",
    f"{EAST}/registers/green.yaml": """
title: Plots
items:
- {code: a, claimed: true}
- {code: b, claimed: true}
- {code: c, claimed: false}
- {code: d, claimed: false}
""",
}
"""An invented town: what is planted in it changes one thing each."""

Files = dict[str, str]


NOWHERE = Path("nowhere/content")
"""Where the town would lie: nothing is read from there, and nothing kept."""


def side(files: Mapping[str, str]) -> SiteState:
    """What a site of these files says."""
    found = {path: FileStat(len(text), int(compute_digest(text.encode())[:8], 16))
             for path, text in sorted(files.items())}
    stock = ContentSource(NOWHERE, found, lambda path: files[path].encode("latin-1" if path.endswith("png")
                                                                          else "utf-8"),
                          writes_cache=False)
    options = BuildOptions(BuildFolders(NOWHERE, NOWHERE, NOWHERE), datetime(2025, 12, 31, tzinfo=UTC), DAY)
    checked = check_source(stock, options)
    summaries, statistics = summarise_content(checked, NOWHERE, writes_cache=False)
    return SiteState(checked.library, summaries, statistics, checked.attachment_digests)


@cache
def town() -> SiteState:
    return side(TOWN)


def told(before: Mapping[str, str], after: Mapping[str, str], tag: str = "en") -> tuple[SiteChanges, ChangesContext]:
    """What is told of the change from one state to the other."""
    one, other = (town() if files is TOWN else side(files) for files in (before, after))
    return compare_site_states(one, other), ChangesContext(get_language(tag), one, other, "a1b2c3d")


def edited(path: str, old: str, new: str) -> Files:
    """The town with `old`, which must be there, written as `new`."""
    assert old in TOWN[path], (path, old)
    return {**TOWN, path: TOWN[path].replace(old, new)}


def without(path: str) -> Files:
    return {name: text for name, text in TOWN.items() if name != path}


LAMPS, PIPES, BIKES = (f"{EAST}/issues/{name}.yaml" for name in ("lamps", "pipes", "bikes"))
NOISE, SMELL, ROAD = f"{WEST}/issues/noise.yaml", f"{WEST}/issues/smell.yaml", f"{EAST}/issues/r1.yaml"
MEETING, REGISTER = f"{EAST}/meetings/plan.yaml", f"{EAST}/registers/green.yaml"

PLANTED: Mapping[str, tuple[Files, tuple[str, ...]]] = {
    "an issue is removed": (
        without(BIKES),
        ("issue “Bikes” (EAST/issues/bikes)",
         "Issues: 8 → 7, by “Bikes”",
         "Issues by status – Newly raised: 1 → 0, by “Bikes”",
         "Issues by topic – Shared bikes: 1 → 0, by “Bikes”",
         "Issues by channel – Left out: not recorded: 7 → 6, by “Bikes”",)),
    "a case is removed": (
        without(f"{EAST}/cases/light.md"),
        ("case “How the lamps were lit” (EAST/cases/light)",
         "Cases: 1 → 0, by “How the lamps were lit”",)),
    "a record is renamed": (
        {**without(BIKES), f"{EAST}/issues/bicycles.yaml": TOWN[BIKES]},
        ("1 record moved",
         "issue “Bikes” (EAST/issues/bikes): stands at EAST/issues/bicycles now; its old address is gone",)),
    "a record is renamed beside a new one": (
        {**without(BIKES), f"{EAST}/issues/bicycles.yaml": TOWN[BIKES],
         f"{WEST}/issues/dogs.yaml": "{title: Dogs, topic: other, raised: unknown, log: [raised: dogs]}"},
        ("1 record moved", "1 new record", "Issues: 8 → 9, by “Dogs”",)),
    "a record is withdrawn": (
        {**without(BIKES), "withdrawn.yaml": f"- {{path: {BIKES[:-5]}, date: 2025-12-01, why: asked for}}"},
        ("1 record removed", "issue “Bikes” (EAST/issues/bikes): is withdrawn", "Issues: 8 → 7, by “Bikes”",)),
    "a record moves to another place": (
        {**without(BIKES), f"{WEST}/issues/bikes.yaml": TOWN[BIKES]},
        ("issue “Bikes” (EAST/issues/bikes): stands at WEST/issues/bikes now; its old address is gone",
         "Issues: 6 → 5, by “Bikes”", "Issues by place – East: 6 → 5, by “Bikes”",)),
    "a new issue": (
        {**TOWN, f"{WEST}/issues/dogs.yaml": "title: Dogs\ntopic: other\nraised: 2025-12-01\nchannel: wall\n"
                                             "log: [2025-12-02 raised: dogs]\n"},
        ("issue “Dogs” (WEST/issues/dogs)",
         "Issues: 8 → 9, by “Dogs”",
         "Issues by status – Newly raised: 1 → 2, by “Dogs”",
         "Issues by topic – Other: 1 → 2, by “Dogs”",
         "Issues by channel – issues counted: 1 → 2, by “Dogs”",)),
    "a new case": (
        {**TOWN, f"{WEST}/cases/quiet.md": "---\ntitle: Quiet\nissues: [noise]\n---\nA story.\n"},
        ("case “Quiet” (WEST/cases/quiet)",
         "Cases: 1 → 2, by “Quiet”",)),
    "a new community": (
        {**TOWN, "places/town/north/place.yaml": "{name: North, kind: community}"},
        ("place “North” (places/town/north)",)),
    "a community reports": (
        {**TOWN, "places/town/north/place.yaml": "{name: North, kind: community}",
               "places/town/north/forums/hall.yaml": "{name: Hall, kind: hall}"},
        ("place “North” (places/town/north)",
         "forum “Hall” (places/town/north/forums/hall)",
         "Communities with a public record: 50% (2 of 4) → 75% (3 of 4), by “North”",)),
    "a draft": (
        edited(BIKES, "title: Bikes", "title: Bikes\ndraft: true"),
        ("issue “Bikes” (EAST/issues/bikes): is a draft now",
         "Issues: 8 → 7, by “Bikes”",
         "Issues by status – Newly raised: 1 → 0, by “Bikes”",
         "Issues by topic – Shared bikes: 1 → 0, by “Bikes”",
         "Issues by channel – Left out: not recorded: 7 → 6, by “Bikes”",)),
    "an error": (
        edited(BIKES, "topic: shared_bikes", "topic: nonsense"),
        ("issue “Bikes” (EAST/issues/bikes): is withheld, since it has errors",
         "Issues: 8 → 7, by “Bikes”",
         "Issues by status – Newly raised: 1 → 0, by “Bikes”",
         "Issues by topic – Shared bikes: 1 → 0, by “Bikes”",
         "Issues by channel – Left out: not recorded: 7 → 6, by “Bikes”",)),
    "resolved": (
        edited(PIPES, "- 2025-10-21 agree: agreed", "- 2025-10-21 agree: agreed\n- 2025-11-10 resolved: dry"),
        ("1 issue resolved",
         "issue “Pipes” (EAST/issues/pipes): Under way → Resolved, – → Done",
         "issue “Pipes” (EAST/issues/pipes): log 2 entries → 3 entries",
         "Issues by status – Resolved: 5 → 6, by “Pipes”",
         "Issues by status – Under way: 1 → 0, by “Pipes”",
         "Issues by stage – Close: 5 → 6, by “Pipes”",
         "Issues by stage – Deliberate: 1 → 0, by “Pipes”",)),
    "reopened": (
        edited(LAMPS, "- 2025-03-31 resolved: lit", "- 2025-03-31 resolved: lit\n- 2025-07-01 reopened: dark"),
        ("1 issue reopened",
         "issue “Lamps” (EAST/issues/lamps): Resolved → Under way, Lasting → Relapsed",
         "issue “Lamps” (EAST/issues/lamps): log 3 entries → 4 entries",
         "Issues by status – Under way: 1 → 2, by “Lamps”",
         "Issues by status – Resolved: 5 → 4, by “Lamps”",
         "Issues by stage – Close: 5 → 4, by “Lamps”",
         "Issues by stage – Deliberate: 1 → 2, by “Lamps”",)),
    "closed": (
        edited(PIPES, "- 2025-10-21 agree: agreed",
               "- 2025-10-21 agree: agreed\n- 2025-11-10 closed: no\nclose_reason: not_feasible"),
        ("1 issue closed unsolved",
         "issue “Pipes” (EAST/issues/pipes): Under way → Closed unsolved, – → Closed unsolved",
         "issue “Pipes” (EAST/issues/pipes): log 2 entries → 3 entries; close_reason – → Not feasible for now",
         "Issues by status – Closed unsolved: 1 → 2, by “Pipes”",
         "Issues by status – Under way: 1 → 0, by “Pipes”",
         "Days open issues have waited: too few records (from 2 records) → too few records (from 1 record), by “Pipes”",
         "Share overdue: 100% (1 of 1) → –, by “Pipes”",)),
    "taken up": (
        {**TOWN, BIKES: TOWN[BIKES] + "- 2025-11-20 ask: asked\n"},
        ("1 issue taken up",
         "issue “Bikes” (EAST/issues/bikes): Newly raised → Under way",
         "issue “Bikes” (EAST/issues/bikes): log 1 entry → 2 entries",
         "Issues by status – Under way: 1 → 2, by “Bikes”",
         "Issues by status – Newly raised: 1 → 0, by “Bikes”",
         "Issues by stage – Clarify: 1 → 2, by “Bikes”",
         "Issues by stage – Raise: 1 → 0, by “Bikes”",)),
    "set back": (
        edited(PIPES, "- 2025-10-11 ask: looked at\n- 2025-10-21 agree: agreed", "- 2025-10-11 raised: leaks"),
        ("1 issue set back to new",
         "issue “Pipes” (EAST/issues/pipes): Under way → Newly raised",
         "issue “Pipes” (EAST/issues/pipes): log 2 entries → 1 entry",
         "Issues by status – Newly raised: 1 → 2, by “Pipes”",
         "Issues by status – Under way: 1 → 0, by “Pipes”",
         "Issues by stage – Raise: 1 → 2, by “Pipes”",
         "Issues by stage – Deliberate: 1 → 0, by “Pipes”",)),
    "not reported further": (
        {**TOWN, PIPES: TOWN[PIPES] + "- not_reported: nothing\n"},
        ("1 issue not reported further",
         "issue “Pipes” (EAST/issues/pipes): Under way → Not known further",
         "issue “Pipes” (EAST/issues/pipes): log 2 entries → 3 entries",
         "Issues by status – Not known further: 0 → 1, by “Pipes”",
         "Issues by status – Under way: 1 → 0, by “Pipes”",
         "Days open issues have waited: too few records (from 2 records) → too few records (from 1 record), by “Pipes”",
         "Share overdue: 100% (1 of 1) → –, by “Pipes”",)),
    "closed then resolved": (
        edited(NOISE, "close_reason: not_feasible\nlog:\n- 2025-02-09 ask: asked\n- 2025-03-01 closed: no way",
               "log:\n- 2025-02-09 ask: asked\n- 2025-03-01 resolved: quiet"),
        ("1 issue resolved",
         "issue “Noise” (WEST/issues/noise): Closed unsolved → Resolved, Closed unsolved → Done",
         "issue “Noise” (WEST/issues/noise): "
         "log 2 stage closed → resolved; log 2 text no way → quiet; close_reason Not feasible for now → –",
         "Issues by status – Resolved: 5 → 6, by “Noise”",
         "Issues by status – Closed unsolved: 1 → 0, by “Noise”",
         "Issues by stage – Close: 5 → 6, by “Noise”",
         "Issues by stage – Clarify: 1 → 0, by “Noise”",)),
    "relapse": (
        edited(LAMPS, "- 2025-06-01 holds: still lit", "- 2025-06-01 holds: still lit\n- 2025-09-01 failed: dark"),
        ("issue “Lamps” (EAST/issues/lamps): Lasting → Relapsed",
         "issue “Lamps” (EAST/issues/lamps): followups 1 entry → 2 entries",
         "Share followed up – Failed: 0 → 1, by “Lamps”",
         "Share followed up – Holds: 1 → 0, by “Lamps”",
         "Share that lasts: 20% (1 of 5) → 0% (0 of 5), by “Lamps”",)),
    "a follow-up": (
        {**TOWN, ROAD: TOWN[ROAD] + "followups:\n- 2025-06-20 holds: fine\n"},
        ("issue “Road 1” (EAST/issues/r1): Done → Lasting",
         "issue “Road 1” (EAST/issues/r1): followups 0 entries → 1 entry",
         "Share followed up: 20% (1 of 5) → 40% (2 of 5), by “Road 1”",
         "Share followed up – Holds: 1 → 2, by “Road 1”",
         "Share that lasts: 20% (1 of 5) → 40% (2 of 5), by “Road 1”",)),
    "a follow-up found partly": (
        {**TOWN, ROAD: TOWN[ROAD] + "followups:\n- 2025-06-20 partly: so so\n"},
        ("issue “Road 1” (EAST/issues/r1): followups 0 entries → 1 entry",
         "Share followed up: 20% (1 of 5) → 40% (2 of 5), by “Road 1”",
         "Share followed up – Partly: 0 → 1, by “Road 1”",)),
    "a follow-up is removed": (
        edited(LAMPS, "followups:\n- 2025-06-01 holds: still lit\n", ""),
        ("issue “Lamps” (EAST/issues/lamps): Lasting → Done",
         "issue “Lamps” (EAST/issues/lamps): followups 1 entry → 0 entries",
         "Share followed up: 20% (1 of 5) → 0% (0 of 5), by “Lamps”",
         "Share followed up – Holds: 1 → 0, by “Lamps”",
         "Share that lasts: 20% (1 of 5) → 0% (0 of 5), by “Lamps”",)),
    "another topic": (
        edited(BIKES, "shared_bikes", "ebikes"),
        ("issue “Bikes” (EAST/issues/bikes): topic Shared bikes → E-bike parking and charging",
         "Issues by topic – E-bike parking and charging: 0 → 1, by “Bikes”",
         "Issues by topic – Shared bikes: 1 → 0, by “Bikes”",)),
    "a further topic": (
        edited(BIKES, "topic: shared_bikes", "topic: [shared_bikes, ebikes]"),
        ("issue “Bikes” (EAST/issues/bikes): topic Shared bikes → Shared bikes, E-bike parking and charging",
         "Issues by topic – E-bike parking and charging: 0 → 1, by “Bikes”",)),
    "a channel": (
        edited(BIKES, "raised: 2025", "channel: wall\nraised: 2025"),
        ("issue “Bikes” (EAST/issues/bikes): channel – → Issue wall",
         "Issues by channel – issues counted: 1 → 2, by “Bikes”",
         "Issues by channel – Issue wall: 0 → 1, by “Bikes”",
         "Issues by channel – Left out: not recorded: 7 → 6, by “Bikes”",)),
    "no channel": (
        edited(LAMPS, "channel: survey\n", ""),
        ("issue “Lamps” (EAST/issues/lamps): channel Door-to-door survey → –",
         "Issues by channel – issues counted: 1 → 0, by “Lamps”",
         "Issues by channel – Left out: not recorded: 7 → 8, by “Lamps”",
         "Issues by channel – Door-to-door survey: 1 → 0, by “Lamps”",)),
    "raised in another month": (
        edited(BIKES, "raised: 2025-11-01", "raised: 2025-10-31"),
        ("issue “Bikes” (EAST/issues/bikes): raised 2025-11-01 → 2025-10-31",
         "Issues raised by month – October 2025: 1 → 2, by “Bikes”",
         "Issues raised by month – November 2025: 1 → 0, by “Bikes”",)),
    "raised unknown": (
        edited(BIKES, "raised: 2025-11-01", "raised: unknown"),
        ("issue “Bikes” (EAST/issues/bikes): raised 2025-11-01 → unknown",
         "Issues raised by month – issues counted: 8 → 7, by “Bikes”",
         "Issues raised by month – Left out: a date is not known: 0 → 1, by “Bikes”",
         "Issues raised by month – November 2025: 1 → 0, by “Bikes”",
         "Share resolved: 62.5% (5 of 8) → 71.4% (5 of 7), by “Bikes”",)),
    "raised known to the month": (
        edited(BIKES, "raised: 2025-11-01", "raised: 2025-11"),
        ("issue “Bikes” (EAST/issues/bikes): raised 2025-11-01 → 2025-11",
         "Days open issues have waited: too few records (from 2 records) → too few records (from 1 record), by “Bikes”",
         "Days open issues have waited – Left out: a date is not known exactly enough: 0 → 1, by “Bikes”",)),
    "resolved in another month": (
        edited(SMELL, "2025-07-01 resolved", "2025-08-01 resolved"),
        ("issue “Smell” (WEST/issues/smell): log 2 date 2025-07-01 → 2025-08-01",
         "Issues resolved by month – August 2025: 0 → 1, by “Smell”",
         "Issues resolved by month – July 2025: 1 → 0, by “Smell”",)),
    "days to resolve": (
        edited(ROAD, "2025-05-11 resolved", "2025-05-31 resolved"),
        ("issue “Road 1” (EAST/issues/r1): log 2 date 2025-05-11 → 2025-05-31",
         "Days to resolution: 30 (20–30, from 5 records) → 30 (30–30, from 5 records), by “Road 1”",)),
    "first reply": (
        edited(ROAD, "2025-05-02 ask", "2025-05-06 ask"),
        ("issue “Road 1” (EAST/issues/r1): log 1 date 2025-05-02 → 2025-05-06",
         "Days to the first reply: 4 (1–9, from 7 records) → 5 (2.5–9, from 7 records), by “Road 1”",)),
    "no promise": (
        edited(PIPES, "due: 2025-11-15\n", ""),
        ("issue “Pipes” (EAST/issues/pipes): due 2025-11-15 → –",
         "Share overdue: 100% (1 of 1) → –, by “Pipes”",)),
    "postponed": (
        edited(PIPES, "due: 2025-11-15", "due: 2026-01-15"),
        ("issue “Pipes” (EAST/issues/pipes): due 2025-11-15 → 2026-01-15",
         "Share overdue: 100% (1 of 1) → 0% (0 of 1), by “Pipes”",)),
    "a duplicate": (
        edited(BIKES, "raised: 2025", "duplicate_of: pipes\nraised: 2025"),
        ("issue “Bikes” (EAST/issues/bikes): duplicate_of – → EAST/issues/pipes",
         "Issues: 8 → 7, by “Bikes”",
         "Issues – Left out: repeats another issue: 0 → 1, by “Bikes”",
         "Issues by status – Left out: repeats another issue: 0 → 1, by “Bikes”",
         "Issues by status – Newly raised: 1 → 0, by “Bikes”",)),
    "press": (
        edited(LAMPS, "channel:", "basis: press\nsource: s1\nchannel:"),
        ("issue “Lamps” (EAST/issues/lamps): source – → sources/s1; basis The community's own record → Press report",
         "Share followed up: 20% (1 of 5) → 0% (0 of 4), by “Lamps”",
         "Share followed up – Left out: known only from a press report: 0 → 1, by “Lamps”",
         "Share followed up – Holds: 1 → 0, by “Lamps”",
         "Share that lasts: 20% (1 of 5) → 0% (0 of 4), by “Lamps”",)),
    "raised later": (
        edited(BIKES, "raised: 2025-11-01\nlog:\n- 2025-11-02 raised: bikes",
               "raised: 2026-01-01\nlog:\n- 2026-01-02 raised: bikes"),
        ("issue “Bikes” (EAST/issues/bikes): raised 2025-11-01 → 2026-01-01; log 1 date 2025-11-02 → 2026-01-02",
         "Issues: 8 → 7, by “Bikes”",
         "Issues – Left out: after the day of the report: 0 → 1, by “Bikes”",
         "Issues by status – Left out: after the day of the report: 0 → 1, by “Bikes”",
         "Issues by status – Newly raised: 1 → 0, by “Bikes”",)),
    "more kinds": (
        edited(PIPES, "log:", "participants: {kinds: [owners]}\nlog:"),
        ("issue “Pipes” (EAST/issues/pipes): participants kinds – → Owners' committee",
         "Share with three or more kinds of participants: 50% (1 of 2) → 100% (2 of 2), by “Pipes”",)),
    "fewer kinds": (
        edited(LAMPS, "kinds: [resident, property_company, utility]", "kinds: [resident, utility]"),
        ("issue “Lamps” (EAST/issues/lamps): "
         "participants kinds Residents, Property company, Utilities → Residents, Utilities",
         "Share with three or more kinds of participants: 50% (1 of 2) → 0% (0 of 2), by “Lamps”",)),
    "no kinds": (
        edited(LAMPS, "participants: {kinds: [resident, property_company, utility]}\n", ""),
        ("issue “Lamps” (EAST/issues/lamps): participants kinds Residents, Property company, Utilities → –",
         "Kinds of participants: too few records (from 2 records) → too few records (from 1 record), by “Lamps”",
         "Kinds of participants – Left out: not recorded: 4 → 5, by “Lamps”",
         "Share with three or more kinds of participants: 50% (1 of 2) → 0% (0 of 1), by “Lamps”",
         "Share with three or more kinds of participants – Left out: not recorded: 4 → 5, by “Lamps”",)),
    "another outcome": (
        edited(LAMPS, "facility_renovation", "environment"),
        ("issue “Lamps” (EAST/issues/lamps): outcome kind Facility renovation → Better environment",
         "Compounds renovated: 1 → 0, by “Lamps”",)),
    "a renewed space": (
        {**TOWN, ROAD: TOWN[ROAD] + "location: park\noutcome: {kind: micro_renewal}\n"},
        ("issue “Road 1” (EAST/issues/r1): location – → EAST/locations/park; outcome added",
         "Public spaces renewed: 0 → 1, by “Road 1”",)),
    "a location of another kind": (
        edited(f"{EAST}/locations.yaml", "kind: compound", "kind: building"),
        ("location “First yard” (EAST/locations/yard): kind compound → building",
         "Compounds renovated: 1 → 0, by “First yard”",)),
    "no mechanism": (
        edited(LAMPS, ", mechanism: a check each month", ""),
        ("issue “Lamps” (EAST/issues/lamps): outcome mechanism a check each month → –",
         "Share with a lasting mechanism: 20% (1 of 5) → 0% (0 of 5), by “Lamps”",)),
    "a missing step": (
        edited(LAMPS, "- 2025-03-10 agree: agreed\n", ""),
        ("issue “Lamps” (EAST/issues/lamps): log 3 entries → 2 entries",
         "Required stages done: 69.2% (9 of 13) → 61.5% (8 of 13), by “Lamps”",)),
    "a method asks less": (
        edited("methods/steps.yaml", "core: [deliberate], required: true", "core: [deliberate]"),
        ("method “Three steps” (methods/steps): stages 2 required yes → no",
         "Required stages done: 69.2% (9 of 13) → 100% (7 of 7), by “Three steps”",)),
    "a method waits longer": (
        edited("methods/steps.yaml", "followup_days: 30", "followup_days: 200"),
        ("issue “Lamps” (EAST/issues/lamps): Lasting → Confirmed once",
         "method “Three steps” (methods/steps): followup_days 30 → 200",
         "Share followed up: 20% (1 of 5) → 0% (0 of 2), by “Three steps”",
         "Share followed up – Left out: not due yet: 0 → 3, by “Three steps”",
         "Share followed up – Holds: 1 → 0, by “Three steps”",
         "Share that lasts: 20% (1 of 5) → 0% (0 of 4), by “Three steps”",)),
    "more people": (
        edited(MEETING, "headcount: 20", "headcount: 24"),
        ("meeting “A plan” (EAST/meetings/plan): participants headcount 20 → 24",
         "Share of people under 18 at meetings: 30% (6 of 20) → 25% (6 of 24), by “A plan”",
         "Share of people over 60 at meetings: 40% (8 of 20) → 33.3% (8 of 24), by “A plan”",)),
    "few young people": (
        edited(MEETING, "under18: 6", "under18: 3"),
        ("meeting “A plan” (EAST/meetings/plan): participants under18 6 → <5",
         "Share of people under 18 at meetings: 30% (6 of 20) → –, by “A plan”",)),
    "a meeting with another kind": (
        edited(MEETING, "kinds: [resident, utility]", "kinds: [resident, utility, owners]"),
        ("meeting “A plan” (EAST/meetings/plan): "
         "participants kinds Residents, Utilities → Residents, Utilities, Owners' committee",
         "Share with three or more kinds of participants: 50% (1 of 2) → 100% (2 of 2), by “A plan”",)),
    "a meeting removed": (
        without(MEETING),
        ("meeting “A plan” (EAST/meetings/plan)",
         "Kinds of participants: too few records (from 2 records) → too few records (from 1 record), by “A plan”",
         "Kinds of participants – Left out: not recorded: 4 → 5, by “A plan”",
         "Share with three or more kinds of participants: 50% (1 of 2) → 100% (1 of 1), by “A plan”",
         "Share with three or more kinds of participants – Left out: not recorded: 4 → 5, by “A plan”",)),
    "done in time": (
        edited(MEETING, "due: 2025-11-01", "due: 2025-11-01, done_on: 2025-10-30"),
        ("meeting “A plan” (EAST/meetings/plan): actions 1 done_on – → 2025-10-30",
         "Actions done in time: 0% (0 of 1) → 100% (1 of 1), by “A plan”",)),
    "a plot claimed": (
        edited(REGISTER, "{code: c, claimed: false}", "{code: c, claimed: true}"),
        ("register “Plots” (EAST/registers/green): items 3 claimed no → yes",
         "Share of plots claimed: 50% (2 of 4) → 75% (3 of 4), by “Plots”",)),
    "communities expected": (
        edited("places/town/place.yaml", "expected_communities: 4", "expected_communities: 5"),
        ("place “Example Town” (places/town): expected_communities 4 → 5",
         "Communities with a public record: 50% (2 of 4) → 40% (2 of 5), by “Example Town”",)),
    "a published figure": (
        edited("places/town/figures.yaml", "value: 132", "value: 140"),
        ("issues moved on (Example Town): 132 issues → 140 issues",)),
    "a published figure removed": (
        edited("places/town/figures.yaml", "- {label: homes renewed, value: 4, source: s1}\n", ""),
        ("homes renewed (Example Town): 4 → –",)),
    "a published figure added": (
        {**TOWN, "places/town/figures.yaml": "- {label: trees, value: 9, precision: about, source: s1}"
                                              + TOWN["places/town/figures.yaml"]},
        ("trees (Example Town): – → about 9",)),
    "a title": (
        edited(BIKES, "title: Bikes", "title: Bicycles"),
        ("issue “Bicycles” (EAST/issues/bikes): title Bikes → Bicycles",)),
    "a body": (
        edited("pages/about.md", "Who we are.", "Who we want to be."),
        ("page “About” (pages/about): body changed",)),
    "a log reworded": (
        edited(BIKES, "raised: bikes", "raised: bicycles"),
        ("issue “Bikes” (EAST/issues/bikes): log 1 text bikes → bicycles",)),
    "news": (
        {**TOWN, PIPES: TOWN[PIPES] + "- 2025-12-20 act: begun\n"},
        ("issue “Pipes” (EAST/issues/pipes): log 2 entries → 3 entries",
         "Issues by stage – Implement: 0 → 1, by “Pipes”",
         "Issues by stage – Deliberate: 1 → 0, by “Pipes”",
         "Share without news: 50% (1 of 2) → 0% (0 of 2), by “Pipes”",)),
    "reopened and repaired": (
        edited(ROAD, "- 2025-05-11 resolved: done",
               "- 2025-05-11 resolved: done\n- 2025-08-01 reopened: again\n- 2025-09-01 resolved: done"),
        ("issue “Road 1” (EAST/issues/r1): log 2 entries → 4 entries",
         "Issues resolved by month – May 2025: 3 → 2, by “Road 1”",
         "Issues resolved by month – September 2025: 0 → 1, by “Road 1”",
         "Days to resolution: 30 (20–30, from 5 records) → 30 (30–30, from 5 records), by “Road 1”",
         "Share reopened: 0% (0 of 5) → 20% (1 of 5), by “Road 1”",)),
    "a photo": (
        {**TOWN, f"{EAST}/issues/lamp.png": PICTURE + "x"},
        ("EAST/issues/lamp.png is replaced",)),
    "a place renamed": (
        edited(f"{WEST}/place.yaml", "name: West", "name: Westside"),
        ("place “Westside” (WEST): name West → Westside",)),
    "a source": (
        edited("sources.yaml", "A report", "The report"),
        ("source “The report” (sources/s1): title A report → The report",)),
    "a correction": (
        edited(BIKES, "log:", "corrections: [{date: 2025-12-01, what: a date}]\nlog:"),
        ("issue “Bikes” (EAST/issues/bikes): corrections 0 entries → 1 entry",)),
    "a comment": (
        edited(BIKES, "log:", "# nothing\nlog:"),
        ("Nothing changes: all records and all numbers are the same.",)),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_every_planted_edit_is_told(planted: str) -> None:
    """Each kind of consequence is told, with what was before, what comes after, and the record that did it."""
    after, expected = PLANTED[planted]
    short = format_changes_as_text(*told(TOWN, after)).replace(EAST, "EAST").replace(WEST, "WEST")
    said = [line.strip() for line in short.splitlines()]
    assert [line for line in expected if line not in said] == []


@pytest.mark.parametrize("planted", PLANTED)
def test_every_number_that_changes_is_told_and_no_other(planted: str) -> None:
    """What is told is exactly how data/statistics.json of one state differs from that of the other."""
    after, _ = PLANTED[planted]
    found, telling = told(TOWN, after)
    one, other = (numbers(side) for side in (telling.before, telling.after))
    differing = {key for key in one.keys() | other.keys() if one.get(key) != other.get(key)}
    named = {(change.scope, change.key, change.aspect, change.part) for change in found.stat_changes}
    by_issues = {(change.scope, "counted") for change in found.stat_changes
                 if (change.key, change.aspect) == ("issues", "value")}
    assert named <= differing
    assert {key for key in differing - named if (key[0], key[2]) not in by_issues} == set()
    assert all(change.records for change in found.stat_changes)


def numbers(side: SiteState) -> dict[tuple[str, str, str, str], object]:
    """Every number of data/statistics.json that says something, by its place, statistic, and what of it."""
    found: dict[tuple[str, str, str, str], object] = {}
    for scope, stats in side.statistics.scopes.items():
        for key, stat in stats.items():
            data = json.loads(json.dumps(export_stat(stat)))
            parts = {"result": data.pop("results", None) or {}, "left_out": data.pop("excluded")}
            if isinstance(data["value"], dict):
                parts |= {"value": data["value"], "counted": {"": data["numerator"]}}
            else:
                parts["value"] = {"": [value for value in data.values() if value not in (None, 0)]}
            found |= {(scope, key, aspect, part): value for aspect, several in parts.items()
                      for part, value in several.items() if value}
    return found


@pytest.mark.parametrize(("planted", "counts"), [
    ("a record is renamed", {"moved": 1}), ("a record is renamed beside a new one", {"moved": 1, "new": 1}),
    ("a record moves to another place", {"moved": 1}), ("a record is withdrawn", {"removed": 1})])
def test_a_record_that_moves_or_is_withdrawn_is_one_change(planted: str, counts: dict[str, int]) -> None:
    """It is counted once, no notice is a new record, and no number names a record that leaves it as it was."""
    found, context = told(TOWN, PLANTED[planted][0])
    listed = json.loads(format_changes_as_json(found, context))["counts"]
    assert {name: number for name, number in listed.items() if name != "stat_changes"} == counts
    assert all(len(set(titles)) == len(titles) for change in found.stat_changes if (titles := [
        path.rpartition("/")[2] for path in change.records]))


def test_at_least_fifty_edits_are_planted() -> None:
    """One of each kind of consequence."""
    assert len(PLANTED) >= 50


def test_all_edits_at_once_are_counted_first() -> None:
    """Removals stand first, then what is new, then how issues moved."""
    after = {**without(f"{WEST}/issues/noise.yaml"), PIPES: TOWN[PIPES] + "- 2025-11-10 resolved: dry\n",
             ROAD: TOWN[ROAD] + "- 2025-11-10 resolved: dry\n- 2025-12-01 reopened: wet\n",
             f"{WEST}/issues/dogs.yaml": "{title: Dogs, topic: other, raised: unknown, log: [raised: dogs]}"}
    lines = format_changes_as_text(*told(TOWN, after)).splitlines()
    assert lines[:6] == ["What changes since a1b2c3d, in the numbers of 31 December 2025", "1 record removed",
                         "1 new record", "1 issue resolved", "1 issue reopened", "2 records edited"]
    assert [line for line in lines if line and not line[0].isdigit() and line[0] != " "][1:] == [
        "Removed", "New", "Status", "Edited", "Statistics"]


def test_it_is_told_in_chinese_too() -> None:
    """The same in the words of the other language, keys as a Chinese writer types them."""
    after = {**TOWN, SMELL: TOWN[SMELL].replace("2025-07-01 resolved", "2025-08-01 resolved"),
             PIPES: TOWN[PIPES] + "- 2025-11-10 resolved: dry\n"}
    said = format_changes_as_text(*told(TOWN, after, "zh-Hans"))
    for line in ("自 a1b2c3d 以来的变化（数字按2025年12月31日统计）", "1件议题办结",
                 "进展 2 日期 2025-07-01 → 2025-08-01",
                 "75%（共8个，其中6个），来自“Pipes”"):
        assert line in said


def test_markdown_says_what_was_written_and_nothing_else() -> None:
    """A title makes no heading, link, mention, table or HTML of its own in a pull request."""
    title = "@mayor #12 [a](b) <b>*x*</b> | `c`"
    after = {**TOWN, BIKES: TOWN[BIKES].replace("title: Bikes", f"title: '{title}'")}
    said = format_changes_as_markdown(*told(TOWN, after))
    assert "\\[a\\](b)" not in said
    assert "&#64;mayor &#35;12 \\[a\\]\\(b\\) \\<b\\>\\*x\\*\\</b\\> \\| \\`c\\`" in said
    assert "<details><summary>Edited (1)</summary>" in said


def test_a_comment_is_never_longer_than_a_host_takes() -> None:
    """However much changes, the Markdown stays short, and says how much more there is."""
    many = {f"{WEST}/issues/i{n}.yaml": f"{{title: {'Long ' * 11}{n}, topic: other, raised: 2025-01-01, "
            "log: [2025-01-02 raised: x]}" for n in range(400)}
    said = format_changes_as_markdown(*told(TOWN, {**TOWN, **many}))
    assert len(said) <= 60_000
    assert "- 400 new records" in said
    assert "- and 360 more" in said


def test_json_has_all_keys_and_paths() -> None:
    """For programs: what was before, what comes after, and the paths of the records."""
    data = json.loads(format_changes_as_json(*told(TOWN,
                                                   {**TOWN, PIPES: TOWN[PIPES] + "- 2025-11-10 resolved: dry\n"})))
    assert data["counts"]["resolved"] == 1
    assert data["status_changes"][0] | {"record": ""} == {
        "record": "", "kind": "resolved", "before": "in_progress", "after": "resolved", "ladder": ["", "done"]}
    rate = next(one for one in data["stat_changes"] if (one["scope"], one["key"]) == ("", "resolution_rate"))
    assert (rate["before"]["value"], rate["after"]["value"]) == (0.625, 0.75)
    assert rate["records"] == [f"{EAST}/issues/pipes"]


@pytest.mark.parametrize("form", [format_changes_as_text, format_changes_as_markdown, format_changes_as_json])
def test_personal_data_is_masked(form: Callable[[SiteChanges, ChangesContext], str]) -> None:
    """A number that should not have been written is not repeated, whether it comes or goes."""
    exposed = {**TOWN, NOISE: TOWN[NOISE].replace("title: Noise", "title: Noise 13800005678")}
    for before, after in ((TOWN, exposed), (exposed, TOWN)):
        assert "13800005678" not in form(*told(before, after))


def test_few_people_are_not_told_exactly() -> None:
    """Neither as a number nor by what a record said before."""
    said = format_changes_as_text(*told(TOWN, PLANTED["few young people"][0]))
    assert "participants under18 6 → <5" in said
    assert "Share of people under 18 at meetings: 30% (6 of 20) → –" in said
