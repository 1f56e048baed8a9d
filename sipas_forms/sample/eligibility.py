"""Who may be asked: every row is judged alone, and what is refused says every reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from sipas_forms.plan import Survey, Unit
from sipas_forms.plan.text import Text
from sipas_forms.sample.values import read_channel, read_date, read_phone
from sipas_forms.sample.words import Value, fold, is_organisation, person_key, proper_name, tidy


class Reason(StrEnum):
    """Why a row is refused; the order is the order in which reasons are named."""

    NOT_A_RECORD = "not_a_record"
    UNKNOWN_UNIT = "unknown_unit"
    OTHER_UNIT = "other_unit"
    UNKNOWN_FIELD = "unknown_field"
    OTHER_FIELD = "other_field"
    NO_NAME = "no_name"
    BAD_NAME = "bad_name"
    NO_DATE = "no_date"
    BAD_DATE = "bad_date"
    OUTSIDE_WINDOW = "outside_window"
    NOT_IN_PERSON = "not_in_person"
    UNKNOWN_CHANNEL = "unknown_channel"
    NO_ADDRESS = "no_address"
    OUTSIDE_RESIDENCE = "outside_residence"
    NO_PHONE = "no_phone"
    BAD_PHONE = "bad_phone"


# What a row can be refused for, without anything of the row itself; shown on screens and in counts.
LABELS: dict[Reason, Text] = {
    Reason.NOT_A_RECORD: Text(vi="không phải dòng ghi giao dịch (tiêu đề, tổng cộng, chữ ký…)", en="not a record"),
    Reason.UNKNOWN_UNIT: Text(vi="không rõ đơn vị", en="unit not known"),
    Reason.OTHER_UNIT: Text(vi="thuộc đơn vị khác", en="of another unit"),
    Reason.UNKNOWN_FIELD: Text(vi="không rõ lĩnh vực", en="field not known"),
    Reason.OTHER_FIELD: Text(vi="thuộc lĩnh vực khác", en="of another field"),
    Reason.NO_NAME: Text(vi="thiếu họ và tên", en="no name"),
    Reason.BAD_NAME: Text(vi="họ và tên không đầy đủ", en="not a full name"),
    Reason.NO_DATE: Text(vi="thiếu ngày giao dịch", en="no date"),
    Reason.BAD_DATE: Text(vi="ngày giao dịch không đọc được", en="date can't be read"),
    Reason.OUTSIDE_WINDOW: Text(vi="ngày giao dịch ngoài thời gian khảo sát", en="date outside the window"),
    Reason.NOT_IN_PERSON: Text(vi="không giao dịch trực tiếp", en="not in person"),
    Reason.UNKNOWN_CHANNEL: Text(vi="không rõ hình thức giao dịch", en="way of dealing not known"),
    Reason.NO_ADDRESS: Text(vi="thiếu nơi cư trú", en="no address"),
    Reason.OUTSIDE_RESIDENCE: Text(vi="cư trú ngoài địa bàn", en="lives elsewhere"),
    Reason.NO_PHONE: Text(vi="thiếu số điện thoại", en="no phone"),
    Reason.BAD_PHONE: Text(vi="số điện thoại không đúng", en="phone can't be one"),
}


class Doubt(StrEnum):
    """Why a row that could be a candidate waits until the unit has looked at it."""

    UNSURE_DATE = "unsure_date"
    UNSURE_ENCODING = "unsure_encoding"
    ODD_SIGNS = "odd_signs"
    MAYBE_SAME = "maybe_same"


DOUBTS: dict[Doubt, Text] = {
    Doubt.UNSURE_DATE: Text(vi="ngày và tháng có thể bị đảo", en="day and month may be swapped"),
    Doubt.UNSURE_ENCODING: Text(vi="bảng mã chữ không rõ", en="the letters' encoding is not certain"),
    Doubt.ODD_SIGNS: Text(
        vi="họ tên hoặc địa chỉ có ký tự lạ, không in được (chữ không phải La-tinh, biểu tượng, thẻ < >)",
        en="the name or the address has signs that can't be printed (other scripts, emoji, tags in < >)",
    ),
    Doubt.MAYBE_SAME: Text(vi="có thể trùng với người ở dòng khác", en="may be the person of another row"),
}


class Merge(StrEnum):
    """Why a row is one candidate together with another one."""

    SAME_PERSON = "same_person"
    SAME_PHONE = "same_phone"


MERGES: dict[Merge, Text] = {
    Merge.SAME_PERSON: Text(vi="cùng một người", en="the same person"),
    Merge.SAME_PHONE: Text(vi="cùng số điện thoại, ghi tên khác", en="the same phone under another name"),
}


def label(code: str) -> Text:
    """The words of a reason, a doubt or a merge."""
    if code in set(Reason):
        return LABELS[Reason(code)]
    return DOUBTS[Doubt(code)] if code in set(Doubt) else MERGES[Merge(code)]


@dataclass(frozen=True)
class Fault:
    """One reason, with the detail that lets the office mend the row."""

    reason: Reason
    detail: Text | None = None

    def sentence(self) -> str:
        """In the office's language."""
        words = LABELS[self.reason].vi
        return f"{words[0].upper()}{words[1:]}{f' ({self.detail.vi})' if self.detail else ''}."


