"""Three more questionnaires: two drawn when the rules of grouping were done, to see how they fare with forms that
nobody had looked at, and one whose reading was at fault. The words are made up."""

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
STALLS = (
    "Việc sắp xếp chỗ bán hàng",
    "Việc thu phí chợ: đúng mức đã niêm yết, có biên lai, đúng người thu đã được giới thiệu",
    "Vệ sinh chung của chợ",
    "Phòng cháy, chữa cháy: bình, vòi nước và lối thoát ở gần chỗ bán hàng của ông (bà)",
    "An ninh trật tự trong chợ",
    "Bãi gửi xe của người mua: đủ chỗ, gần cổng, giá gửi xe theo quy định của thành phố",
    "Điện và nước ở quầy hàng",
    "Thái độ của ban quản lý chợ khi ông (bà) phản ánh, kiến nghị về những điều chưa tốt",
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


def market(path: Path) -> Form:
    """A table of cells whose rows are of one line of words and of two, in turn: 7 and 12 mm high."""
    s = Sheet(path, A4, SERIF, 11)
    s.write(60, 24, "PHIẾU HỎI Ý KIẾN TIỂU THƯƠNG", SERIF_BOLD, 14)
    s.write(20, 33, "Đánh dấu X vào một ô ở mỗi dòng.")
    names = ("Rất tốt", "Tốt", "Tạm được", "Kém")
    lefts, high = [20.0, *(126.0 + 16 * n for n in range(5))], (7.0, 12.0)
    ys = [40.0, 48.0]
    for x, name in zip(lefts[1:], names, strict=False):
        s.write(x + 1, 45.5, name, SERIF_BOLD, 9)
    for number, row in enumerate(STALLS):
        y, height = ys[-1], high[number % 2]
        ys.append(y + height)
        s.ask(row)
        s.paragraph(22, y + 5, f"{number + 1}. {row}", 100)
        for x, name in zip(lefts[1:], names, strict=False):
            s.note(x, y, 16.0, height, name)
    for y in ys:
        s.rule(lefts[0], y, lefts[-1], y, 0.2)
    for x in lefts:
        s.rule(x, ys[0], x, ys[-1], 0.2)
    return s.done("market", path)


NEWCOMERS: tuple[Callable[[Path], Form], ...] = (clinic, village, market)
