"""Reports and the commands that write them: the same digits everywhere; sentences where no number is."""

from __future__ import annotations

import csv
import html
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import docx
import made_up
import openpyxl
import pandas as pd
import pdfplumber
import pypdfium2
import pyreadstat
import pytest
from click.testing import CliRunner
from pyarrow import parquet
from reportlab.pdfbase.pdfmetrics import stringWidth

from sipas_forms.cli import sipas
from sipas_forms.errors import ReportError
from sipas_forms.plan import create_workspace
from sipas_forms.report import Numbers, Teller, banner, domain_names, reading_order, write_report
from sipas_forms.report.words import TEXTS, all_domains
from sipas_forms.report.write import FORMATS
from sipas_forms.tally import EarlierSurvey, Results, compute_results, write_tally

ASKED = made_up.questionnaire()
SURVEY = made_up.long_bien()
# Two wards, so that what only asks for sentences is quick.
WARDS = SURVEY.model_copy(update={"units": SURVEY.units[1:3]})
VI, EN = Numbers("vi"), Numbers("en")
DAY = date(2020, 10, 5)
WITHIN = ["unit", "field"]


def tallied(answers: pd.DataFrame, survey: made_up.Survey = SURVEY) -> Results:
    return compute_results(survey, ASKED, answers, made_up.strata(survey))


def quick_text(path: Path) -> str:
    """The words of all pages; several times quicker than pdfplumber, without places."""
    pdf = pypdfium2.PdfDocument(path)
    text = " ".join(page.get_textpage().get_text_bounded() for page in pdf)
    pdf.close()
    return " ".join(text.split())


def page_text(path: Path) -> str:
    """The words of a web page as a reader sees them, cells apart by one space."""
    body = path.read_text(encoding="utf-8").split("</nav>")[1].split("<script>")[0]
    return " ".join(html.unescape(re.sub(r"<sub>|</sub>", "", body)).replace("<", " <").split())


@dataclass(frozen=True)
class Written:
    """One survey's results, and every file that was written of it, by the end of its name."""

    results: Results
    files: dict[str, Path]
    tally: dict[str, Path]

    def tables(self) -> dict[str, list[list[str]]]:
        """The rows of each format's tables as text: Word, web page, PDF (words of the whole, one row)."""
        word = [[c.text for c in row.cells] for t in docx.Document(str(self.files["docx"])).tables for row in t.rows]
        rows = re.findall(r"<tr[^>]*>(.*?)</tr>", self.files["html"].read_text(encoding="utf-8"))
        cells = [[html.unescape(c) for c in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row)] for row in rows]
        return {"docx": word, "html": cells}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    answers = made_up.answers(SURVEY, ASKED, doubtful=0.003)
    before = EarlierSurvey(SURVEY, ASKED, made_up.answers(SURVEY, ASKED, seed=9), made_up.strata(SURVEY))
    results = compute_results(SURVEY, ASKED, answers, made_up.strata(SURVEY), before)
    workspace = create_workspace(tmp_path_factory.mktemp("survey"))
    files = {p.name.removeprefix("LB2020").lstrip("."): p for p in write_report(results, workspace, today=DAY)}
    return Written(results, files, {p.stem: p for p in write_tally(results, workspace.output / "tally")})


@pytest.fixture(scope="module")
def book(written: Written) -> openpyxl.Workbook:
    return openpyxl.load_workbook(written.files["xlsx"], read_only=False)


def test_numbers_are_written_as_vietnamese_offices_write_them() -> None:
    assert VI.percent(85.48) == "85,48%" and EN.percent(85.48) == "85.48%"
    assert VI.integer(1234567) == "1.234.567" and EN.integer(1234567) == "1,234,567"
    assert VI.decimal(78.125) == "78,13" and VI.decimal(0.005) == "0,01"  # halves up, as Excel shows them
    assert VI.date(DAY) == "05/10/2020"
    assert VI.decimal(None) == VI.interval(None, None) == VI.integer(None) == "–"
    assert (VI.signed(3.25), VI.signed(-1.04), VI.signed(-0.001)) == ("+3,25", "−1,04", "0,00")
    assert (VI.probability(0.0004), VI.probability(0.0316)) == ("<0,001", "0,032")


