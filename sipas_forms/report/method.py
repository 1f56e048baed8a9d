"""The method in words, for the PDF and the workbook: what the plan chose, and its formulas."""

from __future__ import annotations

from sipas_forms.report.numbers import Numbers
from sipas_forms.tally import Results


def method_paragraphs(results: Results, numbers: Numbers) -> list[tuple[str, str]]:
    """(item, content) pairs; every choice of the plan that bears on a figure is among them."""
    vi = numbers.language == "vi"
    pairs = _vietnamese(results, numbers) if vi else _english(results, numbers)
    return [(item, text) for item, text in pairs if text]


def _vietnamese(results: Results, numbers: Numbers) -> list[tuple[str, str]]:
    method, scale = results.survey.index, results.questionnaire.scale
    satisfied = ", ".join(f"“{o.label.vi}”" for o in scale.options if o.code in scale.satisfied)
    top = scale.options[-1].code
    level = numbers.percent(100 * method.confidence, 0)
    criterion = (
        f"Tỷ lệ (%) câu trả lời {satisfied} trên tổng số câu trả lời hợp lệ của tiêu chí."
        if method.criterion == "satisfied"
        else f"Điểm trung bình của các câu trả lời hợp lệ, quy ra phần trăm của điểm cao nhất ({top})."
    )
    average = (
        "Trung bình cộng của các chỉ số nhân tố (mỗi nhân tố có trọng số như nhau)."
        if method.average == "factors"
        else "Trung bình cộng của tất cả các chỉ số tiêu chí (mỗi tiêu chí có trọng số như nhau)."
    )
    weights = (
        "Mỗi phiếu có trọng số như nhau; chỉ số của đơn vị và của toàn cuộc khảo sát tính trên toàn bộ số phiếu thu về."
        if method.weights == "equal"
        else "Trọng số thiết kế: mỗi phiếu của tầng h có trọng số N_h/n_h (số người đủ điều kiện chia cho số "
        "phiếu thu về)."
    )
    return [
        ("Chỉ số tiêu chí", criterion),
        ("Chỉ số nhân tố", "Trung bình cộng của chỉ số các tiêu chí thuộc nhân tố."),
        ("Chỉ số SIPAS", average),
        ("Trọng số", weights),
        (
            "Điểm trung bình",
            f"Điểm trung bình trên thang {scale.options[0].code}–{top}, ghi bên cạnh chỉ số.",
        ),
        (
            "Câu trả lời hợp lệ",
            "Câu bỏ trống hoặc đánh dấu quá số ô cho phép không hợp lệ, không nằm trong mẫu số và được đếm "
            "riêng. Câu chờ kiểm tra chưa được tính.",
        ),
        (
            f"Khoảng tin cậy {level}",
            "Khoảng Wilson trên cỡ mẫu hiệu dụng P(1−P)/V. Phương sai V theo thiết kế phân tầng, tuyến tính "
            "hóa Taylor với phiếu là đơn vị chọn mẫu, có hiệu chỉnh tổng thể hữu hạn 1−n_h/N_h và bậc tự do "
            "(z/t)². Khoảng này không vượt ra ngoài 0–100%.",
        ),
        (
            "So sánh",
            "Hai chỉ số được coi là khác nhau khi hai khoảng tin cậy không chồng lên nhau; ngược lại, chênh "
            "lệch có thể chỉ do ngẫu nhiên.",
        ),
        (
            "Tỷ lệ trả lời",
            "RR1 theo định nghĩa chuẩn của AAPOR: số phiếu trả lời đủ (từ 80% số tiêu chí) chia cho số "
            "phiếu phát ra, kể cả phiếu đã thay người.",
        ),
        ("Nguồn phiếu hỏi", results.questionnaire.source),
    ]


def _english(results: Results, numbers: Numbers) -> list[tuple[str, str]]:
    method, scale = results.survey.index, results.questionnaire.scale
    satisfied = ", ".join(f"“{o.label.in_('en')}”" for o in scale.options if o.code in scale.satisfied)
    top = scale.options[-1].code
    level = numbers.percent(100 * method.confidence, 0)
    criterion = (
        f"Share (%) of the answers {satisfied} among the valid answers to the criterion."
        if method.criterion == "satisfied"
        else f"Mean score of the valid answers, as percent of the top score ({top})."
    )
    average = (
        "Mean of the factor indices (every factor weighs the same)."
        if method.average == "factors"
        else "Mean of all criterion indices (every criterion weighs the same)."
    )
    weights = (
        "Every form weighs the same; totals are computed over all forms in hand."
        if method.weights == "equal"
        else "Design weights: a form of stratum h weighs N_h/n_h (eligible people over forms in hand)."
    )
    return [
        ("Criterion index", criterion),
        ("Factor index", "Mean of the indices of the factor's criteria."),
        ("SIPAS index", average),
        ("Weights", weights),
        ("Mean score", f"On the scale {scale.options[0].code}–{top}, beside the index."),
        (
            "Valid answers",
            "Blank answers and answers with too many marks are not valid; they leave the denominator and are "
            "counted beside it. Answers that await a person are not counted yet.",
        ),
        (
            f"{level} interval",
            "Wilson's interval on the effective sample size P(1−P)/V. The variance V is that of the "
            "stratified design by Taylor linearisation with the form as sampling unit, finite population "
            "correction 1−n_h/N_h, and degrees of freedom (z/t)². It never leaves 0–100%.",
        ),
        (
            "Comparisons",
            "Two indices are called different where their intervals do not overlap; else the gap may be chance.",
        ),
        (
            "Response rate",
            "AAPOR RR1: complete forms (at least 80% of the criteria) over issued forms, replaced ones included.",
        ),
        ("Questionnaire", results.questionnaire.source),
    ]
