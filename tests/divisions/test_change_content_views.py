"""The editor of a change file and its preview, on the real application."""

from __future__ import annotations

import datetime as dt
import io
import json
import re

import pytest
import shapely

from portal.divisions.queries.changes import content_of
from portal.divisions.rules.changes.content import Action
from portal.divisions.service.changes import DraftChange, draft_change
from portal.divisions.signals import units_announced
from portal.kernel.access.actor import SYSTEM
from tests.factories.divisions import make_district, make_unit

TODAY = dt.date(2026, 7, 1)
TOWN = shapely.box(121.40, 31.24, 121.42, 31.26)
EAST = shapely.box(121.415, 31.20, 121.50, 31.30)
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def land(app, session):
    """A district with a town of two committees, a town without an outline, and one more district."""
    district = make_district(session)
    town = make_unit(session, district, "长征镇", kind="town", codes={"mca": "310107102"}, shape=TOWN)
    first = make_unit(session, town, "第一居委会", level=5)
    second = make_unit(session, town, "第二居委会", level=5)
    plain = make_unit(session, district, "桃浦镇", kind="town", codes={"mca": "310107103"})
    other = make_unit(session, None, "静安区", level=3, codes={"mca": "310106"})
    units_announced.send("test", session=session, actor=SYSTEM)
    return {"district": district, "town": town, "first": first, "second": second, "plain": plain, "other": other}


@pytest.fixture
def draft(session, land):
    """`draft("split")` begins a file of a kind."""
    return lambda kind="split", title="析出万里街道": draft_change(session, SYSTEM, DraftChange(kind, title), TODAY)


@pytest.fixture
def clerk(as_role, land):
    return as_role("division_clerk")


def path(file, what="content") -> str:
    return f"/divisions/changes/{file.public_id}/{what}"


def press(client, session, file, do: str, fields=None, what="content"):
    """Presses a button of the editor with everything that the page has in it."""
    page = client.get(path(file, what)).text
    filled = {name: value for name, value in values_of(page).items() if name not in ("csrf_token", "client_id")}
    answer = client.send(path(file, what), filled | (fields or {}) | {"do": do})
    session.refresh(file)
    return answer


def values_of(page: str) -> dict[str, str]:
    """What a browser would send of the editor's form."""
    form = page[page.index('<form class="form form--wide"') :]
    found = dict(re.findall(r'<input class="input[^"]*" type="text" value="([^"]*)"[^>]*name="([^"]+)"', form))
    values = {name: value for value, name in found.items()}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="([^"]+)"', tag).group(1)
        if name and (kind in ("hidden", "text") or "checked" in tag):
            values[name.group(1)] = value.group(1) if value else ""
    for name, inner in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', inner)
        values[name] = chosen.group(1) if chosen else ""
    return values


def split_file(client, session, draft, land):
    """A file in which 长征镇 gives ground to a new 万里街道."""
    file = draft()
    press(client, session, file, "add:amend", {"add-unit": str(land["town"].public_id)})
    press(client, session, file, "new")
    said = {"u1-name": "万里街道", "u1-kind": "street", "u1-parent": str(land["district"].public_id)}
    press(client, session, file, "save", said | {"u1-code_mca": "310107021", "u1-population": "52,000"})
    press(client, session, file, "move", {"move-from": str(land["town"].public_id), "move-to": "new:1"})
    return file


def piece_path(file, land) -> str:
    return f"{path(file, 'piece')}?giver={land['town'].public_id}&taker=new:1"


# --- units --------------------------------------------------------------------------------------------------------


def test_an_empty_file_offers_what_its_kind_allows(clerk, draft):
    page = clerk.get(path(draft("split")) + "?lang=en").text
    assert "No division is in this file yet." in page
    for button in ("new", "add:amend", "add:abolish", "move"):
        assert f'value="{button}"' in page
    renaming = clerk.get(path(draft("rename")) + "?lang=en").text
    assert 'value="new"' not in renaming
    assert 'value="move"' not in renaming
    assert 'value="add:amend"' in renaming


