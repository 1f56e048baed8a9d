"""Sentences that state what the numbers say, and what they do not say.

Two figures are called different only where their intervals do not overlap. At 95% that is stricter than a
test of the difference, which makes up for looking at the highest and the lowest of many (docs/statistics.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sipas_forms.report.numbers import Numbers
from sipas_forms.report.words import Words, domain_names
from sipas_forms.tally import ALL, Estimate, Results

# Percentage points; an interval wider than this is printed with a word of caution (the limit of the US
# National Center for Health Statistics, Data Presentation Standards for Proportions, 2017).
WIDE = 30.0

# How many of the weakest and strongest criteria the text names.
NAMED_CRITERIA = 3


@dataclass(frozen=True)
class Findings:
    """The report's text, as paragraphs by section."""

    course: tuple[str, ...]
    overall: tuple[str, ...]
    factors: tuple[str, ...]
    criteria: tuple[str, ...]
    others: tuple[str, ...]
    remarks: tuple[str, ...]


def banner(results: Results, numbers: Numbers) -> str | None:
    """One line that warns of answers that wait for a person; None where there is none."""
    if not results.provisional:
        return None
    return Words(numbers.language)("banner", n=numbers.integer(results.covered().doubtful))


def apart(a: Estimate, b: Estimate) -> bool:
    """Whether two figures differ beyond chance: their intervals do not overlap."""
    if a.low is None or a.high is None or b.low is None or b.high is None:
        return False
    return a.high < b.low or b.high < a.low


def wide(e: Estimate) -> bool:
    """Whether an interval is too wide to rest a judgement on."""
    return e.low is not None and e.high is not None and e.high - e.low > WIDE


def ranked(estimates: Sequence[Estimate]) -> list[Estimate]:
    """The figures that exist, highest first; equal ones stay in the plan's order."""
    return sorted((e for e in estimates if e.index is not None), key=lambda e: -(e.index or 0.0))


