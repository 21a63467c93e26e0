import pathlib, shutil, json, glob
import pytest
from tests.journeys.conftest import PHONE, DESK
@pytest.fixture(scope="session", autouse=True)
def words():
    from babel.messages.pofile import read_po
    from babel.messages.mofile import write_mo
    from portal.kernel.i18n import translate, catalogue
    fill={}
    for f in glob.glob("/tmp/fill/*.json"): fill|=json.load(open(f))
    to=pathlib.Path("/tmp/i18n"); shutil.rmtree(to,ignore_errors=True); shutil.copytree(translate.CATALOGUES,to)
    cat=catalogue.finished(); cat.update(catalogue.extracted(), no_fuzzy_matching=True)
    for m in cat:
        if isinstance(m.id,str) and m.id in fill: m.string=fill[m.id]
    with open(to/"zh_Hans_CN/LC_MESSAGES/messages.mo","wb") as h: write_mo(h,cat)
    translate.CATALOGUES=to
def test_shots(words, served, open_page, sign_in):
    from tests.journeys.conftest import assert_accessible
    D="/tmp/shots_places/"
    for size,name in ((DESK,"desk"),(PHONE,"phone")):
        page=open_page(size); sign_in(page,"relief_manager")
        def at(path, what, full=True):
            page.goto(path); page.wait_for_load_state("networkidle"); page.wait_for_timeout(900)
            page.screenshot(path=f"{D}{name}_{what}.png",full_page=full); assert_accessible(page)
        for lang in ("zh","en"):
            at(f"/places?lang={lang}", lang+"_list"); href=page.locator("table a").first.get_attribute("href")
            at("/places/new?lang="+lang, lang+"_new"); at(href, lang+"_one")
            at("/?lang="+lang, lang+"_home", False); at("/?view=list&lang="+lang, lang+"_table")
    page=open_page(DESK); sign_in(page,"publisher"); page.goto("/publish?layer=places.shelters&lang=zh"); page.screenshot(path=D+"publish.png",full_page=True); assert_accessible(page)
    page=open_page(DESK); sign_in(page,"relief_manager"); page.goto("/places/new"); page.wait_for_timeout(1200)
    page.locator("#map_place").click(); page.wait_for_timeout(500)
    assert page.locator("#lon").input_value().startswith("121."), page.locator("#lon").input_value()
    page.goto("/places?lang=zh"); page.wait_for_timeout(1500)
