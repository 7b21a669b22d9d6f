"""Every statistic: its name, what it means, and the rule it follows."""

from ..language import marked
from . import rules
from .model import Definition

_ALL = marked("all issues")
_RESOLVED = marked("resolved issues")

DEFINITIONS: tuple[Definition, ...] = (
    Definition("issues", "count", marked("Issues"), marked("All issues with a public record."), _ALL, "", rules.issues),
    Definition("cases", "count", marked("Cases"), marked("All case studies."), marked("all cases"), ""),
    Definition("by_status", "split", marked("Issues by status"),
               marked("How many issues are new, under way, resolved, closed unsolved, or not known further."),
               marked("issues of each status"), _ALL, rules.by_status),
    Definition("by_topic", "split", marked("Issues by topic"),
               marked("How many issues there are on each topic. An issue with several topics is counted once in each, so "
                      "the sum can exceed the total."), marked("issues of each topic"), _ALL, rules.by_topic),
    Definition("by_channel", "split", marked("Issues by channel"), marked("By which way the issues came to be known."),
               marked("issues of each channel"), marked("issues whose channel is recorded"), rules.by_channel),
    Definition("by_stage", "split", marked("Issues by stage"), marked("The furthest phase that each issue has reached."),
               marked("issues in each phase"), _ALL, rules.by_stage),
    Definition("by_place", "split", marked("Issues by place"),
               marked("How many issues each place directly below has; a place's own issues stand under its own name."),
               marked("issues of each place"), _ALL),
    Definition("raised_by_month", "split", marked("Issues raised by month"),
               marked("How many issues were raised in each month. Dates known only to the year are left out."),
               marked("issues raised in each month"), marked("issues with a month"), rules.raised_by_month),
    Definition("resolved_by_month", "split", marked("Issues resolved by month"),
               marked("How many of the issues that are resolved were resolved in each month."),
               marked("issues resolved in each month"), marked("resolved issues with a month"), rules.resolved_by_month),
    Definition("resolution_rate", "share", marked("Share resolved"),
               marked("Of all issues raised so far, how many are resolved. Open ones stay in the count, so nothing is "
                      "hidden by waiting."), _RESOLVED, marked("issues with a known date of raising"), rules.resolution_rate),
    Definition("median_days_to_resolve", "median", marked("Days to resolution"),
               marked("Half of the resolved issues took at most this many days from being raised to being resolved."),
               marked("median of the days"), marked("resolved issues with both dates known to the day"), rules.days_to_resolve),
    Definition("median_age_open", "median", marked("Age of open issues"),
               marked("Half of the open issues have been open for at most this many days."),
               marked("median of the days"), marked("open issues whose day of raising is known"), rules.age_open),
    Definition("median_days_to_first_reply", "median", marked("Days to the first reply"),
               marked("Half of the issues had their first entry after being raised within this many days."),
               marked("median of the days"), marked("issues with both dates known to the day"), rules.days_to_first_reply),
    Definition("followup_rate", "share", marked("Share followed up"),
               marked("Of the resolved issues whose follow-up was due at least 30 days ago, how many were looked at again in time "
                      "(at most 14 days early)."), marked("issues with such a follow-up"),
               marked("resolved issues whose follow-up was due"), rules.followup_rate, judging=True),
    Definition("reopened_share", "share", marked("Share reopened"),
               marked("Of all issues that were ever resolved, how many had to be reopened."),
               marked("issues reopened after being resolved"), marked("issues ever resolved"), rules.reopened_share),
    Definition("lasting_share", "share", marked("Share that lasts"),
               marked("Of all issues that were ever resolved and whose first follow-up is due, how many are found lasting now. "
                      "Relapsed ones stay in the count."), marked("issues whose result lasts"),
               marked("issues ever resolved whose first follow-up is due"), rules.lasting_share, judging=True),
    Definition("overdue_share", "share", marked("Share overdue"),
               marked("Of the open issues with a promised date, how many are past it."), marked("issues past their date"),
               marked("open issues with a promised date"), rules.overdue_share, judging=True),
    Definition("stale_share", "share", marked("Share without news"),
               marked("Of the open issues, how many have had no entry in the last 60 days."),
               marked("issues without an entry in 60 days"), marked("open issues"), rules.stale_share, judging=True),
    Definition("breadth_median", "median", marked("Kinds of participants"),
               marked("Half of the issues that came to deliberation had at most this many kinds of participants."),
               marked("median of the number of kinds"),
               marked("issues that came to deliberation and name their participants"), rules.breadth_median),
    Definition("breadth_3plus", "share", marked("Share with three or more kinds of participants"),
               marked("Of the issues that came to deliberation and name their participants, how many had at least three kinds."),
               marked("issues with at least three kinds"),
               marked("issues that came to deliberation and name their participants"), rules.breadth_3plus),
    Definition("procedure_complete", "share", marked("Required stages done"),
               marked("Of all stages that the method requires and that were due, how many stand in the log."),
               marked("required stages with an entry"), marked("required stages due"), rules.procedure_complete, judging=True),
    Definition("renovated_compounds", "distinct", marked("Compounds renovated"),
               marked("Different residential compounds with a resolved issue that renovated a facility."),
               marked("different compounds"), "", rules.renovated_compounds),
    Definition("renewed_spaces", "distinct", marked("Public spaces renewed"),
               marked("Different public spaces with a resolved issue that was a micro-renewal."),
               marked("different public spaces"), "", rules.renewed_spaces),
    Definition("mechanism_share", "share", marked("Share with a lasting mechanism"),
               marked("Of the resolved issues, how many left a mechanism that keeps the result."),
               marked("resolved issues with a mechanism"), _RESOLVED, rules.mechanism_share),
    Definition("communities_reporting", "share", marked("Communities with a public record"),
               marked("How many of the communities that there are have at least one public record here. Of the others there "
                      "is none yet, which does not mean that nothing was done there."),
               marked("communities with a record"), marked("communities that there are")),
)
"""Every statistic, in the order in which they are shown."""