@dataclass(frozen=True)
class Teller:
    """Writes the sentences of one report in its language."""

    results: Results
    numbers: Numbers

    def all(self) -> Findings:
        """The whole text."""
        return Findings(
            course=self.course(),
            overall=self.overall(),
            factors=self.factors(),
            criteria=self.criteria(),
            others=self.others(),
            remarks=self.remarks(),
        )

    def course(self) -> tuple[str, ...]:
        """How the survey went: window, forms, response."""
        n, survey, c = self.numbers, self.results.survey, self.results.covered()
        first = self._say(
            "Cuộc khảo sát lấy ý kiến của người dân, đại diện tổ chức đã trực tiếp giao dịch tại bộ phận "
            f"một cửa từ ngày {n.date(survey.window.first)} đến ngày {n.date(survey.window.last)} tại "
            f"{n.integer(len(survey.units))} đơn vị. Mỗi lĩnh vực của một đơn vị là một tầng chọn mẫu; có "
            f"{n.integer(len(survey.cells()))} tầng.",
            "The survey asked people and representatives of organisations who dealt in person with the "
            f"one-stop shop between {n.date(survey.window.first)} and {n.date(survey.window.last)} at "
            f"{n.integer(len(survey.units))} units. Each field of a unit is a stratum; there are "
            f"{n.integer(len(survey.cells()))} strata.",
        )
        if not c.issued:
            return (first, self._say("Chưa có phiếu nào được phát ra.", "No form has been issued yet."))
        frame = self._say(
            f"Danh sách có {n.integer(c.eligible)} người đủ điều kiện. " if c.eligible is not None else "",
            f"The lists hold {n.integer(c.eligible)} eligible people. " if c.eligible is not None else "",
        )
        second = frame + self._say(
            f"Đã phát ra {n.integer(c.issued)} phiếu, thu về {n.integer(c.returned)} phiếu, chưa thu về "
            f"{n.integer(c.absent)} phiếu. {n.integer(c.complete)} phiếu trả lời đủ (từ 80% số tiêu chí trở "
            f"lên); tỷ lệ trả lời (RR1 theo chuẩn AAPOR) là {n.percent(c.rr1)}.",
            f"{n.integer(c.issued)} forms were issued, {n.integer(c.returned)} came back and "
            f"{n.integer(c.absent)} did not. {n.integer(c.complete)} are complete (at least 80% of the "
            f"criteria); the response rate (AAPOR RR1) is {n.percent(c.rr1)}.",
        )
        return (first, second, *self._empty_cells())

    def overall(self) -> tuple[str, ...]:
        """The overall index, the highest and the lowest unit and cell."""
        e, survey = self.results.estimate(), self.results.survey
        if e.index is None:
            return (self._nothing(),)
        level = self.numbers.percent(100 * survey.index.confidence, 0)
        first = self._say(
            f"Chỉ số hài lòng chung (SIPAS) của cuộc khảo sát là {self._with_interval(e)} (khoảng tin cậy "
            f"{level}), điểm trung bình {self.numbers.decimal(e.mean)}, tính trên "
            f"{self.numbers.integer(e.forms)} phiếu.",
            f"The overall index (SIPAS) of the survey is {self._with_interval(e)} ({level} interval), mean "
            f"score {self.numbers.decimal(e.mean)}, from {self.numbers.integer(e.forms)} forms.",
        )
        units = [self.results.estimate(unit.code) for unit in survey.units]
        cells = [self.results.estimate(unit.code, field.code) for unit, field in survey.cells()]
        found = [first]
        if len(survey.units) > 1:
            found += self._extremes(units, self._say("đơn vị", "unit"), self._unit_name)
        if len(cells) > len(units):
            found += self._extremes(cells, self._say("nhóm đơn vị – lĩnh vực", "unit and field"), self._cell_name)
        return tuple(found)

    def factors(self) -> tuple[str, ...]:
        """The highest and the lowest factor."""
        factors = [self.results.estimate(ALL, ALL, "factor", f.code) for f in self.results.questionnaire.factors]
        return tuple(self._extremes(factors, self._say("nhân tố", "factor"), self._factor_name)) or (self._nothing(),)

    def criteria(self) -> tuple[str, ...]:
        """The strongest and the weakest criteria."""
        wording = {c.id: c.text.in_(self.numbers.language) for c in self.results.questionnaire.criteria}
        every = [self.results.estimate(ALL, ALL, "criterion", name) for name in wording]
        order = ranked(every)
        if not order:
            return (self._nothing(),)
        if len(order) < 2 * NAMED_CRITERIA:
            return tuple(self._extremes(every, self._say("tiêu chí", "criterion"), lambda e: wording[e.code]))
        best, worst = order[:NAMED_CRITERIA], order[: -NAMED_CRITERIA - 1 : -1]

        def listed(those: list[Estimate]) -> str:
            return "; ".join(f"“{wording[e.code]}” ({self.numbers.percent(e.index)})" for e in those)

        first = self._say(
            f"Các tiêu chí được đánh giá cao nhất: {listed(best)}. Các tiêu chí được đánh giá thấp nhất: "
            f"{listed(worst)}.",
            f"The highest criteria: {listed(best)}. The lowest criteria: {listed(worst)}.",
        )
        return (f"{first} {self._verdict(best[0], worst[0])}",)

    def others(self) -> tuple[str, ...]:
        """The commonest choice of every question where several could be chosen."""
        found = []
        for question in self.results.questionnaire.all_questions():
            if question.kind != "multiple":
                continue
            tally = self.results.tally(question.id)
            labels = {o.code: o.label.in_(self.numbers.language) for o in question.options}
            top = sorted(tally.options, key=lambda o: -(o.count or 0))[:NAMED_CRITERIA]
            named = [f"{labels[o.code]} ({self.numbers.percent(o.share)})" for o in top if o.count]
            if named:
                text = question.text.in_(self.numbers.language).rstrip(" .?:")
                found.append(
                    self._say(
                        f"{text}: được chọn nhiều nhất là {'; '.join(named)}.",
                        f"{text}: most chosen are {'; '.join(named)}.",
                    )
                )
        return tuple(found)

    def remarks(self) -> tuple[str, ...]:
        """What the reader must bear in mind: doubt, wide intervals, blanks, cells without forms."""
        n, e, survey = self.numbers, self.results.estimate(), self.results.survey
        found: list[str] = []
        warning = banner(self.results, n)
        if warning:
            found.append(warning)
        if e.index is None:
            return (*found, self._nothing())
        cells = [self.results.estimate(u.code, f.code) for u, f in survey.cells()]
        unsure = [self._cell_name(c) for c in cells if wide(c)]
        if unsure:
            found.append(
                self._say(
                    f"Khoảng tin cậy của {'; '.join(unsure)} rộng hơn {n.decimal(WIDE, 0)} điểm phần trăm, "
                    "chỉ để tham khảo.",
                    f"The intervals of {'; '.join(unsure)} are wider than {n.decimal(WIDE, 0)} points; take "
                    "these figures as a hint only.",
                )
            )
        found.append(self._chance(cells))
        asked = e.valid + e.blank + e.invalid + e.doubtful
        found.append(
            self._say(
                f"Trong {n.integer(asked)} câu trả lời về các tiêu chí của những trang phiếu đã thu về có "
                f"{n.integer(e.valid)} câu hợp lệ, {n.integer(e.blank)} câu bỏ trống, "
                f"{n.integer(e.invalid)} câu không hợp lệ (đánh dấu nhiều ô) và {n.integer(e.doubtful)} câu "
                "chờ kiểm tra; chỉ câu hợp lệ được tính vào chỉ số.",
                f"Of {n.integer(asked)} answers to the criteria on the pages in hand, {n.integer(e.valid)} "
                f"are valid, {n.integer(e.blank)} blank, {n.integer(e.invalid)} invalid (several boxes "
                f"marked) and {n.integer(e.doubtful)} await a person; only valid ones enter an index.",
            )
        )
        if self.results.outside:
            found.append(
                self._say(
                    f"{n.integer(self.results.outside)} câu trả lời thuộc ô hoặc câu hỏi không có trong kế "
                    "hoạch nên không được tính.",
                    f"{n.integer(self.results.outside)} answers belong to a cell or question that the plan "
                    "does not have and are left out.",
                )
            )
        return tuple(found)

    def _chance(self, cells: list[Estimate]) -> str:
        widths = [c.high - c.low for c in cells if c.low is not None and c.high is not None]
        half = self.numbers.decimal(max(widths) / 2, 1) if widths else self.numbers.decimal(0, 1)
        return self._say(
            "Do chỉ hỏi một mẫu, chỉ số của một nhóm đơn vị – lĩnh vực có thể lệch do ngẫu nhiên tới "
            f"khoảng {half} điểm phần trăm về mỗi phía; không nên xếp hạng những đơn vị có khoảng tin cậy "
            "chồng lên nhau.",
            f"As only a sample was asked, chance can move the index of one unit and field by about {half} "
            "points either way; units whose intervals overlap should not be ranked.",
        )

    def _extremes(self, estimates: Sequence[Estimate], kind: str, name: Callable[[Estimate], str]) -> list[str]:
        order = ranked(estimates)
        if not order:
            return []
        if len(order) == 1:
            only = order[0]
            return [
                self._say(
                    f"Mới có số liệu của một {kind}: {name(only)}, {self._with_interval(only)}.",
                    f"Only one {kind} has a figure: {name(only)}, {self._with_interval(only)}.",
                )
            ]
        best, worst = order[0], order[-1]
        if best.index == worst.index:
            return [
                self._say(
                    f"Các {kind} có chỉ số bằng nhau: {self.numbers.percent(best.index)}.",
                    f"Every {kind} has the same index: {self.numbers.percent(best.index)}.",
                )
            ]
        return [
            self._say(
                f"Cao nhất trong các {kind} là {name(best)}: {self._with_interval(best)}; thấp nhất là "
                f"{name(worst)}: {self._with_interval(worst)}. {self._verdict(best, worst)}",
                f"The highest {kind} is {name(best)}: {self._with_interval(best)}; the lowest is "
                f"{name(worst)}: {self._with_interval(worst)}. {self._verdict(best, worst)}",
            )
        ]

    def _verdict(self, best: Estimate, worst: Estimate) -> str:
        gap = self.numbers.decimal((best.index or 0.0) - (worst.index or 0.0))
        if apart(best, worst):
            return self._say(
                f"Chênh lệch {gap} điểm phần trăm có ý nghĩa thống kê (hai khoảng tin cậy không chồng lên nhau).",
                f"The gap of {gap} points is beyond chance (the two intervals do not overlap).",
            )
        return self._say(
            f"Chênh lệch {gap} điểm phần trăm chưa có ý nghĩa thống kê (hai khoảng tin cậy chồng lên nhau).",
            f"The gap of {gap} points may be chance (the two intervals overlap).",
        )

    def _empty_cells(self) -> tuple[str, ...]:
        survey = self.results.survey
        empty = [
            ", ".join(domain_names(survey, u.code, f.code, self.numbers.language))
            for u, f in survey.cells()
            if self.results.estimate(u.code, f.code).forms == 0
        ]
        if not empty or len(empty) == len(survey.cells()):
            return ()
        return (
            self._say(
                f"Chưa thu được phiếu nào của: {'; '.join(empty)}; các chỉ số chung chưa đại diện cho những nhóm này.",
                f"No form has come back from: {'; '.join(empty)}; the totals do not speak for them.",
            ),
        )

    def _nothing(self) -> str:
        return self._say(
            "Chưa có câu trả lời hợp lệ nào về các tiêu chí nên chưa tính được chỉ số.",
            "There is no valid answer to the criteria yet, so there is no index.",
        )

    def _with_interval(self, e: Estimate) -> str:
        return f"{self.numbers.percent(e.index)} ({self.numbers.interval(e.low, e.high)})"

    def _unit_name(self, e: Estimate) -> str:
        return domain_names(self.results.survey, e.unit, ALL, self.numbers.language)[0]

    def _cell_name(self, e: Estimate) -> str:
        return " – ".join(domain_names(self.results.survey, e.unit, e.field, self.numbers.language))

    def _factor_name(self, e: Estimate) -> str:
        title = {f.code: f.title.in_(self.numbers.language) for f in self.results.questionnaire.factors}
        return f"“{title[e.code]}”"

    def _say(self, vi: str, en: str) -> str:
        return vi if self.numbers.language == "vi" else en