def test_a_split_is_filled_in_step_by_step(clerk, session, draft, land):
    file = split_file(clerk, session, draft, land)
    content = content_of(file)
    born = content.entry("new:1")
    assert (born.said["name"], born.said["kind"], born.said["population"]) == ("万里街道", "street", 52000)
    assert (born.parent, dict(born.codes)) == (str(land["district"].public_id), {"mca": "310107021"})
    assert [(move.source, move.target) for move in content.moves] == [(str(land["town"].public_id), "new:1")]


def test_only_what_differs_is_said_of_a_unit_that_goes_on(clerk, session, draft, land):
    file = draft("rename", "更名")
    press(clerk, session, file, "add:amend", {"add-unit": str(land["town"].public_id)})
    press(clerk, session, file, "save", {"u0-name": "长征镇"})
    assert content_of(file).entry(str(land["town"].public_id)).said == {}
    press(clerk, session, file, "save", {"u0-name": "新长征镇"})
    assert content_of(file).entry(str(land["town"].public_id)).said == {"name": "新长征镇"}


def test_children_of_a_unit_that_ends_go_one_by_one_or_all_at_once(clerk, session, draft, land):
    file = draft("merge", "并入桃浦镇")
    press(clerk, session, file, "add:abolish", {"add-unit": str(land["town"].public_id)})
    target, town = str(land["plain"].public_id), str(land["town"].public_id)
    press(clerk, session, file, f"all:{town}", {f"all-{town}": target})
    content = content_of(file)
    assert {content.entry(str(land[one].public_id)).parent for one in ("first", "second")} == {target}
    press(clerk, session, file, "save", {f"child-{land['first'].public_id}": ""})
    assert content_of(file).entry(str(land["first"].public_id)) is None
    assert content_of(file).entry(str(land["second"].public_id)).parent == target


def test_a_unit_is_taken_out_again(clerk, session, draft, land):
    file = split_file(clerk, session, draft, land)
    press(clerk, session, file, "remove:new:1")
    assert content_of(file).entry("new:1") is None
    assert content_of(file).moves == ()


def test_a_division_of_another_district_is_found_by_name(clerk, session, draft, land):
    file, other = draft("adjust_line", "界线"), str(land["other"].public_id)
    assert other not in clerk.get(path(file)).text
    assert other in clerk.get(path(file) + "?find=静安").text
    assert other in clerk.get(path(file) + "?find=3101").text
    answer = clerk.send(
        path(file) + "?find=静安", {"row_version": file.row_version, "do": "add:amend", "add-unit": other}
    )
    session.refresh(file)
    assert answer.status_code == 303
    assert content_of(file).entry(other).action is Action.AMEND


# --- what is wrong ------------------------------------------------------------------------------------------------


def test_what_cannot_be_read_is_said_at_its_field_and_nothing_is_saved(clerk, session, draft, land):
    file = split_file(clerk, session, draft, land)
    before = dict(file.content)
    wrong = {"u1-population": "viele", "m0-how": "shares", "m0-area": "120", "m0-people": "-3"}
    answer = press(clerk, session, file, "save", wrong)
    assert answer.status_code == 422
    for field in ("u1-population", "m0-area", "m0-people"):
        assert f'href="#{field}"' in answer.text
        assert f'id="{field}-error"' in answer.text
    assert 'value="viele"' in answer.text
    assert file.content == before


@pytest.mark.parametrize(
    "do", ["add:amend", "move", "all:nothing", "remove:nothing", "drop:99", "drop:x", "piece:7", "?"]
)
def test_buttons_that_lead_nowhere_break_nothing(clerk, session, draft, land, do):
    file = split_file(clerk, session, draft, land)
    answer = press(clerk, session, file, do, {"add-unit": "nonsense", "move-from": HOSTILE, "move-to": "x"})
    assert answer.status_code in (303, 422)
    assert content_of(file).entry("new:1") is not None


