"""Sample: transaction lists become the frame; official and reserve people are drawn from it and get serials."""

from sipas_forms.sample.draw import METHOD, DrawnCell, draw_sample, drawn_order
from sipas_forms.sample.importing import FileFailure, FileReport, ImportReport, Refusal, import_lists
from sipas_forms.sample.replace import Replacement, replace_respondent

__all__ = [
    "METHOD",
    "DrawnCell",
    "FileFailure",
    "FileReport",
    "ImportReport",
    "Refusal",
    "Replacement",
    "draw_sample",
    "drawn_order",
    "import_lists",
    "replace_respondent",
]
