"""Every statistic, with all that is known of it by its key."""

from collections.abc import Mapping
from functools import partial

from ...model.language import marked
from . import gathered, rules
from .model import Definition

_ALL = marked("all issues")
_RESOLVED = marked("resolved issues")
_BY_YEAR = marked(
    "By the year in which the meetings were held; the share of a year stands here only if the numbers of all its "
    "meetings are told. From month to month these would be few people.")

_ALL_OF_THEM = (
    Definition("issues", "count", marked("Issues"), marked("All issues with a public record."), _ALL,
               rule=rules.issues),
    Definition("cases", "count", marked("Cases"), marked("All case studies."), marked("all cases"), of_case=rules.cases,
               by_month=marked("Cases by the month in which they began.")),
    Definition("by_status", "split", marked("Issues by status"),
               marked("How many issues are new, under way, resolved, closed unsolved, or not known further."),
               marked("issues of each status"), _ALL, rule=rules.by_status,
               values="status", page_of_value="status/{value}/index.html"),
    Definition("by_topic", "split", marked("Issues by topic"),
               marked("How many issues there are on each topic. An issue with several topics is counted once in each, "
                      "so the sum can exceed the total."), marked("issues of each topic"), _ALL, rule=rules.by_topic,
               values="topic", overlapping=True, page_of_value="topics/{value}/index.html"),
    Definition("by_channel", "split", marked("Issues by channel"), marked("By which way the issues came to be known."),
               marked("issues of each channel"), marked("issues whose channel is recorded"), rule=rules.by_channel,
               values="channel"),
    Definition("by_stage", "split", marked("Issues by stage"),
               marked("The furthest phase that each issue has reached."), marked("issues in each phase"),
               _ALL, rule=rules.by_stage, values="phase"),
    Definition("by_place", "split", marked("Issues by place"),
               marked("How many issues each place directly below has; a place's own issues stand under its own name."),
               marked("issues of each place"), _ALL,
               regroups="issues", total=gathered.by_place, values="place", page_of_value="{value}/index.html"),
    Definition("raised_by_month", "split", marked("Issues raised by month"),
               marked("How many issues were raised in each month. Dates known only to the year are left out."),
               marked("issues raised in each month"), marked("issues with a month"), rule=rules.raised_by_month,
               values="month", page_of_value="months/{value}/index.html"),
    Definition("resolved_by_month", "split", marked("Issues resolved by month"),
               marked("How many of the issues that are resolved were resolved in each month."),
               marked("issues resolved in each month"), marked("resolved issues with a month"),
               rule=rules.resolved_by_month,
               values="month", by_month=marked("Issues by the month in which they were resolved.")),
    Definition("resolution_rate", "share", marked("Share resolved"),
               marked("Of all issues raised so far, how many are resolved. Open ones stay in the count, so nothing is "
                      "hidden by waiting."),
               _RESOLVED, marked("issues with a known date of raising"), rule=rules.resolution_rate,
               better="more", compared=1),
    Definition("median_days_to_resolve", "median", marked("Days to resolution"),
               marked("Half of the resolved issues took at most this many days from being raised to being resolved."),
               marked("median of the days"), marked("resolved issues with both dates known to the day"),
               rule=rules.days_to_resolve, unit="days", better="less", compared=2),
    Definition("median_age_open", "median", marked("Age of open issues"),
               marked("Half of the open issues have been open for at most this many days."),
               marked("median of the days"), marked("open issues whose day of raising is known"), rule=rules.age_open,
               unit="days", better="less"),
    Definition("median_days_to_first_reply", "median", marked("Days to the first reply"),
               marked("Half of the issues had their first entry after being raised within this many days."),
               marked("median of the days"), marked("issues with both dates known to the day"),
               rule=rules.days_to_first_reply, unit="days", better="less", compared=3),
    Definition("followup_rate", "share", marked("Share followed up"),
               marked("Of the resolved issues whose follow-up was due at least {grace_days} days ago, how many were "
                      "looked at again in time (at most {early_days} days early)."),
               marked("issues with such a follow-up"), marked("resolved issues whose follow-up was due"),
               rule=rules.followup_rate, judging=True,
               better="more", values="followup_result", compared=4, answers=("lasting", 2)),
    Definition("reopened_share", "share", marked("Share reopened"),
               marked("Of all issues that were ever resolved, how many had to be reopened."),
               marked("issues reopened after being resolved"), marked("issues ever resolved"),
               rule=rules.reopened_share, better="less", answers=("lasting", 3)),
    Definition("lasting_share", "share", marked("Share that lasts"),
               marked("Of all issues that were ever resolved and whose first follow-up is due, how many are found "
                      "lasting now. Relapsed ones stay in the count."), marked("issues whose result lasts"),
               marked("issues ever resolved whose first follow-up is due"), rule=rules.lasting_share, judging=True,
               better="more", compared=5, answers=("lasting", 1)),
    Definition("overdue_share", "share", marked("Share overdue"),
               marked("Of the open issues with a promised date, how many are past it."),
               marked("issues past their date"), marked("open issues with a promised date"),
               rule=rules.overdue_share, judging=True, better="less", answers=("procedure", 3)),
    Definition("stale_share", "share", marked("Share without news"),
               marked("Of the open issues, how many have had no entry in the last {stale_days} days."),
               marked("issues without an entry in {stale_days} days"), marked("open issues"), rule=rules.stale_share,
               judging=True, better="less", compared=8, answers=("procedure", 4)),
    Definition("breadth_median", "median", marked("Kinds of participants"),
               marked("Half of the issues that came to deliberation had at most this many kinds of participants."),
               marked("median of the number of kinds"),
               marked("issues that came to deliberation and name their participants"), rule=rules.breadth_median,
               better="more", answers=("diversity", 2)),
    Definition("breadth_3plus", "share", marked("Share with three or more kinds of participants"),
               marked("Of the issues that came to deliberation and name their participants, how many had at least "
                      "three kinds."),
               marked("issues with at least three kinds"),
               marked("issues that came to deliberation and name their participants"), rule=rules.breadth_3plus,
               better="more", compared=7, answers=("diversity", 1)),
    Definition("procedure_complete", "share", marked("Required stages done"),
               marked("Of all stages that the method requires and that were due, how many stand in the log."),
               marked("required stages with an entry"), marked("required stages due"),
               rule=rules.procedure_complete, judging=True, better="more", compared=6, answers=("procedure", 1)),
    Definition("renovated_compounds", "distinct", marked("Compounds renovated"),
               marked("Different residential compounds with a resolved issue that renovated a facility."),
               marked("different compounds"), rule=rules.renovated_compounds),
    Definition("renewed_spaces", "distinct", marked("Public spaces renewed"),
               marked("Different public spaces with a resolved issue that was a micro-renewal."),
               marked("different public spaces"), rule=rules.renewed_spaces),
    Definition("mechanism_share", "share", marked("Share with a lasting mechanism"),
               marked("Of the resolved issues, how many left a mechanism that keeps the result."),
               marked("resolved issues with a mechanism"), _RESOLVED, rule=rules.mechanism_share,
               better="more", answers=("lasting", 4)),
    Definition("communities_reporting", "share", marked("Communities with a public record"),
               marked("How many of the communities that there are have at least one public record here. Of the others "
                      "there is none yet, which does not mean that nothing was done there."),
               marked("communities with a record"), marked("communities that there are"),
               gather=gathered.communities_reporting, total=gathered.share_reporting, better="more",
               by_month=marked("It has no course: when a community began to report is not recorded."),
               unknown_whole=marked("No share: it is not said here how many communities there are.")),
    Definition("youth_share", "share", marked("Share of under-18s at meetings"),
               marked("Of all who took part in meetings, how many were under 18."), marked("people under 18"),
               marked("people at the meetings that recorded both numbers"), people=True, better="more",
               gather=partial(gathered.share_of_people, "under18"), answers=("diversity", 3), by_month=_BY_YEAR),
    Definition("elderly_share", "share", marked("Share of over-60s at meetings"),
               marked("Of all who took part in meetings, how many were over 60."), marked("people over 60"),
               marked("people at the meetings that recorded both numbers"), people=True, better="more",
               gather=partial(gathered.share_of_people, "over60"), answers=("diversity", 4), by_month=_BY_YEAR),
    Definition("actions_done", "share", marked("Actions done in time"),
               marked("Of all actions that meetings agreed on and that were due, how many were done by their day."),
               marked("actions done by their day"), marked("actions that were due"), gather=gathered.actions_done,
               better="more", answers=("procedure", 2),
               by_month=marked("Actions by the month of the meeting that agreed on them.")),
    Definition("claimed_plots", "share", marked("Plots in someone's care"),
               marked("Of all plots that registers offer, how many are claimed."), marked("plots claimed"),
               marked("plots offered"), gather=gathered.claimed_plots,
               better="more", by_month=marked("It has no course: it is told of the day of the report alone.")),
)

DEFINITIONS: Mapping[str, Definition] = {definition.key: definition for definition in _ALL_OF_THEM}
"""Every statistic by its key, in the order in which they are shown."""

LEFT_OUT: Mapping[str, str] = {
    "unknown_date": marked("Left out: a date is not known"),
    "imprecise_date": marked("Left out: a date is not known exactly enough"),
    "not_recorded": marked("Left out: not recorded"),
    "not_due": marked("Left out: not due yet"),
    "duplicate": marked("Left out: repeats another issue"),
    "after_as_of": marked("Left out: after the day of the report"),
    "press": marked("Left out: known only from a press report"),
}
"""Reason why a record is left out → how it is said."""
