"""Reports and the commands that write them: the same digits everywhere; sentences where no number is."""

from __future__ import annotations

import csv
import re
import zipfile
from datetime import date
from pathlib import Path

import made_up
import openpyxl
import pandas as pd
import pdfplumber
import pypdfium2
import pytest
from click.testing import CliRunner

from sipas_forms.cli import sipas
from sipas_forms.errors import ReportError
from sipas_forms.plan import Workspace, create_workspace
from sipas_forms.report import Numbers, banner, domain_names, reading_order, write_report
from sipas_forms.report.words import TEXTS, all_domains
from sipas_forms.tally import Results, compute_results, write_tally

ASKED = made_up.questionnaire()
SURVEY = made_up.long_bien()
VI, EN = Numbers("vi"), Numbers("en")
DAY = date(2020, 10, 5)


def tallied(answers: pd.DataFrame) -> Results:
    return compute_results(SURVEY, ASKED, answers, made_up.strata(SURVEY))


@pytest.fixture(scope="module")
def results() -> Results:
    return tallied(made_up.answers(SURVEY, ASKED, doubtful=0.003))


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return create_workspace(tmp_path_factory.mktemp("survey"))


@pytest.fixture(scope="module")
def written(results: Results, workspace: Workspace) -> list[Path]:
    return write_report(results, workspace, ("xlsx", "pdf"), "vi", DAY)


def pages_of(path: Path) -> list[str]:
    with pdfplumber.open(path) as pdf:
        return [page.extract_text() for page in pdf.pages]


def test_numbers_are_written_as_vietnamese_offices_write_them() -> None:
    assert VI.percent(85.48) == "85,48%" and EN.percent(85.48) == "85.48%"
    assert VI.integer(1234567) == "1.234.567" and EN.integer(1234567) == "1,234,567"
    assert VI.decimal(78.125) == "78,13" and VI.decimal(0.005) == "0,01"  # halves up, as Excel shows them
    assert VI.date(DAY) == "05/10/2020"
    assert VI.decimal(None) == VI.interval(None, None) == VI.integer(None) == "–"


def test_every_format_prints_the_same_digits(results: Results, written: list[Path], tmp_path: Path) -> None:
    with write_tally(results, tmp_path)[1].open(encoding="utf-8") as file:
        exported = {(r["unit"], r["field"], r["code"]): r for r in csv.DictReader(file)}
    book = openpyxl.load_workbook(written[0])
    sheet = {(row[0].value, row[1].value): row for row in book["Tổng hợp"].iter_rows(min_row=5)}
    text = "\n".join(pages_of(written[1]))
    for unit, field in reading_order(SURVEY):
        e, names = results.estimate(unit, field), domain_names(SURVEY, unit, field, "vi")
        row, line = sheet[names], exported[unit, field, "SIPAS"]
        for column, name in enumerate(("index", "low", "high", "mean"), 2):
            assert row[column].value == float(line[name]) == getattr(e, name)
            assert row[column].number_format == "0.00"
        shown = f"{VI.decimal(e.index)} {VI.interval(e.low, e.high)} {VI.decimal(e.mean)} {VI.integer(e.forms)}"
        assert f"{names[0] if field == '*' else names[1]} {shown}" in text
    assert f"{VI.percent(results.estimate().index)}" in text


def test_criteria_and_counts_in_the_workbook_are_the_results(results: Results, written: list[Path]) -> None:
    book = openpyxl.load_workbook(written[0])
    rows = list(book["Tiêu chí"].iter_rows(min_row=5, values_only=True))
    keys = [(u, f, c.id) for u, f in all_domains(SURVEY) for c in ASKED.criteria]
    assert len(rows) == len(keys)
    for row, (unit, field, code) in zip(rows, keys, strict=True):
        e = results.estimate(unit, field, "criterion", code)
        assert row[2] == code and row[4:14] == (
            *(e.index, e.low, e.high, e.mean),
            *(e.forms, e.valid, e.blank, e.invalid, e.doubtful, e.missing),
        )
    coverage = {tuple(r[:2]): r for r in book["Thu phiếu"].iter_rows(min_row=5, values_only=True)}
    assert coverage["Toàn cuộc khảo sát", "Tất cả lĩnh vực"][3] == 240
    assert len(list(book["Dữ liệu gốc"].iter_rows(min_row=5))) == len(results.raw)


