from __future__ import annotations
import datetime as dt
import pytest
from portal.divisions.signals import units_announced
from portal.kernel.access.actor import SYSTEM
from tests.divisions.test_dates_codes import putuo  # noqa
from tests.factories.changes import Clerk, amended, born
from tests.factories.divisions import make_unit, square

PATHS = ["/divisions", "/divisions/map", "/divisions/map.geojson", "/divisions/codes?code=310107021", "/divisions/code-systems",
 "/api/divisions/units", "/api/divisions/codes/310107021", "/divisions/search?q=真如", "/divisions/compare?from=0001-01-01&to=9999-12-31", "/divisions/compare.geojson?from=0001-01-01&to=9999-12-31",
 "/divisions/gazetteer", "/divisions/lists", "/api/divisions/codes/%00", "/api/divisions/units?parent=%00", "/divisions/crosswalk", "/divisions/crosswalk?from=0001-01-01&to=9999-12-31&by=area&level=4"]

def test_fuzz(client, putuo):
    bad = []
    for path in [*PATHS, f"/divisions/{putuo['zhenru'].public_id}", f"/api/divisions/units/{putuo['zhenru'].public_id}", f"/divisions/{putuo['zhenru'].public_id}/history", f"/divisions/{putuo['secret'].public_id}", f"/api/divisions/units/{putuo['secret'].public_id}"]:
        for at in ("", "0001-01-01", "9999-12-31", "20240531", "2024-W01-1"):
            url = path + (("&" if "?" in path else "?") + f"at={at}" if at else "")
            try:
                answer = client.get(url)
                if answer.status_code >= 500 or (path.startswith("/api") and answer.mimetype != "application/json"):
                    bad.append((url, answer.status_code, answer.mimetype))
                if "未公告" in answer.text: bad.append((url, "LEAK"))
            except Exception as error:
                if "codepoint" in str(error): continue
                bad.append((url, type(error).__name__, str(error)[:200]))
    print("\n".join(map(str, bad)))
    assert not bad

def test_clerk(session, putuo, as_role):
    clerk = Clerk(session)
    xss = "<script>alert(1)</script>'\"${7*7}"
    town = make_unit(session, putuo["district"], xss, kind="town", shape=square())
    file = clerk.draft("split", xss, [born(1, xss, "street", putuo["district"])])
    me = as_role("division_clerk")
    bad = []
    base = f"/divisions/changes/{file.public_id}"
    for path in ["", "/edit", "/content", "/preview", "/steps/apply", "/documents/new", "/map/before.geojson", "/map/lines.geojson", f"/giver.geojson?giver={town.public_id}", f"/parts.geojson?giver={town.public_id}&line=%00", "/piece?giver=a&taker=b"]:
        for at in ("", "0001-01-01", "9999-12-31"):
            url = base + path + (("&" if "?" in path else "?") + f"at={at}" if at else "")
            try:
                answer = me.get(url)
                if answer.status_code >= 500: bad.append((url, answer.status_code))
                if "<script>alert" in answer.text and answer.mimetype == "text/html": bad.append((url, "XSS"))
            except Exception as error:
                if "codepoint" in str(error): continue
                bad.append((url, type(error).__name__, str(error)[:200]))
    url = f"/divisions/{town.public_id}/correct"
    for at in ("", "?at=0001-01-01", "?at=9999-12-31"):
        answer = me.get(url + at)
        if answer.status_code >= 500 or "<script>alert" in answer.text: bad.append((url + at, answer.status_code))
    print("\n".join(map(str, bad)))
    assert not bad

def test_stranger(session, app, putuo, as_role):
    clerk = Clerk(session)
    elsewhere = make_unit(session, None, "静安区", level=3)
    file = clerk.make("rename", "更名", dt.date(2014,10,31), [amended(putuo["same"], name="乙镇")])
    me = as_role("division_clerk", elsewhere.id)
    bad = []
    for rule in app.url_map.iter_rules():
        if "/changes/<uuid:public_id>" in rule.rule:
            path = rule.rule.replace("<uuid:public_id>", str(file.public_id)).replace("<verb>", "file").replace("<which>", "before").replace("<uuid:document>", str(file.public_id))
            for method in ("get", "post"):
                if method.upper() in rule.methods:
                    answer = getattr(me, method)(path)
                    if answer.status_code != 404: bad.append((method, path, answer.status_code))
    answer = me.get(f"/divisions/{putuo['same'].public_id}/correct")
    if answer.status_code != 404: bad.append(("correct", answer.status_code))
    print("\n".join(map(str, bad)))
    assert not bad
