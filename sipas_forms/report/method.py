"""The method in words and formulas: what the plan chose, and how every figure is made."""

from __future__ import annotations

from sipas_forms.report.numbers import Numbers
from sipas_forms.report.words import method_name
from sipas_forms.tally import Results

# Items of the method in Vietnamese and English; those with a condition in their key are chosen by the plan.
ITEMS: dict[str, tuple[str, str]] = {
    "criterion": ("Chỉ số tiêu chí", "Criterion index"),
    "factor": ("Chỉ số nhân tố", "Factor index"),
    "sipas": ("Chỉ số SIPAS", "SIPAS index"),
    "weights": ("Trọng số", "Weights"),
    "mean": ("Điểm trung bình", "Mean score"),
    "valid": ("Câu trả lời hợp lệ", "Valid answers"),
    "interval": ("Khoảng tin cậy {level}", "{level} interval"),
    "deff": ("Hệ số thiết kế", "Design effect"),
    "comparison": ("So sánh", "Comparisons"),
    "response": ("Tỷ lệ trả lời", "Response rates"),
    "priority": ("Mức độ quan trọng", "Importance"),
    "small": ("Số liệu của ít người", "Small figures"),
    "source": ("Nguồn phiếu hỏi", "Questionnaire"),
    "corrected": ("Sửa sau khi in", "Corrected after printing"),
}

# Items with words of the questionnaire in them, which may have braces.
VERBATIM = ("source", "corrected")

TEXTS: dict[str, tuple[str, str]] = {
    "criterion satisfied": (
        "Tỷ lệ (%) câu trả lời {satisfied} trên tổng số câu trả lời hợp lệ của tiêu chí: P = 100·Σw·y / Σw·v, "
        "y = 1 nếu hài lòng, v = 1 nếu hợp lệ.",
        "Share (%) of the answers {satisfied} among the valid answers to the criterion: P = 100·Σw·y / Σw·v, "
        "y = 1 where satisfied, v = 1 where valid.",
    ),
    "criterion mean": (
        "Điểm trung bình của các câu trả lời hợp lệ, quy ra phần trăm của điểm cao nhất ({top}): "
        "P = 100·(Σw·điểm / Σw·v) / {top}.",
        "Mean score of the valid answers, as percent of the top score ({top}): P = 100·(Σw·score / Σw·v) / {top}.",
    ),
    "factor": (
        "Trung bình cộng của chỉ số các tiêu chí thuộc nhân tố.",
        "Mean of the indices of the factor's criteria.",
    ),
    "sipas factors": (
        "Trung bình cộng của các chỉ số nhân tố (mỗi nhân tố có trọng số như nhau): SIPAS = (A + B + …) / số nhân tố.",
        "Mean of the factor indices (every factor weighs the same): SIPAS = (A + B + …) / number of factors.",
    ),
    "sipas criteria": (
        "Trung bình cộng của tất cả các chỉ số tiêu chí (mỗi tiêu chí có trọng số như nhau).",
        "Mean of all criterion indices (every criterion weighs the same).",
    ),
    "weights equal": (
        "Mỗi phiếu có trọng số như nhau (w = 1); chỉ số của đơn vị và của toàn cuộc khảo sát tính trên toàn bộ số "
        "phiếu thu về.",
        "Every form weighs the same (w = 1); totals are computed over all forms in hand.",
    ),
    "weights design": (
        "Trọng số thiết kế: mỗi phiếu của tầng h có trọng số w = N_h/n_h (số người đủ điều kiện chia cho số phiếu "
        "thu về).",
        "Design weights: a form of stratum h weighs w = N_h/n_h (eligible people over forms in hand).",
    ),
    "mean": (
        "Điểm trung bình trên thang {lowest}–{top}, ghi bên cạnh chỉ số.",
        "On the scale {lowest}–{top}, beside the index.",
    ),
    "valid": (
        "Câu bỏ trống hoặc đánh dấu quá số ô cho phép không hợp lệ, không nằm trong mẫu số và được đếm riêng. Câu "
        "chờ kiểm tra chưa được tính.",
        "Blank answers and answers with too many marks are not valid; they leave the denominator and are counted "
        "beside it. Answers that await a person are not counted yet.",
    ),
    "interval wilson": (
        "Khoảng Wilson trên cỡ mẫu hiệu dụng P(1−P)/V·(z/t)². Phương sai V theo thiết kế phân tầng, tuyến tính hóa "
        "Taylor với phiếu là đơn vị chọn mẫu, có hiệu chỉnh tổng thể hữu hạn 1−n_h/N_h. Khoảng này không vượt ra "
        "ngoài 0–100%.",
        "Wilson's interval on the effective sample size P(1−P)/V·(z/t)². The variance V is that of the stratified "
        "design by Taylor linearisation with the form as sampling unit and finite population correction 1−n_h/N_h. "
        "It never leaves 0–100%.",
    ),
    "interval korn-graubard": (
        "Khoảng Korn–Graubard (Clopper–Pearson trên cỡ mẫu hiệu dụng P(1−P)/V có hiệu chỉnh bậc tự do). Phương sai V "
        "theo thiết kế phân tầng, tuyến tính hóa Taylor, có hiệu chỉnh tổng thể hữu hạn 1−n_h/N_h.",
        "Korn and Graubard's interval (Clopper–Pearson on the effective sample size P(1−P)/V, corrected for degrees "
        "of freedom). The variance V is that of the stratified design by Taylor linearisation with finite population "
        "correction 1−n_h/N_h.",
    ),
    "deff": (
        "Phương sai V chia cho phương sai của mẫu ngẫu nhiên đơn giản cùng số phiếu.",
        "The variance V over that of a simple random sample of as many forms.",
    ),
    "comparison": (
        "Khoảng tin cậy của chênh lệch lấy từ hai khoảng tin cậy (Zou và Donner 2008); giá trị p hiệu chỉnh theo Holm "
        "(1979) trong từng loại so sánh. Khi p từ {alpha} trở lên: khác biệt không có ý nghĩa thống kê, tức là có thể "
        "do ngẫu nhiên; điều đó không chứng minh hai chỉ số bằng nhau.",
        "The interval of a difference is made from the two intervals (Zou and Donner 2008); p is corrected after Holm "
        "(1979) within each kind of comparison. Where p is {alpha} or more there is no significant difference: it "
        "may be chance, which does not prove the two equal.",
    ),
    "response": (
        "Theo định nghĩa chuẩn của AAPOR, mỗi phiếu phát ra là một trường hợp, kể cả phiếu đã thay người: RR1 = phiếu "
        "trả lời đủ (từ 80% số tiêu chí) / tất cả; RR2 tính cả phiếu trả lời 50–80%; RR5 bỏ các phiếu không rõ kết "
        "cục; REF1 = từ chối và bỏ dở / tất cả.",
        "After AAPOR's Standard Definitions; every issued form is a case, replaced ones included: RR1 = complete forms "
        "(at least 80% of the criteria) / all; RR2 counts partial ones (50–80%) too; RR5 leaves out forms of which "
        "nothing is known; REF1 = refused and broken off / all.",
    ),
    "priority": (
        "Tương quan (có trọng số) giữa điểm của tiêu chí và điểm trung bình các tiêu chí khác của cùng phiếu; các "
        "nhóm chia tại mức trung bình (Martilla và James 1977).",
        "Weighted correlation of a criterion's score with the mean of the form's other criteria; parted at the means "
        "(Martilla and James 1977).",
    ),
    "corrected": (
        "Theo cơ quan khảo sát, những câu sau chỉ được sửa lời văn hoặc chủ ý bỏ ra; trên phiếu đã in:",
        "By the office's word the following were only reworded, or are left out on purpose; the printed forms say:",
    ),
    "small mark": (
        "Số đếm dưới {smallest} người được đánh dấu *.",
        "Counts of fewer than {smallest} people are marked with *.",
    ),
    "small suppress": (
        "Số đếm dưới {smallest} người và những số có thể suy ra chúng không được công bố (×).",
        "Counts of fewer than {smallest} people, and those that they could be worked out from, are not published (×).",
    ),
}