def test_every_file_has_the_same_indices_to_the_printed_digit(written: Written, book: openpyxl.Workbook) -> None:
    results, tables = written.results, written.tables()
    with written.tally["indices"].open(encoding="utf-8") as file:
        exported = {(r["unit"], r["field"], r["code"]): r for r in csv.DictReader(file)}
    sheet = {(row[0].value, row[1].value): row for row in book["Tổng hợp"].iter_rows(min_row=5)}
    pdf, page = quick_text(written.files["pdf"]), page_text(written.files["html"])
    for unit, field in reading_order(SURVEY):
        e, names = results.estimate(unit, field), domain_names(SURVEY, unit, field, "vi")
        figures = [VI.decimal(e.index), VI.interval(e.low, e.high), VI.decimal(e.mean), VI.decimal(e.deff)]
        line = [names[0] if field == "*" else names[1], *figures, VI.integer(e.forms)]
        assert all(line in rows for rows in tables.values())
        assert " ".join(line) in pdf
        row, csv_row = sheet[names], exported[unit, field, "SIPAS"]
        for column, name in enumerate(("index", "low", "high", "mean"), 2):
            assert row[column].value == float(csv_row[name]) == getattr(e, name)
            assert row[column].number_format == "0.00"
        # the chart says it too, where the mouse is on its mark
        assert f'data-tip="{" – ".join(names)}: {VI.percent(e.index)} ({VI.interval(e.low, e.high)})"' in page
    assert f"là {VI.percent(results.estimate().index)}" in pdf and f"là {VI.percent(results.estimate().index)}" in page


def test_every_file_has_the_same_criteria_and_counts(written: Written, book: openpyxl.Workbook) -> None:
    results, tables = written.results, written.tables()
    rows = list(book["Tiêu chí"].iter_rows(min_row=5, values_only=True))
    keys = [(u, f, c.id) for u, f in all_domains(SURVEY) for c in ASKED.criteria]
    assert len(rows) == len(keys)
    for row, (unit, field, code) in zip(rows, keys, strict=True):
        e = results.estimate(unit, field, "criterion", code)
        figures = (e.index, e.low, e.high, e.mean, e.se, e.deff)
        assert row[2] == code
        assert row[4:] == (*figures, e.forms, e.valid, e.blank, e.invalid, e.doubtful, e.missing)
        if (unit, field) == ("*", "*"):
            shown = [VI.decimal(e.index), VI.interval(e.low, e.high), VI.decimal(e.mean), VI.decimal(e.deff)]
            line = [f"{code}. {row[3]}", *shown, VI.integer(e.valid)]
            assert all(line in lines for lines in tables.values())
    for question in ("sex", "improve"):
        for option, count in zip(ASKED.question(question).options, results.tally(question).options, strict=True):
            line = [option.label.vi, VI.integer(count.count) + "*" * count.small, VI.decimal(count.share)]
            assert all(line in lines for lines in tables.values())
    coverage = {tuple(r[:2]): r for r in book["Thu phiếu"].iter_rows(min_row=5, values_only=True)}
    assert coverage["Toàn cuộc khảo sát", "Tất cả lĩnh vực"][3] == 240
    assert len(list(book["Dữ liệu gốc"].iter_rows(min_row=5))) == len(results.raw)


def test_every_file_has_the_same_comparisons(written: Written, book: openpyxl.Workbook) -> None:
    tables = written.tables()
    sheet = {row[1]: row for row in book["So sánh"].iter_rows(min_row=5, values_only=True) if row[0] == "Đơn vị"}
    found = written.results.compared("unit")
    assert len(found) == 6 == len(sheet) and {c.different for c in found} == {True, False}
    for c in found:
        name = " – ".join(domain_names(SURVEY, e.unit, "*", "vi")[0] for e in (c.first, c.second))
        verdict = "Có ý nghĩa" if c.different else "Không có ý nghĩa"
        line = [name, VI.signed(c.difference), VI.between(c.low, c.high), VI.probability(c.adjusted), verdict]
        assert all(line in rows for rows in tables.values())
        assert sheet[name][2:7] == (c.first.index, c.second.index, c.difference, c.low, c.high)
        assert [VI.probability(p) for p in sheet[name][7:9]] == [VI.probability(p) for p in (c.p, c.adjusted)]
        assert sheet[name][9] == verdict


def microdata(written: Written) -> Iterator[pd.DataFrame]:
    yield pyreadstat.read_sav(written.files["sav"], user_missing=True)[0]
    yield pd.read_csv(written.files["csv"])
    yield parquet.read_table(written.files["parquet"]).to_pandas()


