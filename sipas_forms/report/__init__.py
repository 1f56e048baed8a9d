"""Report: one set of numbers (`Results`), many formats. It words and lays out, and computes nothing."""

from sipas_forms.report.findings import Teller, banner
from sipas_forms.report.numbers import Numbers
from sipas_forms.report.tables import pair_name
from sipas_forms.report.words import Words, domain_names, method_name, reading_order
from sipas_forms.report.write import write_report

__all__ = [
    "Numbers",
    "Teller",
    "Words",
    "banner",
    "domain_names",
    "method_name",
    "pair_name",
    "reading_order",
    "write_report",
]
