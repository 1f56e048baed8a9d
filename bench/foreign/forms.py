"""Ten questionnaires in the manners of ten offices. The words are made up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from reportlab.lib.colors import Color, HexColor

from bench.foreign.sheet import A4, A4_WIDE, A5, SANS, SANS_BOLD, SERIF, SERIF_BOLD, Form, Sheet, Spot
from sipas_forms.printing.render import render_page

SCALE5 = ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng")
ROWS = (
    "Nơi ngồi chờ có đủ chỗ ngồi, thoáng mát và sạch sẽ",
    "Trang thiết bị phục vụ người dân đầy đủ",
    "Thủ tục được niêm yết công khai, dễ tìm, dễ đọc",
    "Công chức có thái độ lịch sự khi tiếp xúc với người dân",
    "Công chức hướng dẫn kê khai hồ sơ tận tình, chu đáo",
    "Kết quả được trả đúng hẹn ghi trên giấy",
    "Phí và lệ phí được thu đúng quy định",
    "Ý kiến góp ý được tiếp nhận và trả lời",
)
RED = Color(0.82, 0.1, 0.15)
GLYPH_DPI = 600  # a glyph's ink is told to 0.04 mm


def word_table(path: Path) -> Form:
    """A table as word processors make it: rules all around, a ☐ in each cell, long rows in two lines."""
    s = Sheet(path, A4, SERIF, 12)
    s.write(45, 25, "PHIẾU KHẢO SÁT Ý KIẾN NGƯỜI DÂN", SERIF_BOLD, 14)
    y = s.paragraph(25, 36, "Xin ông (bà) đánh dấu vào một ô trên mỗi dòng của bảng sau đây.", 165)
    lefts = [25.0, 35.0, 110.0, 126.0, 142.0, 158.0, 174.0, 190.0]
    top = y + 2
    heights = [16.0] + [14.0] * 8
    for title, x, w in zip(("TT", "Nội dung đánh giá", *SCALE5), lefts, np.diff(lefts), strict=False):
        s.paragraph(x + 1.5, top + 5, title, float(w) - 2, SERIF_BOLD, 9)
    y = top
    for height in heights:
        s.rule(lefts[0], y, lefts[-1], y)
        y += height
    s.rule(lefts[0], y, lefts[-1], y)
    for x in lefts:
        s.rule(x, top, x, y)
    y = top + heights[0]
    for number, row in enumerate(ROWS, 1):
        s.write(28, y + 6, str(number))
        s.paragraph(36.5, y + 6, row, 72)
        s.ask(row)
        for x, label in zip(lefts[2:], SCALE5, strict=False):
            s.glyph(x + 6, y + 8.5, "☐", 14, label)
        y += 14.0
    y = s.paragraph(25, y + 10, "Ông (bà) có ý kiến nào khác, xin ghi vào đây:", 165)
    s.write(25, y + 4, "." * 120)
    s.write(25, y + 12, "." * 120)
    return s.done("word-table", path)


def bubbles(path: Path, rows: int = 20) -> Form:
    """An answer sheet: two blocks of numbered rows, letters printed inside the circles."""
    s = Sheet(path, A4, SANS, 11)
    s.write(70, 25, "PHIẾU TRẢ LỜI", SANS_BOLD, 16)
    s.write(25, 35, "Tô kín một vòng tròn trên mỗi dòng.")
    for block in range(2):
        for row in range(rows):
            x, y = 25 + block * 90, 50 + row * 10.0
            number = block * rows + row + 1
            s.write(x, y + 3.9, f"{number}.")
            s.ask(f"{number}")
            for i, sign in enumerate("ABCD"):
                s.bubble(x + 14 + i * 12, y, 5.2, sign, sign)
    return s.done("bubbles", path)


def two_columns(path: Path) -> Form:
    """Two columns of numbered questions, each with a list of glyph boxes below its words."""
    s = Sheet(path, A4, SANS, 10.5)
    s.write(60, 22, "BẢNG HỎI VỀ DỊCH VỤ CÔNG", SANS_BOLD, 14)
    asked = (
        ("Giới tính của ông (bà)?", ("Nam", "Nữ")),
        ("Ông (bà) bao nhiêu tuổi?", ("Dưới 25 tuổi", "Từ 25 đến 34 tuổi", "Từ 35 đến 60 tuổi", "Trên 60 tuổi")),
        ("Trình độ học vấn cao nhất?", ("Trung học cơ sở", "Trung học phổ thông", "Đại học", "Khác")),
        (
            "Ông (bà) biết đến cơ quan qua đâu? (chọn nhiều ô)",
            ("Người thân, bạn bè", "Chính quyền phường", "Báo, đài", "Mạng internet"),
        ),
        ("Số lần đi lại để giải quyết công việc?", ("1 lần", "2 lần", "3 lần", "Nhiều hơn 3 lần")),
        ("Công chức có gây phiền hà không?", ("Có", "Không")),
        ("Kết quả được trả khi nào?", ("Sớm hẹn", "Đúng hẹn", "Trễ hẹn")),
        (
            "Nếu trễ hẹn, cơ quan có xin lỗi không?",
            ("Có", "Không", "Không nhớ rõ vì đã lâu quá rồi nên không thể nói chắc chắn được"),
        ),
    )
    x, y = 20.0, 38.0
    for number, (text, options) in enumerate(asked, 1):
        if number == 5:
            x, y = 112.0, 38.0
        s.ask(text)
        y = s.paragraph(x, y, f"{number}. {text}", 80, SANS_BOLD)
        for option in options:
            end = s.glyph(x + 3, y + 0.5, "❑", 11, option)
            y = s.paragraph(end + 2, y + 0.5, option, 62) + 1.2
        y += 5
    return s.done("two-columns", path)


def landscape(path: Path) -> Form:
    """A wide sheet: circles without words beside, seven columns with numbers over them, two tables."""
    s = Sheet(path, A4_WIDE, SANS, 11)
    s.write(90, 20, "KHẢO SÁT MỨC ĐỘ HÀI LÒNG NĂM 2024", SANS_BOLD, 15)
    y = 34.0
    for part, rows in (("Về thủ tục", ROWS[:4]), ("Về công chức", ROWS[4:])):
        s.write(20, y, part, SANS_BOLD, 12)
        for i in range(7):
            s.write(165 + i * 16, y, str(i + 1), SANS_BOLD)
        y += 4
        for row in rows:
            s.write(24, y + 5, row)
            s.ask(row)
            for i in range(7):
                s.bubble(163.5 + i * 16, y + 1.2, 4.6, str(i + 1))
            y += 10.5
        y += 12
    return s.done("landscape", path)


def small_card(path: Path) -> Form:
    """A5: yes or no, the words before the box, and one list."""
    s = Sheet(path, A5, SERIF, 11)
    s.write(38, 18, "PHIẾU GÓP Ý NHANH", SERIF_BOLD, 13)
    y = 32.0
    for text in (
        "Ông (bà) có phải chờ lâu không?",
        "Hồ sơ có bị trả lại lần nào không?",
        "Ông (bà) có phải nộp thêm tiền không?",
        "Ông (bà) có hài lòng không?",
    ):
        s.ask(text)
        s.write(14, y, text)
        for x, label in ((92.0, "Có"), (114.0, "Không")):
            end = s.write(x, y, label)
            s.box(end + 2, y - 3.6, 4.2, label)
        y += 11
    s.ask("Ông (bà) đến vì việc gì?")
    s.write(14, y + 4, "Ông (bà) đến vì việc gì?")
    y += 12
    for label in ("Hộ tịch", "Đất đai", "Chứng thực", "Việc khác"):
        s.box(18, y - 3.6, 4.2, label)
        s.write(25, y, label)
        y += 8
    return s.done("small-card", path)


def three_pages(path: Path) -> Form:
    """Three pages of different kinds."""
    s = Sheet(path, A4, SERIF, 12)
    s.write(60, 25, "PHIẾU HỎI DOANH NGHIỆP", SERIF_BOLD, 14)
    y = 40.0
    for number, (text, options) in enumerate(
        (
            ("Doanh nghiệp của ông (bà) thuộc loại nào?", ("Tư nhân", "Cổ phần", "Trách nhiệm hữu hạn", "Khác")),
            ("Doanh nghiệp hoạt động được bao lâu?", ("Dưới 1 năm", "1 đến 5 năm", "Trên 5 năm")),
            ("Số lao động của doanh nghiệp?", ("Dưới 10", "Từ 10 đến 50", "Trên 50")),
        ),
        1,
    ):
        s.ask(text)
        s.write(25, y, f"Câu {number}. {text}", SERIF_BOLD)
        y += 8
        for i, option in enumerate(options):
            x = 30 + (i % 2) * 80
            s.box(x, y - 3.7 + (i // 2) * 8, 4.0, option, line=0.25, round=0.8)
            s.write(x + 6.5, y + (i // 2) * 8, option)
        y += 8 * ((len(options) + 1) // 2) + 6
    s.turn_page()
    s.write(25, 25, "Câu 4. Xin đánh giá từng nội dung sau đây:", SERIF_BOLD)
    for i, label in enumerate(SCALE5):
        s.paragraph(118 + i * 15, 33, label, 14, SERIF, 8)
    y = 46.0
    for row in ROWS:
        s.ask(row)
        s.paragraph(25, y + 4, row, 85)
        for i, label in enumerate(SCALE5):
            s.box(122 + i * 15, y, 4.4, label, lines=True)
        y += 13
    s.turn_page()
    y = 30.0
    for number, (text, options) in enumerate(
        (
            (
                "Ông (bà) muốn cải thiện điều gì? (chọn tối đa 3 ô)",
                ("Cơ sở vật chất", "Thời gian giải quyết", "Thái độ phục vụ", "Công khai thủ tục", "Tiếp nhận góp ý"),
            ),
            ("Ông (bà) có sẵn lòng trả lời lại vào năm sau không?", ("Có", "Không")),
        ),
        5,
    ):
        s.ask(text)
        s.write(25, y, f"Câu {number}. {text}", SERIF_BOLD)
        y += 8
        for option in options:
            s.box(30, y - 3.7, 4.0, option, line=0.25, round=0.8)
            s.write(36.5, y, option)
            y += 8
        y += 6
    return s.done("three-pages", path)


def red_print(path: Path) -> Form:
    """Printed in red; boxes filled with a light tint on a band of colour, a number in each."""
    s = Sheet(path, A4, SANS, 11)
    s.colour = RED
    s.write(55, 24, "PHIẾU ĐÁNH GIÁ CÁN BỘ, CÔNG CHỨC", SANS_BOLD, 14)
    y = 42.0
    for i, label in enumerate(SCALE5):
        s.paragraph(116 + i * 15.5, y - 8, label, 15, SANS, 8)
    for number, row in enumerate(ROWS):
        if number % 2 == 0:
            s.shade(20, y - 1.5, 172, 11, HexColor("#fde8e8"))
        s.ask(row)
        s.paragraph(22, y + 3.6, row, 90)
        for i, label in enumerate(SCALE5):
            s.bubble(120 + i * 15.5, y + 1, 5.0, label, str(i + 1), tint=HexColor("#fff6f6"))
        y += 11
    return s.done("red-print", path)


def cells(path: Path) -> Form:
    """A table whose empty cells are the boxes."""
    s = Sheet(path, A4, SERIF, 11.5)
    s.write(60, 25, "BẢNG ĐÁNH GIÁ CHẤT LƯỢNG", SERIF_BOLD, 14)
    s.write(25, 36, "Đánh dấu X vào ô thích hợp của mỗi dòng.")
    lefts = [25.0, 105.0, 126.0, 147.0, 168.0, 189.0]
    names = ("Kém", "Trung bình", "Khá", "Tốt")
    top, head, high = 44.0, 9.0, 10.0
    ys = [top, top + head] + [top + head + high * (i + 1) for i in range(len(ROWS))]
    for y in ys:
        s.rule(lefts[0], y, lefts[-1], y, 0.25)
    for x in lefts:
        s.rule(x, ys[0], x, ys[-1], 0.25)
    s.write(27, top + 6, "Nội dung", SERIF_BOLD)
    for x, name in zip(lefts[1:], names, strict=False):
        s.write(x + 2, top + 6, name, SERIF_BOLD, 10)
    for row, y in zip(ROWS, ys[1:], strict=False):
        s.ask(row)
        s.write(26.5, y + 6.3, row, SERIF, 9)
        for x, name in zip(lefts[1:], names, strict=False):
            s.note(x, y, 21.0, high, name)
    return s.done("cells", path)


def grey_boxes(path: Path) -> Form:
    """Grey squares without any outline, two to a line after the question's words; an example filled in at the top."""
    s = Sheet(path, A4, SANS, 11)
    s.write(62, 24, "PHIẾU THĂM DÒ Ý KIẾN", SANS_BOLD, 14)
    end = s.write(25, 36, "Ví dụ cách đánh dấu:")
    s.shade(end + 3, 32.3, 4.5, 4.5, HexColor("#d8d8d8"))
    s.rule(end + 3.6, 33, end + 7, 36.2, 0.5)
    s.rule(end + 7, 33, end + 3.6, 36.2, 0.5)
    s.write(end + 10, 36, "đúng")
    y = 52.0
    for number, row in enumerate(ROWS[:6], 1):
        s.ask(row)
        s.write(25, y, f"{number}) {row}")
        for x, label in ((140.0, "Đồng ý"), (168.0, "Không")):
            s.shade(x, y - 3.8, 4.5, 4.5, HexColor("#d8d8d8"))
            s.note(x, y - 3.8, 4.5, 4.5, label)
            s.write(x + 6.5, y, label)
        y += 12
    return s.done("grey-boxes", path)