def test_the_indices_come_out_of_every_data_file(written: Written) -> None:
    for data in microdata(written):
        assert len(data) == written.results.estimate().forms
        for number, unit in [(0, "*"), *enumerate((u.code for u in SURVEY.units), 1)]:
            own = data if unit == "*" else data[data["unit"] == number]
            factors = []
            for factor in ASKED.factors:
                valid = [own[c.id][own[c.id] > 0] for c in factor.criteria]
                shares = [100 * float((answers >= 4).mean()) for answers in valid]
                for c, share in zip(factor.criteria, shares, strict=True):
                    assert VI.decimal(share) == VI.decimal(written.results.estimate(unit, "*", "criterion", c.id).index)
                factors.append(sum(shares) / len(shares))
            assert VI.decimal(sum(factors) / len(factors)) == VI.decimal(written.results.estimate(unit).index)
        assert set(data["weight"].round(6)) == {round(200 / n, 6) for n in data["stratum"].value_counts()}


def test_data_files_have_labels_in_vietnamese(written: Written) -> None:
    _, sav = pyreadstat.read_sav(written.files["sav"], user_missing=True)
    field = parquet.read_schema(written.files["parquet"]).field("A1")
    with written.files["-codebook.csv"].open(encoding="utf-8") as file:
        codebook = {(r["variable"], r["value"]): r for r in csv.DictReader(file)}
    text = ASKED.criteria[0].text.vi
    assert sav.column_names_to_labels["A1"] == field.metadata[b"label"].decode() == codebook["A1", "4"]["label"] == text
    assert sav.variable_value_labels["A1"][4.0] == codebook["A1", "4"]["value_label"] == "Hài lòng"
    assert '"4": "Hài lòng"' in field.metadata[b"values"].decode()
    assert sav.variable_value_labels["unit"][2.0] == "UBND phường Thượng Thanh"
    assert sav.missing_ranges["A1"] == [{"lo": -5.0, "hi": -1.0}]
    assert (
        sav.column_names
        == list(pd.read_csv(written.files["csv"], nrows=0))
        == list(dict.fromkeys(v for v, _ in codebook))
    )


def test_no_file_leads_to_a_serial(written: Written) -> None:
    for name, path in written.files.items():
        content = path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as whole:
                content = b"".join(whole.read(n) for n in whole.namelist())
        assert b"LB2020-" not in content, name
    assert not {"serial", "comments", "birth_year"} & set(pd.read_csv(written.files["csv"], nrows=0))


def test_sheets_have_frozen_heads_and_filters(book: openpyxl.Workbook) -> None:
    assert len(book.sheetnames) == 11
    for page in book:
        assert page.freeze_panes is not None and page.freeze_panes.endswith("5")
        assert page.auto_filter.ref.startswith("A4:")


def test_the_word_file_is_in_the_form_of_decree_30(written: Written) -> None:
    word = docx.Document(str(written.files["docx"]))
    page, normal = word.sections[0], word.styles["Normal"]
    assert [round(x.mm) for x in (page.page_width, page.page_height)] == [210, 297]
    assert [round(x.mm) for x in (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)] == [
        20,
        20,
        30,
        15,
    ]
    assert (normal.font.name, normal.font.size.pt) == ("Times New Roman", 13)
    head = "\n".join(cell.text for cell in word.tables[0].rows[0].cells)
    for words in (
        "UBND QUẬN LONG BIÊN",
        "PHÒNG NỘI VỤ",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
    ):
        assert words in head
    assert "Số: " in head and "Long Biên, ngày 05 tháng 10 năm 2020" in head
    texts = [p.text for p in word.paragraphs]
    assert "BÁO CÁO" in texts and "Kính gửi: Sở Nội vụ thành phố Hà Nội" in texts
    foot = [t for t in word.tables if "Nơi nhận:" in t.rows[0].cells[0].text]
    assert len(foot) == 1 and "THỦ TRƯỞNG CƠ QUAN" in foot[0].rows[0].cells[1].text
    assert "w:cantSplit" in foot[0].rows[0]._tr.xml  # room for a signature is no page of its own
    body = list(word.iter_inner_content())
    above = body[[getattr(part, "_tbl", None) is foot[0]._tbl for part in body].index(True) - 3 :][:3]
    assert all(line.paragraph_format.keep_with_next for line in above)  # nor does it stand on a page without text
    assert all(cell.paragraphs[0].style.font.size.pt == 11 for cell in word.tables[1].rows[1].cells)
    assert [p.text for p in word.paragraphs if p.style.name == "Heading 1"] == [
        TEXTS[f"s_{k}"][0] for k in ("course", "results", "remarks", "method")
    ]
    captions = [p.text for p in word.paragraphs if p.style.name == "Caption"]
    assert [c.split(".")[0] for c in captions if c.startswith("Hình")] == [f"Hình {n}" for n in (1, 2, 3, 4)]
    assert len(word.inline_shapes) >= 4 and max(s.width.mm for s in word.inline_shapes) <= 165
    assert page.different_first_page_header_footer and "PAGE" in page.header._element.xml