@dataclass(frozen=True)
class Record:
    """A row by meaning, as written: what the columns said, nothing judged yet.

    `has_channel` is False where the list has no column for it: such a list is the one-stop shop's own; `confirmed`
    is the unit's word that the row is right as it stands.
    """

    name: str
    organisation: str
    address: str
    phone: Value
    date: Value
    channel: str
    has_channel: bool
    procedure: str = ""
    confirmed: bool = False


@dataclass(frozen=True)
class Judged:
    """A row after judgement: a candidate where `faults` is empty; `key` says who it is within the cell."""

    faults: tuple[Fault, ...]
    key: str
    name: str
    organisation: str
    address: str
    phone: str
    day: date | None


def judge(
    survey: Survey, unit: Unit | None, record: Record, faults: tuple[Fault, ...] = (), month_first: bool = False
) -> Judged:
    """Judge a row; `faults` are those already found (no unit, no field). Every further one is added."""
    day = read_date(record.date, month_first)
    phone = read_phone(record.phone) or ""
    name = proper_name(record.name or record.organisation)
    more = (
        _name_fault(name),
        _day_fault(survey, record.date, day),
        _channel_fault(record),
        _address_fault(unit, record.address),
        _phone_fault(record.phone, phone),
    )
    found = (*faults, *filter(None, more))
    key = "" if found else person_key(name, phone)
    organisation = record.organisation if record.name else ""
    return Judged(found, key, name, organisation, record.address, phone, day)


def _name_fault(name: str) -> Fault | None:
    if not name:
        return Fault(Reason.NO_NAME)
    if not is_organisation(name) and (" " not in fold(name) or any(map(str.isdigit, name))):
        return Fault(Reason.BAD_NAME)
    return None


def _day_fault(survey: Survey, written: Value, day: date | None) -> Fault | None:
    if day is None:
        said = tidy(written)
        return Fault(Reason.BAD_DATE, _bad_date(said)) if said else Fault(Reason.NO_DATE)
    if not survey.window.first <= day <= survey.window.last:
        window = f"{survey.window.first:%d/%m/%Y}–{survey.window.last:%d/%m/%Y}"
        return Fault(Reason.OUTSIDE_WINDOW, Text(vi=f"{day:%d/%m/%Y}; khảo sát {window}"))
    return None


def _bad_date(said: str) -> Text:
    return Text(vi=f"ghi là '{said[:40]}'; cần dạng ngày/tháng/năm")


def _channel_fault(record: Record) -> Fault | None:
    if not record.has_channel:
        return None
    channel = read_channel(record.channel)
    if channel == "remote":
        return Fault(Reason.NOT_IN_PERSON, Text(vi=record.channel[:40]))
    if channel is None:
        written = f"ghi là '{record.channel[:40]}'" if record.channel else "để trống"
        return Fault(Reason.UNKNOWN_CHANNEL, Text(vi=f"{written}; cần ghi trực tiếp, trực tuyến hoặc bưu chính"))
    return None


def _address_fault(unit: Unit | None, address: str) -> Fault | None:
    if not address:
        return Fault(Reason.NO_ADDRESS)
    if unit is not None and not lives_inside(unit, address):
        return Fault(Reason.OUTSIDE_RESIDENCE, Text(vi=f"địa chỉ không thuộc {', '.join(unit.residence)}"))
    return None


def _phone_fault(written: Value, phone: str) -> Fault | None:
    if phone:
        return None
    return Fault(Reason.BAD_PHONE if tidy(written) else Reason.NO_PHONE)


# The word before the name of a place of this level; 'đường Phúc Lợi, phường Phúc Đồng' is in Phúc Đồng.
DESIGNATORS = {"ward": ("phường", "xã", "thị trấn"), "district": ("quận", "huyện", "thị xã")}
DESIGNATOR_START = re.compile(r"^(phuong|xa|thi tran|quan|huyen|thi xa) ")


def lives_inside(unit: Unit, address: str) -> bool:
    """Whether an address holds one of the unit's residence words, accents and case aside.

    Where the address says outright which ward (or district) it is in, that one must be the unit's.
    """
    words, bare = _residence_words(unit.residence)
    padded = f" {fold(address)} "
    if not any(word in padded for word in words):
        return False
    written = tidy(address).casefold()
    designators = [designator for designator in DESIGNATORS.get(unit.level, ()) if designator in written]
    if not designators:
        return True
    parts = f" {written} ".replace(",", " , ")
    after = [fold(words) for designator in designators for words in parts.split(f" {designator} ")[1:]]
    named = [f"{words} " for words in after if words]
    return not named or any(words.startswith(bare) for words in named)


@cache
def _residence_words(residence: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of a residence as they stand within an address; and without the word for its level, at its start."""
    words = [fold(words) for words in residence]
    inside = tuple(f" {word} " for word in words if word)
    return inside, tuple(f"{DESIGNATOR_START.sub('', word)} " for word in words)
