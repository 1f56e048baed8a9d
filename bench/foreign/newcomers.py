"""Two more questionnaires, drawn when the rules of grouping were done, to see how they fare with forms that nobody had
looked at. The words are made up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bench.foreign.sheet import A4, SANS, SANS_BOLD, SERIF, SERIF_BOLD, Form, Sheet
from sipas_forms.printing.fonts import text_width

CARE = (
    "Bác sĩ giải thích rõ về bệnh và cách điều trị",
    "Điều dưỡng có mặt khi người bệnh cần",
    "Buồng bệnh sạch sẽ, yên tĩnh",
    "Giá khám, chữa bệnh được niêm yết",
    "Người bệnh được hướng dẫn khi ra viện",
    "Nhà vệ sinh sạch, có đủ nước và giấy",
)


def clinic(path: Path) -> Form:
    """Yes or no in two narrow columns, a line of numbers from 0 to 10, options in a grid of two by three."""
    s = Sheet(path, A4, SANS, 10.5)
    s.write(50, 20, "PHIẾU GÓP Ý CỦA NGƯỜI BỆNH NỘI TRÚ", SANS_BOLD, 14)
    s.write(20, 29, "Xin đánh dấu X vào ô mà ông (bà) chọn.", SANS, 10)
    s.write(20, 40, "A. Trong những ngày nằm viện", SANS_BOLD)
    s.write(150, 40, "Có", SANS_BOLD)
    s.write(171, 40, "Không", SANS_BOLD)
    y = 46.0
    for number, row in enumerate(CARE, 1):
        s.ask(row)
        s.write(22, y + 3.6, f"{number}. {row}")
        for x, label in ((150.0, "Có"), (174.0, "Không")):
            s.box(x, y, 4.2, label, line=0.25)
        s.rule(20, y + 6.4, 190, y + 6.4, 0.1)
        y += 9
    asked = "Ông (bà) có giới thiệu bệnh viện cho người thân không? (0: chắc chắn không, 10: chắc chắn có)"
    s.ask(asked)
    s.write(20, y + 8, f"7. {asked}", SANS_BOLD, 9.5)
    for i in range(11):
        s.bubble(24 + i * 15, y + 12, 6.0, str(i), str(i), line=0.25)
    y += 30
    asked = "Ông (bà) chọn bệnh viện này vì những lý do nào? (chọn tất cả các ô phù hợp)"
    s.ask(asked)
    s.write(20, y, f"8. {asked}", SANS_BOLD)
    reasons = ("Gần nhà", "Có bảo hiểm", "Thầy thuốc giỏi", "Người quen giới thiệu", "Chuyển tuyến", "Lý do khác")
    for i, reason in enumerate(reasons):
        x, top = 24.0 + 58 * (i % 3), y + 4.5 + 8 * (i // 3)
        s.box(x, top, 4.2, reason, line=0.25)
        s.write(x + 6.5, top + 3.6, reason)
    s.write(20, y + 30, "9. Điều gì cần làm tốt hơn? " + "." * 100)
    s.write(20, y + 39, "." * 150)
    return s.done("clinic", path)


def village(path: Path) -> Form:
    """Typed questions with letters before the options, boxes at the right edge of the page, leaders of dots between."""
    s = Sheet(path, A4, SERIF, 12)
    s.write(48, 22, "PHIẾU LẤY Ý KIẾN VỀ XÂY DỰNG NÔNG THÔN MỚI", SERIF_BOLD, 13)
    y = 38.0
    for number, (text, options) in enumerate(
        (
            ("Gia đình ông (bà) có được hỏi ý kiến về quy hoạch không?", ("Có", "Không", "Không nhớ")),
            ("Đường trong thôn hiện nay thế nào?", ("Tốt", "Đi được", "Còn xấu")),
            ("Nước sinh hoạt của gia đình lấy từ đâu?", ("Nước máy", "Giếng khoan", "Sông, suối", "Nguồn khác")),
            ("Rác thải được thu gom mấy lần một tuần?", ("Hằng ngày", "Vài lần", "Không thu gom")),
        ),
        1,
    ):
        s.ask(text)
        s.write(24, y, f"Câu {number}: {text}", SERIF_BOLD)
        y += 8
        for letter, option in zip("abcd", options, strict=False):
            end = s.write(32, y, f"{letter}) {option} ")
            s.write(end, y, "." * int((160 - end) / text_width(".", SERIF, 12)))
            s.box(164, y - 3.8, 4.4, option, line=0.35)
            y += 7.5
        y += 5
    s.write(24, y, "Câu 5: Ý kiến khác:", SERIF_BOLD)
    s.write(24, y + 9, "." * 140)
    return s.done("village", path)


NEWCOMERS: tuple[Callable[[Path], Form], ...] = (clinic, village)