def test_the_pdf_has_an_administrative_head_and_numbered_pages(written: Written) -> None:
    pdf = pypdfium2.PdfDocument(written.files["pdf"])
    pages = [page.get_textpage().get_text_bounded() for page in pdf]
    pdf.close()
    for words in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "PHÒNG NỘI VỤ", "BÁO CÁO"):
        assert words in pages[0]
    assert "Long Biên, ngày 05 tháng 10 năm 2020" in pages[0]
    assert all(re.search(rf"^{n}\s*$", page, re.MULTILINE) for n, page in enumerate(pages[1:], 2))
    assert "THỦ TRƯỞNG CƠ QUAN" in "".join(pages)


def test_no_text_leaves_the_margins(written: Written) -> None:
    with pdfplumber.open(written.files["pdf"]) as pdf:
        for page in pdf.pages[:8]:
            assert min(c["x0"] for c in page.chars) > 82 and max(c["x1"] for c in page.chars) < page.width - 40
            assert max(c["bottom"] for c in page.chars) < page.height - 54


def test_the_web_page_needs_no_network(written: Written) -> None:
    text = written.files["html"].read_text(encoding="utf-8")
    assert not re.search(r"\b(src|href|action)=\"(?!#)|@import|url\(|\bfetch\(|XMLHttp", text)
    assert set(re.findall(r"https?://[^\s\"'<]+", text)) == {"http://www.w3.org/2000/svg"}
    assert text.count("<svg ") > 4 and text.count('class="tip"') > 100 and "<select" in text


def test_open_doubt_makes_the_report_provisional(written: Written) -> None:
    count = written.results.covered().doubtful
    for text in (quick_text(written.files["pdf"]), page_text(written.files["html"])):
        assert count and f"còn {count} câu trả lời chờ người kiểm tra" in text
    pages = replace(tallied(made_up.answers(WARDS, ASKED, forms=2), WARDS), waiting=3)
    assert "TẠM THỜI: còn 3 trang quét chưa dùng được" in (banner(pages, VI) or "")
    assert (banner(pages, EN) or "").startswith("PROVISIONAL: 3 scanned pages")
    assert banner(tallied(made_up.answers(WARDS, ASKED, forms=2), WARDS), VI) is None


def edge(name: str) -> pd.DataFrame:
    every = [c.id for c in ASKED.criteria]
    if name == "empty":
        return made_up.frame([])
    if name == "one form":
        return made_up.one_cell([dict.fromkeys(every, "4")])
    if name == "all blank":
        return made_up.answers(WARDS, ASKED, forms=3, blank=1.0)
    if name == "all missing":
        return made_up.answers(WARDS, ASKED, forms=3, missing=1.0)
    if name == "all five":
        return made_up.one_cell([dict.fromkeys(every, "5")] * 30)
    answers = made_up.answers(WARDS, ASKED, forms=5)
    return answers[(answers["unit"] != "TT") | (answers["field"] != "TP")]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("empty", "Chưa có phiếu nào được phát ra."),
        ("all blank", "chưa tính được chỉ số"),
        ("all missing", "chưa tính được chỉ số"),
        ("one form", "Mới có số liệu của một đơn vị: UBND phường Thượng Thanh, 100,00%"),
        ("all five", "Các nhân tố có chỉ số bằng nhau: 100,00%."),
        ("a cell without forms", "Chưa thu được phiếu nào của: UBND phường Thượng Thanh, Tư pháp"),
    ],
)
def test_edges_are_told_in_sentences(name: str, sentence: str, tmp_path: Path) -> None:
    found, workspace = tallied(edge(name), WARDS), create_workspace(tmp_path)
    paths = write_report(found, workspace, tuple(FORMATS) if name == "empty" else ("docx", "pdf", "html"), "vi", DAY)
    for path in paths:
        words = words_of(path)
        assert not re.search(r"\b(nan|inf|None)%?\b", words), path.name
        if path.suffix in (".pdf", ".docx", ".html"):
            assert sentence in words, path.name
    english = words_of(write_report(found, workspace, ("html",), "en", DAY)[0])
    assert not re.search(r"\b(nan|inf)%?\b", english)  # None is the label of an answer there


