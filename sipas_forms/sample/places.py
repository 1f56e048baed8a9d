"""Parts of an address that have a column each: which heading names which part, and in what order they are written.

A list may say 'Số nhà | Ấp | Xã'. Below the ward stand hamlets and quarters under the names of their province (thôn,
ấp, khu phố, buôn …); people of one name and one house number in two of them are two people.
"""

from __future__ import annotations

import re
from functools import lru_cache

from sipas_forms.sample.words import fold, holds, tidy

# The parts as they are written in an address, smallest first; those of one row keep the order of their columns.
PARTS: tuple[tuple[str, ...], ...] = (
    ("số nhà",),
    ("ngách", "ngõ", "hẻm", "kiệt"),
    ("đường", "phố"),
    ("tổ", "đội", "xóm", "tổ nhân dân", "tổ dân cư"),
    (
        "thôn", "ấp", "bản", "làng", "buôn", "bon", "plei", "phum", "sóc", "khóm", "khu", "khu phố", "khu vực",
        "khu dân cư", "tiểu khu", "khối", "khối phố", "tổ dân phố", "kp", "tdp",
    ),
    ("phường", "xã", "thị trấn", "đặc khu"),
    ("quận", "huyện", "thị xã"),
    ("thành phố", "tỉnh"),
)  # fmt: skip
ORDER = {fold(word): rank for rank, words in enumerate(PARTS) for word in words}
# Where a cell says '3' or 'Đông' alone, nobody finds it without the word of its heading; wards are known by their name.
QUARTERS = {fold(word): word for words in PARTS[3:5] for word in words}
_WORD = "|".join(sorted(ORDER, key=len, reverse=True))  # 'khu pho' goes before 'khu'
# 'Ấp', 'Thôn/Xóm', 'Tên khu phố', 'Số nhà, đường', also under 'Địa chỉ' merged above several.
HEADING = rf"(?:(?:dia chi|noi o|cho o|noi cu tru|thuong tru|tam tru|ho khau) )*(?:ten )?(?:{_WORD})" + (
    rf"(?: (?:(?:hoac|va|ten) )?(?:{_WORD}))*"
)
# A quarter with its number is no house: 'tổ 5, ấp 3'.
NUMBERED_QUARTER = re.compile(rf"\b(?:{'|'.join(sorted(QUARTERS, key=len, reverse=True))})(?: so)? \d+\b")


def is_spelt(heading: str) -> bool:
    """Whether a heading of one word that has accents has those of a part: 'Tổ', not the 'Tờ' of a map or a 'Phó'."""
    word = tidy(heading).casefold()
    return " " in word or word.isascii() or fold(word) not in ORDER or any(word in words for words in PARTS)


def rank(heading: str) -> int:
    """Where a column's part stands in an address; the smallest of several ('Ấp, xã')."""
    return min((ORDER[word] for word in re.findall(rf"\b(?:{_WORD})\b", fold(heading))), default=len(PARTS))


@lru_cache(maxsize=65_536)  # a list has few different quarters
def part(heading: str, said: str) -> str:
    """A cell as it stands in an address: a bare quarter with the word of its heading, '3' under 'Ấp' as 'Ấp 3'."""
    text = tidy(said)
    words: list[str] = re.findall(rf"\b(?:{_WORD})\b", fold(heading))
    folded = fold(text)
    if not words or not folded or set(words) - set(QUARTERS) or any(holds(folded, word) for word in QUARTERS):
        return text
    named = "/".join(QUARTERS[word] for word in words)
    return f"{named[0].upper()}{named[1:]} {text}"


def is_within(address: str, one: str) -> bool:
    """Whether an address in one column says a quarter already that has a column too."""
    folded = fold(one)
    return any(folded.startswith(f"{word} ") for word in QUARTERS) and holds(fold(address), folded)
