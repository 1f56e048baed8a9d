"""Who may be asked: every row is judged alone, and what is refused says every reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from sipas_forms.plan import Survey, Unit
from sipas_forms.plan.text import Text
from sipas_forms.sample.values import read_channel, read_date, read_phone
from sipas_forms.sample.words import Value, fold, holds, is_organisation, person_key, proper_name, tidy


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
    MAYBE_SAME = "maybe_same"


DOUBTS: dict[Doubt, Text] = {
    Doubt.UNSURE_DATE: Text(vi="ngày và tháng có thể bị đảo", en="day and month may be swapped"),
    Doubt.UNSURE_ENCODING: Text(vi="bảng mã chữ không rõ", en="the letters' encoding is not certain"),
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
    found = (
        *faults,
        *_name_faults(name),
        *_day_faults(survey, tidy(record.date), day),
        *_channel_faults(record),
        *_address_faults(unit, record.address),
        *_phone_faults(tidy(record.phone), phone),
    )
    key = "" if found else person_key(name, phone)
    organisation = record.organisation if record.name else ""
    return Judged(found, key, name, organisation, record.address, phone, day)


def _name_faults(name: str) -> Iterator[Fault]:
    if not name:
        yield Fault(Reason.NO_NAME)
    elif not is_organisation(name) and (len(fold(name).split()) < 2 or any(sign.isdigit() for sign in name)):
        yield Fault(Reason.BAD_NAME)


def _day_faults(survey: Survey, written: str, day: date | None) -> Iterator[Fault]:
    if not written:
        yield Fault(Reason.NO_DATE)
    elif day is None:
        yield Fault(Reason.BAD_DATE, Text(vi=f"ghi là '{written[:40]}'; cần dạng ngày/tháng/năm"))
    elif not survey.window.first <= day <= survey.window.last:
        window = f"{survey.window.first:%d/%m/%Y}–{survey.window.last:%d/%m/%Y}"
        yield Fault(Reason.OUTSIDE_WINDOW, Text(vi=f"{day:%d/%m/%Y}; khảo sát {window}"))


def _channel_faults(record: Record) -> Iterator[Fault]:
    if not record.has_channel:
        return
    channel = read_channel(record.channel)
    if channel == "remote":
        yield Fault(Reason.NOT_IN_PERSON, Text(vi=record.channel[:40]))
    elif channel is None:
        written = f"ghi là '{record.channel[:40]}'" if record.channel else "để trống"
        yield Fault(Reason.UNKNOWN_CHANNEL, Text(vi=f"{written}; cần ghi trực tiếp, trực tuyến hoặc bưu chính"))


def _address_faults(unit: Unit | None, address: str) -> Iterator[Fault]:
    if not address:
        yield Fault(Reason.NO_ADDRESS)
    elif unit is not None and not lives_inside(unit, address):
        yield Fault(Reason.OUTSIDE_RESIDENCE, Text(vi=f"địa chỉ không thuộc {', '.join(unit.residence)}"))


def _phone_faults(written: str, phone: str) -> Iterator[Fault]:
    if not written:
        yield Fault(Reason.NO_PHONE)
    elif not phone:
        yield Fault(Reason.BAD_PHONE)


# The word before the name of a place of this level; 'đường Phúc Lợi, phường Phúc Đồng' is in Phúc Đồng.
DESIGNATORS = {"ward": ("phường", "xã", "thị trấn"), "district": ("quận", "huyện", "thị xã")}
DESIGNATOR_START = re.compile(r"^(phuong|xa|thi tran|quan|huyen|thi xa) ")


def lives_inside(unit: Unit, address: str) -> bool:
    """Whether an address holds one of the unit's residence words, accents and case aside.

    Where the address says outright which ward (or district) it is in, that one must be the unit's.
    """
    words = _residence_words(unit.residence)
    folded = fold(address)
    if not any(holds(folded, word) for word in words):
        return False
    if not any(designator in address.casefold() for designator in DESIGNATORS.get(unit.level, ())):
        return True
    parts = f" {tidy(address).casefold()} ".replace(",", " , ")
    named = [
        fold(after)
        for designator in DESIGNATORS.get(unit.level, ())
        for after in parts.split(f" {designator} ")[1:]
        if fold(after)
    ]
    bare = [DESIGNATOR_START.sub("", word) for word in words]
    return not named or any(f"{after} ".startswith(f"{word} ") for after in named for word in bare)


@cache
def _residence_words(residence: tuple[str, ...]) -> list[str]:
    return [fold(words) for words in residence]