def words_of(path: Path) -> str:
    if path.suffix == ".pdf":
        return quick_text(path)
    if path.suffix == ".html":
        return page_text(path)
    if path.suffix == ".docx":
        word = docx.Document(str(path))
        cells = (c.text for t in word.tables for row in t._tbl.tr_lst for c in row.tc_lst for c in c.p_lst)
        return " ".join([*(p.text for p in word.paragraphs), *cells])
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            sheets = "".join(book.read(n).decode() for n in book.namelist() if "sheets/" in n)
            assert "<f>" not in sheets
            return " ".join(re.findall(r">([^<>]+)<", sheets))
    if path.suffix == ".sav":
        assert pyreadstat.read_sav(path)[1].number_columns > 30
    if path.suffix == ".parquet":
        return parquet.read_table(path).to_pandas().to_csv()
    return path.read_text(encoding="utf-8") if path.suffix == ".csv" else ""


def test_a_questionnaire_without_criteria_still_makes_a_report(tmp_path: Path) -> None:
    asked = ASKED.model_dump() | {"groups": (), "improve": None}
    asked["sections"] = [{"title": "a", "questions": [ASKED.question("sex").model_dump()]}]
    answers = made_up.frame([(f"S{i}", "TT", "TP", "sex", str(1 + i % 2), "accepted") for i in range(12)])
    found = compute_results(WARDS, type(ASKED).model_validate(asked), answers, made_up.strata(WARDS))
    text = page_text(write_report(found, create_workspace(tmp_path), ("html",), "vi", DAY)[0])
    assert "chưa tính được chỉ số" in text and "Nam 6 50,00" in re.sub(r"<[^>]+>\s*", "", text)
    assert "Chỉ số theo nhân tố" not in text


def test_what_could_lead_to_a_person_is_left_out_of_every_report(tmp_path: Path) -> None:
    survey = WARDS.model_copy(update={"publish": WARDS.publish.model_copy(update={"small_cells": "suppress"})})
    answers = made_up.answers(survey, ASKED, forms=20, missing=0.0, blank=0.0)
    sexes = {s: "2" if n in (3, 4) else "1" for n, s in enumerate(answers["serial"].unique())}  # two women of 80
    of_sex = answers["question"] == "sex"
    answers.loc[of_sex, "answer"] = answers.loc[of_sex, "serial"].map(sexes)
    plain, found = tallied(answers, WARDS), tallied(answers, survey)
    assert [o.count for o in plain.tally("sex").options] == [78, 2] and plain.tally("sex").options[1].small
    # the men are hidden too: 80 valid answers less 78 would tell
    assert [(o.hidden, o.count, o.share) for o in found.tally("sex").options] == [(True, None, None)] * 2
    women = found.estimate(group=("sex", "2"))
    assert women.hidden and women.index is None and found.estimate(group=("sex", "1")).index is None
    assert found.estimate().index == plain.estimate().index
    paths = write_report(found, create_workspace(tmp_path), ("docx", "html", "xlsx"), "vi", DAY)
    for path in paths[:2]:
        assert "× Không công bố vì dưới 5 người trả lời" in words_of(path)
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", paths[1].read_text(encoding="utf-8"))
    assert sum('<td class="i">Nữ</td><td class="n">×</td>' in row for row in rows) >= 1
    book = openpyxl.load_workbook(paths[2])
    assert len(list(book["Dữ liệu gốc"].iter_rows(min_row=5))) == 0
    counts = [row for row in book["Câu trả lời"].iter_rows(min_row=5, values_only=True) if row[2] == "sex"]
    assert {row[6] for row in counts[-2:]} == {"×"}


