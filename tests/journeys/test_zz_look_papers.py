import json
import os

from babel.support import Translations

from tests.journeys.conftest import DESK, PHONE
from tests.journeys.test_papers import issue_first_street

orig = Translations.load
fill = {}
for n in os.listdir("/tmp/fill"):
    if n.endswith(".json"):
        fill |= json.load(open("/tmp/fill/" + n))


def load(dirname=None, locales=None, domain=None):
    t = orig(dirname, locales, domain) if domain else orig(dirname, locales)
    if "zh" in str(locales) and hasattr(t, "_catalog"):
        t._catalog.update({k: v for k, v in fill.items() if k not in t._catalog})
        for k, v in fill.items():
            t._catalog.setdefault((k, 0), v)
    return t


Translations.load = classmethod(lambda cls, *a, **k: load(*a, **k))


def shot(page, name):
    page.screenshot(path=f"/tmp/look/{name}.png", full_page=True)


def test_look(open_page, sign_in):
    os.makedirs("/tmp/look", exist_ok=True)
    for vp, vn in ((DESK, "desk"), (PHONE, "phone")):
        for lang in ("zh", "en"):
            if (vn, lang) in (("phone", "en"),):
                continue
            c = open_page(vp)
            sign_in(c, "division_clerk")
            c.goto(f"/divisions?lang={lang}")
            issue_first_street(c)
            shot(c, f"issued_{vn}_{lang}")
            where = c.url
            c.goto("/exchange/papers")
            shot(c, f"list_{vn}_{lang}")
            c.goto("/divisions")
            c.locator("details.card summary").first.click()
            c.locator("details.card a").first.click()
            shot(c, f"unit_{vn}_{lang}")
            unit = c.url
            c.locator("a[href*='/issue']").click()
            shot(c, f"issue_{vn}_{lang}")
            c.goto(unit)
            if c.locator("a[href*='/batch']").count():
                c.locator("a[href*='/batch']").click()
                shot(c, f"batch_{vn}_{lang}")
                c.locator("main form button.button--main").click()
                c.wait_for_url("**/batches/**")
                shot(c, f"onebatch_{vn}_{lang}")
            a = open_page(vp)
            sign_in(a, "administrator")
            a.goto(f"/exchange/papers/templates?lang={lang}")
            shot(a, f"templates_{vn}_{lang}")
            a.goto("/exchange/papers/templates/divisions/sheet/zh")
            shot(a, f"template_{vn}_{lang}")
            a.goto("/exchange/papers/templates/divisions/sheet/number")
            shot(a, f"number_{vn}_{lang}")
    data = c.request.get(unit.replace("/divisions/", "/exchange/papers/divisions/sheet/") + ".pdf?lang=zh").body()
    open("/tmp/look/sheet.pdf", "wb").write(data)
    c.goto("/divisions")
    home = c.locator("h2 a").first.get_attribute("href")
    open("/tmp/look/home.pdf", "wb").write(
        c.request.get(home.replace("/divisions/", "/exchange/papers/divisions/sheet/") + ".pdf?lang=zh").body()
    )
