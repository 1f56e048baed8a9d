"""The phone script: what to say, what not to say, and what to write down after each try. No personal data in it."""

from __future__ import annotations

from pathlib import Path

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus.flowables import Flowable

from sipas_forms.field.paper import (
    BASE,
    CELL_BOLD,
    head,
    paragraph,
    text_width,
    title,
    write_pdf,
)
from sipas_forms.plan import Survey, Unit
from sipas_forms.sample.dispositions import DISPOSITIONS
from sipas_forms.sample.paper_words import Words

TEXT = ParagraphStyle("script", parent=BASE, fontSize=11.5, leading=15, spaceAfter=3)
SAID = ParagraphStyle("said", parent=TEXT, leftIndent=14, borderPadding=(2, 2, 2, 6))
STEP = ParagraphStyle("step", parent=CELL_BOLD, fontSize=12.5, leading=17, spaceBefore=8, spaceAfter=2, keepWithNext=1)

# Paragraphs: `#` a step, `>` what to say, else what to do; the words of the survey in braces.
SCRIPT = {
    "vi": """
# 1. Trước khi gọi

Mở sổ theo dõi, tìm đúng dòng theo số phiếu. Gọi trong giờ mà người dân nghe máy được: 8–11 giờ, 14–17 giờ, 18–20
giờ; mỗi lần một buổi khác nhau.

# 2. Chào và hỏi đúng người

Chỉ nói nội dung với đúng người trong danh sách.

> Xin chào, tôi là … ở {unit}. Cho tôi gặp ông/bà (họ và tên trong danh sách) được không ạ?

# 3. Người khác nghe máy

Không nói người được hỏi đã làm thủ tục gì, không đọc địa chỉ, không để lại số phiếu.

> Xin cảm ơn. Tôi gọi lại vào lúc nào thì gặp được ông/bà ạ?

# 4. Lời mời

Đọc chậm, dừng lại khi được hỏi.

> {office} đang làm {title}. Ông/bà đã đến bộ phận một cửa của chúng tôi và được chọn ngẫu nhiên để cho ý kiến.
Trả lời phiếu mất khoảng 10 phút, không ghi tên; kết quả chỉ công bố chung. Ông/bà có thể không tham gia.
Tôi xin phép mang phiếu đến lúc nào thì tiện?

# 5. Hẹn

Ghi ngày hẹn vào cột Ghi chú; ngày phát phiếu ghi vào cột Ngày phát khi đã đưa tận tay.

> Vậy tôi xin đến vào … Cảm ơn ông/bà.

# 6. Từ chối

Không nài ép, không hỏi lại lần hai. Ghi kết quả “từ chối trả lời”.

> Tôi hiểu. Cảm ơn ông/bà đã nghe máy.

# 7. Sau mỗi lần gọi hoặc đến nhà

Ghi ngày vào ô “Liên hệ lần …” kế tiếp. Sau {tries} lần, vào những ngày và buổi khác nhau mà vẫn không gặp, ghi kết
quả “không liên lạc được”. Không tự chọn người thay; {office} gửi phiếu mới cho người kế tiếp trong danh sách dự
phòng.
""",
    "en": """
# 1. Before the call

Open the log book at the row of the form number. Call when people can answer: 8–11, 14–17, 18–20 o'clock; each try
at another time of day.

# 2. Greet and ask for the person

Speak of the matter to nobody but the person on the list.

> Good morning, this is … of {unit}. May I speak to (full name on the list)?

# 3. Somebody else answers

Do not say what the person dealt with, do not read out the address, leave no form number.

> Thank you. When may I call again?

# 4. The invitation

Read slowly; stop when asked.

> {office} is carrying out the {title}. You have been to our one-stop shop and were chosen at random to give your
opinion. The form takes about ten minutes and bears no name; results are published together only. You are free not
to take part. When may I bring it?

# 5. The appointment

Write the day into Remarks; write the day of handing out when the form was handed over.

> I will come on … Thank you.

# 6. A refusal

Do not press, do not ask twice. Result: refused.

> I understand. Thank you for your time.

# 7. After every call or visit

Write the day into the next cell 'Try …'. After {tries} tries on other days and at other times write the result
'not reached'. Never choose a replacement yourself; {office} sends a new form for the next person of the reserve.
""",
}
TITLES = {"vi": "LỜI MỜI QUA ĐIỆN THOẠI", "en": "PHONE SCRIPT"}
RESULTS = {"vi": "Các kết quả trong sổ theo dõi", "en": "Results in the log book"}


def write_phone_script(path: Path, survey: Survey, unit: Unit) -> Path:
    """The script of a unit, one sheet.

    Raises:
        SampleError: the file is open in another program.
    """
    words = Words(survey.language)
    language = words.language
    width = text_width(lying=False)
    survey_title = survey.title.in_(language)
    filled = {
        "unit": unit.name.in_(language),
        "office": survey.owner.office.in_(language),
        "title": survey_title[:1].lower() + survey_title[1:],
        "tries": survey.fieldwork.contact_tries,
    }
    story: list[Flowable] = [*head(survey, unit, words, width, dated=False), *title((TITLES[language], survey_title))]
    for part in SCRIPT[language].format(**filled).strip().split("\n\n"):
        mark, text = part[:2], " ".join(part.split())
        style = {"# ": STEP, "> ": SAID}.get(mark, TEXT)
        story.append(paragraph(f"“{text[2:]}”" if style is SAID else text.removeprefix("# "), style))
    results = "; ".join(d.vi if language == "vi" else d.en for d in DISPOSITIONS)
    story += [paragraph(RESULTS[language], STEP), paragraph(f"{results[0].upper()}{results[1:]}.", TEXT)]
    name = f"{survey.code} {unit.code}: {TITLES[language]}"
    return write_pdf(path, name, survey, words, story, lying=False, private=False)
