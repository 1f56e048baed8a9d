"""Following up: where every form is, which pages are to be fetched, and a sheet per ward that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

from sipas_forms.errors import SampleError
from sipas_forms.field.holders import Holder, holders, opened, unit_of
from sipas_forms.field.log import tries_of
from sipas_forms.field.paper import Column, Group, head, paragraph, save, table, text_width, title, write_pdf
from sipas_forms.field.papers import by_field, folder_of, said, unit_field
from sipas_forms.plan import Survey, Unit, Workspace
from sipas_forms.sample.dispositions import in_words
from sipas_forms.sample.paper_words import Words
from sipas_forms.sample.rosters import row_height
from sipas_forms.store import Store
from sipas_forms.store.field_log import history, pages_back, refused_pages
from sipas_forms.store.forms import all_forms

FACE = "Times New Roman"  # Decree 30/2020/NĐ-CP


@dataclass(frozen=True)
class FormStanding:
    """Where a form that counts is. No personal data.

    Attributes:
        handed_out: whether it is logged as handed out, or must have been: something of it came back or was collected.
        handed_out_on, collected_on: ISO 8601, '' where not logged.
        attempts: contact attempts that are logged.
        result: the code of a logged result, or ''.
        missing: pages that have not come back (of a form that was never printed: none are known).
        refused: pages that came back and could not be read, with the code of the problem.
        back: pages that were read.
    """

    serial: str
    unit: str
    field: str
    handed_out: bool
    handed_out_on: str
    collected_on: str
    attempts: int
    result: str
    missing: tuple[int, ...]
    refused: tuple[tuple[int, str], ...]
    back: int

    @property
    def complete(self) -> bool:
        """Whether every page was read."""
        return self.back > 0 and not self.missing and not self.refused

    @property
    def to_fetch(self) -> bool:
        """Whether something of it came back, and pages are still to be fetched or scanned again."""
        return not self.complete and (self.back > 0 or bool(self.refused))

    @property
    def contradicts(self) -> bool:
        """Whether the log says that the person can't be asked, and pages of the form came back all the same."""
        return bool(self.result) and not self.absent

    @property
    def absent(self) -> bool:
        """Whether nothing of it came back."""
        return not self.back and not self.refused


def standings(store: Store) -> list[FormStanding]:
    """Where every form that counts is, by cell and number."""
    known = history(store)
    tries, read = tries_of(known), pages_back(store)
    refused: dict[str, dict[int, str]] = {}
    for (serial, page), code in refused_pages(store).items():
        refused.setdefault(serial, {})[page] = code
    found = []
    for form in all_forms(store):
        if form.state != "issued":
            continue

        def newest(event: str, serial: str = form.serial) -> tuple[str, str] | None:
            facts = known.get((serial, event, 0))
            return facts[-1].says if facts else None

        out, back, result = newest("handed_out"), newest("returned"), newest("result")
        pages = read.get(form.serial, set())
        torn = {page: code for page, code in refused.get(form.serial, {}).items() if page not in pages}
        lacking = set(range(1, (form.pages or 0) + 1)) - pages - set(torn)
        found.append(
            FormStanding(
                form.serial,
                form.unit,
                form.field,
                handed_out=bool(out or back or pages or torn),
                handed_out_on=out[0] if out else "",
                collected_on=back[0] if back else "",
                attempts=len(tries.get(form.serial, [])),
                result=result[1] if result else "",
                missing=tuple(sorted(lacking)),
                refused=tuple(sorted(torn.items())),
                back=len(pages),
            )
        )
    return found


def days_left(survey: Survey, today: date | None = None) -> int | None:
    """Days until forms are to be back (negative: late); None where the plan names no day."""
    back = survey.fieldwork.return_by
    return (back - (today or date.today())).days if back else None


def write_follow_up(workspace: Workspace, unit: str | None = None) -> list[Path]:
    """Write the sheet of every unit with drawn people (or of one) as Excel and PDF; they hold names.

    Raises:
        SampleError: no such unit, nobody is drawn, or a file is open in another program.
    """
    with opened(workspace, "field follow") as (store, people):
        drawn = {cell[0] for cell in people.draws()}
        units = [unit_of(workspace, unit)] if unit else [u for u in workspace.survey.units if u.code in drawn]
        if not units:
            raise SampleError("Nobody is drawn yet. Draw the sample first: sipas sample draw.")
        paths = []
        for one in units:
            found = holders(store, people, one, Words(workspace.survey.language))
            paths += write_sheets(folder_of(workspace, one), workspace, store, one, found)
        return paths


