import cProfile
import os
import pstats
import resource
import sys
import time

import shapely

from portal.divisions.exchange.imports import UNITS
from portal.kernel.access.actor import SYSTEM
from tests.divisions.conftest import AT, TODAY
from tests.factories.staging import staged

N = int(os.environ.get("N", "10000"))
def ring(x, y, size=0.002, n=15):
    e = [(x + size*i/n, y) for i in range(n)] + [(x+size, y+size*i/n) for i in range(n)] + [(x+size-size*i/n, y+size) for i in range(n)] + [(x, y+size-size*i/n) for i in range(n)]
    return shapely.normalize(shapely.Polygon([(round(a,8), round(b,8)) for a, b in e]))
def mem(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss/1024
def test_scale(session, district, engine):
    sys.path.insert(0,"/tmp"); import slow; slow.watch(engine)
    towns = max(1, N//200)
    side = 15
    rows, shapes = [], []
    for t in range(towns):
        code = f"310107{t:03}" if t < 1000 else f"310108{t-1000:03}"
        rows.append({"name": f"镇{t}", "code": code, "kind": "town", "parent_code": "310107"}); shapes.append(None)
        for c in range(N//towns):
            rows.append({"name": f"居委会{t}-{c}", "code": f"{code}{c:03}", "kind": "residents_committee", "parent_code": code})
            shapes.append(ring(120.0 + 0.002*(c%side) + 0.035*(t%100), 30.0 + 0.002*(c//side) + 0.035*(t//100)))
    opts = {"at": AT, "announced_on": None, "code_system": "nbs", "quality": "digitised"}
    def stage(): return staged(UNITS, rows, shapes=shapes, options=opts, today=TODAY)
    def say(what, t0): print(f"{N}: {what} {time.perf_counter()-t0:.1f}s peak {mem():.0f} MB", file=sys.stderr)
    st = stage(); t0=time.perf_counter(); UNITS.plan(session, SYSTEM, st); say("plan", t0)
    bad=[r for r in st.rows if r.refused]; print(len(bad), bad[:1], file=sys.stderr)
    t0=time.perf_counter(); st2=st.for_entering(); man = UNITS.enter(session, SYSTEM, st2); session.flush(); say("enter", t0)
    st = stage(); t0=time.perf_counter(); UNITS.plan(session, SYSTEM, st); say("plan again", t0)
    print({r.action for r in st.rows}, file=sys.stderr)
    t0=time.perf_counter(); UNITS.undo(session, SYSTEM, man); say("undo", t0)
