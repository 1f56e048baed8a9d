"""The tables of the report as grids of text; every format sets the same ones."""

from __future__ import annotations

from collections.abc import Sequence

from sipas_forms.report.document import Grid, Row
from sipas_forms.report.numbers import Numbers
from sipas_forms.report.words import Words, domain_names, index_name, reading_order
from sipas_forms.tally import ALL, Comparison, ComparisonKind, Level, OptionCount, Results

# The width of the text (mm): A4 without the margins of Decree 30/2020/NĐ-CP (left 30, right 15).
TEXT_WIDTH = 165.0

# What a bold "100,00" and the head "SIPAS" need in Word with the cell's margins (mm).
FIGURE, OVERALL = 15.7, 18.0

# Units beside each other in the appendix; more would not fit the width.
UNITS_PER_TABLE = 5

# Pairs that a table of comparisons shows; the workbook has them all.
MOST_PAIRS = 15


class Tables:
    """The tables of one report in its language; the caller captions them."""

    def __init__(self, results: Results, numbers: Numbers) -> None:
        self.results, self.numbers = results, numbers
        self.words = Words(numbers.language)
        self.level = numbers.percent(100 * results.survey.index.confidence, 0)

    def coverage(self) -> Grid:
        """Forms issued and returned per unit and field."""
        keys = ("eligible", "issued", "returned", "complete", "rr1")
        rows = []
        for unit, field in reading_order(self.results.survey):
            c = self.results.covered(unit, field)
            counts = (c.eligible, c.issued, c.returned, c.complete)
            figures = (*(self.numbers.integer(n) for n in counts), self.numbers.decimal(c.rr1))
            rows.append(self._domain_row(unit, field, figures))
        return self._grid([self._unit_head(), *(self.words(key) for key in keys)], rows, _spread(72, 5))

    def losses(self) -> Grid:
        """Replacements and their reasons, the reserve, non-response, and what people settled."""
        keys = ("void", "refused", "not_reached", "other_reason", "reserve_of", "blank_items", "person_share")
        rows = []
        for unit, field in reading_order(self.results.survey):
            c = self.results.covered(unit, field)
            counts = [self.numbers.integer(n) for n in (c.void, c.refused, c.not_reached, c.other_reason)]
            reserve = f"{self.numbers.integer(c.reserve_used)}/{self.numbers.integer(c.reserve)}"
            shares = [self.numbers.decimal(c.blank_items), self.numbers.decimal(c.person_share)]
            rows.append(self._domain_row(unit, field, (*counts, reserve, *shares)))
        return self._grid([self._unit_head(), *(self.words(key) for key in keys)], rows, _spread(46, 7))

    def sipas(self) -> Grid:
        """The overall index per unit and field with its interval."""
        rows = []
        for unit, field in reading_order(self.results.survey):
            if unit == ALL:  # the fields, which are compared below, before the total
                rows += self._fields_across()
            rows.append(self._domain_row(unit, field, self._figures(unit, field, "sipas", "SIPAS")))
        heads = [self._unit_head(), *self._figure_heads(), self.words("deff"), self.words("forms")]
        return self._grid(heads, rows, (59, 21, 32, 18, 18, 17))

    def _fields_across(self) -> list[Row]:
        """Each field over all units, where there are several."""
        survey = self.results.survey
        codes = dict.fromkeys(f.code for _, f in survey.cells()) if len(survey.units) > 1 else {}
        return [
            Row(
                (", ".join(domain_names(survey, ALL, code, self.numbers.language)),),
                self._figures(ALL, code, "sipas", "SIPAS"),
            )
            for code in codes
        ]

    def pairs(self, kind: ComparisonKind) -> Grid | None:
        """The comparisons of a kind, the surest first; None where there is none."""
        chosen = sorted(self.results.compared(kind), key=lambda c: (c.adjusted, c.p, -abs(c.difference)))[:MOST_PAIRS]
        if not chosen:
            return None
        rows = []
        for c in chosen:
            p = self.numbers.probability(c.adjusted)
            verdict = self.words("differs" if c.different else "no_difference")
            interval = self.numbers.between(c.low, c.high)
            numbers = (self.numbers.signed(c.difference), interval, p)
            rows.append(Row((pair_name(self.results, self.numbers, c),), numbers, words=(verdict,)))
        keys = ("pair", "difference", "interval", "p_adjusted", "conclusion")
        heads = [self.words(key, **({"level": self.level} if key == "interval" else {})) for key in keys]
        return self._grid(heads, rows, (56, 21, 38, 17, 33))

    def factors(self) -> Grid:
        """The factor indices per unit, and the survey's below."""
        factors = self.results.questionnaire.factors
        rows = []
        for unit in (*(u.code for u in self.results.survey.units), ALL):
            every = [self.results.estimate(unit, ALL, "factor", f.code) for f in factors]
            every.append(self.results.estimate(unit))
            name = domain_names(self.results.survey, unit, ALL, self.numbers.language)[0]
            rows.append(Row((name,), tuple(self.numbers.decimal(e.index) for e in every), bold=unit == ALL))
        heads = [self.words("unit"), *(f.code for f in factors), self.words("sipas")]
        first = min(62.0, TEXT_WIDTH - OVERALL - FIGURE * len(factors))
        return self._grid(heads, rows, (*_spread(first, len(factors), OVERALL), OVERALL))

    def criteria(self) -> Grid:
        """Every criterion of the whole survey under its factor."""
        rows = []
        for factor in self.results.questionnaire.factors:
            rows.append(self._criterion_row("factor", factor.code, factor.title.in_(self.numbers.language)))
            for c in factor.criteria:
                rows.append(self._criterion_row("criterion", c.id, c.text.in_(self.numbers.language)))
        heads = [self.words("criterion"), *self._figure_heads(), self.words("deff"), self.words("valid_short")]
        return self._grid(heads, rows, (66, 20, 30, 16, 16, 17))

    def groups(self) -> Grid | None:
        """The overall index of every group of respondents; None where the questionnaire makes none."""
        rows = []
        for name in self.results.questionnaire.groups:
            question = self.results.questionnaire.question(name)
            rows.append(Row((question.text.in_(self.numbers.language),), ("",) * 4, bold=True))
            for option in question.options:
                e = self.results.estimate(group=(name, option.code))
                small = 0 < e.forms < self.results.survey.publish.smallest
                numbers = (
                    self.numbers.integer(e.forms) + ("*" if small else ""),
                    self.numbers.decimal(e.index),
                    self.numbers.interval(e.low, e.high),
                    self.numbers.decimal(e.mean),
                )
                rows.append(Row((option.label.in_(self.numbers.language),), numbers, indent=True))
        heads = [self.words("group"), self.words("forms"), *self._figure_heads()]
        return self._grid(heads, rows, (75, 18, 22, 32, 18)) if rows else None

    def priorities(self) -> Grid | None:
        """What to improve first, by importance; None where there are too few forms to tell."""
        chosen = [p for p in self.results.priorities if p.quadrant == "improve"]
        texts = {c.id: c.text.in_(self.numbers.language) for c in self.results.questionnaire.criteria}
        rows = [
            Row((f"{p.code}. {texts[p.code]}",), (self.numbers.decimal(p.index), self.numbers.decimal(p.importance)))
            for p in sorted(chosen, key=lambda p: -p.importance)
        ]
        heads = [self.words("criterion"), self.words("index"), self.words("importance")]
        return self._grid(heads, rows, (111, 24, 30)) if rows else None

    def others(self) -> Grid | None:
        """The answers to the questions that are not criteria; None where there is no such question."""
        criteria = {c.id for c in self.results.questionnaire.criteria}
        rows = []
        for question in self.results.questionnaire.all_questions():
            if question.id in criteria or question.kind == "writing":
                continue
            tally = self.results.tally(question.id)
            text = question.text.in_(self.numbers.language)
            rows.append(Row((text,), (self.numbers.integer(tally.valid), ""), bold=True))
            for option, count in zip(question.options, tally.options, strict=True):
                figures = (self.count(count), self.numbers.decimal(count.share))
                rows.append(Row((option.label.in_(self.numbers.language),), figures, indent=True))
            for key in ("blank", "invalid", "doubtful"):
                number = getattr(tally, key)
                if number:
                    rows.append(Row((f"({self.words(key)})",), (self.numbers.integer(number), ""), indent=True))
        heads = [self.words("question"), self.words("count"), self.words("share")]
        return self._grid(heads, rows, (115, 24, 26)) if rows else None

    def count(self, option: OptionCount) -> str:
        """A count as printed: marked with * where it is small, × where it is not shown."""
        if option.hidden:
            return "×"
        return self.numbers.integer(option.count) + ("*" if option.small else "")

    def appendix(self) -> list[Grid]:
        """Criterion indices by unit, a few units beside each other."""
        units = [u.code for u in self.results.survey.units]
        found = []
        for start in range(0, len(units), UNITS_PER_TABLE):
            chosen = [*units[start : start + UNITS_PER_TABLE], ALL]
            names = [domain_names(self.results.survey, unit, ALL, self.numbers.language)[0] for unit in chosen[:-1]]
            rows = []
            for factor in self.results.questionnaire.factors:
                rows.append(self._across(chosen, "factor", factor.code, factor.title.in_(self.numbers.language)))
                for c in factor.criteria:
                    rows.append(self._across(chosen, "criterion", c.id, c.text.in_(self.numbers.language)))
            widths = _spread(165 - 20 * len(chosen), len(chosen))
            found.append(self._grid([self.words("criterion"), *names, self.words("all")], rows, widths))
        return found

    def _across(self, units: Sequence[str], level: Level, code: str, text: str) -> Row:
        figures = tuple(self.numbers.decimal(self.results.estimate(u, ALL, level, code).index) for u in units)
        return Row((f"{code}. {text}",), figures, bold=level == "factor", indent=level != "factor")

    def _criterion_row(self, level: Level, code: str, text: str) -> Row:
        bold = level == "factor"
        return Row((f"{code}. {text}",), self._figures(ALL, ALL, level, code), bold=bold, indent=not bold)

    def _figures(self, unit: str, field: str, level: Level, code: str) -> tuple[str, ...]:
        e, n = self.results.estimate(unit, field, level, code), self.numbers
        last = e.forms if level == "sipas" else e.valid
        return (n.decimal(e.index), n.interval(e.low, e.high), n.decimal(e.mean), n.decimal(e.deff), n.integer(last))

    def _figure_heads(self) -> list[str]:
        return [self.words("index"), self.words("interval", level=self.level), self.words("mean")]

    def _domain_row(self, unit: str, field: str, figures: tuple[str, ...]) -> Row:
        names = domain_names(self.results.survey, unit, field, self.numbers.language)
        total = field == ALL
        return Row((names[0] if total else names[1],), figures, bold=total, indent=not total)

    def _unit_head(self) -> str:
        return f"{self.words('unit')} / {self.words('field').lower()}"

    def _grid(self, heads: Sequence[str], rows: Sequence[Row], widths: Sequence[float]) -> Grid:
        return Grid("", tuple(heads), tuple(rows), tuple(widths))


def pair_name(results: Results, numbers: Numbers, c: Comparison) -> str:
    """What is set against what: "UBND phường A – UBND phường B"."""
    a, b = c.first, c.second
    if c.kind == "unit":
        names = [domain_names(results.survey, e.unit, ALL, numbers.language)[0] for e in (a, b)]
    elif c.kind == "field":
        names = [domain_names(results.survey, ALL, e.field, numbers.language)[1] for e in (a, b)]
    elif c.kind == "cell":
        names = [", ".join(domain_names(results.survey, e.unit, e.field, numbers.language)) for e in (a, b)]
    elif c.kind == "earlier":
        return index_name(results, a, numbers.language)
    else:
        names = [a.code, b.code]
    return " – ".join(names)


def _spread(first: float, count: int, kept: float = 0.0) -> tuple[float, ...]:
    """Column widths: the first as given (mm), the rest of the text's width, but for what is `kept`, shared evenly."""
    return (first, *[(TEXT_WIDTH - first - kept) / count] * count)
