"""The columns in which files tell of places, under the headings that Chinese offices write."""

from __future__ import annotations

import datetime as dt

from portal.divisions.unit_columns import CODE_SYSTEM, UNIT_COLUMNS
from portal.kernel.contracts.fields import Field, Kind
from portal.kernel.i18n.text import text
from portal.places.catalogue import kinds_on
from portal.places.rules import LENGTHS, MOST_AREA_M2, MOST_PEOPLE

UUID_LOOKS = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


def kind_names(on: dt.date) -> dict[str, dict[str, str]]:
    """The kinds of places by key, with further words that mean them."""
    return {
        key: dict(kind.labels) | {f"other_{i}": name for i, name in enumerate(kind.names)}
        for key, kind in kinds_on(on).items()
    }


def setting_names(_on: dt.date) -> dict[str, dict[str, str]]:
    """Under a roof or not."""
    return {
        "indoor": {"zh": "室内", "en": "Indoors", "short_zh": "室内型"},
        "outdoor": {"zh": "室外", "en": "Outdoors", "short_zh": "室外型", "other_zh": "露天"},
        "both": {"zh": "室内外", "en": "Indoors and outdoors", "other_zh": "室内和室外", "third_zh": "兼有"},
    }


def accessible_names(_on: dt.date) -> dict[str, dict[str, str]]:
    """Whether somebody in a wheelchair gets in."""
    return {
        "yes": {"zh": "是", "en": "Yes", "short_zh": "有", "other_zh": "√", "third_zh": "具备"},
        "no": {"zh": "否", "en": "No", "short_zh": "无", "other_zh": "×", "third_zh": "不具备"},
        "unknown": {"zh": "不详", "en": "Not known", "other_zh": "未知"},
    }


FIELDS = (
    Field(
        "id",
        text("Identifier"),
        Kind.CODE,
        names=("编号标识", "系统编号", "标识", "唯一标识", "uuid", "publicid"),
        longest=36,
        looks=UUID_LOOKS,
        hint=text("As an export of this portal gives it; names the place that a row changes."),
    ),
    Field(
        "name",
        text("Name"),
        names=("名称", "场所名称", "避难场所名称", "储备库名称", "储备点名称", "捐助点名称", "站点名称", "单位名称"),
        required=True,
        longest=LENGTHS["name"],
    ),
    Field(
        "kind",
        text("Kind"),
        Kind.CHOICE,
        names=("类别", "场所类型", "场所类别", "类型", "站点类型", "性质"),
        required=True,
        choices=kind_names,
    ),
    *UNIT_COLUMNS,
    Field(
        "address",
        text("Address"),
        names=("地址", "详细地址", "所在地址", "场所地址", "地点", "位置", "具体位置"),
        longest=LENGTHS["address"],
    ),
    Field(
        "capacity_people",
        text("Capacity"),
        Kind.INTEGER,
        names=("容纳人数", "可容纳人数", "容量", "容纳能力", "避难人数", "设计容纳人数", "床位", "床位数", "capacity"),
        units=("人", "名", "床", "张", "people", "persons"),
        least=0,
        most=MOST_PEOPLE,
    ),
    Field(
        "area_m2",
        text("Area"),
        Kind.NUMBER,
        names=("面积", "有效面积", "有效避难面积", "建筑面积", "占地面积", "使用面积", "库房面积", "area"),
        units=("㎡", "m²", "m2", "平方米", "平米", "平方"),
        least=0,
        most=MOST_AREA_M2,
    ),
    Field(
        "shelter_class",
        text("Class of shelter"),
        names=("避难场所等级", "场所等级", "避难场所级别", "等级", "级别", "避难时长", "类别等级"),
        longest=LENGTHS["shelter_class"],
    ),
    Field(
        "setting",
        text("Indoors or outdoors"),
        Kind.CHOICE,
        names=("室内室外", "室内外", "室内或室外", "场地类型", "空间类型", "setting"),
        choices=setting_names,
    ),
    Field(
        "accessible",
        text("Accessible by wheelchair"),
        Kind.CHOICE,
        names=("无障碍", "无障碍设施", "是否无障碍", "无障碍通道", "accessible"),
        choices=accessible_names,
    ),
    Field(
        "keeper",
        text("Keeper"),
        names=("负责人", "管理人", "管理员", "联系人", "责任人", "管理单位", "负责人姓名", "保管人", "keeper"),
        longest=LENGTHS["keeper"],
    ),
    Field(
        "phone",
        text("Phone"),
        names=("联系电话", "电话", "电话号码", "联系方式", "手机", "手机号", "负责人电话", "phone"),
        longest=LENGTHS["phone"],
        looks=r"1\d{10}|0\d{2,3}-?\d{7,8}",
    ),
    Field(
        "duty_phone",
        text("Duty phone, day and night"),
        names=("值班电话", "24小时电话", "24小时值班电话", "应急电话", "dutyphone"),
        longest=LENGTHS["duty_phone"],
    ),
    Field(
        "open_hours",
        text("Opening hours"),
        names=("开放时间", "接收时间", "营业时间", "服务时间", "工作时间", "openhours"),
        longest=LENGTHS["open_hours"],
    ),
    Field(
        "note",
        text("Note for the office"),
        names=("备注", "说明", "内部备注", "note"),
        longest=LENGTHS["note"],
    ),
    Field(
        "source",
        text("Source"),
        names=("来源", "数据来源", "信息来源", "填报单位", "source"),
        longest=LENGTHS["source"],
    ),
    Field(
        "internal",
        text("Keep off the public map"),
        Kind.YES_NO,
        names=("仅内部", "不公开", "内部使用", "internal"),
    ),
    Field(
        "valid_from",
        text("In use since"),
        Kind.DATE,
        names=("启用日期", "启用时间", "起始日期", "建成时间", "建成日期", "设立日期", "validfrom"),
    ),
    Field(
        "checked_on",
        text("Checked on"),
        Kind.DATE,
        names=("核查日期", "核实日期", "检查日期", "更新日期", "更新时间", "核查时间", "checkedon"),
    ),
)

OPTIONS = (
    Field(
        "checked_on",
        text("Checked on"),
        Kind.DATE,
        hint=text("For rows that name no day; empty means today. Divisions are looked up as they were on it."),
    ),
    CODE_SYSTEM,
)
