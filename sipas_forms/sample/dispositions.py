"""Why a person can't be asked: reason codes, their words, and the final dispositions that they count as.

Dispositions after AAPOR, Standard Definitions, 9th edition (2016), table 3: mail surveys of specifically named persons,
which a form left with somebody comes nearest to. Whoever moved away after dealing with the office was eligible, so that
is an eligible person who was not there in the field period (2.26), not one of unknown eligibility.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sipas_forms.plan import Language
from sipas_forms.sample.words import fold


@dataclass(frozen=True)
class Disposition:
    """A reason: `aapor` is its final disposition, `words` a pattern of folded words by which people say it."""

    code: str
    aapor: str
    vi: str
    en: str
    words: str


DISPOSITIONS = (
    Disposition("not_eligible", "4.10", "không thuộc đối tượng", "not eligible after all",
                r"\b(khong thuoc doi tuong|sai doi tuong|khong giao dich|not eligible|ineligible)\b"),
    Disposition("refused", "2.112", "từ chối trả lời", "refused",
                r"\b(tu choi|khong dong y|khong muon|khong hop tac|refus\w*|declin\w*|unwilling)\b"),
    Disposition("unreachable", "2.20", "không liên lạc được", "not reached after the tries that the plan asks for",
                r"\b(khong lien lac|khong lien he|mat lien lac|khong gap|khong co nha|vang|sai so|nham so|sai dia chi|"
                r"unreachable|not (found|reached)|no (contact|answer)|absent|wrong (number|address|phone))\b"),
    Disposition("died", "2.31", "đã mất", "died",
                r"^mat$|\b((da|vua|moi) mat(?! (phieu|giay|so))|qua doi|chet|tu tran|died|dead|deceased)\b"),
    Disposition("moved", "2.26", "đã chuyển đi", "moved away", r"\b(chuyen|moved?|away)\b"),
    Disposition("unable", "2.32", "không đủ sức khỏe để trả lời", "not able to answer",
                r"\b(om|benh|khong du suc khoe|gia yeu|ill|sick|unable)\b"),
    Disposition("other", "2.36", "lý do khác", "another reason", r"$^"),
)  # fmt: skip
BY_CODE = {disposition.code: disposition for disposition in DISPOSITIONS}


def read_reason(text: str) -> Disposition:
    """The disposition that a code or words name; `other` where none is known (it says so wherever it is shown)."""
    folded = fold(text)
    code = folded.replace(" ", "_")
    if code in BY_CODE:
        return BY_CODE[code]
    return next((d for d in DISPOSITIONS if re.search(d.words, folded)), BY_CODE["other"])


def in_words(reason: str, language: Language) -> str:
    """A reason as kept, for people to read: a code becomes its words, words stay."""
    known = BY_CODE.get(reason)
    if known is None:
        return reason
    return known.vi if language == "vi" else known.en
