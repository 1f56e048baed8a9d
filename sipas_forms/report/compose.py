"""Puts the report together: head, sections, tables, figures, method, foot, in the order of a Vietnamese report."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sipas_forms.report import charts
from sipas_forms.report.document import Block, Document, Figure, Grid, Heading, Paragraph
from sipas_forms.report.findings import Findings, Teller, banner
from sipas_forms.report.method import method_paragraphs
from sipas_forms.report.numbers import Numbers
from sipas_forms.report.picture import Picture
from sipas_forms.report.tables import TEXT_WIDTH, Tables
from sipas_forms.report.words import Words, domain_names
from sipas_forms.tally import ALL, Results

# The width of charts in points: that of the text.
CHART_WIDTH = TEXT_WIDTH / 25.4 * 72


def compose_report(results: Results, numbers: Numbers, today: date) -> Document:
    """The whole report; `today` stands at its head."""
    return _Composer(results, numbers, today).document()


class _Composer:
    """Numbers the tables, figures and sections as they come."""

    def __init__(self, results: Results, numbers: Numbers, today: date) -> None:
        self.results, self.numbers, self.today = results, numbers, today
        self.words = Words(numbers.language)
        self.findings: Findings = Teller(results, numbers).all()
        self.set = Tables(results, numbers)
        self.level = numbers.percent(100 * results.survey.index.confidence, 0)
        self.tables = self.figures = self.sections = 0

    def document(self) -> Document:
        survey, language = self.results.survey, self.numbers.language
        owner, title = survey.owner, survey.title.in_(language)
        lowered = title[:1].lower() + title[1:] if language == "vi" else title
        day, words = self.today, self.words
        appendix = self.appendix()
        return Document(
            language=language,
            author=owner.office.in_(language),
            subject=title,
            left=(owner.parent.in_(language), owner.office.in_(language)),
            right=(words("nation"), words("motto")),
            number=words("number"),
            place_date=words(
                "place_date",
                place=owner.place.in_(language),
                d=f"{day:%d}",
                m=f"{day:%m}" if day.month < 3 else str(day.month),
                y=str(day.year),
            ),
            title=(words("report"), words("results_of", title=lowered), *self.scope()),
            recipient=words("to", recipient=owner.recipient.in_(language)) if owner.recipient else "",
            warning=banner(self.results, self.numbers) or "",
            blocks=(*self.course(), *self.main(), *self.closing()),
            copies=tuple(words(key) for key in ("copies", "copy_above", "copy_file")),
            signer=(words("signer"), words("sign_here")),
            appendix_title=(words("s_appendix"), words("appendix_title")) if appendix else (),
            appendix=tuple(appendix),
        )

    def scope(self) -> list[str]:
        """A line that names the unit, where the report is of one alone."""
        units = self.results.survey.units
        return [units[0].name.in_(self.numbers.language)] if len(units) == 1 else []

    def course(self) -> list[Block]:
        """Section I."""
        blocks = [self.heading("s_course", 1), *self.paragraphs(self.findings.course)]
        blocks += self.table("t_coverage", self.set.coverage())
        return [*blocks, *self.table("t_losses", self.set.losses())]

    def main(self) -> list[Block]:
        """Section II with its parts; a part without figures is left out."""
        blocks: list[Block] = [self.heading("s_results", 1)]
        for part in (self.overall, self.factors, self.criteria, self.groups, self.priorities, self.changes):
            blocks += part()
        others = self.set.others()
        if others is not None:
            blocks += [self.part("s_others"), *self.paragraphs(self.findings.others), *self.table("t_others", others)]
            blocks += [*self.small_note(others), *self.note("asked_note", self.results.unsure_whether_asked)]
        return blocks

    def overall(self) -> list[Block]:
        """The overall index."""
        blocks = [self.part("s_overall"), *self.paragraphs(self.findings.overall)]
        index = self.results.estimate().index
        note = self.words("survey_line", index=self.numbers.percent(index)) if index is not None else ""
        blocks += self.figure("c_sipas", charts.sipas_by_cell(self.results, self.numbers, CHART_WIDTH), note)
        blocks += self.table("t_sipas", self.set.sipas())
        for kind in ("unit", "field"):
            pairs = self.set.pairs(kind)
            if pairs is not None:
                blocks += self.pairs(f"t_pairs_{kind}", pairs)
        return blocks

    def factors(self) -> list[Block]:
        """The factors; nothing where the questionnaire has none."""
        if not self.results.questionnaire.factors:
            return []
        blocks = [self.part("s_factors"), *self.paragraphs(self.findings.factors)]
        factors = self.results.questionnaire.factors
        names = "; ".join(f"{f.code} – {f.title.in_(self.numbers.language)}" for f in factors)
        blocks.append(Paragraph(f"{names}.", small=True))
        blocks += self.figure("c_factors", charts.factor_profiles(self.results, self.numbers, CHART_WIDTH))
        return [*blocks, *self.table("t_factors", self.set.factors())]

    def criteria(self) -> list[Block]:
        """The criteria; nothing where the questionnaire has none."""
        if not self.results.questionnaire.criteria:
            return []
        blocks = [self.part("s_criteria"), *self.paragraphs(self.findings.criteria)]
        blocks += self.figure("c_criteria", charts.levels_by_criterion(self.results, self.numbers, CHART_WIDTH))
        return [*blocks, *self.table("t_criteria", self.set.criteria())]

    def groups(self) -> list[Block]:
        """The groups of respondents."""
        grid = self.set.groups()
        if grid is None or self.results.estimate().index is None:
            return []
        blocks = [self.part("s_groups"), *self.paragraphs(self.findings.groups)]
        blocks += [*self.table("t_groups", grid), *self.small_note(grid)]
        return blocks + self.note("groups_note", self.results.covered().not_whole > 0)

    def priorities(self) -> list[Block]:
        """What to improve first."""
        said = self.paragraphs(self.findings.priorities)
        if not said:
            return []
        blocks = [self.part("s_priorities"), *said]
        pictures = charts.importance_performance(self.results, self.numbers, CHART_WIDTH)
        blocks += self.figure("c_priorities", pictures, self.words("priority_note"))
        grid = self.set.priorities()
        return [*blocks, *(self.table("t_priorities", grid) if grid else [])]

    def changes(self) -> list[Block]:
        """Against an earlier survey."""
        if not self.results.earlier:
            return []
        blocks = [self.part("s_changes"), *self.paragraphs(self.findings.changes)]
        grid = self.set.pairs("earlier")
        return [*blocks, *(self.pairs("t_changes", grid) if grid else [])]

    def closing(self) -> list[Block]:
        """Remarks and method."""
        blocks = [self.heading("s_remarks", 1), *self.paragraphs(self.findings.remarks), self.heading("s_method", 1)]
        return [*blocks, *(Paragraph(text, lead=item) for item, text in method_paragraphs(self.results, self.numbers))]

    def appendix(self) -> list[Block]:
        """The criteria by unit; none where no factor is asked or nothing was answered."""
        return list(self.set.appendix()) if self.results.estimate().index is not None else []

    def small_note(self, grid: Grid) -> list[Block]:
        """What * and × mean, below a table that has one."""
        smallest = self.numbers.integer(self.results.survey.publish.smallest)
        keys = [key for mark, key in (("*", "small_marked"), ("×", "small_hidden")) if grid.has(mark)]
        return [Paragraph(self.words(key, n=smallest), small=True) for key in keys]

    def heading(self, key: str, level: int) -> Block:
        """A section's heading."""
        return Heading(self.words(key), level)

    def part(self, key: str) -> Block:
        """A numbered part of section II."""
        self.sections += 1
        return Heading(f"{self.sections}. {self.words(key)}", 2)

    def paragraphs(self, texts: tuple[str, ...]) -> list[Block]:
        """Plain paragraphs."""
        return [Paragraph(text) for text in texts]

    def table(self, title: str, grid: Grid) -> list[Block]:
        """A captioned, numbered table."""
        self.tables += 1
        return [replace(grid, caption=self.words("table", n=str(self.tables), title=self.words(title)))]

    def pairs(self, title: str, grid: Grid) -> list[Block]:
        """A table of differences."""
        return [*self.table(title, grid), *self.note("exact_note")]

    def note(self, key: str, wanted: bool = True) -> list[Block]:
        """A note below a table."""
        return [Paragraph(self.words(key), small=True)] if wanted else []

    def figure(self, title: str, pictures: list[Picture], note: str = "") -> list[Block]:
        """Pictures under one numbered caption; nothing where there is nothing to draw."""
        if not pictures:
            return []
        self.figures += 1
        text = self.words(title, level=self.level)
        for picture in pictures:
            picture.title = text
        return [Figure(self.words("figure", n=str(self.figures), title=text), tuple(pictures), note)]


def levels_by_unit(results: Results, numbers: Numbers) -> Figure | None:
    """The levels of every criterion for each unit in turn, for a page on which the reader chooses one."""
    names, pictures = [], []
    for unit in (ALL, *(u.code for u in results.survey.units)):
        drawn = charts.levels_by_criterion(results, numbers, CHART_WIDTH, unit)
        if drawn:
            names.append(domain_names(results.survey, unit, ALL, numbers.language)[0])
            whole = Picture(CHART_WIDTH, sum(p.height for p in drawn), names[-1])
            top = whole.height
            for picture in drawn:
                top -= picture.height
                whole.put(picture, 0, top)
            pictures.append(whole)
    return Figure(Words(numbers.language)("c_levels"), tuple(pictures), "", tuple(names)) if pictures else None
