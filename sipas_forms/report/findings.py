"""Sentences that state what the numbers say, and what they do not say."""

from __future__ import annotations

from dataclasses import dataclass

from sipas_forms.report.numbers import Numbers
from sipas_forms.report.sentences import NAMED_CRITERIA, WIDE, Sayer, ranked, wide
from sipas_forms.report.words import Words, domain_names, index_name
from sipas_forms.tally import ALL, Comparison, Estimate, Results

# How many changes the text names in each direction; the table and the workbook have the others.
NAMED_CHANGES = 5


@dataclass(frozen=True)
class Findings:
    """The report's text, as paragraphs by section."""

    course: tuple[str, ...]
    overall: tuple[str, ...]
    factors: tuple[str, ...]
    criteria: tuple[str, ...]
    groups: tuple[str, ...]
    priorities: tuple[str, ...]
    changes: tuple[str, ...]
    others: tuple[str, ...]
    remarks: tuple[str, ...]


def banner(results: Results, numbers: Numbers) -> str | None:
    """One line that warns of answers and pages that wait for a person; None where there is none."""
    if not results.provisional:
        return None
    words, counts = Words(numbers.language), (results.covered().doubtful, results.waiting)
    waits = [
        words(key, n=numbers.integer(n)) for key, n in zip(("open_answers", "open_pages"), counts, strict=True) if n
    ]
    return words("banner", open=words("and").join(waits))


