"""The words of the lists and of the papers for wards, in Vietnamese and English."""

from __future__ import annotations

from sipas_forms.plan import Language

WORDS: dict[str, tuple[str, str]] = {
    # head and foot of every paper
    "nation": ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "SOCIALIST REPUBLIC OF VIET NAM"),
    "motto": ("Độc lập - Tự do - Hạnh phúc", "Independence - Freedom - Happiness"),
    "place_date": ("{place}, ngày …… tháng …… năm ………", "{place}, ……/……/………"),
    "private": (
        "Có dữ liệu cá nhân: chỉ dùng để phát và thu phiếu; không sao chụp, không gửi qua mạng xã hội; hủy khi xong.",
        "Holds personal data: for handing out and collecting forms only; do not copy or post; destroy when done.",
    ),
    "page_of": ("Trang {page}/{pages}", "Page {page}/{pages}"),
    "prepared_by": ("NGƯỜI LẬP DANH SÁCH", "PREPARED BY"),
    "head_of_unit": ("THỦ TRƯỞNG ĐƠN VỊ", "HEAD OF THE OFFICE"),
    "handed_by": ("NGƯỜI PHÁT PHIẾU", "HANDED OUT BY"),
    "sign": ("(Ký, ghi rõ họ tên)", "(signature, full name)"),
    "field": ("Lĩnh vực: {name} ({count} người)", "Field: {name} ({count} people)"),
    "window": ("{unit} · giao dịch từ {first} đến {last}", "{unit} · dealt with the office from {first} to {last}"),
    "return_by": ("Hạn thu phiếu: {day}", "Forms are back by: {day}"),
    # columns
    "order": ("STT", "No."),
    "code": ("Mã dòng", "Row code"),
    "serial": ("Số phiếu", "Form No."),
    "name": ("Họ và tên", "Full name"),
    "address": ("Địa chỉ", "Address"),
    "phone": ("Điện thoại", "Phone"),
    "note": ("Ghi chú", "Remarks"),
    "handed_out": ("Ngày phát", "Handed out"),
    "received": ("Ký nhận", "Signature"),
    "attempt": ("Liên hệ lần {number}", "Try {number}"),
    "returned": ("Ngày thu", "Collected"),
    "result": ("Kết quả nếu không thu được", "Result where not collected"),
    "to_do": ("Việc cần làm", "To do"),
    # titles
    "official_sheet": ("Chính thức", "Official"),
    "reserve_sheet": ("Dự phòng", "Reserve"),
    "official_title": ("DANH SÁCH CHÍNH THỨC", "OFFICIAL LIST"),
    "reserve_title": ("DANH SÁCH DỰ PHÒNG", "RESERVE LIST"),
    "handout_title": ("DANH SÁCH PHÁT VÀ THU PHIẾU", "HAND-OUT SHEET"),
    "logbook_title": ("SỔ THEO DÕI PHÁT, THU PHIẾU", "LOG BOOK OF FORMS HANDED OUT AND COLLECTED"),
    "follow_title": ("THEO DÕI PHIẾU CHƯA VỀ", "FORMS THAT ARE NOT BACK"),
    "replaces": ("Thay phiếu {serial}", "In the place of {serial}"),
    "void": ("Hủy: {reason}", "Void: {reason}"),
    "heir": ("thay bằng {serial}", "{serial} took its place"),
    "mistaken": ("thay nhầm, người trước vẫn được hỏi", "replaced by mistake; the first person is asked"),
    "no_heir": ("hết danh sách dự phòng", "the reserve is used up"),
    # labels
    "to_person": ("Kính gửi: Ông/Bà {name}", "To: {name}"),
    "to_as_listed": ("Kính gửi: {name}", "To: {name}"),
    "from": ("Nơi gửi: {office}", "From: {office}"),
    # log book
    "logbook_sheet": ("Sổ theo dõi", "Log book"),
    "logbook_code": ("Mã sổ: {code}", "Book: {code}"),
    "logbook_how": (
        "Ghi ngày vào các ô trắng (ngày/tháng/năm). Cột kết quả: chọn trong danh sách. Không sửa cột Số phiếu và dòng "
        "Mã sổ. Ghi chú không được chương trình lưu.",
        "Write days into the white cells (day/month/year). Result: choose from the list. Do not change the form "
        "numbers or the line 'Book'. Remarks are not kept by the program.",
    ),
    "choose": ("Chọn trong danh sách", "Choose from the list"),
    "day_wanted": ("Ghi một ngày, ví dụ 05/10/2020", "Write a day, for example 05/10/2020"),
    # follow-up
    "standing": (
        "{issued} phiếu: đã phát {handed_out}, đã về đủ {complete}, cần thu lại trang {fetch}, chưa về {missing}",
        "{issued} forms: {handed_out} handed out, {complete} back and whole, {fetch} with pages to fetch, "
        "{missing} not back",
    ),
    "days_left": ("Còn {days} ngày (hạn {day})", "{days} days left (until {day})"),
    "days_over": ("Quá hạn {days} ngày (hạn {day})", "{days} days late (was due {day})"),
    "no_day": ("Kế hoạch chưa ghi hạn thu phiếu", "The plan names no day by which forms are back"),
    "all_back": ("Mọi phiếu đã về đủ.", "All forms are back and whole."),
    "fetch_missing": ("Thiếu trang {pages}: tìm mặt còn lại và quét",
                      "Page {pages} is missing: find the other side and scan it"),
    "fetch_refused": ("Trang {pages} không đọc được (rách, nhàu, mờ): quét lại, hoặc thu lại tờ phiếu",
                      "Page {pages} could not be read (torn, folded, dark): scan it again, or fetch the sheet"),
    "on_the_way": ("Đã thu ngày {day}, chưa quét", "Collected on {day}, not scanned yet"),
    "contradicts": ("Sổ ghi: {why}, nhưng phiếu đã về: đối chiếu sổ với phiếu",
                    "The log says: {why}, yet the form came back: compare the two"),
    "result_said": ("Báo: {why}; chờ thay thế", "Said: {why}; to be replaced"),
    "out": ("Đã phát {day}, chưa thu", "Handed out on {day}, not collected"),
    "out_no_day": ("Đã phát, chưa thu", "Handed out, not collected"),
    "tried": ("Đã liên hệ {number} lần, chưa phát", "{number} tries, not handed out"),
    # closing
    "closed_by": ("NGƯỜI THỰC HIỆN", "CARRIED OUT BY"),
    "closing_title": ("BIÊN BẢN HỦY LIÊN KẾT DỮ LIỆU CÁ NHÂN", "MINUTES: THE LINK TO PERSONAL DATA IS DESTROYED"),
    "closing_what": (
        "Lúc {at}, chương trình đã hủy dữ liệu cá nhân của cuộc khảo sát: {respondents} người được chọn, {links} liên "
        "kết giữa người và số phiếu, {list_rows} dòng của {lists} danh sách.",
        "On {at} the program destroyed the survey's personal data: {respondents} people drawn, {links} links between "
        "person and form number, {list_rows} rows of {lists} lists.",
    ),
    "closing_how": (
        "Khóa mã hóa đã bị hủy, các bảng đã xóa trắng; {files} tệp danh sách và sổ do chương trình lập đã bị ghi đè và "
        "xóa. Không ai còn biết phiếu nào của ai; các câu trả lời, số liệu và báo cáo được giữ nguyên.",
        "The key was destroyed and the tables were emptied; {files} lists and papers that the program had written were "
        "overwritten and removed. Nobody can tell any more whose form is whose; answers and reports stay.",
    ),
    "closing_looks": (
        "Trước đó, dữ liệu cá nhân đã được mở {looks} lần; mục đích từng lần ghi trong tệp {file}.",
        "Personal data had been looked at {looks} times; {file} says for what.",
    ),
    "closing_left": (
        "Cơ quan tự hủy: danh sách gốc các đơn vị đã gửi, gói và bản in đã giao cho phường, các bản sao lưu.",
        "The office itself destroys: the lists that the units sent, bundles and prints at the wards, backups.",
    ),
    "closing_key": ("Chữ ký số của khóa: {fingerprint}.", "Signed with the key {fingerprint}."),
    "not_out": ("Chưa phát", "Not handed out"),
}  # fmt: skip


class Words:
    """The words of one language: `Words("vi")("serial")`."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        """The wording of a key, filled in."""
        return WORDS[key][0 if self.language == "vi" else 1].format(**values)
