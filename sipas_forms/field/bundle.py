"""`field export`: a bundle for one ward, with what it needs to hand out and collect its own forms, and nothing else."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

from sipas_forms.field.follow import write_sheets
from sipas_forms.field.holders import holders, opened, unit_of
from sipas_forms.field.logbook import book_path, write_logbook
from sipas_forms.field.paper import save
from sipas_forms.field.papers import ward_papers
from sipas_forms.plan import Unit, Workspace
from sipas_forms.sample.paper_words import Words
from sipas_forms.store.field_log import history

READ_ME = {
    "vi": (
        "DOC-TRUOC.txt",
        """{title}
{unit}

1. handout: danh sách phát và thu phiếu, in ra, lấy chữ ký.
2. labels: nhãn dán phong bì (khổ A4, 2 × 7 nhãn, in 100%).
3. phone-script: lời mời qua điện thoại.
4. logbook: sổ theo dõi, ghi trên máy rồi gửi lại {office}.
5. follow: phiếu nào chưa về, còn thiếu trang nào.

Gửi lại: chỉ tệp logbook-{code}.xlsx (hoặc cả gói này). Không đổi cột Số phiếu và dòng Mã sổ.
Gói này có họ tên, địa chỉ, điện thoại của những người được hỏi thuộc đơn vị: chỉ dùng để phát và thu phiếu,
không sao chụp, không gửi qua mạng xã hội. Khi {office} báo kết thúc, xóa tất cả các bản và hủy bản in.
""",
    ),
    "en": (
        "READ-ME.txt",
        """{title}
{unit}

1. handout: the hand-out sheet, to print and to have signed.
2. labels: envelope labels (A4, 2 × 7, print at 100%).
3. phone-script: what to say on the phone.
4. logbook: fill it in and send it back to {office}.
5. follow: which forms are not back, which pages are missing.

Send back: logbook-{code}.xlsx alone, or this bundle. Do not change the form numbers and the line 'Book'.
This bundle holds names, addresses and phones of the unit's own respondents: for handing out and collecting forms
only. Do not copy or post it. When {office} says that the survey is closed, delete every copy and destroy the prints.
""",
    ),
}


def export_bundle(workspace: Workspace, unit: str, to: Path | None = None) -> Path:
    """Write the bundle of a unit as one zip file (default: under `output/field/`).

    It holds names, addresses and phones of those who hold a form of this unit that counts: no reserve, nobody of
    another unit, no answers.

    Raises:
        SampleError: no such unit, nobody is drawn there, or the file is open in another program.
    """
    survey = workspace.survey
    chosen = unit_of(workspace, unit)
    path = to or workspace.output / "field" / f"bundle-{survey.code}-{chosen.code}.zip"
    with (
        opened(workspace, "field export") as (store, people),
        tempfile.TemporaryDirectory(prefix="sipas-") as made,
    ):
        folder = Path(made)
        found = [h for h in holders(store, people, chosen, Words(survey.language)) if h.active]
        papers = ward_papers(folder, survey, chosen, found)
        papers.append(write_logbook(book_path(folder, chosen), survey, chosen, found, history(store)))
        papers += write_sheets(folder, workspace, store, chosen, found)
        return save(path, _zipped(workspace, chosen, papers))


def _zipped(workspace: Workspace, unit: Unit, papers: list[Path]) -> bytes:
    language = workspace.survey.language
    name, text = READ_ME[language]
    said = text.format(
        title=workspace.survey.title.in_(language),
        unit=unit.name.in_(language),
        office=workspace.survey.owner.office.in_(language),
        code=unit.code,
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, "\ufeff" + said.replace("\n", "\r\n"))  # Notepad knows UTF-8 by its mark
        for paper in papers:
            archive.write(paper, paper.name)
    return buffer.getvalue()