def test_errors_of_the_plan_stand_at_their_fields(clerk, session, draft, land):
    file = draft()
    press(clerk, session, file, "new")
    page = clerk.get(path(file)).text
    assert 'id="u0-name-error"' in page
    assert 'id="u0-kind-error"' in page


def test_names_are_escaped(clerk, session, draft, land):
    file = draft()
    press(clerk, session, file, "new")
    press(clerk, session, file, "save", {"u0-name": HOSTILE})
    for what in ("content", "preview"):
        page = clerk.get(path(file, what)).text
        assert HOSTILE not in page
        assert "&lt;script&gt;alert" in page


def test_the_second_clerk_is_told_who_changed_what(clerk, session, draft, land):
    file = split_file(clerk, session, draft, land)
    opened = values_of(clerk.get(path(file)).text)
    press(clerk, session, file, "save", {"u1-name": "万里新街道"})
    late = {name: value for name, value in opened.items() if name not in ("csrf_token", "client_id")}
    answer = clerk.send(path(file) + "?lang=en", late | {"u1-name": "别的街道", "do": "save"})
    session.refresh(file)
    assert answer.status_code == 409
    assert "saved this change file while you had it open" in answer.text
    assert "万里新街道" in answer.text
    assert content_of(file).entry("new:1").said["name"] == "万里新街道"
    again = {name: value for name, value in values_of(answer.text).items() if name not in ("csrf_token", "client_id")}
    assert again["u1-name"] == "别的街道"
    assert clerk.send(path(file), again | {"do": "save"}).status_code == 303
    session.refresh(file)
    assert content_of(file).entry("new:1").said["name"] == "别的街道"


def test_a_file_of_others_and_a_role_without_the_right(as_role, clerk, draft, land):
    file = draft()
    assert as_role("auditor").get(path(file)).status_code == 403
    assert as_role("auditor").get(path(file, "preview")).status_code == 200
    assert as_role("division_clerk", unit=land["other"].id).get(path(file)).status_code == 404


# --- pieces -------------------------------------------------------------------------------------------------------


def send_piece(client, session, file, land, fields):
    answer = client.send(piece_path(file, land), {"row_version": file.row_version, "quality": "digitised"} | fields)
    session.refresh(file)
    return answer


def drawn(shape) -> dict[str, str]:
    return {"how": "drawn", "crs": "EPSG:4490", "geometry": shapely.to_geojson(shape), "file_crs": "declared"}


def test_a_drawn_piece_is_kept_and_shared_out(clerk, session, draft, land):
    file = split_file(clerk, session, draft, land)
    assert clerk.get(piece_path(file, land)).status_code == 200
    answer = send_piece(clerk, session, file, land, drawn(EAST))
    assert answer.status_code == 303
    assert content_of(file).moves[0].piece
    page = clerk.get(path(file, "preview") + "?lang=en").text
    assert re.search(r"25\.0\d %", page)
    found = clerk.get(path(file, "map/after.geojson")).json["features"]
    shapes = {one["properties"]["name"]: shapely.from_geojson(json.dumps(one["geometry"])) for one in found}
    assert shapes["万里街道"].bounds == pytest.approx((121.415, 31.24, 121.42, 31.26), abs=1e-6)
    assert shapes["长征镇"].bounds == pytest.approx((121.40, 31.24, 121.415, 31.26), abs=1e-6)


def test_a_line_cuts_and_somebody_says_which_part_goes(clerk, session, draft, land):
    file = split_file(clerk, session, draft, land)
    line = drawn(shapely.LineString([(121.415, 31.0), (121.415, 31.5)]))
    asked = send_piece(clerk, session, file, land, line)
    assert asked.status_code == 422
    assert asked.text.count('name="parts"') == 2
    assert content_of(file).moves[0].piece is None
    parts = clerk.get(f"{path(file, 'parts.geojson')}?giver={land['town'].public_id}&line={line['geometry']}").json
    assert [one["properties"]["number"] for one in parts["features"]] == [1, 2]
    assert send_piece(clerk, session, file, land, line | {"parts": "2"}).status_code == 303
    assert content_of(file).moves[0].piece
    assert re.search(r"25\.0\d %", clerk.get(path(file, "preview")).text)