def test_a_difference_by_chance_is_called_so(tmp_path: Path) -> None:
    found = tallied(made_up.answers(WARDS, ASKED, forms=3, seed=4), WARDS)
    path = write_report(found, create_workspace(tmp_path), ("html",), "vi", DAY)[0]
    text = page_text(path)
    assert "khác biệt không có ý nghĩa thống kê (p = " in text and "chỉ để tham khảo" in text


def printed(text: str) -> float:
    return float(text.replace(",", "."))


def test_a_difference_that_does_not_follow_from_the_printed_figures_says_so(written: Written) -> None:
    """README: figures agree to the printed digit; where rounding parts them, the sentence owns to it."""
    found = 0
    for text in (quick_text(written.files["pdf"]), page_text(written.files["html"])):
        pattern = (
            r"(\d+,\d\d)% \([\d,–]+\); thấp nhất là [^:]+: (\d+,\d\d)% \([\d,–]+\)\. "
            r"Chênh lệch (\d+,\d\d) điểm phần trăm(.*?)p "
        )
        for high, low, gap, rest in re.findall(pattern, text):
            parted = abs(printed(high) - printed(low) - printed(gap)) > 0.001
            assert ("tính từ số chưa làm tròn" in rest) == parted
            found += 1
    assert found >= 4


def test_the_indices_of_fields_that_are_compared_stand_in_a_table(written: Written) -> None:
    for rows in written.tables().values():
        for code in dict.fromkeys(f.code for _, f in SURVEY.cells()):
            e = written.results.estimate("*", code)
            name = ", ".join(domain_names(SURVEY, "*", code, "vi"))
            assert any(row[:3] == [name, VI.decimal(e.index), VI.interval(e.low, e.high)] for row in rows)


def test_the_worst_of_what_to_improve_is_named(tmp_path: Path) -> None:
    for seed in range(1, 9):
        found = tallied(made_up.answers(WARDS, ASKED, seed=seed), WARDS)
        chosen = sorted((p for p in found.priorities if p.quadrant == "improve"), key=lambda p: p.index)
        said = Teller(found, VI).priorities()[0]
        texts = {c.id: c.text.vi for c in ASKED.criteria}
        assert [text in said for text in (texts[p.code] for p in chosen)] == [i < 3 for i in range(len(chosen))]
        more = len(chosen) - 3
        assert (f"và {more} tiêu chí khác trong bảng dưới đây." in said) == (more > 0)
        assert more <= 0 or f"; and {more} more in the table below." in Teller(found, EN).priorities()[0]


def test_counts_that_rest_on_other_forms_say_why(tmp_path: Path) -> None:
    answers = made_up.answers(WARDS, ASKED)
    serial = answers["serial"].iloc[0]
    torn = (answers["serial"] == serial) & answers["question"].isin([c.id for c in ASKED.criteria])
    filters = (answers["serial"] == serial) & answers["question"].isin(["on_time", "late_notice"])
    answers.loc[filters, ["answer", "status"]] = ["", "blank"]
    assert torn.any() and filters.any()
    workspace = create_workspace(tmp_path)
    notes = ("phiếu thiếu trang này không được tính", "bỏ trống cả câu điều kiện")
    found = tallied(answers, WARDS)
    text = words_of(write_report(found, workspace, ("html",), "vi", DAY)[0])
    assert [note in text for note in notes] == [False, True]
    answers.loc[torn, ["answer", "status"]] = ["", "missing"]
    text = words_of(write_report(tallied(answers, WARDS), workspace, ("html",), "vi", DAY)[0])
    assert [note in text for note in notes] == [True, True]


def many_factors() -> made_up.Questionnaire:
    """Seven factors, the last with a criterion of many words."""
    asked = ASKED.model_dump()
    section = next(s for s in asked["sections"] if s["factors"])
    words = (
        "Cơ quan đăng công khai kết quả giải quyết, thời hạn, lệ phí và địa chỉ nhận góp ý để người dân và đại diện "
    )
    words += "tổ chức "
    for code in "FG":
        factor = {"code": code, "title": f"Nhân tố {code}", "criteria": [{"id": f"{code}23", "text": f"{words}{code}"}]}
        section["factors"] = (*section["factors"], factor)
    return made_up.Questionnaire.model_validate(asked)


