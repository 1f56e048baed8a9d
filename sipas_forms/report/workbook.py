"""The Excel workbook: a sheet for each level of detail, the method, and raw answers; real numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO

from openpyxl import Workbook

from sipas_forms.report.findings import banner
from sipas_forms.report.method import method_paragraphs
from sipas_forms.report.numbers import Numbers
from sipas_forms.report.sheet import Probability, Sheet, Value, add_styles, draw
from sipas_forms.report.tables import pair_name
from sipas_forms.report.words import Words, all_domains, domain_names, method_name, variant_name
from sipas_forms.tally import ALL, Estimate, Level, Results

# Raw answers of more forms make a workbook that offices' machines can't open; the CSV export has them all.
MAX_RAW_FORMS = 100_000

COVERAGE_KEYS = (
    *("eligible", "issued", "void", "returned", "absent", "complete", "partial", "broken_off"),
    *("refused", "not_reached", "other_reason", "reserve", "reserve_used", "doubtful", "settled", "by_person"),
    *("rr1", "rr2", "rr5", "refusal", "blank_items", "person_share", "not_whole"),
)


def workbook_report(results: Results, numbers: Numbers, today: date) -> bytes:
    """The whole workbook as an xlsx file's bytes."""
    builder = _Builder(results, numbers, today)
    book = Workbook()
    book.remove(book.active)
    add_styles(book)
    made = datetime.combine(today, time())
    book.properties.created = book.properties.modified = made
    book.properties.title = results.survey.title.in_(numbers.language)
    book.properties.creator = results.survey.owner.office.in_(numbers.language)
    for sheet in builder.sheets():
        draw(book.create_sheet(sheet.name), sheet, builder.title, builder.subtitle)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


