"""The columns in which files tell of divisions, under the headings that Chinese offices write."""

from __future__ import annotations

from portal.divisions.exchange.words import kind_names, quality_names
from portal.kernel.contracts.fields import Field, Kind
from portal.kernel.i18n.text import text

MOST_PEOPLE = 2_000_000_000

FIELDS = (
    Field(
        "name",
        text("Name"),
        names=(
            "名称",
            "区划名称",
            "行政区划名称",
            "行政区划",
            "单位名称",
            "地名",
            "街镇名称",
            "居委会名称",
            "社区名称",
            "xzqmc",
        ),
        required=True,
        longest=100,
    ),
    Field("name_en", text("English name"), names=("英文名称", "英文名", "外文名称", "nameen"), longest=200),
    Field(
        "code",
        text("Code"),
        Kind.CODE,
        names=("代码", "区划代码", "行政区划代码", "行政区划编码", "区划编码", "单位代码", "编码", "xzqdm", "pac"),
        longest=12,
        hint=text("Of the code system that is chosen below."),
    ),
    Field(
        "code_mca",
        text("Civil-affairs code (MCA)"),
        Kind.CODE,
        names=("民政代码", "民政部门代码", "民政区划代码", "民政部代码"),
        longest=12,
    ),
    Field(
        "code_nbs",
        text("Statistical code (NBS)"),
        Kind.CODE,
        names=("统计代码", "统计用区划代码", "统计局代码", "国家统计局代码", "统计区划代码"),
        longest=12,
    ),
    Field(
        "kind",
        text("Kind"),
        Kind.CHOICE,
        names=("类别", "区划类别", "类型", "区划类型", "单位类别"),
        choices=kind_names,
    ),
    Field(
        "parent_code",
        text("Code of the division above"),
        Kind.CODE,
        names=("上级代码", "上级区划代码", "父级代码", "隶属代码", "所属区划代码", "所属街镇代码"),
        longest=12,
    ),
    Field(
        "parent_code_mca",
        text("Civil-affairs code (MCA) of the unit above"),
        Kind.CODE,
        names=("上级民政代码", "上级区划民政代码"),
        longest=12,
    ),
    Field(
        "parent_code_nbs",
        text("Statistical code (NBS) of the unit above"),
        Kind.CODE,
        names=("上级统计代码", "上级区划统计代码"),
        longest=12,
    ),
    Field("seat", text("Seat"), names=("驻地", "政府驻地", "办公地址", "地址", "办公地点"), longest=300),
    Field("postcode", text("Postcode"), Kind.CODE, names=("邮编", "邮政编码"), longest=20),
    Field("phone", text("Phone"), names=("电话", "联系电话", "办公电话", "值班电话"), longest=50),
    Field(
        "population",
        text("Population"),
        Kind.INTEGER,
        names=("人口", "人口数", "常住人口", "总人口", "人口数量"),
        units=("人",),
        least=0,
        most=MOST_PEOPLE,
    ),
    Field(
        "quality",
        text("What the line is worth"),
        Kind.CHOICE,
        names=("界线质量", "图形质量", "界线性质", "图形性质"),
        choices=quality_names,
    ),
)