def method_paragraphs(results: Results, numbers: Numbers) -> list[tuple[str, str]]:
    """(item, content) pairs; every choice of the plan that bears on a figure is among them."""
    method, scale = results.survey.index, results.questionnaire.scale
    language = 0 if numbers.language == "vi" else 1
    labels = [o.label.in_(numbers.language) for o in scale.options if o.code in scale.satisfied]
    values = {
        "satisfied": ", ".join(f"“{label}”" for label in labels),
        "lowest": scale.options[0].code,
        "top": scale.options[-1].code,
        "level": numbers.percent(100 * method.confidence, 0),
        "alpha": numbers.decimal(1 - method.confidence),
        "smallest": numbers.integer(results.survey.publish.smallest),
    }
    chosen = {
        "criterion": f"criterion {method.criterion}",
        "sipas": f"sipas {method.average}",
        "weights": f"weights {method.weights}",
        "interval": f"interval {method.interval}",
        "small": f"small {results.survey.publish.small_cells}",
    }
    pairs = []
    for key, item in ITEMS.items():
        text = results.questionnaire.source if key == "source" else TEXTS[chosen.get(key, key)][language]
        if key == "criterion":
            text = f"{method_name(method, numbers.language).capitalize()}. {text}"
        if key == "corrected":
            text = _corrected(results, language)
        if text:
            pairs.append((item[language].format(**values), text if key in VERBATIM else text.format(**values)))
    return pairs


def _corrected(results: Results, language: int) -> str:
    """What forms say of questions that stand otherwise in the report; nothing where there is none."""
    nothing = ("không có trên phiếu", "not on the forms")[language]
    printed = [f"{name}: {f'“{words}”' if words else nothing}" for name, words in results.reworded]
    return f"{TEXTS['corrected'][language]} {'; '.join(printed)}." if printed else ""
