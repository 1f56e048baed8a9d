"""Field: papers that wards act on, what happened to the forms outside, bundles for wards, and the end of the link."""

from sipas_forms.field.bundle import export_bundle
from sipas_forms.field.closing import Closing, close_survey, verify_closing
from sipas_forms.field.follow import FormStanding, days_left, standings, write_follow_up
from sipas_forms.field.log import EVENTS, Logged, log_events
from sipas_forms.field.merge import Conflict, MergeReport, merge_returned
from sipas_forms.field.papers import write_papers

__all__ = [
    "EVENTS",
    "Closing",
    "Conflict",
    "FormStanding",
    "Logged",
    "MergeReport",
    "close_survey",
    "days_left",
    "export_bundle",
    "log_events",
    "merge_returned",
    "standings",
    "verify_closing",
    "write_follow_up",
    "write_papers",
]
