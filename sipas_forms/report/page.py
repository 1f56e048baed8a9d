"""Sets the report as one web page that needs no network: charts that answer to the mouse, tables that sort."""

from __future__ import annotations

import re
from html import escape
from importlib.resources import files

from sipas_forms.report.document import Block, Document, Figure, Grid, Heading, Paragraph
from sipas_forms.report.picture import svg

WEB = files("sipas_forms.report") / "web"


def page_report(document: Document, chooser: Figure | None) -> bytes:
    """The whole report as one HTML file's bytes; `chooser` is a figure of which the reader picks one picture."""
    body, links = [], []
    for number, block in enumerate(document.blocks):
        if isinstance(block, Heading) and block.level == 1:
            links.append(f'<a href="#s{number}">{escape(block.text.split(". ")[-1].capitalize())}</a>')
        body.append(_set(block, f"s{number}"))
    if document.appendix:
        body += [f"<h2>{escape(' – '.join(document.appendix_title))}</h2>"]
        body += [_set(block, "") for block in document.appendix]
    if chooser is not None:
        body.append(_chooser(chooser))
    comma = document.language == "vi"
    numbers = f"const GROUP=/{'[.]' if comma else ','}/g,DECIMAL='{',' if comma else '.'}';"
    style, script = ((WEB / name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    html = (
        f'<!doctype html><html lang="{document.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(document.subject)}</title><style>{style}</style></head><body>"
        f"<nav>{''.join(links)}</nav><main>{_head(document)}{''.join(body)}{_foot(document)}</main>"
        f'<div id="tip" role="status"></div><script>{numbers}{script}</script></body></html>'
    )
    return html.encode("utf-8")


def _head(d: Document) -> str:
    left = f"<p>{escape(d.left[0])}</p><p><b>{escape(d.left[1])}</b></p><p>{escape(d.number)}</p>"
    right = f"<p><b>{escape(d.right[0])}</b></p><p><b>{escape(d.right[1])}</b></p><p>{escape(d.place_date)}</p>"
    title = "<br>".join(escape(line) for line in d.title)
    to = f'<p class="center">{escape(d.recipient)}</p>' if d.recipient else ""
    warning = f'<p class="banner">{escape(d.warning)}</p>' if d.warning else ""
    return f'<div class="head"><div>{left}</div><div>{right}</div></div><h1>{title}</h1>{to}{warning}'


def _foot(d: Document) -> str:
    copies = "<br>".join(escape(line) for line in d.copies)
    signer = f"<b>{escape(d.signer[0])}</b><br>{escape(d.signer[1])}"
    return f'<div class="foot"><div class="note">{copies}</div><div class="sign">{signer}</div></div>'


def _set(block: Block, name: str) -> str:
    if isinstance(block, Heading):
        level = block.level + 1
        return f'<h{level} id="{name}">{escape(block.text)}</h{level}>'
    if isinstance(block, Paragraph):
        lead = f"<b>{escape(block.lead)}:</b> " if block.lead else ""
        text = re.sub(r"([Nn])_h", r"\1<sub>h</sub>", escape(block.text))
        return f'<p class="note">{text}</p>' if block.small else f"<p>{lead}{text}</p>"
    if isinstance(block, Grid):
        return _grid(block)
    pictures = "".join(svg(picture) for picture in block.pictures)
    note = f'<p class="note">{escape(block.note)}</p>' if block.note else ""
    return f"<figure><figcaption>{escape(block.caption)}</figcaption>{pictures}{note}</figure>"


def _grid(grid: Grid) -> str:
    """A table; one without rows that belong to the row above them sorts at a click on its head."""
    sorts = not any(row.indent for row in grid.rows)
    focus = ' tabindex="0"' if sorts else ""
    heads = "".join(f"<th{focus}>{escape(head)}</th>" for head in grid.heads)
    rows = []
    for row in grid.rows:
        indent, bold = ' class="i"' if row.indent else "", ' class="b"' if row.bold else ""
        names = "".join(f"<td{indent}>{escape(name)}</td>" for name in row.names)
        numbers = "".join(f'<td class="n">{escape(number)}</td>' for number in row.numbers)
        words = "".join(f"<td>{escape(word)}</td>" for word in row.words)
        rows.append(f"<tr{bold}>{names}{numbers}{words}</tr>")
    caption = f"<caption>{escape(grid.caption)}</caption>" if grid.caption else ""
    table = f"<table{' class=sorts' if sorts else ''}>{caption}<thead><tr>{heads}</tr></thead>"
    return f'<div class="wide">{table}<tbody>{"".join(rows)}</tbody></table></div>'


def _chooser(figure: Figure) -> str:
    options = "".join(f'<option value="{i}">{escape(name)}</option>' for i, name in enumerate(figure.choices))
    panels = "".join(
        f'<div data-choice="{i}"{" hidden" if i else ""}>{svg(picture)}</div>'
        for i, picture in enumerate(figure.pictures)
    )
    head = f"<figcaption>{escape(figure.caption)}</figcaption>"
    return f'<figure>{head}<select aria-label="{escape(figure.caption)}">{options}</select>{panels}</figure>'