class Teller(Sayer):
    """Writes the sentences of one report in its language."""

    def all(self) -> Findings:
        """The whole text."""
        return Findings(
            course=self.course(),
            overall=self.overall(),
            factors=self.factors(),
            criteria=self.criteria(),
            groups=self.groups(),
            priorities=self.priorities(),
            changes=self.changes(),
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
        torn = n.integer(c.not_whole)
        second = frame + self._say(
            f"Đã phát ra {n.integer(c.issued)} phiếu, thu về {n.integer(c.returned)} phiếu"
            f"{f' (trong đó {torn} phiếu thiếu trang)' if c.not_whole else ''}, chưa thu về "
            f"{n.integer(c.absent)} phiếu. {n.integer(c.complete)} phiếu trả lời đủ (từ 80% số tiêu chí trở "
            f"lên); tỷ lệ trả lời (RR1 theo chuẩn AAPOR) là {n.percent(c.rr1)}.",
            f"{n.integer(c.issued)} forms were issued, {n.integer(c.returned)} came back"
            f"{f' ({torn} of them not whole)' if c.not_whole else ''} and "
            f"{n.integer(c.absent)} did not. {n.integer(c.complete)} are complete (at least 80% of the "
            f"criteria); the response rate (AAPOR RR1) is {n.percent(c.rr1)}.",
        )
        return (first, second, *self._losses(), *self._empty_cells())

    def _losses(self) -> tuple[str, ...]:
        """Replacements, reserve, items left blank, what people settled."""
        n, c = self.numbers, self.results.covered()
        found = []
        if c.void:
            used = n.integer(c.reserve_used)
            of_vi = f" trong {n.integer(c.reserve)} người" if c.reserve is not None else " người"
            of_en = f" of {n.integer(c.reserve)}" if c.reserve is not None else ""
            found.append(
                self._say(
                    f"{n.integer(c.void)} phiếu đã thay người ({n.integer(c.refused)} từ chối, "
                    f"{n.integer(c.not_reached)} không gặp được, {n.integer(c.other_reason)} lý do khác); đã dùng "
                    f"{used}{of_vi} của danh sách dự phòng. Tỷ lệ từ chối (REF1) là {n.percent(c.refusal)}.",
                    f"{n.integer(c.void)} forms were replaced ({n.integer(c.refused)} refused, "
                    f"{n.integer(c.not_reached)} not reached, {n.integer(c.other_reason)} for another reason); "
                    f"{used}{of_en} people of the reserve took a place. The refusal rate (REF1) is "
                    f"{n.percent(c.refusal)}.",
                )
            )
        if c.settled:
            found.append(
                self._say(
                    f"Tỷ lệ tiêu chí bỏ trống hoặc không hợp lệ là {n.percent(c.blank_items)}; "
                    f"{n.percent(c.person_share)} số câu trả lời do người kiểm tra xác định.",
                    f"{n.percent(c.blank_items)} of the criteria were left blank or invalid; "
                    f"{n.percent(c.person_share)} of the answers were settled by a person.",
                )
            )
        return tuple(found)

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
            found += self._extremes("unit", units, self._say("đơn vị", "unit"), self._unit_name)
            found += self._family("unit", self._say("đơn vị", "units"))
        if len(cells) > len(units):
            found += self._extremes(
                "cell", cells, self._say("nhóm đơn vị – lĩnh vực", "unit and field"), self._cell_name
            )
        return tuple(found)

    def factors(self) -> tuple[str, ...]:
        """The highest and the lowest factor."""
        factors = [self.results.estimate(ALL, ALL, "factor", f.code) for f in self.results.questionnaire.factors]
        return tuple(self._extremes("factor", factors, self._say("nhân tố", "factor"), self._factor_name)) or (
            self._nothing(),
        )

    def criteria(self) -> tuple[str, ...]:
        """The strongest and the weakest criteria."""
        wording = {c.id: c.text.in_(self.numbers.language) for c in self.results.questionnaire.criteria}
        every = [self.results.estimate(ALL, ALL, "criterion", name) for name in wording]
        order = ranked(every)
        if not order:
            return (self._nothing(),)
        if len(order) < 2 * NAMED_CRITERIA:
            return tuple(
                self._extremes("criterion", every, self._say("tiêu chí", "criterion"), lambda e: wording[e.code])
            )
        best, worst = order[:NAMED_CRITERIA], order[: -NAMED_CRITERIA - 1 : -1]

        def listed(those: list[Estimate]) -> str:
            return "; ".join(f"“{wording[e.code]}” ({self.numbers.percent(e.index)})" for e in those)

        first = self._say(
            f"Các tiêu chí được đánh giá cao nhất: {listed(best)}. Các tiêu chí được đánh giá thấp nhất: "
            f"{listed(worst)}.",
            f"The highest criteria: {listed(best)}. The lowest criteria: {listed(worst)}.",
        )
        return (f"{first} {self._verdict('criterion', best[0], worst[0])}",)

    def others(self) -> tuple[str, ...]:
        """The commonest choice of every question with several; what to improve has a part of its own."""
        asked = self.results.questionnaire
        told = asked.improve if self.results.priorities else None
        return tuple(self._most_chosen([q for q in asked.all_questions() if q.kind == "multiple" and q.id != told]))

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
            f"khoảng {half} điểm phần trăm về mỗi phía; không nên xếp hạng những đơn vị mà khác biệt "
            "không có ý nghĩa thống kê.",
            f"As only a sample was asked, chance can move the index of one unit and field by about {half} "
            "points either way; units without a significant difference should not be ranked.",
        )

    def groups(self) -> tuple[str, ...]:
        """The highest and the lowest group by each question, without a verdict: groups were not drawn as such."""
        found = []
        for name in self.results.questionnaire.groups:
            question = self.results.questionnaire.question(name)
            labels = {o.code: o.label.in_(self.numbers.language) for o in question.options}
            least = self.results.survey.publish.smallest
            order = ranked([e for code in labels if (e := self.results.estimate(group=(name, code))).forms >= least])
            if len(order) < 2:
                continue
            best, worst, text = order[0], order[-1], question.text.in_(self.numbers.language)
            found.append(
                self._say(
                    f"{text}: cao nhất là “{labels[best.answer]}” {self._with_interval(best)}, thấp nhất là "
                    f"“{labels[worst.answer]}” {self._with_interval(worst)}.",
                    f"{text}: highest “{labels[best.answer]}” {self._with_interval(best)}, lowest "
                    f"“{labels[worst.answer]}” {self._with_interval(worst)}.",
                )
            )
        return tuple(found)

    def priorities(self) -> tuple[str, ...]:
        """What is important and below the mean, the worst of it first, and what people ask for."""
        found = []
        first = sorted((p for p in self.results.priorities if p.quadrant == "improve"), key=lambda p: p.index)
        wording = {c.id: c.text.in_(self.numbers.language) for c in self.results.questionnaire.criteria}
        if first:
            named = "; ".join(f"“{wording[p.code]}” ({self.numbers.percent(p.index)})" for p in first[:NAMED_CRITERIA])
            more = self.numbers.integer(len(first) - NAMED_CRITERIA)
            left = len(first) > NAMED_CRITERIA
            found.append(
                self._say(
                    "Các tiêu chí gắn chặt với đánh giá chung nhưng có chỉ số dưới mức trung bình, nên ưu tiên: "
                    f"{named}{f' và {more} tiêu chí khác trong bảng dưới đây' if left else ''}.",
                    f"Criteria that go closely with the overall judgement but are below the mean come first: {named}"
                    f"{f'; and {more} more in the table below' if left else ''}.",
                )
            )
        name = self.results.questionnaire.improve
        if name is not None and self.results.priorities:
            found += self._most_chosen([self.results.questionnaire.question(name)])
        return tuple(found)

    def changes(self) -> tuple[str, ...]:
        """Against the earlier survey: what rose, what fell, what can't be told apart."""
        those = self.results.compared("earlier")
        if not self.results.earlier:
            return ()
        if not those:
            return (
                self._say(
                    f"Không có chỉ số nào của cuộc khảo sát {self.results.earlier} so sánh được với cuộc này.",
                    f"No index of the survey {self.results.earlier} can be compared with this one.",
                ),
            )
        found = [self._say(f"So với: {self.results.earlier}.", f"Against: {self.results.earlier}.")]
        found += [self._overall_change(c) for c in those if c.first is self.results.estimate()]
        different = sorted((c for c in those if c.different), key=lambda c: -abs(c.difference))
        for up, vi, en in ((True, "tăng", "rose"), (False, "giảm", "fell")):
            moved = [c for c in different if (c.difference > 0) == up]
            named = "; ".join(self._change(c) for c in moved[:NAMED_CHANGES])
            n = self.numbers.integer(len(moved))
            most = self._say(", nhiều nhất là", ", most of all") if len(moved) > NAMED_CHANGES else ":"
            if named:
                found.append(
                    self._say(
                        f"{n} chỉ số {vi} có ý nghĩa thống kê{most} {named}.",
                        f"{n} indices {en} significantly{most} {named}.",
                    )
                )
        same = sum(not c.different for c in those)
        if same:
            found.append(
                self._say(
                    f"Với {self.numbers.integer(same)} trong {self.numbers.integer(len(those))} chỉ số được so sánh, "
                    "khác biệt không có ý nghĩa thống kê.",
                    f"For {self.numbers.integer(same)} of the {self.numbers.integer(len(those))} indices compared "
                    "there is no significant difference.",
                )
            )
        if self.results.incomparable:
            codes = ", ".join(self.results.incomparable)
            found.append(
                self._say(
                    f"Không so sánh vì cuộc trước hỏi khác hoặc không hỏi: {codes}.",
                    f"Not compared, as the earlier survey asked otherwise or not at all: {codes}.",
                )
            )
        return tuple(found)

    def _overall_change(self, c: Comparison) -> str:
        """The whole survey's index then and now, and whether the difference means anything."""
        change, p = self._change(c), self.numbers.probability(c.adjusted)
        p = p if p.startswith("<") else f"= {p}"
        return self._say(
            f"{change}: khác biệt {'' if c.different else 'không '}có ý nghĩa thống kê (p {p}, hiệu chỉnh Holm).",
            f"{change}: {'a' if c.different else 'no'} significant difference (p {p}, Holm).",
        )

    def _change(self, c: Comparison) -> str:
        """One index and by how much it moved."""
        name = index_name(self.results, c.first, self.numbers.language)
        now, before = self.numbers.percent(c.first.index), self.numbers.percent(c.second.index)
        gap, exact = self.numbers.signed(c.difference), self.numbers.exact(c.difference, c.first.index, c.second.index)
        tail = f", {exact}" if exact else ""
        return self._say(
            f"{name} ({before} → {now}, {gap} điểm{tail})", f"{name} ({before} → {now}, {gap} points{tail})"
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
