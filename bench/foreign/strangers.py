"""Three more questionnaires, drawn after the rules of grouping were written and before anybody had tried them on such:
what they showed to be missing was mended then. The words are made up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from reportlab.lib.colors import HexColor, white
from reportlab.lib.units import mm

from bench.foreign.sheet import A4, A4_WIDE, A5, SANS, SANS_BOLD, SERIF, SERIF_BOLD, Form, Sheet

COURSE = (
    "Nội dung bài giảng phù hợp với công việc hằng ngày của anh (chị)",
    "Giảng viên trình bày rõ ràng, dễ hiểu",
    "Tài liệu được phát đầy đủ, đúng hạn",
    "Thời gian của từng buổi học hợp lý",
    "Phòng học, máy chiếu, âm thanh tốt",
    "Chỗ ăn, chỗ nghỉ thuận tiện",
    "Anh (chị) áp dụng được kiến thức vào công việc",
    "Ban tổ chức hỗ trợ nhiệt tình, chu đáo",
    "Thông báo về lớp học được gửi sớm và đầy đủ",
    "Đánh giá chung của anh (chị) về lớp học",
)
PORTAL = (
    "Giao diện Cổng dịch vụ công dễ nhìn, dễ tìm kiếm thông tin cần thiết",
    "Đăng ký tài khoản nhanh chóng",
    "Việc nộp hồ sơ và tải giấy tờ lên hệ thống thuận tiện, không bị lỗi giữa chừng",
    "Thanh toán trực tuyến an toàn",
    "Tra cứu được tình trạng xử lý hồ sơ",
    "Kết quả điện tử có giá trị như bản giấy",
)
BUS = (
    "Thái độ của lái xe và phụ xe",
    "Vệ sinh trong xe",
    "Độ êm và an toàn của chuyến đi",
    "Thông tin về lộ trình ở trạm",
    "Chỗ ngồi cho người già, người khuyết tật",
)


def course(path: Path) -> Form:
    """A wide sheet of two columns: each question over a line of numbered circles, from "poor" to "good"."""
    s = Sheet(path, A4_WIDE, SANS, 10)
    s.write(80, 16, "PHIẾU ĐÁNH GIÁ LỚP TẬP HUẤN CÁN BỘ THÔN, TỔ DÂN PHỐ", SANS_BOLD, 13)
    s.write(14, 24, "Khoanh hoặc tô vào một số: 1 là kém nhất, 5 là tốt nhất.", SANS, 9.5)
    s.rule(148, 28, 148, 196, 0.4)
    for number, text in enumerate(COURSE, 1):
        x, y = 14.0 + 140 * ((number - 1) // 5), 40.0 + 22 * ((number - 1) % 5)
        s.ask(text)
        y = s.paragraph(x, y, f"{number}. {text}", 122, SANS_BOLD) + 1
        s.write(x + 3, y + 4, "Kém", SANS, 8.5)
        for i, label in enumerate(("1 (Kém)", "2", "3", "4", "5 (Tốt)")):
            s.bubble(x + 18 + i * 15, y, 5.6, label, str(i + 1), line=0.3)
        s.write(x + 94, y + 4, "Tốt", SANS, 8.5)
    return s.done("course", path)


def portal(path: Path) -> Form:
    """A table as Word makes it of paragraphs: rows as high as their words, the boxes level with the first line."""
    s = Sheet(path, A4, SERIF, 12)
    s.write(40, 25, "PHIẾU KHẢO SÁT DỊCH VỤ CÔNG TRỰC TUYẾN", SERIF_BOLD, 14)
    y = 38.0
    for text, options, starts in (
        ("Giới tính:", ("Nam", "Nữ", "Khác"), (60, 95, 130)),
        ("Độ tuổi:", ("18–30", "31–45", "46–60", "Trên 60"), (60, 92, 124, 156)),
    ):
        s.ask(text)
        s.write(25, y, f"{1 + (y > 40)}. {text}")
        for x, option in zip(starts, options, strict=True):
            end = s.glyph(x, y, "☐", 12, option)
            s.write(end + 1.2, y, option)
        y += 7.5
    asked = "Ông (bà) biết đến Cổng dịch vụ công qua kênh nào? (có thể chọn nhiều phương án)"
    s.ask(asked)
    s.write(25, y, f"3. {asked}")
    for option in ("Cán bộ giới thiệu", "Báo, đài, truyền hình", "Mạng xã hội (Zalo, Facebook)", "Khác (ghi rõ):"):
        y += 6.5
        end = s.write(s.glyph(35, y, "☐", 12, option) + 1.2, y, option)
    s.write(end + 2, y, "." * 70)
    y += 10
    s.write(25, y, "4. Ông (bà) đánh giá thế nào về các nội dung dưới đây?")
    lefts = [25.0, 37.0, 107.0, 129.0, 149.0, 169.0, 191.0]
    heads = ("Không đồng ý", "Phân vân", "Đồng ý", "Rất đồng ý")
    tops = [y + 4]
    for title, left, wide in zip(("STT", "Nội dung", *heads), lefts, (11, 66, 19, 18, 18, 19), strict=False):
        s.paragraph(left + 2, y + 9, title, wide, SERIF_BOLD, 11)
    tops.append(y + 16)
    for number, row in enumerate(PORTAL, 1):
        top = tops[-1]
        s.ask(row)
        s.write(29, top + 5, str(number))
        low = s.paragraph(39, top + 5, row, 66)
        for left, label in zip(lefts[2:], heads, strict=False):
            s.glyph(left + 8, top + 5, "☐", 12, label)
        tops.append(low - 2)
    for top in tops:
        s.rule(lefts[0], top, lefts[-1], top)
    for left in lefts:
        s.rule(left, tops[0], left, tops[-1])
    y = tops[-1] + 10
    s.ask("Ông (bà) có sẵn sàng giới thiệu cho người khác sử dụng không?")
    end = s.write(25, y, "5. Ông (bà) có sẵn sàng giới thiệu cho người khác sử dụng không?")
    for option in ("Có", "Không"):
        end = s.write(s.glyph(end + 6, y, "☐", 12, option) + 1.2, y, option)
    s.write(25, y + 8, "6. Ý kiến đóng góp khác của ông (bà):")
    s.write(25, y + 16, "." * 120)
    s.write(25, y + 24, "." * 120)
    return s.done("portal", path)


def bus(path: Path) -> Form:
    """A small sheet in blue on bands of colour: boxes with round corners, tinted circles, the best answer first."""
    s = Sheet(path, A5, SANS, 9.5)
    s.colour = HexColor("#1b4f8a")
    s.shade(0, 0, 148, 20, s.colour)
    s.canvas.setFillColor(white)
    s.canvas.setFont(SANS_BOLD, 13)
    s.canvas.drawString(20 * mm, (A5[1] - 12) * mm, "GÓP Ý VỀ CHUYẾN XE BUÝT")
    s.shade(8, 26, 132, 60, HexColor("#e3eefa"))
    s.shade(8, 92, 132, 78, HexColor("#fff3d6"))
    y = 33.0
    for number, (text, options) in enumerate(
        (
            ("Anh (chị) đi tuyến này bao lâu một lần?", ("Hằng ngày", "Vài lần một tuần", "Hiếm khi")),
            ("Xe đến trạm đúng giờ không?", ("Luôn đúng", "Đôi khi trễ", "Thường trễ")),
            ("Anh (chị) mua vé bằng cách nào?", ("Tiền mặt", "Thẻ tháng", "Điện thoại")),
        ),
        1,
    ):
        s.ask(text)
        s.write(12, y, f"{number}. {text}", SANS_BOLD)
        for i, option in enumerate(options):
            s.box(14 + i * 43, y + 3.6, 4.0, option, line=0.35, round=0.6)
            s.write(20 + i * 43, y + 7, option)
        y += 18
    s.write(12, 98, "4. Anh (chị) đánh giá:", SANS_BOLD)
    heads = ("Tốt", "Trung bình", "Kém")
    for i, head in enumerate(heads):
        s.write(84 + i * 20, 100, head, SANS, 8.5)
    for row, text in enumerate(BUS):
        y = 104.0 + 11 * row
        s.ask(text)
        s.write(14, y + 3.6, text, SANS, 9)
        for i, head in enumerate(heads):
            s.bubble(86 + i * 20, y, 4.8, head, tint=HexColor("#ffe2a0"), line=0.3)
    s.write(12, 178, "5. Góp ý khác: " + "." * 90, SANS, 9.5)
    s.write(12, 186, "." * 110)
    return s.done("bus", path)


STRANGERS: tuple[Callable[[Path], Form], ...] = (course, portal, bus)
