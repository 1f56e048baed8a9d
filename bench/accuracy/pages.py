"""Simulated scans of single forms, the same as `sipas simulate scans` makes with that profile and seed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.accuracy.people import KNOWN
from sipas_forms.plan import Questionnaire, Workspace
from sipas_forms.printing.layout import Layout
from sipas_forms.printing.render import render_page
from sipas_forms.scanning.files import read_frames
from sipas_forms.scanning.library import FormLibrary
from sipas_forms.scanning.types import Problem, ScanPage
from sipas_forms.simulate import (
    Device,
    FilledForm,
    draw_device,
    draw_marks,
    generator,
    scan_page,
    truth_of,
)
from sipas_forms.simulate.files import write_jpeg, write_pdf, write_phone_jpeg, write_tiff
from sipas_forms.store import open_store
from sipas_forms.store.forms import all_forms
from sipas_forms.store.printed import PrintedPlace, printed_places

# One seed is one stack of one cell on one device: fewer forms a seed bring more devices.
FORMS_PER_SEED = 20


@dataclass(frozen=True)
class Desk:
    """A printed survey, and what is needed to fill, scan and read its forms."""

    workspace: Workspace
    questionnaire: Questionnaire
    library: FormLibrary
    places: dict[str, tuple[PrintedPlace, ...]]
    scratch: Path

    @staticmethod
    def of(root: Path) -> Desk:
        """The desk of a printed workspace; its scratch folder is the caller's process's own."""
        workspace = Workspace(root)
        store = open_store(workspace.database)
        try:
            serials = {form.serial for form in all_forms(store)}
            library = FormLibrary(workspace.layouts, workspace.survey.code, store.key(), serials=serials)
            places: dict[str, tuple[PrintedPlace, ...]] = {}
            for place in printed_places(store):
                places[place.serial] = (*places.get(place.serial, ()), place)
        finally:
            store.close()
        scratch = Path(tempfile.mkdtemp(prefix="page-", dir=root))
        return Desk(workspace, workspace.questionnaire, library, places, scratch)

    def layout(self, serial: str) -> Layout:
        """The layout that a form was printed with."""
        layout = self.library.layout(self.places[serial][0].form_version)
        assert layout is not None
        return layout

    def serials(self, seed: int) -> list[str]:
        """The forms that are filled and scanned with a seed: the first of the cell whose turn it is."""
        cells = self.workspace.survey.cells()
        unit, field = cells[seed % len(cells)]
        start = f"{unit.code}-{field.code}-"
        return [serial for serial in self.places if serial.startswith(start)][:FORMS_PER_SEED]

    def truth(self, profile: str, seed: int, serial: str) -> FilledForm:
        """What the form's made-up respondent meant and drew."""
        return truth_of(self.questionnaire, KNOWN[profile], seed, serial)

    def scans(self, profile: str, seed: int, serial: str) -> Iterator[tuple[int, ScanPage]]:
        """(page number, its scan as it comes out of its file) for every page of the form."""
        device = _device(profile, seed, serial)
        marks = self.truth(profile, seed, serial).marks
        layout = self.layout(serial)
        drawn = {}
        for place in self.places[serial]:
            printed = render_page(self.workspace.root / place.file, place.pdf_page - 1, device.dpi)
            rng = generator(seed, "pen", serial, place.page)
            drawn[place.page] = draw_marks(printed, layout.page(place.page), marks, device.px_per_mm, rng)
        for page, picture in drawn.items():
            back = drawn.get(page + 1 if page % 2 else page - 1)
            scanned = scan_page(picture, device, generator(seed, "scan", profile, serial, page), back)
            yield page, self._stored(scanned, device, generator(seed, "file", serial, page))

    def _stored(self, picture: NDArray[np.uint8], device: Device, rng: np.random.Generator) -> ScanPage:
        """Through a file of the device's kind and back: compression is part of what a reader gets."""
        suffix = {"pdf": ".pdf", "tiff": ".tif", "jpeg": ".jpg"}[device.container]
        path = self.scratch / f"page{suffix}"
        camera = device.profile.camera
        if device.container == "pdf":
            write_pdf(path, iter([picture]), device.dpi, device.jpeg_quality)
        elif device.container == "tiff":
            write_tiff(path, iter([picture]), device.dpi, device.jpeg_quality, device.threshold is not None)
        elif camera is None:
            write_jpeg(path, picture, device.dpi, device.jpeg_quality)
        else:
            tint = camera.tint.draw(rng), camera.tint.draw(rng)
            write_phone_jpeg(path, picture, device.jpeg_quality, tint, bool(rng.random() < camera.sideways))
        [(_, scan)] = read_frames(path, path.name, range(1, 2))
        if isinstance(scan, Problem):
            raise RuntimeError(f"a simulated page can't be opened: {scan.sentence}")
        return scan


def _device(profile: str, seed: int, serial: str) -> Device:
    cell = serial.rsplit("-", 2)[0]
    return draw_device(KNOWN[profile], generator(seed, "device", profile, cell))
