"""Simulate: made-up respondents, their pens, and the scanners and phones that their forms come back through.

`fill_form` → `draw_marks` → `scan_page` work on arrays alone; `simulate_scans` does it for a whole printed
survey.
"""

from sipas_forms.simulate.fill import Answer, FilledForm, Mark, Pen, cell_mood, fill_form
from sipas_forms.simulate.lists import simulate_lists
from sipas_forms.simulate.pens import draw_marks
from sipas_forms.simulate.profiles import AMBIGUOUS, MARKINGS, PROFILES, Profile
from sipas_forms.simulate.scanners import Device, draw_device, scan_page
from sipas_forms.simulate.scans import SimulatedBatch, simulate_scans, truth_of
from sipas_forms.simulate.seeds import generator

__all__ = [
    "AMBIGUOUS",
    "MARKINGS",
    "PROFILES",
    "Answer",
    "Device",
    "FilledForm",
    "Mark",
    "Pen",
    "Profile",
    "SimulatedBatch",
    "cell_mood",
    "draw_device",
    "draw_marks",
    "fill_form",
    "generator",
    "scan_page",
    "simulate_lists",
    "simulate_scans",
    "truth_of",
]
