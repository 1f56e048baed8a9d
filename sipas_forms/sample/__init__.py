"""Sample: lists become the frame; official and reserve people are drawn from it and get serials."""

from sipas_forms.sample.draw import METHOD, DrawnCell, draw_sample, drawn_order
from sipas_forms.sample.importing import FileFailure, FileReport, ImportReport, Refusal, import_lists, return_lists
from sipas_forms.sample.listrows import SheetReading
from sipas_forms.sample.mapping import Mapping, load_mapping
from sipas_forms.sample.replace import Replacement, replace_respondent

__all__ = [
    "METHOD",
    "DrawnCell",
    "FileFailure",
    "FileReport",
    "ImportReport",
    "Mapping",
    "Refusal",
    "Replacement",
    "SheetReading",
    "draw_sample",
    "drawn_order",
    "import_lists",
    "load_mapping",
    "replace_respondent",
    "return_lists",
]
