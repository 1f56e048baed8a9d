"""The wordings of the reports, Vietnamese and English. Names of units and questions come from the plan."""

from __future__ import annotations

from dataclasses import dataclass

from sipas_forms.plan import Language, Survey
from sipas_forms.plan.survey import IndexMethod
from sipas_forms.tally import ALL, Estimate, Results

TEXTS: dict[str, tuple[str, str]] = {
    # heads of columns
    "unit": ("Đơn vị", "Unit"),
    "field": ("Lĩnh vực", "Field"),
    "index": ("Chỉ số (%)", "Index (%)"),
    "low": ("Cận dưới (%)", "Lower (%)"),
    "high": ("Cận trên (%)", "Upper (%)"),
    "interval": ("Khoảng tin cậy {level}", "{level} interval"),
    "mean": ("Điểm TB", "Mean score"),
    "forms": ("Số phiếu", "Forms"),
    "valid": ("Trả lời hợp lệ", "Valid"),
    "valid_short": ("Hợp lệ", "Valid"),
    "blank": ("Bỏ trống", "Blank"),
    "invalid": ("Không hợp lệ", "Invalid"),
    "doubtful": ("Chờ kiểm tra", "Awaiting a person"),
    "missing": ("Chưa thu về", "Not returned"),
    "not_asked": ("Không phải trả lời", "Not applicable"),
    "factor": ("Nhân tố", "Factor"),
    "criterion": ("Tiêu chí", "Criterion"),
    "code": ("Mã", "Code"),
    "question": ("Câu hỏi", "Question"),
    "option": ("Phương án", "Option"),
    "count": ("Số lượng", "Count"),
    "share": ("Tỷ lệ (%)", "Share (%)"),
    "eligible": ("Đủ điều kiện", "Eligible"),
    "issued": ("Phát ra", "Issued"),
    "void": ("Đã thay", "Replaced"),
    "returned": ("Thu về", "Returned"),
    "absent": ("Chưa về", "Absent"),
    "not_whole": ("Thiếu trang", "Not whole"),
    "complete": ("Trả lời đủ", "Complete"),
    "partial": ("Một phần", "Partial"),
    "rr1": ("Tỷ lệ trả lời RR1 (%)", "Response rate RR1 (%)"),
    "by_person": ("Do người kiểm tra xác định", "Settled by a person"),
    "settled": ("Câu trả lời đã xác định", "Settled answers"),
    "rr2": ("Tỷ lệ trả lời RR2 (%)", "Response rate RR2 (%)"),
    "rr5": ("Tỷ lệ trả lời RR5 (%)", "Response rate RR5 (%)"),
    "refusal": ("Tỷ lệ từ chối REF1 (%)", "Refusal rate REF1 (%)"),
    "broken_off": ("Bỏ dở", "Broken off"),
    "refused": ("Từ chối", "Refused"),
    "not_reached": ("Không gặp được", "Not reached"),
    "other_reason": ("Lý do khác", "Other reason"),
    "reserve": ("Dự phòng", "Reserve"),
    "reserve_used": ("Dự phòng đã dùng", "Reserve used"),
    "reserve_of": ("Dự phòng đã dùng / có", "Reserve used / drawn"),
    "blank_items": ("Tiêu chí bỏ trống, hỏng (%)", "Blank or invalid items (%)"),
    "person_share": ("Do người xác định (%)", "Settled by a person (%)"),
    "nonresponse": ("Không trả lời (%)", "Item non-response (%)"),
    "small": ("Ít người", "Small"),
    "se": ("Sai số chuẩn", "Standard error"),
    "deff": ("Hệ số thiết kế", "Design effect"),
    "group": ("Nhóm người trả lời", "Group of respondents"),
    "answer": ("Trả lời", "Answer"),
    "kind": ("Loại so sánh", "Comparison of"),
    "kind_unit": ("Đơn vị", "Units"),
    "kind_field": ("Lĩnh vực", "Fields"),
    "kind_cell": ("Đơn vị – lĩnh vực", "Unit and field"),
    "kind_factor": ("Nhân tố", "Factors"),
    "kind_criterion": ("Tiêu chí", "Criteria"),
    "kind_earlier": ("Với cuộc trước", "Earlier survey"),
    "pair": ("So sánh", "Compared"),
    "first": ("Chỉ số thứ nhất (%)", "First index (%)"),
    "second": ("Chỉ số thứ hai (%)", "Second index (%)"),
    "difference": ("Chênh lệch (điểm)", "Difference (points)"),
    "low_points": ("Cận dưới (điểm)", "Lower (points)"),
    "high_points": ("Cận trên (điểm)", "Upper (points)"),
    "p": ("Giá trị p", "p"),
    "p_adjusted": ("p (Holm)", "p (Holm)"),
    "conclusion": ("Ý nghĩa thống kê của khác biệt", "The difference is"),
    "differs": ("Có ý nghĩa", "Significant"),
    "no_difference": ("Không có ý nghĩa", "Not significant"),
    "importance": ("Mức độ quan trọng", "Importance"),
    "quadrant": ("Nhóm ưu tiên", "Place"),
    "stratum": ("Tầng (đơn vị / lĩnh vực)", "Stratum (unit / field)"),
    "population": ("Số người đủ điều kiện của tầng", "Eligible people of the stratum"),
    "weight": ("Trọng số thiết kế", "Design weight"),
    "ticked": ("Có chọn", "Ticked"),
    "not_ticked": ("Không chọn", "Not ticked"),
    "method": ("Phương pháp", "Method"),
    "sheet_groups": ("Nhóm người trả lời", "Groups"),
    "sheet_comparisons": ("So sánh", "Comparisons"),
    "sheet_priorities": ("Ưu tiên", "Priorities"),
    "item": ("Mục", "Item"),
    "value": ("Nội dung", "Content"),
    "all_units": ("Toàn cuộc khảo sát", "Whole survey"),
    "all_fields": ("Tất cả lĩnh vực", "All fields"),
    "all": ("Chung", "All"),
    "total": ("Tổng số", "Total"),
    "sipas": ("SIPAS", "SIPAS"),
    # sheets of the workbook (a sheet's name has at most 31 characters)
    "sheet_summary": ("Tổng hợp", "Summary"),
    "sheet_factors": ("Nhân tố", "Factors"),
    "sheet_criteria": ("Tiêu chí", "Criteria"),
    "sheet_answers": ("Câu trả lời", "Answers"),
    "sheet_coverage": ("Thu phiếu", "Coverage"),
    "sheet_method": ("Phương pháp", "Method"),
    "comment": ("Người trả lời viết", "What was written"),
    "comments_note": (
        "Ý kiến viết tay do người kiểm tra đọc và nhập, tách khỏi các câu trả lời khác; có thể nêu tên người: xem và "
        "xóa tên trước khi gửi trang này đi. Để trống khi kế hoạch yêu cầu không công bố số liệu của ít người.",
        "Handwriting as a person has read it, apart from all other answers. It may name people: take names out before "
        "the sheet leaves the office. Empty where the plan does not publish small figures.",
    ),
    "sheet_comments": ("Ý kiến", "Comments"),
    "sheet_raw": ("Dữ liệu gốc", "Raw data"),
    # the head of the report (Decree 30/2020/NĐ-CP, appendix I)
    "nation": ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "SOCIALIST REPUBLIC OF VIET NAM"),
    "motto": ("Độc lập - Tự do - Hạnh phúc", "Independence - Freedom - Happiness"),
    "number": ("Số: ……… /BC-………", "No.: ………"),
    "place_date": ("{place}, ngày {d} tháng {m} năm {y}", "{place}, {y}-{m}-{d}"),
    "report": ("BÁO CÁO", "REPORT"),
    "results_of": ("Kết quả {title}", "Results: {title}"),
    "to": ("Kính gửi: {recipient}", "To: {recipient}"),
    "signer": ("THỦ TRƯỞNG CƠ QUAN", "HEAD OF THE OFFICE"),
    "sign_here": ("(Ký, ghi rõ họ tên, đóng dấu)", "(Signature, full name, seal)"),
    "copies": ("Nơi nhận:", "Copies to:"),
    "copy_above": ("- Như trên;", "- As above;"),
    "copy_file": ("- Lưu: VT.", "- File."),
    "banner": (
        "SỐ LIỆU TẠM THỜI: còn {open}; các chỉ số chưa tính phần này và có thể thay đổi.",
        "PROVISIONAL: {open} still await a person; the figures leave them out and may change.",
    ),
    "open_answers": ("{n} câu trả lời chờ người kiểm tra", "{n} answers"),
    "open_pages": ("{n} trang quét chưa dùng được, chờ xử lý (mọi đơn vị)", "{n} scanned pages (of all units)"),
    "and": (" và ", " and "),
    # sections
    "s_course": ("I. TÌNH HÌNH THỰC HIỆN", "I. HOW THE SURVEY WENT"),
    "s_results": ("II. KẾT QUẢ", "II. RESULTS"),
    "s_overall": ("Chỉ số hài lòng chung (SIPAS)", "The overall index (SIPAS)"),
    "s_factors": ("Chỉ số theo nhân tố", "Indices of the factors"),
    "s_criteria": ("Chỉ số theo tiêu chí", "Indices of the criteria"),
    "s_groups": ("Chỉ số theo nhóm người trả lời", "Groups of respondents"),
    "s_priorities": ("Điều cần ưu tiên cải thiện", "What to improve first"),
    "s_changes": ("So với cuộc khảo sát trước", "Against the earlier survey"),
    "s_others": ("Các câu hỏi khác", "Other questions"),
    "s_remarks": ("III. NHẬN XÉT", "III. REMARKS"),
    "s_method": ("IV. PHƯƠNG PHÁP TÍNH", "IV. METHOD"),
    "s_appendix": ("PHỤ LỤC", "APPENDIX"),
    "appendix_title": (
        "Chỉ số từng tiêu chí theo đơn vị (%)",
        "Index of each criterion by unit (%)",
    ),
    "t_coverage": ("Phiếu phát ra, thu về và tỷ lệ trả lời", "Forms issued and returned, response rate"),
    "t_losses": (
        "Thay thế, từ chối, danh sách dự phòng và câu bỏ trống",
        "Replacements, refusals, reserve and blank items",
    ),
    "t_pairs_unit": ("So sánh chỉ số chung giữa các đơn vị", "The overall index of units compared"),
    "t_pairs_field": ("So sánh chỉ số chung giữa các lĩnh vực", "The overall index of fields compared"),
    "t_changes": ("Chỉ số của cuộc khảo sát này so với cuộc trước", "This survey against the earlier one"),
    "t_groups": (
        "Chỉ số hài lòng chung theo nhóm người trả lời, toàn cuộc khảo sát",
        "Overall index by group of respondents, whole survey",
    ),
    "t_priorities": (
        "Tiêu chí quan trọng mà chỉ số dưới mức trung bình",
        "Important criteria with an index below the mean",
    ),
    "c_priorities": (
        "Mức độ quan trọng và chỉ số của từng tiêu chí",
        "Importance and index of each criterion",
    ),
    "c_levels": (
        "Phân bố câu trả lời theo các mức của từng tiêu chí: chọn đơn vị",
        "Distribution of answers to each criterion: choose a unit",
    ),
    "priority_note": (
        "Mức độ quan trọng là hệ số tương quan giữa điểm của tiêu chí và điểm trung bình các tiêu chí khác của cùng "
        "phiếu; đường đứt nét là trung bình của các tiêu chí. Tương quan không khẳng định quan hệ nhân quả.",
        "Importance is the correlation of a criterion's score with the mean of the form's other criteria; dashed lines "
        "are the means. Correlation is not cause.",
    ),
    "quadrant_improve": ("ƯU TIÊN CẢI THIỆN", "IMPROVE FIRST"),
    "quadrant_keep": ("TIẾP TỤC DUY TRÌ", "KEEP UP"),
    "quadrant_watch": ("THEO DÕI", "WATCH"),
    "quadrant_ease": ("ĐÃ TỐT", "WELL DONE"),
    "axis_index": ("Chỉ số hài lòng (%)", "Index (%)"),
    "axis_importance": ("Mức độ quan trọng (hệ số tương quan)", "Importance (correlation)"),
    "groups_note": (
        "Số phiếu ở đây là phiếu có trang hỏi các tiêu chí; phiếu thiếu trang này không được tính, nên số phiếu có thể "
        "ít hơn số người ở bảng các câu hỏi khác.",
        "Forms here have a page with criteria; forms without one are left out, so there may be fewer than people in "
        "the table of the other questions.",
    ),
    "asked_note": (
        "Câu chỉ hỏi một số người: ai bỏ trống cả câu điều kiện thì không rõ có phải trả lời hay không, và được tính "
        "là bỏ trống.",
        "Questions for some people only: of those who left the question before it blank too it is not known whether "
        "they had to answer, and they count as blank.",
    ),
    "exact_note": (
        "Chênh lệch tính từ số chưa làm tròn, nên có thể khác hiệu của hai chỉ số đã in 0,01 điểm.",
        "Differences are of the figures before rounding, so they may be 0.01 off those of the printed ones.",
    ),
    "small_marked": (
        "* Dưới {n} người trả lời: chỉ để tham khảo, không nên công bố riêng.",
        "* Fewer than {n} people: a hint only, not to be published by itself.",
    ),
    "small_hidden": (
        "× Không công bố vì dưới {n} người trả lời, hoặc vì có thể suy ra số như vậy; – là chưa có số liệu.",
        "× Not published: fewer than {n} people, or such a number could be worked out from it; – is no figure.",
    ),
    "suppressed": ("không công bố (quá ít người trả lời)", "not published (too few people)"),
    "t_sipas": ("Chỉ số hài lòng chung theo đơn vị và lĩnh vực", "Overall index by unit and field"),
    "t_factors": ("Chỉ số nhân tố theo đơn vị (%)", "Factor indices by unit (%)"),
    "t_criteria": ("Chỉ số theo tiêu chí, toàn cuộc khảo sát", "Criterion indices, whole survey"),
    "t_others": (
        "Trả lời các câu hỏi khác, toàn cuộc khảo sát",
        "Answers to the other questions, whole survey",
    ),
    "c_sipas": (
        "Chỉ số hài lòng chung và khoảng tin cậy {level} theo đơn vị và lĩnh vực",
        "Overall index with its {level} interval by unit and field",
    ),
    "c_factors": (
        "Chỉ số nhân tố của từng đơn vị, kèm khoảng tin cậy {level} (%)",
        "Factor indices of each unit with {level} intervals (%)",
    ),
    "c_criteria": (
        "Phân bố câu trả lời theo các mức của từng tiêu chí (% số trả lời hợp lệ)",
        "Distribution of answers to each criterion (% of valid answers)",
    ),
    "table": ("Bảng {n}. {title}", "Table {n}. {title}"),
    "figure": ("Hình {n}. {title}", "Figure {n}. {title}"),
    "survey_line": (
        "Hình thoi: đơn vị; hình tròn: lĩnh vực của đơn vị; đoạn ngang: khoảng tin cậy; đường đứt nét: chỉ "
        "số toàn cuộc khảo sát ({index}).",
        "Diamond: unit; circle: field of the unit; bar: interval; dashed line: the whole survey ({index}).",
    ),
    "not_defined": ("chưa có số liệu", "no figure"),
    "several": ("{question} (chọn nhiều)", "{question} (several)"),
}


