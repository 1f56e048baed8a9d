"""Sample: lists become the frame; official and reserve people are drawn from it and get serials."""

from sipas_forms.sample.choose import METHODS, choose, formula_size
from sipas_forms.sample.draw import CellSize, DrawnCell, draw_sample, sample_sizes
from sipas_forms.sample.importing import FileFailure, FileReport, ImportReport, Refusal, import_lists, return_lists
from sipas_forms.sample.listrows import SheetReading
from sipas_forms.sample.mapping import Mapping, load_mapping
from sipas_forms.sample.record import Verification, verify_record
from sipas_forms.sample.replace import Replacement, replace_respondent, reported
from sipas_forms.sample.restore import Restoration, restore_respondent

__all__ = [
    "METHODS",
    "CellSize",
    "DrawnCell",
    "FileFailure",
    "FileReport",
    "ImportReport",
    "Mapping",
    "Refusal",
    "Replacement",
    "Restoration",
    "SheetReading",
    "Verification",
    "choose",
    "draw_sample",
    "formula_size",
    "import_lists",
    "load_mapping",
    "replace_respondent",
    "reported",
    "restore_respondent",
    "return_lists",
    "sample_sizes",
    "verify_record",
]
