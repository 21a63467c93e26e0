"""Issuing papers: numbers without holes, what is kept, who may, and both forms saying the same."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import io
import threading
import zipfile
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.divisions.papers import LONGEST, LONGEST_NARROW, SHEET, WIDE_FIELDS, map_height
from portal.errors import Forbidden, NotFound, RuleBroken
from portal.exchange.models import IssuedPaper, Number
from portal.exchange.papers import Form, Occasion, compose, house_template, render, render_both
from portal.exchange.queries import papers as queries
from portal.exchange.service import papers as service
from portal.exchange.service.papers import take_number
from portal.kernel.access.actor import SYSTEM, Actor
from portal.kernel.audit.models import AuditEntry
from portal.kernel.db.session import connect
from portal.kernel.files import store
from portal.kernel.formats.qr import qr_modules
from portal.kernel.pg.account import Account
from portal.kernel.pg.folder import Folder
from tests.factories.papers import AT, BASE, NOW, ZH, clerk, make_ground, pdf_text, sheet_of
from tests.kernel.formats.papers import text_of
from tests.kernel.formats.test_pdf_paper import alternatives, fonts_of
from tests.kernel.formats.test_qr import modules_of


@pytest.fixture
def folder(open_folder: Path) -> Folder:
    made = Folder(open_folder / "data", Account.of_process())
    made.make()
    return made


@pytest.fixture
def ground(app, session):
    """Published; the app connects the publication to the announcement."""
    return make_ground(session)


def content(session: Session, folder: Folder, file_id: int) -> bytes:
    return store.path_of(folder, queries.file_of(session, file_id)).read_bytes()


def occasion(number: str = "普陀区-2026-0001", locale: str = ZH) -> Occasion:
    return Occasion(AT, locale, NOW, "李娜", BASE, "普陀区", number)


# --- both forms ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", [ZH, "en"])
@pytest.mark.parametrize("number", ["", "普陀区-2026-0001"])
def test_the_word_file_and_the_pdf_say_the_same_field_by_field(session, ground, locale, number):
    facts = SHEET.facts(session, SYSTEM, ground.town.public_id, AT)
    composed = compose(SHEET, facts, occasion(number, locale))
    word, pdf = render_both(composed, house_template(SHEET, locale))
    in_word, in_pdf = "".join(text_of(word.content).split()), pdf_text(pdf.content)
    values = [("map", "")]
    for name, value in composed.values.items():
        rows = (
            [(name, value)]
            if isinstance(value, str)
            else [(f"{name}.{key}", word) for row in value for key, word in row.items()]
        )
        values += rows
    assert len(values) > 20
    for name, value in values:
        said = "".join(value.split())
        assert said in in_word, f"{name} is not in the Word file: {value}"
        assert said in in_pdf, f"{name} is not in the PDF: {value}"


def test_the_sheet_reads_back_as_one_page_with_map_code_and_fonts(session, ground):
    facts = SHEET.facts(session, SYSTEM, ground.town.public_id, AT)
    composed = compose(SHEET, facts, occasion())
    word, pdf = render_both(composed, house_template(SHEET, ZH))
    reader = PdfReader(io.BytesIO(pdf.content))
    assert len(reader.pages) == 1
    assert all(fonts_of(reader).values())
    assert len(reader.pages[0].images) == 2
    assert alternatives(reader) == [composed.pictures["map"].words, composed.pictures["qr"].words]
    address = f"{BASE}divisions/{ground.town.public_id}?at=2026-07-01"
    assert address in composed.pictures["qr"].words
    assert modules_of(composed.pictures["qr"].png, 8) == qr_modules(address)
    with zipfile.ZipFile(io.BytesIO(word.content)) as package:
        media = [package.read(name) for name in package.namelist() if name.startswith("word/media/")]
    assert sorted(media) == sorted(picture.png for picture in composed.pictures.values())


@pytest.mark.parametrize("locale", [ZH, "en"])
@pytest.mark.parametrize("filler", ["长", "long words ", "0"])
def test_a_sheet_with_everything_at_its_longest_is_still_one_page(session, ground, locale, filler):
    facts = SHEET.facts(session, SYSTEM, ground.town.public_id, AT)
    long = dict.fromkeys(WIDE_FIELDS, (filler * LONGEST)[:LONGEST])
    long |= dict.fromkeys(("name_en", "parents", "phone"), (filler * LONGEST)[:LONGEST_NARROW])
    values = {**facts.values, **long}
    figure = dataclasses.replace(facts.figure, height_mm=map_height(values))
    composed = compose(SHEET, dataclasses.replace(facts, values=values, figure=figure), occasion(locale=locale))
    pdf = render(composed, Form.PDF, b"")
    assert len(PdfReader(io.BytesIO(pdf.content)).pages) == 1


def test_a_sheet_without_an_outline_says_so_instead_of_a_map(session, ground):
    facts = SHEET.facts(session, SYSTEM, ground.committee.public_id, AT)
    assert facts.figure is None
    word, pdf = render_both(compose(SHEET, facts, occasion(locale="en")), house_template(SHEET, "en"))
    for said in (text_of(word.content), pdf_text(pdf.content)):
        assert "Nooutlineofthisdivisionisknown" in "".join(said.split())


# --- issuing ------------------------------------------------------------------------------------------------------


def test_an_issued_paper_has_a_number_both_files_and_a_trail(session, ground, folder):
    paper = service.issue_paper(session, clerk(ground.district), sheet_of(ground.town), folder, NOW)
    assert (paper.series, paper.year, paper.number) == ("divisions.sheet", 2026, 1)
    assert paper.number_text == "普陀区-2026-0001"
    pdf, word = (content(session, folder, key) for key in (paper.pdf_file_id, paper.docx_file_id))
    assert hashlib.sha256(pdf).hexdigest() == paper.pdf_sha256
    assert hashlib.sha256(word).hexdigest() == paper.docx_sha256
    assert "普陀区-2026-0001" in pdf_text(pdf)
    assert "普陀区-2026-0001" in text_of(word)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.subject == "exchange.paper")).one()
    assert (entry.verb, entry.after["number"], entry.actor_name) == ("issued", "普陀区-2026-0001", "李娜")


def test_the_same_bytes_are_kept_for_ever(session, ground, folder):
    paper = service.issue_paper(session, clerk(ground.district), sheet_of(ground.town), folder, NOW)
    before = content(session, folder, paper.pdf_file_id)
    assert store.destroy_due(session, folder, dt.date(2999, 1, 1)) == 0
    service.issue_paper(session, clerk(ground.district), sheet_of(ground.town), folder, NOW + dt.timedelta(hours=1))
    assert content(session, folder, paper.pdf_file_id) == before


def test_numbers_run_on_per_office_and_year(session, ground, folder):
    def issue(unit, when=NOW, about=ground.town):
        return service.issue_paper(session, clerk(unit), sheet_of(about), folder, when).number_text

    assert issue(ground.district) == "普陀区-2026-0001"
    assert issue(ground.district, about=ground.beside) == "普陀区-2026-0002"
    assert issue(ground.town) == "长征镇-2026-0001"
    assert issue(ground.district, when=NOW.replace(year=2027)) == "普陀区-2027-0001"
    assert issue(ground.district) == "普陀区-2026-0003"


def test_a_paper_that_comes_to_nothing_gives_its_number_back(session, ground, folder):
    before = service.issue_paper(session, clerk(ground.district), sheet_of(ground.town), folder, NOW)
    no_room = Folder(folder.root / "nowhere", Account.of_process())
    with pytest.raises(FileNotFoundError), session.begin_nested():
        service.issue_paper(session, clerk(ground.district), sheet_of(ground.town), no_room, NOW)
    after = service.issue_paper(session, clerk(ground.district), sheet_of(ground.town), folder, NOW)
    assert (before.number, after.number) == (1, 2)


def test_who_acts_for_nothing_above_it_finds_nothing(session, ground, folder):
    for unit in (ground.beside, ground.committee):
        with pytest.raises(NotFound):
            service.issue_paper(session, clerk(unit), sheet_of(ground.town), folder, NOW)
    with pytest.raises(Forbidden):
        service.issue_paper(session, Actor(9, "某人"), sheet_of(ground.town), folder, NOW)


def test_papers_are_seen_within_ones_divisions_only(session, ground, folder):
    paper = service.issue_paper(session, clerk(ground.district), sheet_of(ground.town), folder, NOW)
    today = NOW.date()
    for unit, seen in ((ground.district, 1), (ground.town, 1), (ground.beside, 0)):
        rows, total = queries.issued_papers(session, clerk(unit), today)
        assert (len(rows), total) == (seen, seen)
    assert queries.issued_paper(session, clerk(ground.town), paper.public_id, today).id == paper.id
    with pytest.raises(NotFound):
        queries.issued_paper(session, clerk(ground.beside), paper.public_id, today)


# --- void ---------------------------------------------------------------------------------------------------------


def test_a_void_paper_stays_with_its_number_which_nobody_gets_again(session, ground, folder):
    somebody = clerk(ground.district)
    paper = service.issue_paper(session, somebody, sheet_of(ground.town), folder, NOW)
    gone = service.void_paper(session, somebody, paper.public_id, "人口数有误", NOW)
    assert (gone.void, gone.void_reason, gone.voided_by) == (True, "人口数有误", "李娜")
    assert service.issue_paper(session, somebody, sheet_of(ground.town), folder, NOW).number == 2
    assert content(session, folder, paper.pdf_file_id)
    with pytest.raises(RuleBroken, match="already"):
        service.void_paper(session, somebody, paper.public_id, "再次", NOW)
    assert session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id.desc())).first() == "issued"


def test_somebody_elses_paper_cannot_be_declared_void(session, ground, folder):
    paper = service.issue_paper(session, clerk(ground.district), sheet_of(ground.town), folder, NOW)
    with pytest.raises(NotFound):
        service.void_paper(session, clerk(ground.beside), paper.public_id, "x", NOW)


def test_an_issued_paper_cannot_be_changed_nor_its_voiding_taken_back(session, ground, folder):
    somebody = clerk(ground.district)
    paper = service.issue_paper(session, somebody, sheet_of(ground.town), folder, NOW)
    for change in ({"number": 9}, {"pdf_sha256": "x"}, {"title": "x"}):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(update(IssuedPaper).values(change))
    service.void_paper(session, somebody, paper.public_id, "有误", NOW)
    with pytest.raises(DBAPIError, match="only ever added"), session.begin_nested():
        session.execute(update(IssuedPaper).values(void_reason="另一个"))
    with pytest.raises(DBAPIError, match="permission denied"), session.begin_nested():
        session.execute(text("DELETE FROM exchange.papers"))


def test_the_check_finds_a_number_without_its_paper(session, ground, folder):
    service.issue_paper(session, clerk(ground.district), sheet_of(ground.town), folder, NOW)
    assert queries.number_differences(session) == []
    take_number(session, "divisions.sheet", ground.district.id, 2026)
    assert queries.number_differences(session) == [f"divisions.sheet {ground.district.id} 2026: 2"]


# --- two at once --------------------------------------------------------------------------------------------------


@pytest.fixture
def desks(own_database):
    """Two connections of the app role to a database with a district."""
    databases = connect(own_database)
    with databases.app.begin() as session:
        district = make_ground(session).district.id
    yield databases.app, district
    databases.dispose()


def test_a_number_that_is_given_back_goes_to_who_waits(desks):
    make, district = desks
    taken: list[int] = []

    def second() -> None:
        with make.begin() as session:
            taken.append(take_number(session, "s", district, 2026))

    with make() as first:
        assert take_number(first, "s", district, 2026) == 1
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(timeout=0.5)
        assert waiting.is_alive(), "the second waits until the first is through"
        first.rollback()
    waiting.join(timeout=10)
    assert taken == [1]


def test_many_at_once_get_every_number_once_whatever_fails_among_them(desks):
    make, district = desks
    kept: list[int] = []
    start = threading.Barrier(8)

    def work(desk: int) -> None:
        start.wait()
        for turn in range(10):
            with make() as session:
                number = take_number(session, "s", district, 2026)
                if (desk + turn) % 3 == 0:
                    session.rollback()
                else:
                    session.commit()
                    kept.append(number)

    threads = [threading.Thread(target=work, args=(desk,)) for desk in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(kept) == list(range(1, len(kept) + 1))
    assert 40 < len(kept) < 80
    with make() as session:
        assert session.scalars(select(Number.last)).one() == len(kept)