@dataclass(frozen=True)
class Words:
    """The wordings in one language: `words("unit")`, `words("banner", n="3")`."""

    language: Language

    def __call__(self, key: str, **values: str) -> str:
        """The wording of `key` with its values put in; KeyError where there is no such wording."""
        return TEXTS[key][0 if self.language == "vi" else 1].format(**values)


def domain_names(survey: Survey, unit: str, field: str, language: Language) -> tuple[str, str]:
    """The names of a domain's unit and field as a report shows them."""
    words = Words(language)
    unit_name = words("all_units") if unit == ALL else survey.unit(unit).name.in_(language)
    if field == ALL:
        return unit_name, words("all_fields")
    owner = next(u for u in survey.units if unit in (ALL, u.code) and field in [f.code for f in u.fields])
    return unit_name, survey.field(owner.code, field).name.in_(language)


def reading_order(survey: Survey) -> list[tuple[str, str]]:
    """Each unit followed by its cells, then the survey: the order in which a report lists domains."""
    keys = [(u.code, f) for u in survey.units for f in (ALL, *(f.code for f in u.fields))]
    return [*keys, (ALL, ALL)]


def all_domains(survey: Survey) -> list[tuple[str, str]]:
    """As `reading_order`, with each field across units before the survey."""
    fields = dict.fromkeys(field.code for _, field in survey.cells())
    return [*reading_order(survey)[:-1], *((ALL, code) for code in fields), (ALL, ALL)]


