"""The definitions of all statistics."""

from collections.abc import Mapping
from functools import partial

from ...model.language import marked
from . import contributions, record_contributions
from .model import Definition

_ALL_ISSUES = marked("all issues")
_RESOLVED_ISSUES = marked("resolved issues")
RESOLVED_MEANS = marked(
    "“Resolved” means that an issue's record ends by saying that it has been done: so say those who keep the record, "
    "mostly the community, or the press, and what it rests on stands on the issue's page. Whether the result lasts "
    "only a follow-up can tell; one that is still to come is announced there and under “What is due”.")
"""What the status says, and what it does not say."""
_BY_YEAR = marked(
    "By the year in which the meetings were held, of meetings whose numbers are shown. From month to month these would "
    "be few people.")

_ALL_OF_THEM = (
    Definition("issues", "count", marked("Issues"), marked("All issues with a public record."), _ALL_ISSUES,
               issue_rule=contributions.count_issue),
    Definition("cases", "count", marked("Cases"), marked("All case studies."), marked("all cases"),
               case_rule=contributions.count_case,
               by_month=marked("Cases by the month in which they began.")),
    Definition("by_status", "split", marked("Issues by status"),
               marked("How many issues are new, under way, resolved, closed unsolved, or not known further."),
               marked("issues of each status"), _ALL_ISSUES, issue_rule=contributions.classify_by_status,
               note=RESOLVED_MEANS, values="status", page_of_value="status/{value}/index.html"),
    Definition("by_topic", "split", marked("Issues by topic"),
               marked("How many issues there are on each topic. An issue with several topics is counted once in each, "
                      "so the sum can exceed the total."), marked("issues of each topic"), _ALL_ISSUES,
               issue_rule=contributions.classify_by_topic,
               values="topic", overlapping=True, page_of_value="topics/{value}/index.html"),
    Definition("by_channel", "split", marked("Issues by channel"), marked("How the issues were brought in."),
               marked("issues of each channel"), marked("issues whose channel is recorded"),
               issue_rule=contributions.classify_by_channel,
               values="channel"),
    Definition("by_stage", "split", marked("Issues by stage"),
               marked("The furthest phase that each issue has reached."), marked("issues in each phase"),
               _ALL_ISSUES, issue_rule=contributions.classify_by_phase, values="phase"),
    Definition("by_place", "split", marked("Issues by place"),
               marked("How many issues each place directly below has; a place's own issues stand under its own name."),
               marked("issues of each place"), _ALL_ISSUES,
               regroups="issues", total=record_contributions.by_place, values="place",
               page_of_value="{value}/index.html"),
    Definition("raised_by_month", "split", marked("Issues raised by month"),
               marked("How many issues were raised in each month. Dates known only to the year are left out."),
               marked("issues raised in each month"), marked("issues with a month"),
               issue_rule=contributions.classify_by_month_raised,
               values="month", page_of_value="months/{value}/index.html"),
    Definition("resolved_by_month", "split", marked("Issues resolved by month"),
               marked("How many of the issues that are resolved were resolved in each month."),
               marked("issues resolved in each month"), marked("resolved issues with a month"),
               issue_rule=contributions.classify_by_month_resolved,
               note=RESOLVED_MEANS,
               values="month", by_month=marked("Issues by the month in which they were resolved.")),
    Definition("resolution_rate", "share", marked("Share resolved"),
               marked("Of all issues raised so far, how many are resolved. Open ones stay in the count, so nothing is "
                      "hidden by waiting."),
               _RESOLVED_ISSUES, marked("issues with a known date of raising"),
               issue_rule=contributions.count_if_resolved,
               note=RESOLVED_MEANS, better="more", comparison_row=1),
    Definition("median_days_to_resolve", "median", marked("Days to resolution"),
               marked("Half of the resolved issues took at most this many days from being raised to being resolved."),
               marked("median of the days"), marked("resolved issues with both dates known to the day"),
               issue_rule=contributions.measure_days_to_resolve, unit="days", better="less", comparison_row=2),
    Definition("median_age_open", "median", marked("Days open issues have waited"),
               marked("Half of the open issues have been open for at most this many days."),
               marked("median of the days"), marked("open issues whose day of raising is known"),
               issue_rule=contributions.measure_age_if_open,
               unit="days", better="less"),
    Definition("median_days_to_first_reply", "median", marked("Days to the first reply"),
               marked("Half of the issues had their first entry after being raised within this many days."),
               marked("median of the days"), marked("issues with both dates known to the day"),
               issue_rule=contributions.measure_days_to_first_reply, unit="days", better="less", comparison_row=3),
    Definition("followup_rate", "share", marked("Share followed up"),
               marked("Of the resolved issues whose follow-up was due at least {grace_days} days ago, how many were "
                      "looked at again in time (at most {early_days} days early)."),
               marked("issues with such a follow-up"), marked("resolved issues whose follow-up was due"),
               issue_rule=contributions.count_if_followed_up, is_judging=True,
               better="more", values="followup_result", comparison_row=4, criterion="lasting", criterion_rank=2),
    Definition("reopened_share", "share", marked("Share reopened"),
               marked("Of all issues that were ever resolved, how many had to be reopened."),
               marked("issues reopened after being resolved"), marked("issues ever resolved"),
               issue_rule=contributions.count_if_reopened, better="less", criterion="lasting", criterion_rank=3),
    Definition("lasting_share", "share", marked("Share that lasts"),
               marked("Of all issues that were ever resolved and whose first follow-up is due, how many are found "
                      "lasting now. Relapsed ones stay in the count."), marked("issues whose result lasts"),
               marked("issues ever resolved whose first follow-up is due"), issue_rule=contributions.count_if_lasting,
               is_judging=True,
               better="more", comparison_row=5, criterion="lasting", criterion_rank=1),
    Definition("overdue_share", "share", marked("Share overdue"),
               marked("Of the open issues with a promised date, how many are overdue."),
               marked("issues that are overdue"), marked("open issues with a promised date"),
               issue_rule=contributions.count_if_overdue, is_judging=True, better="less",
               criterion="procedure", criterion_rank=3),
    Definition("stale_share", "share", marked("Share without news"),
               marked("Of the open issues, how many have had no entry in the last {stale_days} days."),
               marked("issues without an entry in {stale_days} days"), marked("open issues"),
               issue_rule=contributions.count_if_stale,
               is_judging=True, better="less", comparison_row=8, criterion="procedure", criterion_rank=4),
    Definition("breadth_median", "median", marked("Kinds of participants"),
               marked("Half of the issues that came to deliberation had at most this many kinds of participants."),
               marked("median of the number of kinds"),
               marked("issues that came to deliberation and name their participants"),
               issue_rule=contributions.measure_breadth,
               better="more", criterion="diversity", criterion_rank=2),
    Definition("breadth_3plus", "share", marked("Share with three or more kinds of participants"),
               marked("Of the issues that came to deliberation and name their participants, how many had at least "
                      "three kinds."),
               marked("issues with at least three kinds"),
               marked("issues that came to deliberation and name their participants"),
               issue_rule=contributions.count_if_broad,
               better="more", comparison_row=7, criterion="diversity", criterion_rank=1),
    Definition("procedure_complete", "share", marked("Required stages done"),
               marked("Of all stages that the method requires and that were due, how many stand in the log."),
               marked("required stages with an entry"), marked("required stages due"),
               issue_rule=contributions.count_required_stages, is_judging=True, better="more", comparison_row=6,
               criterion="procedure", criterion_rank=1),
    Definition("renovated_compounds", "distinct", marked("Compounds renovated"),
               marked("Different residential compounds with a resolved issue that renovated a facility."),
               marked("different compounds"), issue_rule=contributions.count_renovated_compound),
    Definition("renewed_spaces", "distinct", marked("Public spaces renewed"),
               marked("Different public spaces with a resolved issue that was a micro-renewal."),
               marked("different public spaces"), issue_rule=contributions.count_renewed_space),
    Definition("mechanism_share", "share", marked("Share with a lasting mechanism"),
               marked("Of the resolved issues, how many left a mechanism that keeps the result."),
               marked("resolved issues with a mechanism"), _RESOLVED_ISSUES,
               issue_rule=contributions.count_if_mechanism,
               better="more", criterion="lasting", criterion_rank=4),
    Definition("communities_reporting", "share", marked("Communities with a public record"),
               marked("How many of all communities have at least one public record here. The others have none yet, "
                      "which does not mean that nothing was done there."),
               marked("communities with a record"), marked("all communities"),
               record_rule=record_contributions.count_reporting_communities, total=record_contributions.share_reporting,
               better="more",
               by_month=marked("No monthly figures: the date on which a community began to report is not recorded."),
               unknown_whole=marked("No share: the total number of communities is not recorded.")),
    Definition("youth_share", "share", marked("Share of people under 18 at meetings"),
               marked("Of all who took part in meetings, how many were under 18."), marked("people under 18"),
               marked("people at the meetings that recorded both numbers"), counts_people=True, better="more",
               record_rule=partial(record_contributions.share_of_people, "under18"),
               criterion="diversity", criterion_rank=3, by_month=_BY_YEAR),
    Definition("elderly_share", "share", marked("Share of people over 60 at meetings"),
               marked("Of all who took part in meetings, how many were over 60."), marked("people over 60"),
               marked("people at the meetings that recorded both numbers"), counts_people=True, better="more",
               record_rule=partial(record_contributions.share_of_people, "over60"),
               criterion="diversity", criterion_rank=4, by_month=_BY_YEAR),
    Definition("actions_done", "share", marked("Actions done in time"),
               marked("Of all actions that meetings agreed on and that were due, how many were done by their day."),
               marked("actions done by their day"), marked("actions that were due"),
               record_rule=record_contributions.count_actions_done,
               better="more", criterion="procedure", criterion_rank=2,
               by_month=marked("Actions by the month of the meeting that agreed on them.")),
    Definition("claimed_plots", "share", marked("Share of plots claimed"),
               marked("Of all plots that registers offer, how many are claimed."), marked("plots claimed"),
               marked("plots offered"), record_rule=record_contributions.count_claimed_plots,
               better="more", by_month=marked("No monthly figures: this number exists only for the day of the "
                                              "report.")),
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
    "few": marked("Left out: too few people to be told"),
}
"""Exclusion reason → its label, as message id."""
