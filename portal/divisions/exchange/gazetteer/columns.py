"""The columns of the gazetteer in files. What the register says goes out and is only looked at when it comes in."""

from __future__ import annotations

from portal.divisions.permissions import EDIT_GAZETTEER
from portal.divisions.unit_columns import CODE_SYSTEM, UNIT_COLUMNS
from portal.kernel.contracts.fields import Field, Kind
from portal.kernel.i18n.text import text

UUID_LOOKS = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
MOST_PEOPLE, MOST_KM2, MOST_COMMITTEES = 2_000_000_000, 10_000_000, 100_000
PERMISSION = EDIT_GAZETTEER

# Keys, kinds and limits are those of `gazetteer_fields.yaml`; a test compares.
VALUES = (
    Field("pinyin", text("Pinyin"), names=("拼音", "汉语拼音", "罗马字母拼写"), longest=200),
    Field(
        "dialling_code",
        text("Dialling code"),
        Kind.CODE,
        names=("电话区号", "区号", "长途区号"),
        longest=4,
        looks=r"0\d{2,3}",
    ),
    Field(
        "area",
        text("Area"),
        Kind.NUMBER,
        names=("面积", "面积km²", "土地面积", "区域面积", "行政区域面积"),
        units=("km²", "km2", "平方公里", "平方千米"),
        least=0,
        most=MOST_KM2,
    ),
    Field(
        "registered_population",
        text("Registered population"),
        Kind.INTEGER,
        names=("户籍人口", "户籍人口数", "户籍"),
        units=("人",),
        least=0,
        most=MOST_PEOPLE,
    ),
    Field(
        "resident_population",
        text("Resident population"),
        Kind.INTEGER,
        names=("常住人口", "常住人口数", "常住"),
        units=("人",),
        least=0,
        most=MOST_PEOPLE,
    ),
    Field(
        "migrant_population",
        text("Migrant population"),
        Kind.INTEGER,
        names=("外来人口", "外来人口数", "流动人口", "来沪人员", "外来常住人口"),
        units=("人",),
        least=0,
        most=MOST_PEOPLE,
    ),
    Field(
        "residents_committees",
        text("Residents' committees"),
        Kind.INTEGER,
        names=("居委会数", "居委会个数", "居民委员会数"),
        units=("个",),
        least=0,
        most=MOST_COMMITTEES,
    ),
    Field(
        "villagers_committees",
        text("Villagers' committees"),
        Kind.INTEGER,
        names=("村委会数", "村委会个数", "村民委员会数"),
        units=("个",),
        least=0,
        most=MOST_COMMITTEES,
    ),
)

FIELDS = (
    Field(
        "id",
        text("Identifier"),
        Kind.CODE,
        names=("编号标识", "系统编号", "标识", "唯一标识", "uuid", "publicid"),
        longest=36,
        looks=UUID_LOOKS,
        hint=text("As an export of this portal gives it; names the division of a row."),
    ),
    *UNIT_COLUMNS,
    *VALUES,
)

OPTIONS = (
    Field("year", text("Year"), Kind.INTEGER, required=True, least=1949, most=2200, hint=text("Year of the values.")),
    Field(
        "at", text("Divisions as on"), Kind.DATE, hint=text("Empty: the last day of the year, or today before it ends.")
    ),
    Field("source", text("Source"), longest=300, hint=text("Document or provider; empty: the name of the file.")),
    CODE_SYSTEM,
)