def mixed(path: Path) -> Form:
    """Lists with the words left of the box, one of several lines in one row, circles of the Dingbats font."""
    s = Sheet(path, A4, SERIF, 12)
    s.write(70, 24, "KHẢO SÁT PHỤ HUYNH", SERIF_BOLD, 14)
    asked = (
        ("I. Con của ông (bà) học lớp mấy?", ("Lớp 6", "Lớp 7", "Lớp 8", "Lớp 9")),
        ("II. Nhà trường có thông báo kịp thời không?", ("Luôn luôn", "Thỉnh thoảng", "Không bao giờ")),
        ("III. Ông (bà) đánh giá bữa ăn bán trú thế nào?", ("Ngon", "Được", "Chưa ngon")),
    )
    y = 40.0
    for text, options in asked:
        s.ask(text.split(" ", 1)[1])
        s.write(22, y, text)
        y += 8
        x = 30.0
        for option in options:
            end = s.glyph(x, y, "❍", 13, option)
            x = s.write(end + 1.5, y, option) + 9
        y += 12
    s.ask("Ông (bà) có muốn họp thêm không?")
    s.write(22, y, "IV. Ông (bà) có muốn họp thêm không?")
    y += 8
    for option in ("Có muốn", "Không muốn", "Tùy nhà trường"):
        s.write(30, y, option)
        s.box(75, y - 3.7, 4.2, option)
        y += 8
    return s.done("mixed", path)


