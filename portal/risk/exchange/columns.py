"""The columns in which files tell of hazards, under the headings that Chinese offices write."""

from __future__ import annotations

import datetime as dt

from portal.divisions.unit_columns import CODE_SYSTEM, UNIT_COLUMNS
from portal.kernel.contracts.fields import Field, Kind
from portal.kernel.i18n.text import text
from portal.risk.catalogue import in_force
from portal.risk.rules import LENGTHS

Names = dict[str, dict[str, str]]

UUID_LOOKS = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


def type_names(on: dt.date) -> Names:
    """The types of hazards by key."""
    return {key: dict(kind.labels) for key, kind in in_force(on).types.items()}


def level_names(on: dt.date) -> Names:
    """The levels by key; files call them by their colours too."""
    levels = in_force(on).levels
    return {
        key: dict(level.labels)
        | {"colour_zh": level.colour["zh"], "colour_en": level.colour["en"]}
        | {"long_zh": f"{level.labels['zh']}风险", "hue_zh": f"{level.colour['zh']}色"}
        for key, level in levels.items()
    }


FIELDS = (
    Field(
        "id",
        text("Identifier"),
        Kind.CODE,
        names=("编号标识", "系统编号", "标识", "唯一标识", "uuid", "publicid"),
        longest=36,
        looks=UUID_LOOKS,
        hint=text("As an export of this portal gives it; names the hazard that a row changes."),
    ),
    Field(
        "name",
        text("Name"),
        names=("名称", "隐患名称", "隐患点名称", "风险点名称", "风险隐患名称", "风险隐患点名称", "隐患点", "风险点"),
        required=True,
        longest=LENGTHS["name"],
    ),
    Field(
        "type",
        text("Type"),
        Kind.CHOICE,
        names=("类型", "灾种", "隐患类型", "风险类型", "隐患类别", "风险类别", "类别", "灾害类型", "typekey"),
        required=True,
        choices=type_names,
    ),
    Field(
        "level",
        text("Level"),
        Kind.CHOICE,
        names=("等级", "风险等级", "隐患等级", "级别", "风险级别", "隐患级别", "risklevel"),
        required=True,
        choices=level_names,
    ),
    *UNIT_COLUMNS,
    Field(
        "season",
        text("When it threatens"),
        names=("易发时段", "易发季节", "季节", "易发时间", "易发期", "高发时段", "时段", "season"),
        longest=LENGTHS["season"],
    ),
    Field(
        "advice",
        text("What people should do here"),
        names=("应对措施", "防范措施", "处置措施", "避险提示", "防范建议", "应对建议", "措施", "advice"),
        longest=LENGTHS["advice"],
    ),
    Field(
        "description",
        text("Description for the office"),
        names=("描述", "隐患描述", "情况说明", "基本情况", "说明", "备注", "description"),
        longest=LENGTHS["description"],
    ),
    Field(
        "source",
        text("Source"),
        names=("来源", "数据来源", "信息来源", "上报来源", "source"),
        longest=LENGTHS["source"],
    ),
    Field(
        "valid_from",
        text("There since"),
        Kind.DATE,
        names=("起始日期", "起始时间", "发现日期", "发现时间", "登记日期", "存在起始日期", "validfrom"),
    ),
    Field(
        "assessed_on",
        text("Assessed on"),
        Kind.DATE,
        names=("评估日期", "评估时间", "评定日期", "核查日期", "排查日期", "排查时间", "assessedon"),
    ),
)

OPTIONS = (
    Field(
        "assessed_on",
        text("Assessed on"),
        Kind.DATE,
        hint=text("For rows that name no day; empty means today. Divisions are looked up as they were on it."),
    ),
    CODE_SYSTEM,
)
