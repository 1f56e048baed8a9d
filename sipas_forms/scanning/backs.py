"""Sheets whose number stands on the front alone: whose the other pages are, by where they lie in their pile.

A pile is a file of several pages, or the files of one page in a folder, by name. Its sheets are taken from its
beginning, as many pages at a time as the form has. A page belongs to the front at the head of its sheet where each page
of the sheet lies in its own place. One that is not known keeps its place, and a sheet that was turned over is two pages
all the same; but from the first sheet on that has a page twice (a page is missing or doubled, or all fronts lie before
all backs) nobody knows which front a page was behind, however well the rest seems to go on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from sipas_forms.plan import Workspace
from sipas_forms.scanning.as_is import PILE_HELD, WRONG_ORDER
from sipas_forms.scanning.files import ScanFile, by_name, inspect_file, is_scan
from sipas_forms.scanning.library import FormLibrary
from sipas_forms.store import Store
from sipas_forms.store.joining import FRONT_FIRST, Back, KnownScan, known_scans, record_backs
from sipas_forms.store.readings import RecordCounts, ScanRecord

BY_HAND = "or say whose it is in sipas review."


@dataclass(frozen=True)
class Side:
    """One scan of a pile: which page of the form it is (0: not known) and of which form (empty: not known); `waits` for
    the number on its front; `empty`: nothing is on it, or a person has put it aside."""

    path: str
    frame: int
    digest: str = ""
    page: int = 0
    serial: str = ""
    waits: bool = False
    empty: bool = False

    @property
    def where(self) -> str:
        """As sentences name it."""
        return f"{Path(self.path).name}, page {self.frame}"


def side_of(record: ScanRecord) -> Side:
    """The place of a page that was read just now."""
    code = record.problem[0] if record.problem else ""
    serial = record.serial if record.serial and not code else ""  # one that tesseract read is a suggestion
    waits, empty = code == FRONT_FIRST, code == "blank_page"
    return Side(record.path, record.frame, record.digest, record.page or 0, serial, waits, empty)


def backs_of(sides: list[Side], pages: int) -> Iterator[Back]:
    """Whose the waiting pages of a pile are, of a form of so many pages."""
    if pages % 2:  # of its last sheet the other side is empty, and a scanner gives it all the same
        sides = [s for i, s in enumerate(sides) if not (s.empty and i and sides[i - 1].page == pages)]
    copies = Counter(side.digest for side in sides)
    lost: Side | None = None
    for start in range(0, len(sides), pages):
        sheet = sides[start : start + pages]
        lost = lost or _astray(sheet, pages)
        for place, side in enumerate(sheet, 1):
            if side.waits and copies[side.digest] == 1:
                yield _told(side, place, sheet, lost)
            elif side.waits:
                yield _held(side, "the same picture lies in this pile more than once")


def _astray(sheet: list[Side], pages: int) -> Side | None:
    """The first page by which these are not the pages of one sheet; None where they may be."""
    seen: set[int] = set()
    serials = {side.serial for side in sheet if side.serial}
    for side in sheet:
        if side.page in seen:
            return side
        seen |= {side.page} - {0}
    return sheet[-1] if len(sheet) < pages or len(serials) > 1 else None


def _told(side: Side, place: int, sheet: list[Side], lost: Side | None) -> Back:
    front = sheet[0]
    if lost:
        return _held(side, f"the pages of this pile do not lie sheet by sheet from {lost.where} on")
    if any(one.page not in (0, at) for at, one in enumerate(sheet, 1)):
        sentence = (
            f"{side.where}: the number stands on its front, and this sheet of the pile was turned over, or pages of "
            f"two lie there (page {side.page} in place {place}). Lay it right and scan the pile again, {BY_HAND}"
        )
        return Back(side.digest, "", WRONG_ORDER, sentence)
    if not front.digest:
        return _held(side, f"that one ({front.where}) can't be opened or was not read")
    sentence = (
        f"{side.where}: the number stands on its front, {front.where}, which is not settled yet. Settle that one in "
        "sipas review, and this page goes to the same form."
    )
    return Back(side.digest, front.digest, FRONT_FIRST, sentence)


def _held(side: Side, why: str) -> Back:
    sentence = (
        f"{side.where}: the number stands on its front, and {why}, so whose this page is cannot be told. Put the pile "
        f"in order (both sides of a sheet at once, not all fronts and then all backs) and read it again, {BY_HAND}"
    )
    return Back(side.digest, "", PILE_HELD, sentence)


@dataclass
class Piles:
    """The pages of one run, joined to their fronts as each pile is whole; `pages`: of the form, whose pages were read
    before as those of one of the `versions` (its places may have been corrected since)."""

    workspace: Workspace
    store: Store
    pages: int
    versions: frozenset[str]
    sides: dict[str, list[Side]] = field(default_factory=dict)

    @classmethod
    def of(cls, workspace: Workspace, store: Store, library: FormLibrary) -> Piles | None:
        """None where every page is told by itself."""
        known = library.as_is
        if known is None or not known.on_front:
            return None
        layouts = [layout for layout in map(library.layout, library.versions()) if layout]
        name = next(layout.questionnaire for layout in layouts if layout.form_version == known.version)
        versions = frozenset(layout.form_version for layout in layouts if layout.questionnaire == name)
        return cls(workspace, store, known.pages, versions)

    def add(self, records: Iterable[ScanRecord]) -> None:
        """Pages that were read and stored."""
        for record in records:
            self.sides.setdefault(record.path, []).append(side_of(record))

    def join_file(self, name: str, frames: int) -> RecordCounts:
        """A file of several pages has been read."""
        found = {side.frame: side for side in self.sides.pop(name, [])}
        sides = [found.get(frame, Side(name, frame)) for frame in range(1, frames + 1)]
        known = {scan.digest: scan for scan in known_scans(self.store, digests=_digests(sides))}
        return self._join([self._settled(side, known.get(side.digest)) for side in sides])

    def join_folders(self) -> RecordCounts:
        """All files of one page that were asked for have been read: those of each folder are a pile."""
        counts = RecordCounts()
        waiting = [side for sides in self.sides.values() for side in sides if side.waits]
        for folder in sorted({(self.workspace.root / side.path).parent for side in waiting}):
            counts.add(self._join(self._in_folder(folder)))
        return counts

    def _in_folder(self, folder: Path) -> list[Side]:
        """All files of one page that lie there, whether they were read now, before or never."""
        paths = {self.workspace.relative(path): path for path in sorted(folder.iterdir(), key=by_name) if is_scan(path)}
        now = [side for name in paths for side in self.sides.get(name, [])]
        known = {scan.digest: scan for scan in known_scans(self.store, digests=_digests(now))}
        before = {scan.path: scan for scan in known_scans(self.store, paths=[p for p in paths if p not in self.sides])}
        found: list[Side] = []
        for name, path in paths.items():
            if name in self.sides:
                found += [self._settled(side, known.get(side.digest)) for side in self.sides[name]]
                continue
            file, scan = inspect_file(path), before.get(name)
            if isinstance(file, ScanFile) and file.frames > 1:
                continue
            same = scan and isinstance(file, ScanFile) and (scan.size, scan.mtime_ns) == (file.size, file.mtime_ns)
            place = Side(name, 1)
            found.append(self._settled(replace(place, digest=scan.digest), scan) if scan and same else place)
        return found

    def _join(self, sides: list[Side]) -> RecordCounts:
        return record_backs(self.store, backs_of(sides, self.pages))

    def _settled(self, side: Side, known: KnownScan | None) -> Side:
        """What is known of a page by now: a person may have said whose it is."""
        if known is None or known.state == "problem":
            return side
        if known.state == "set_aside":
            return replace(side, empty=True)
        if known.form_version not in self.versions:
            return replace(side, page=0, serial="")
        return replace(side, page=known.page or 0, serial=known.serial or "", waits=False)


def _digests(sides: Iterable[Side]) -> list[str]:
    return [side.digest for side in sides if side.digest]