def test_long_words_and_many_factors_are_set_whole(tmp_path: Path) -> None:
    asked = many_factors()
    found = compute_results(WARDS, asked, made_up.answers(WARDS, asked, forms=4), made_up.strata(WARDS))
    page, word = write_report(found, create_workspace(tmp_path), ("html", "docx"), "vi", DAY)
    labels = " ".join(re.findall(r"<text[^>]*>([^<]*)", page.read_text(encoding="utf-8")))
    assert "người dân và đại diện tổ chức F" in labels and "và đại diện tổ chức G" in labels
    table = next(t for t in docx.Document(str(word)).tables if t.rows[0].cells[-1].text == "SIPAS")
    points = [stringWidth(t, "Times-Bold", 11) for t in ("100,00",) * 7 + ("SIPAS",)]
    for cell, needed in zip(table.rows[0].cells[1:], points, strict=True):
        assert cell.width.pt - 2 * 1.9 * 72 / 25.4 > needed


def test_many_units_still_make_a_report(tmp_path: Path) -> None:
    units = tuple(SURVEY.units[1].model_copy(update={"code": f"U{i}"}) for i in range(14))
    survey = SURVEY.model_copy(update={"units": units})
    many = compute_results(survey, ASKED, made_up.answers(survey, ASKED, forms=1), {})
    pdf = pypdfium2.PdfDocument(write_report(many, create_workspace(tmp_path), ("pdf",), "en", DAY)[0])
    pages = [page.get_textpage().get_text_bounded() for page in pdf]
    pdf.close()
    assert sum("Unit / field" in page for page in pages) >= 2  # the head is on every page of a table
    text = " ".join(pages)
    for word in ("Returned", "Complete", "Response", "Committee"):  # heads break between words only
        assert word in text and not re.search(rf"\b{word[:-1]}\b", text)


def test_wordings_have_both_languages_with_the_same_blanks() -> None:
    for key, (vi, en) in TEXTS.items():
        blanks = [set(re.findall(r"{(\w+)}", text)) - {"d", "m"} for text in (vi, en)]
        assert vi and en and blanks[0] == blanks[1], key


def test_an_unknown_format_and_a_blocked_folder_are_sentences(written: Written, tmp_path: Path) -> None:
    workspace = create_workspace(tmp_path)
    with pytest.raises(ReportError, match="There is: docx, xlsx, pdf, html, sav, csv, parquet"):
        write_report(written.results, workspace, ("odt",), "vi", DAY)
    (workspace.output / "reports").write_text("in the way", encoding="utf-8")
    with pytest.raises(ReportError, match="can't be written"):
        write_report(written.results, workspace, ("html",), "vi", DAY)