def test_sheets_have_frozen_heads_and_filters(written: list[Path]) -> None:
    book = openpyxl.load_workbook(written[0])
    assert len(book.sheetnames) == 7
    for page in book:
        assert page.freeze_panes is not None and page.freeze_panes.endswith("5")
        assert page.auto_filter.ref.startswith("A4:")
        assert "LB2020-" not in str([c for row in page.iter_rows(values_only=True) for c in row])


def test_the_pdf_has_an_administrative_head_and_numbered_pages(written: list[Path]) -> None:
    pages = pages_of(written[1])
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "PHÒNG NỘI VỤ",
        "BÁO CÁO",
    ):
        assert words in pages[0]
    assert "Long Biên, ngày 05 tháng 10 năm 2020" in pages[0]
    assert [page.splitlines()[0] for page in pages[1:]] == [str(n) for n in range(2, len(pages) + 1)]
    assert "THỦ TRƯỞNG CƠ QUAN" in "".join(pages)


def test_no_text_leaves_the_margins(written: list[Path]) -> None:
    with pdfplumber.open(written[1]) as pdf:
        for page in pdf.pages:
            assert min(c["x0"] for c in page.chars) > 82 and max(c["x1"] for c in page.chars) < page.width - 40
            assert max(c["bottom"] for c in page.chars) < page.height - 54


def test_heads_of_tables_break_between_words_only(results: Results, tmp_path: Path) -> None:
    text = "\n".join(pages_of(write_report(results, create_workspace(tmp_path), ("pdf",), "en", DAY)[0]))
    for word in ("Returned", "Complete", "Response", "Committee"):
        assert word in text
        assert not re.search(rf"\b{word[:-1]}\b", text)


def test_open_doubt_makes_the_report_provisional(results: Results, written: list[Path]) -> None:
    count = results.covered().doubtful
    assert count and f"còn {count} câu trả lời chờ người kiểm tra" in " ".join(pages_of(written[1])[0].split())
    assert banner(tallied(made_up.answers(SURVEY, ASKED)), VI) is None


def edge(name: str) -> pd.DataFrame:
    if name == "empty":
        return made_up.frame([])
    if name == "one form":
        return made_up.one_cell([{c.id: "4" for c in ASKED.criteria}])
    if name == "all blank":
        return made_up.answers(SURVEY, ASKED, forms=3, blank=1.0)
    if name == "all missing":
        return made_up.answers(SURVEY, ASKED, forms=3, missing=1.0)
    if name == "all five":
        return made_up.one_cell([{c.id: "5" for c in ASKED.criteria}] * 30)
    answers = made_up.answers(SURVEY, ASKED, forms=5)
    return answers[answers["unit"] != "PL"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("empty", "Chưa có phiếu nào được phát ra."),
        ("all blank", "chưa tính được chỉ số"),
        ("all missing", "chưa tính được chỉ số"),
        ("one form", "Mới có số liệu của một đơn vị: UBND phường Thượng Thanh, 100,00%"),
        ("all five", "Các nhân tố có chỉ số bằng nhau: 100,00%."),
        ("a unit without forms", "Chưa thu được phiếu nào của: UBND phường Phúc Lợi"),
    ],
)
def test_edges_are_told_in_sentences(name: str, sentence: str, tmp_path: Path) -> None:
    found, workspace = tallied(edge(name)), create_workspace(tmp_path)
    xlsx, pdf = write_report(found, workspace, ("xlsx", "pdf"), "vi", DAY)
    text = quick_text(pdf)
    assert sentence in text
    english = quick_text(write_report(found, workspace, ("pdf",), "en", DAY)[0])
    assert not {"nan", "NaN", "inf", "nan%"} & {*text.split(), *english.split()}
    assert "None" not in text  # in English it is the label of an answer
    with zipfile.ZipFile(xlsx) as book:
        sheets = "".join(book.read(n).decode() for n in book.namelist() if "sheet" in n or "Strings" in n)
    assert "<f>" not in sheets and not re.search(r">(nan|NaN|None|inf)<", sheets)