DRAWN: tuple[Callable[[Path], Form], ...] = (
    word_table,
    bubbles,
    two_columns,
    landscape,
    small_card,
    three_pages,
    red_print,
    cells,
    grey_boxes,
    mixed,
)


def draw_all(folder: Path) -> list[Form]:
    """Every form into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    return [located(draw(folder / f"{draw.__name__}.pdf")) for draw in DRAWN]


def located(form: Form) -> Form:
    """The form with the places of its glyph boxes, told from where their ink is."""
    pages = {
        number: render_page(form.path, number - 1, GLYPH_DPI)
        for number in {spot.page for spot in form.truth.boxes if spot.w < 0}
    }
    form.truth.boxes[:] = [_inked(spot, pages) if spot.w < 0 else spot for spot in form.truth.boxes]
    return form


def _inked(spot: Spot, pages: dict[int, np.ndarray]) -> Spot:
    """The ink around a glyph's start, which stands apart from all other print."""
    label, _ = spot.label.split("\0")
    scale, em = GLYPH_DPI / 25.4, -spot.w * 25.4 / 72
    left, right = spot.x - 0.3, spot.x + em * 0.95
    top, bottom = spot.y - em, spot.y + 0.4 * em
    part = (
        pages[spot.page][round(top * scale) : round(bottom * scale), round(left * scale) : round(right * scale)] < 128
    )
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    breaks = np.flatnonzero(np.diff(columns) > 0.8 * scale)  # where the words after it begin
    last = columns[breaks[0]] if breaks.size else columns[-1]
    rows = np.flatnonzero(part[:, : last + 1].any(axis=1))
    x, y = left + columns[0] / scale, top + rows[0] / scale
    return replace(spot, x=x, y=y, w=(last + 1 - columns[0]) / scale, h=(rows[-1] + 1 - rows[0]) / scale, label=label)