@pytest.fixture(scope="module")
def surveys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two workspaces with answers in their databases: this year's, and last year's."""
    root = tmp_path_factory.mktemp("two")
    for name, seed in (("now", 1), ("before", 9)):
        workspace = create_workspace(root / name)
        made_up.fill_store(workspace, made_up.answers(SURVEY, ASKED, forms=6, seed=seed, doubtful=0.01))
    return root / "now", root / "before"


def test_tally_and_export_say_the_same(surveys: tuple[Path, Path], tmp_path: Path) -> None:
    now = ["--workspace", str(surveys[0])]
    tally = CliRunner().invoke(sipas, [*now, "tally"], catch_exceptions=False)
    expected = tallied(made_up.answers(SURVEY, ASKED, forms=6, doubtful=0.01))
    assert tally.exit_code == 0 and VI.decimal(expected.estimate().index) in tally.output
    assert "SỐ LIỆU TẠM THỜI" in tally.stderr and "SỐ LIỆU" not in tally.stdout
    target = tmp_path / "indices.csv"
    assert CliRunner().invoke(sipas, [*now, "export", "indices", "--to", str(target)]).exit_code == 0
    assert target.read_bytes() == (surveys[0] / "output" / "tally" / "indices.csv").read_bytes()


def test_a_report_of_one_unit_has_that_unit_only(surveys: tuple[Path, Path]) -> None:
    now = ["--workspace", str(surveys[0]), "report", "--format"]
    run = CliRunner().invoke(sipas, [*now, "html", "--unit", "TT"], catch_exceptions=False)
    assert run.stdout.split() == ["output/reports/LB2020-TT.html"]
    text = page_text(surveys[0] / "output" / "reports" / "LB2020-TT.html")
    own = tallied(made_up.answers(SURVEY, ASKED, forms=6, doubtful=0.01)).estimate("TT")
    assert f"{VI.percent(own.index)} ({VI.interval(own.low, own.high)})" in text
    assert "UBND phường Thượng Thanh" in text and "Việt Hưng" not in text
    with pytest.raises(ReportError, match=r"The plan has no unit 'XX'. It has: LB, TT, VH, PL\."):
        CliRunner().invoke(sipas, [*now, "html", "--unit", "XX"], catch_exceptions=False)
    assert CliRunner().invoke(sipas, [*now, "odt"]).exit_code == 2


def test_a_report_in_another_language_leaves_the_plans_own_alone(surveys: tuple[Path, Path]) -> None:
    now = ["--workspace", str(surveys[0]), "report", "--unit", "TT"]
    for form, ending in (("html", ".html"), ("csv", "-codebook.csv")):
        names = {}
        for language in ("vi", "en"):
            words = [*now, "--format", form, "--language", language]
            listed = CliRunner().invoke(sipas, words, catch_exceptions=False).stdout.split()
            names[language] = next(name for name in listed if name.endswith(ending))
        own, other = (surveys[0] / names[language] for language in ("vi", "en"))
        assert (own.name, other.name) == (f"LB2020-TT{ending}", f"LB2020-TT.en{ending}")
        assert own.read_text(encoding="utf-8") != other.read_text(encoding="utf-8")


@pytest.mark.parametrize("small_cells", ["mark", "suppress"])
def test_comments_stand_in_the_workbook_alone_and_apart_from_answers(tmp_path: Path, small_cells: str) -> None:
    workspace = create_workspace(tmp_path)
    plan = workspace.survey_file.read_text(encoding="utf-8")
    plan = plan.replace("survey:\n", f"survey:\n  publish: {{ small_cells: {small_cells} }}\n", 1)
    workspace.survey_file.write_text(plan, encoding="utf-8")
    answers = made_up.answers(SURVEY, ASKED, forms=6)
    said = {"LB2020-TT-TP-0002": "Thêm ghế ngồi chờ", "LB2020-TT-TP-0001": "=Xin cảm ơn"}
    for serial, text in said.items():
        answers.loc[(answers["serial"] == serial) & (answers["question"] == "comments"), ["answer", "status"]] = [
            text,
            "accepted",
        ]
    made_up.fill_store(workspace, answers)
    run = CliRunner().invoke(sipas, ["--workspace", str(tmp_path), "report"], catch_exceptions=False)
    paths = [tmp_path / name for name in run.stdout.split()]
    book = openpyxl.load_workbook(next(path for path in paths if path.suffix == ".xlsx"))
    rows = list(book["Ý kiến"].iter_rows(min_row=5, values_only=True))
    unit = "UBND phường Thượng Thanh"
    shown = [(unit, "Ý kiến khác", "=Xin cảm ơn"), (unit, "Ý kiến khác", "Thêm ghế ngồi chờ")]
    assert rows == (shown if small_cells == "mark" else [])
    for path in paths:
        if path.suffix in (".csv", ".parquet", ".html", ".docx", ".pdf"):
            assert "ghế ngồi chờ" not in words_of(path)
    notes = {row[0]: row[1] for row in book["Phương pháp"].iter_rows(min_row=5, values_only=True)}
    assert "có thể nêu tên người" in str(notes["Ý kiến"])


def test_compare_says_what_moved_and_what_did_not(surveys: tuple[Path, Path], tmp_path: Path) -> None:
    now, before = (str(path) for path in surveys)
    run = CliRunner().invoke(sipas, ["--workspace", now, "compare", before], catch_exceptions=False)
    assert run.exit_code == 0 and "So với: " in run.stdout and "có ý nghĩa thống kê" in run.stdout
    old = tallied(made_up.answers(SURVEY, ASKED, forms=6, seed=9, doubtful=0.01)).estimate()
    new = tallied(made_up.answers(SURVEY, ASKED, forms=6, doubtful=0.01)).estimate()
    assert f"{VI.percent(old.index)} → {VI.percent(new.index)}" in run.stdout
    with (surveys[0] / "output" / "tally" / "comparisons.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "earlier"]
    assert len(rows) == 17 + 5 + 22  # every domain's SIPAS, and the survey's factors and criteria
    other = str(create_workspace(tmp_path).root)
    with pytest.raises(ReportError, match="nothing to compare with"):
        CliRunner().invoke(sipas, ["--workspace", now, "compare", other], catch_exceptions=False)
    assert not list(tmp_path.glob("*.db"))