def quick_text(path: Path) -> str:
    """The words of all pages; several times quicker than pdfplumber, without places."""
    pdf = pypdfium2.PdfDocument(path)
    text = " ".join(page.get_textpage().get_text_bounded() for page in pdf)
    pdf.close()
    return " ".join(text.split())


def test_overlapping_intervals_are_called_no_difference(tmp_path: Path) -> None:
    answers = made_up.answers(SURVEY, ASKED, forms=3, seed=4)
    pdf = write_report(tallied(answers), create_workspace(tmp_path), ("pdf",), "vi", DAY)[0]
    text = quick_text(pdf)
    assert "chưa có ý nghĩa thống kê (hai khoảng tin cậy chồng lên nhau)" in text
    assert "chỉ để tham khảo" in text


def test_many_units_still_make_a_report(tmp_path: Path) -> None:
    units = tuple(SURVEY.units[1].model_copy(update={"code": f"U{i}", "name": SURVEY.units[1].name}) for i in range(14))
    survey = SURVEY.model_copy(update={"units": units})
    many = compute_results(survey, ASKED, made_up.answers(survey, ASKED, forms=1), {})
    pages = pages_of(write_report(many, create_workspace(tmp_path), ("pdf",), "vi", DAY)[0])
    heads = [page for page in pages if "Đơn vị / lĩnh vực" in page]
    assert len(heads) >= 2


def test_wordings_have_both_languages_with_the_same_blanks() -> None:
    for key, (vi, en) in TEXTS.items():
        blanks = [set(re.findall(r"{(\w+)}", text)) - {"d", "m"} for text in (vi, en)]
        assert vi and en and blanks[0] == blanks[1], key


def test_an_unknown_format_and_a_blocked_folder_are_sentences(results: Results, tmp_path: Path) -> None:
    workspace = create_workspace(tmp_path)
    with pytest.raises(ReportError, match="There is: xlsx, pdf"):
        write_report(results, workspace, ("odt",), "vi", DAY)
    (workspace.output / "reports").write_text("in the way", encoding="utf-8")
    with pytest.raises(ReportError, match="can't be written"):
        write_report(results, workspace, ("pdf",), "vi", DAY)


def test_the_commands_write_what_they_name(tmp_path: Path) -> None:
    workspace = create_workspace(tmp_path)
    answers = made_up.answers(SURVEY, ASKED, forms=4, doubtful=0.01)
    made_up.fill_store(workspace, answers)
    run = CliRunner()
    tally = run.invoke(sipas, ["--workspace", str(tmp_path), "tally"], catch_exceptions=False)
    expected = tallied(answers)
    assert tally.exit_code == 0 and VI.decimal(expected.estimate().index) in tally.output
    assert "SỐ LIỆU TẠM THỜI" in tally.stderr and "SỐ LIỆU" not in tally.stdout
    target = tmp_path / "indices.csv"
    export = run.invoke(sipas, ["--workspace", str(tmp_path), "export", "indices", "--to", str(target)])
    assert export.exit_code == 0
    assert target.read_bytes() == (workspace.output / "tally" / "indices.csv").read_bytes()
    with target.open(encoding="utf-8") as file:
        last = list(csv.DictReader(file))[-1]
    assert (last["code"], float(last["index"])) == ("SIPAS", expected.estimate().index)
    report = run.invoke(sipas, ["--workspace", str(tmp_path), "report", "--format", "pdf"])
    assert report.stdout.split() == ["output/reports/LB2020.pdf"]
    assert run.invoke(sipas, ["report", "--format", "odt"]).exit_code == 2