def method_name(method: IndexMethod, language: Language) -> str:
    """Which index it is, in a few words."""
    if language == "vi":
        return "tỷ lệ hài lòng" if method.criterion == "satisfied" else "điểm trung bình quy ra phần trăm"
    return "share of satisfied" if method.criterion == "satisfied" else "mean score as percent"


def index_name(results: Results, estimate: Estimate, language: Language) -> str:
    """Which index of which domain an estimate is, in words: "SIPAS, UBND phường Việt Hưng"."""
    asked = results.questionnaire
    names = {f.code: f.title for f in asked.factors} | {c.id: c.text for c in asked.criteria}
    if estimate.level != "sipas":
        return f"{estimate.code}. {names[estimate.code].in_(language)}"
    unit, field = domain_names(results.survey, estimate.unit, estimate.field, language)
    return ", ".join(["SIPAS", unit, *([field] if estimate.field != ALL else [])])


def variant_name(method: IndexMethod, language: Language) -> str:
    """A method in words: reading, average and weights."""
    vi = language == "vi"
    averages = {"factors": ("trung bình các nhân tố", "mean of factors")}
    averages["criteria"] = ("trung bình các tiêu chí", "mean of criteria")
    weights = {"equal": ("phiếu có trọng số như nhau", "equal weights")}
    weights["design"] = ("trọng số thiết kế N_h/n_h", "design weights N_h/n_h")
    parts = (averages[method.average], weights[method.weights])
    return "; ".join([method_name(method, language), *(part[0 if vi else 1] for part in parts)])