def test_a_piece_from_a_file_in_its_declared_system(clerk, session, draft, land):
    file = split_file(clerk, session, draft, land)
    feature = {"type": "Feature", "properties": {}, "geometry": json.loads(shapely.to_geojson(EAST))}
    declared = {"type": "name", "properties": {"name": "EPSG:4490"}}
    content = {"type": "FeatureCollection", "crs": declared, "features": [feature]}
    upload = (io.BytesIO(json.dumps(content).encode()), "piece.geojson")
    fields = {"how": "file", "crs": "EPSG:4490", "geometry": "", "file_crs": "declared", "file": upload}
    assert send_piece(clerk, session, file, land, fields).status_code == 303
    assert content_of(file).moves[0].piece


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("piece.geojson", b"{"),
        ("piece.zip", b"PK\x03\x04nonsense"),
        ("piece.xlsx", b"no"),
        ("", b""),
        ("empty.geojson", b""),
    ],
)
def test_files_that_are_none_are_refused_at_their_field(clerk, session, draft, land, name, content):
    file = split_file(clerk, session, draft, land)
    fields = {"how": "file", "crs": "EPSG:4490", "geometry": "", "file_crs": "declared"}
    fields |= {"file": (io.BytesIO(content), name)} if name else {}
    answer = send_piece(clerk, session, file, land, fields)
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text
    assert content_of(file).moves[0].piece is None


@pytest.mark.parametrize("written", ["", "nonsense", "POINT (121.4 31.2)", '{"type": "Polygon", "coordinates": []}'])
def test_shapes_that_are_none_are_refused_at_their_field(clerk, session, draft, land, written):
    file = split_file(clerk, session, draft, land)
    answer = send_piece(clerk, session, file, land, drawn(EAST) | {"geometry": written})
    assert answer.status_code == 422
    assert 'id="geometry-error"' in answer.text


def test_a_piece_for_a_move_that_is_not_there(clerk, draft, land):
    file = draft()
    assert clerk.get(piece_path(file, land)).status_code == 404
    assert clerk.get(path(file, "giver.geojson") + "?giver=nonsense").status_code == 404


# --- the preview --------------------------------------------------------------------------------------------------


def test_the_preview_tells_before_and_after_lines_and_what_is_not_checked(clerk, session, draft, land):
    file = split_file(clerk, session, draft, land)
    page = clerk.get(path(file, "preview") + "?lang=en").text
    assert "Not checked" in page
    send_piece(clerk, session, file, land, drawn(EAST))
    page = clerk.get(path(file, "preview") + "?lang=en").text
    assert "Nothing forbids this change as it stands." in page
    assert "New lines" in page
    assert "52,000" in page
    assert "310107021" in page
    lines = clerk.get(path(file, "map/lines.geojson")).json["features"]
    assert lines[0]["properties"]["what"] == "new"
    assert clerk.get(path(file, "map/nothing.geojson")).status_code == 404


def test_the_preview_names_what_forbids_the_change(clerk, session, draft, land):
    file = draft("abolish", "撤销长征镇")
    press(clerk, session, file, "add:abolish", {"add-unit": str(land["town"].public_id)})
    page = clerk.get(path(file, "preview") + "?lang=en").text
    assert "forbid" in page
    assert "第一居委会、第二居委会" in page


def test_writing_nothing_by_looking(clerk, session, draft, land):
    file = split_file(clerk, session, draft, land)
    version = file.row_version
    clerk.get(path(file, "preview"))
    session.refresh(file)
    assert file.row_version == version