def write_sheets(folder: Path, workspace: Workspace, store: Store, unit: Unit, found: Sequence[Holder]) -> list[Path]:
    """Both sheets of a unit: what is not back, whose it is, and what to do about it."""
    survey, words = workspace.survey, Words(workspace.survey.language)
    known = {form.serial: form for form in standings(store) if form.unit == unit.code}
    all_back = all(form.complete for form in known.values())
    lines = (_counted(list(known.values()), words), _until(survey, words, all_back))
    groups = []
    for field, here in by_field(unit, [holder for holder in found if holder.active]):
        open_ones = [(holder, known[holder.serial]) for holder in here if needs_somebody(known[holder.serial])]
        rows = [
            [str(order), *said(holder), to_do(form, words)] for order, (holder, form) in enumerate(open_ones, start=1)
        ]
        if rows:
            groups.append(Group(words("field", name=unit_field(unit, field, words), count=len(rows)), rows))
    return [
        _write_pdf(folder / f"follow-{unit.code}.pdf", survey, unit, words, lines, groups),
        _write_excel(folder / f"follow-{unit.code}.xlsx", survey, unit, words, lines, groups),
    ]


def needs_somebody(form: FormStanding) -> bool:
    """Whether a form stands on the follow-up sheet."""
    return not form.complete or form.contradicts


def to_do(form: FormStanding, words: Words) -> str:
    """What is to be done about a form that is not complete or contradicts the log, in words."""
    said_so = []
    if form.contradicts:
        said_so.append(words("contradicts", why=in_words(form.result, words.language)))
    if form.back and form.missing:
        said_so.append(words("fetch_missing", pages=", ".join(map(str, form.missing))))
    if form.refused:
        pages = ", ".join(str(page) for page, _ in form.refused)
        said_so.append(words("fetch_refused", pages=pages))
    if said_so:
        return ". ".join(said_so)
    if form.result:
        return words("result_said", why=in_words(form.result, words.language))
    if form.collected_on:
        return words("on_the_way", day=_day(form.collected_on))
    if form.handed_out:
        return words("out", day=_day(form.handed_out_on)) if form.handed_out_on else words("out_no_day")
    return words("tried", number=form.attempts) if form.attempts else words("not_out")


def _counted(forms: list[FormStanding], words: Words) -> str:
    return words(
        "standing",
        issued=len(forms),
        handed_out=sum(form.handed_out for form in forms),
        complete=sum(form.complete for form in forms),
        fetch=sum(form.to_fetch for form in forms),
        missing=sum(form.absent for form in forms),
    )


def _until(survey: Survey, words: Words, all_back: bool) -> str:
    """How many days are left; where all is back, only which day it was."""
    left = days_left(survey)
    if left is None or survey.fieldwork.return_by is None:
        return words("no_day")
    day = f"{survey.fieldwork.return_by:%d/%m/%Y}"
    if all_back:
        return words("return_by", day=day)
    return words("days_left", days=left, day=day) if left >= 0 else words("days_over", days=-left, day=day)


def _day(iso: str) -> str:
    return f"{date.fromisoformat(iso):%d/%m/%Y}"


def _write_pdf(
    path: Path, survey: Survey, unit: Unit, words: Words, lines: tuple[str, str], groups: list[Group]
) -> Path:
    width = text_width(lying=True)
    columns = [
        Column(words("order"), 12, center=True), Column(words("serial"), 40), Column(words("name"), 55),
        Column(words("address")), Column(words("phone"), 28), Column(words("to_do"), 66),
    ]  # fmt: skip
    story = head(survey, unit, words, width) + title((words("follow_title"), survey.title.in_(words.language), *lines))
    story.append(table(columns, groups, width) if groups else paragraph(words("all_back")))
    return write_pdf(path, f"{survey.code} {unit.code}: {words('follow_title')}", survey, words, story)


def _write_excel(
    path: Path, survey: Survey, unit: Unit, words: Words, lines: tuple[str, str], groups: list[Group]
) -> Path:
    import xlsxwriter

    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet(unit.code)
    base = {"font_name": FACE, "font_size": 12, "valign": "vcenter"}
    bold = book.add_format({**base, "bold": True, "align": "center"})
    line = book.add_format({**base, "align": "center"})
    heading = book.add_format({**base, "bold": True, "border": 1, "align": "center", "bg_color": "#D9E2EC"})
    group_line = book.add_format({**base, "bold": True, "border": 1, "bg_color": "#F2F2F2"})
    cell = book.add_format({**base, "border": 1, "text_wrap": True})
    columns = (("order", 6), ("serial", 19), ("name", 28), ("address", 42), ("phone", 14), ("to_do", 46))
    titles = (words("follow_title"), unit.name.in_(words.language), *lines)
    for row, text in enumerate(titles):
        page.merge_range(row, 0, row, len(columns) - 1, text, line if row else bold)
    row = len(titles)
    for at, (key, size) in enumerate(columns):
        page.set_column(at, at, size)
        page.write_string(row, at, words(key), heading)
    page.freeze_panes(row + 1, 0)
    page.repeat_rows(row)
    for group in groups:
        row += 1
        page.merge_range(row, 0, row, len(columns) - 1, group.heading, group_line)
        for cells in group.rows:
            row += 1
            page.set_row(row, row_height(cells, [size for _, size in columns]))
            for at, text in enumerate(cells):
                page.write_string(row, at, text, cell)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.set_footer(f"&L&9{words('private')}&R&9&P/&N")
    book.close()
    return save(path, buffer.getvalue())