class _Builder:
    """Lays the results out as rows."""

    def __init__(self, results: Results, numbers: Numbers, today: date) -> None:
        self.results, self.numbers, self.today = results, numbers, today
        self.language = numbers.language
        self.words = Words(numbers.language)
        self.title = results.survey.title.in_(self.language)
        self.subtitle = banner(results, numbers) or ""
        self.level = numbers.percent(100 * results.survey.index.confidence, 0)

    def sheets(self) -> Iterator[Sheet]:
        """Every sheet in order."""
        yield self.summary()
        yield self.level_sheet(
            "factor", {f.code: f.title.in_(self.language) for f in self.results.questionnaire.factors}
        )
        texts = {c.id: c.text.in_(self.language) for c in self.results.questionnaire.criteria}
        yield self.level_sheet("criterion", texts)
        yield self.groups()
        yield self.answers()
        yield self.comparisons()
        yield self.priorities()
        yield self.coverage()
        yield self.method()
        yield self.raw()
        yield self.comments()

    def summary(self) -> Sheet:
        """The overall index of every domain."""
        rows, totals = [], []
        for i, (unit, field) in enumerate(all_domains(self.results.survey)):
            rows.append((*self.names(unit, field), *_figures(self.results.estimate(unit, field))))
            totals += [i] if ALL in (unit, field) else []
        heads = (self.words("unit"), self.words("field"), *self.figure_heads())
        return Sheet(self.words("sheet_summary"), heads, tuple(rows), frozenset(totals))

    def level_sheet(self, level: Level, texts: dict[str, str]) -> Sheet:
        """Every factor or criterion of every domain."""
        rows = [
            (*self.names(unit, field), code, text, *_figures(self.results.estimate(unit, field, level, code)))
            for unit, field in all_domains(self.results.survey)
            for code, text in texts.items()
        ]
        heads = (
            self.words("unit"),
            self.words("field"),
            self.words("code"),
            self.words(level),
            *self.figure_heads(),
        )
        return Sheet(self.words("sheet_factors" if level == "factor" else "sheet_criteria"), heads, tuple(rows))

    def answers(self) -> Sheet:
        """Counts of every option of every question with boxes."""
        states = ("valid", "blank", "invalid", "doubtful", "missing", "not_asked")
        rows: list[tuple[Value, ...]] = []
        questions = [q for q in self.results.questionnaire.all_questions() if q.kind != "writing"]
        for unit, field in all_domains(self.results.survey):
            for question in questions:
                t = self.results.tally(question.id, unit, field)
                text = question.text.in_(self.language)
                if question.kind == "multiple":
                    text = self.words("several", question=text)
                for option, o in zip(question.options, t.options, strict=True):
                    label = option.label.in_(self.language)
                    count: Value = "×" if o.hidden else o.count
                    small = "*" if o.small else None
                    counts = (
                        count,
                        _real(o.share),
                        small,
                        *(getattr(t, name) for name in states),
                        _real(t.nonresponse),
                    )
                    rows.append((*self.names(unit, field), question.id, text, o.code, label, *counts))
        keys = (
            "unit",
            "field",
            "code",
            "question",
            "code",
            "option",
            "count",
            "share",
            "small",
            *states,
            "nonresponse",
        )
        return Sheet(self.words("sheet_answers"), tuple(self.words(key) for key in keys), tuple(rows))

    def groups(self) -> Sheet:
        """Every factor and the overall index of the groups of respondents."""
        asked, rows = self.results.questionnaire, []
        for e in self.results.groups:
            if e.level == "criterion" and (e.unit, e.field) != (ALL, ALL):
                continue
            question = asked.question(e.group)
            label = next(o.label for o in question.options if o.code == e.answer)
            names = (*self.names(e.unit, e.field), question.text.in_(self.language), label.in_(self.language))
            rows.append((*names, e.code, *_figures(e)))
        heads = [self.words(key) for key in ("unit", "field", "group", "answer", "code")]
        return Sheet(self.words("sheet_groups"), (*heads, *self.figure_heads()), tuple(rows))

    def comparisons(self) -> Sheet:
        """Every pair of figures that was compared."""
        rows: list[tuple[Value, ...]] = []
        for c in self.results.comparisons:
            verdict = self.words("differs" if c.different else "no_difference")
            values = (c.first.index, c.second.index, c.difference, c.low, c.high)
            probabilities = (Probability(c.p), Probability(c.adjusted))
            name = pair_name(self.results, self.numbers, c)
            rows.append((self.words(f"kind_{c.kind}"), name, *map(_real, values), *probabilities, verdict))
        keys = (
            "kind",
            "pair",
            "first",
            "second",
            "difference",
            "low_points",
            "high_points",
            "p",
            "p_adjusted",
            "conclusion",
        )
        return Sheet(self.words("sheet_comparisons"), tuple(self.words(key) for key in keys), tuple(rows))

    def priorities(self) -> Sheet:
        """Importance and index of every criterion."""
        texts = {c.id: c.text.in_(self.language) for c in self.results.questionnaire.criteria}
        rows = tuple(
            (
                p.code,
                texts[p.code],
                _real(p.index),
                _real(p.importance),
                self.words(f"quadrant_{p.quadrant}").capitalize(),
            )
            for p in self.results.priorities
        )
        keys = ("code", "criterion", "index", "importance", "quadrant")
        return Sheet(self.words("sheet_priorities"), tuple(self.words(key) for key in keys), rows)

    def coverage(self) -> Sheet:
        """What became of the forms of every domain."""
        keys = COVERAGE_KEYS
        rows, totals = [], []
        for i, (unit, field) in enumerate(all_domains(self.results.survey)):
            c = self.results.covered(unit, field)
            rows.append((*self.names(unit, field), *(getattr(c, key) for key in keys)))
            totals += [i] if ALL in (unit, field) else []
        heads = tuple(self.words(key) for key in ("unit", "field", *keys))
        return Sheet(self.words("sheet_coverage"), heads, tuple(rows), frozenset(totals))

    def method(self) -> Sheet:
        """The method chosen, its formulas in words, dates and counts."""
        survey, c = self.results.survey, self.results.covered()
        vi = self.language == "vi"
        rows: list[tuple[Value, ...]] = [
            ("Mã cuộc khảo sát" if vi else "Survey code", survey.code),
            ("Từ ngày" if vi else "From", survey.window.first),
            ("Đến ngày" if vi else "To", survey.window.last),
            ("Hạn gửi danh sách" if vi else "Deadline of lists", survey.deadline),
            ("Ngày lập báo cáo" if vi else "Date of this report", self.today),
            (self.words("issued"), c.issued),
            (self.words("returned"), c.returned),
            ("Loại chỉ số" if vi else "Kind of index", method_name(survey.index, self.language)),
        ]
        rows += method_paragraphs(self.results, self.numbers)
        for variant in self.results.variants:
            name = f"SIPAS: {variant_name(variant.method, self.language)}"
            rows.append((name, _real(variant.index)))
        rows += [self.raw_note(), (self.words("sheet_comments"), self.words("comments_note"))]
        return Sheet(self.words("sheet_method"), (self.words("item"), self.words("value")), tuple(rows))

    def raw_note(self) -> tuple[str, str]:
        """What the sheet of raw answers leaves out, and why."""
        name = self.words("sheet_raw")
        if self._raw_hidden():
            vi = "Để trống vì kế hoạch yêu cầu không công bố số liệu của dưới {n} người."
            en = "Left empty, as the plan does not publish figures of fewer than {n} people."
            vi, en = (text.format(n=self.results.survey.publish.smallest) for text in (vi, en))
        elif self.results.covered().returned > MAX_RAW_FORMS:
            most = self.numbers.integer(MAX_RAW_FORMS)
            vi = f"Có hơn {most} phiếu nên trang này để trống; xem 'sipas export answers'."
            en = f"There are more than {most} forms, so the sheet is empty; see 'sipas export answers'."
        else:
            vi = (
                "Mỗi dòng là một phiếu đã thu về, ghi mã phương án; không có số phiếu, họ tên, chữ viết "
                "tay, và xếp theo nội dung trả lời để không lần ra người trả lời."
            )
            en = (
                "Each row is a form in hand, as option codes; without serial, name or handwriting, and in "
                "the order of the answers, so that no row leads to a person."
            )
        return name, vi if self.language == "vi" else en

    def raw(self) -> Sheet:
        """The answers of each form without anything that leads to a person."""
        rows: tuple[tuple[Value, ...], ...] = ()
        if not self._raw_hidden() and self.results.covered().returned <= MAX_RAW_FORMS:
            frame = self.results.raw
            rows = tuple(tuple(_code(value) for value in row) for row in frame.itertuples(index=False, name=None))
        heads = (self.words("unit"), self.words("field"), *(q.id for q in self.results.coded.questions))
        return Sheet(self.words("sheet_raw"), heads, rows)

    def comments(self) -> Sheet:
        """What people wrote, apart from their other answers; hidden where raw answers are."""
        asked, survey = self.results.questionnaire, self.results.survey
        rows = tuple(
            (survey.unit(c.unit).name.in_(self.language), asked.question(c.question).text.in_(self.language), c.text)
            for c in (() if self._raw_hidden() else self.results.comments)
            if c.unit in [unit.code for unit in survey.units]
        )
        heads = tuple(self.words(key) for key in ("unit", "question", "comment"))
        return Sheet(self.words("sheet_comments"), heads, rows)

    def _raw_hidden(self) -> bool:
        return self.results.survey.publish.small_cells == "suppress"

    def names(self, unit: str, field: str) -> tuple[str, str]:
        """A domain's names."""
        return domain_names(self.results.survey, unit, field, self.language)

    def figure_heads(self) -> tuple[str, ...]:
        """The heads over `_figures`."""
        keys = (
            "index",
            "low",
            "high",
            "mean",
            "se",
            "deff",
            "forms",
            "valid",
            "blank",
            "invalid",
            "doubtful",
            "missing",
        )
        return tuple(self.words(key) for key in keys)


def _figures(e: Estimate) -> tuple[Value, ...]:
    counts = (e.forms, e.valid, e.blank, e.invalid, e.doubtful, e.missing)
    figures = (e.index, e.low, e.high, e.mean, e.se, e.deff)
    return (*map(_real, figures), *counts)


def _real(value: float | None) -> float | None:
    """Always a float: the cell's format follows the type, and a whole index is still a figure."""
    return None if value is None else float(value)


def _code(value: object) -> Value:
    text = str(value)
    return int(text) if text.isdigit() and len(text) < 10 else text or None
