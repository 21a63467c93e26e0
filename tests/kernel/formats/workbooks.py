"""Workbooks made by hand, part by part, as no program makes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.kernel.formats.zips import zipped

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEADER = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>名称</t></is></c><c r="B1" t="inlineStr"><is><t>人数</t></is></c></row>'
)
TYPES = f'<Types xmlns="{PACKAGE}"><x t="application/vnd.openxmlformats-officedocument.spreadsheetml"/></Types>'


def workbook(
    *sheets: str,
    strings: str | None = None,
    styles: str | None = None,
    more: Mapping[str, str] | None = None,
) -> bytes:
    """A workbook of sheets, each given as the XML of its part; sheets are called S1, S2, …"""
    names = range(1, len(sheets) + 1)
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
        + "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId{n}"/>' for n in names)
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(
            [
                *(("worksheet", f"worksheets/s{n}.xml") for n in names),
                ("sharedStrings", "s.xml"),
                ("styles", "/xl/t.xml"),
            ]
        ),
        **{f"xl/worksheets/s{n}.xml": xml for n, xml in zip(names, sheets, strict=True)},
    }
    parts |= {"xl/s.xml": strings} if strings is not None else {}
    parts |= {"xl/t.xml": styles} if styles is not None else {}
    return zipped({name: xml.encode() for name, xml in {**parts, **(more or {})}.items()})


def sheet(rows: str, after: str = "", before: str = "") -> str:
    """A sheet part with rows given as XML."""
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def styles(codes: Sequence[str | int]) -> str:
    """A styles part with one cell style for each format: a code, or the id of a built-in one."""
    own = {code: 200 + at for at, code in enumerate(codes) if isinstance(code, str)}
    formats = "".join(f'<numFmt numFmtId="{own[c]}" formatCode="{_escaped(c)}"/>' for c in own)
    cells = "".join(f'<xf numFmtId="{own.get(c, c)}"/>' for c in codes)
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
        f"<cellXfs>{cells}</cellXfs></styleSheet>"
    )


def _escaped(code: str) -> str:
    return code.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def _relations(links: Sequence[tuple[str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(links, start=1)
    )
    return f'<Relationships xmlns="{PACKAGE}">{inner}</Relationships>'
