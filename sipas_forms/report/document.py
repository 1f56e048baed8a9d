"""The report before it is set in any format: blocks in order, every number already written as text.

PDF, Word and web page set the same blocks, so that no format can say anything else than another.
"""

from __future__ import annotations

from dataclasses import dataclass

from sipas_forms.report.picture import Picture


@dataclass(frozen=True)
class Row:
    """One row: names on the left, then numbers (as text, set to the right), then `words` about them."""

    names: tuple[str, ...]
    numbers: tuple[str, ...]
    bold: bool = False
    indent: bool = False
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grid:
    """A table; `widths` are millimetres, one a column, `caption` is whole with its number (empty: none)."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    widths: tuple[float, ...]

    def has(self, mark: str) -> bool:
        """Whether a number of it bears a mark."""
        return any(mark in number for row in self.rows for number in row.numbers)


@dataclass(frozen=True)
class Figure:
    """Pictures under one caption; `choices` names them where a web page shows one at a time."""

    caption: str
    pictures: tuple[Picture, ...]
    note: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Heading:
    """A section's title; level 1 or 2."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Plain text; `lead` stands before it in bold, `small` is a note's size."""

    text: str
    lead: str = ""
    small: bool = False


Block = Heading | Paragraph | Grid | Figure


@dataclass(frozen=True)
class Document:
    """The whole report.

    Attributes:
        left, right: the head's two columns, each line's text (Decree 30/2020/NĐ-CP, appendix I).
        number, place_date: the line below them.
        title: lines of the title; `recipient`: to whom, or empty; `warning`: the banner, or empty.
        copies, signer: the foot's two columns.
        appendix: what follows the signature, from a new page on.
    """

    language: str
    author: str
    subject: str
    left: tuple[str, str]
    right: tuple[str, str]
    number: str
    place_date: str
    title: tuple[str, ...]
    recipient: str
    warning: str
    blocks: tuple[Block, ...]
    copies: tuple[str, ...]
    signer: tuple[str, ...]
    appendix_title: tuple[str, ...]
    appendix: tuple[Block, ...]
