import os, json, time
from pathlib import Path
import pytest
from tests.exchange.fixtures.walk import *
from tests.exchange.fixtures.make import MAKERS, make
names=os.environ.get("FX","").split() or list(MAKERS)
D=("geojson_towns","geojson_crs","geojson_swapped","geojson_eight","geojson_six","geojson_gcj","geojson_bd","geojson_bei","geojson_web","geojson_over","gpkg_","shp_","hostile_shp","hostile_truncated.g","hostile_peep","xlsx_codes","csv_codes","real_","hostile_million_v","hostile_vrt","hostile_bare")
P=("xlsx_title","xlsx_two","xlsx_towns","xlsx_numb","xlsx_phones","xlsx_dates","xlsx_1904","xlsx_areas","xlsx_formulas","xlsx_hidden","xlsx_several","geojson_line")
@pytest.mark.parametrize("name",names)
def test_x(session,settings,tmp_path,name):
    imp="divisions:units" if name.startswith(D) else "places:places" if name.startswith(P) else "risk:hazards"
    world=os.environ.get("WORLD") or ("bare" if imp=="divisions:units" else "towns")
    say=json.loads(os.environ.get("SAY","{}"))
    if imp!="divisions:units" and "crs" not in say and name.startswith(("xlsx","csv","hostile")) : say["crs"]="EPSG:4490"
    if name.startswith(("shp_","hostile_shp")): say.setdefault("options",{"parent_code":"310107"})
    t=time.time(); make_world(session,world); w=time.time()-t
    path=make(name,tmp_path)
    case=Case(name,"",os.environ.get("IMP") or imp,{},say,world)
    t=time.time(); o=outcome(Runner(session,settings,case.importer),path,case); t=time.time()-t
    f=open("/tmp/fx/out.txt","a")
    print(f"== {name} [{case.importer}] {world} {say} world {w:.2f}s run {t:.2f}s",file=f)
    for k,v in vars(o).items():
        if v and k!="found": print("   ",k,":",str(v)[:1500],file=f)
