"""The columns in which files tell of place names, under the headings of the census (第二次地名普查) and of offices."""

from __future__ import annotations

import datetime as dt

from portal.divisions.unit_columns import CODE_SYSTEM, UNIT_COLUMNS
from portal.kernel.contracts.fields import Field, Kind
from portal.kernel.i18n.text import text
from portal.toponyms.catalogue import kinds_on
from portal.toponyms.rules.particulars import LENGTHS

UUID_LOOKS = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


def kind_names(on: dt.date) -> dict[str, dict[str, str]]:
    """The kinds of names by key, with further words that mean them."""
    return {
        key: dict(kind.labels) | {f"other_{i}": name for i, name in enumerate(kind.names)}
        for key, kind in kinds_on(on).items()
    }


def status_names(_on: dt.date) -> dict[str, dict[str, str]]:
    """In use or not."""
    return {
        "in_use": {"zh": "在用", "en": "In use", "short_zh": "使用中", "other_zh": "现用", "third_zh": "标准地名"},
        "cancelled": {"zh": "注销", "en": "Cancelled", "short_zh": "已注销", "other_zh": "停用", "third_zh": "废止"},
    }


def precision_names(_on: dt.date) -> dict[str, dict[str, str]]:
    """How exactly the first day is known."""
    return {
        "day": {"zh": "日", "en": "Day"},
        "month": {"zh": "月", "en": "Month"},
        "year": {"zh": "年", "en": "Year"},
    }


FIELDS = (
    Field("id", text("Identifier"), Kind.CODE, names=("系统编号", "标识", "唯一标识", "uuid", "publicid"), longest=36,
          looks=UUID_LOOKS, hint=text("As an export of this portal gives it; names the row that is changed.")),
    Field("name", text("Standard name"), names=("标准名称", "地名", "标准地名", "名称", "地名名称", "汉字书写"),
          required=True, longest=LENGTHS["name"]),
    Field("specific", text("Specific part"), names=("专名",), longest=LENGTHS["specific"]),
    Field("generic", text("Generic part"), names=("通名",), longest=LENGTHS["generic"]),
    Field("pinyin", text("Pinyin"), names=("汉语拼音", "罗马字母拼写", "拼音", "罗马字母", "汉语拼音拼写"),
          longest=LENGTHS["pinyin"]),
    Field("kind", text("Kind"), Kind.CHOICE, names=("地名类别", "类别", "地名类型", "类型", "类别名称"),
          required=True, choices=kind_names),
    *UNIT_COLUMNS,
    Field("status", text("State"), Kind.CHOICE, names=("使用状态", "地名状态", "使用情况", "状态"),
          choices=status_names),
    Field("place", text("Where it lies, in words"), names=("地理位置", "位置", "起止点", "四至", "所在位置", "起讫"),
          longest=LENGTHS["place"]),
    Field("meaning", text("Origin and meaning"), names=("地名来历", "来历", "地名的来历", "含义", "地名含义"),
          longest=LENGTHS["meaning"]),
    Field("history", text("History of the name"), names=("历史沿革", "沿革"), longest=LENGTHS["history"]),
    Field("former", text("Former names"), names=("曾用名", "别名", "原名", "旧名", "曾用名称"), longest=500),
    Field("document_number", text("Number of the document"), names=("批准文号", "文号", "批复文号"),
          longest=LENGTHS["document_number"]),
    Field("document_authority", text("Authority of the document"), names=("批准机关", "批准单位", "命名机关"),
          longest=LENGTHS["document_authority"]),
    Field("source", text("Source"), names=("资料来源", "数据来源", "来源"), longest=LENGTHS["source"]),
    Field("valid_from", text("Valid since"), Kind.DATE,
          names=("命名时间", "命名日期", "设立年份", "启用时间", "使用时间", "批准日期")),
    Field("valid_from_precision", text("Known to the"), Kind.CHOICE, names=("日期精度",), choices=precision_names),
)  # fmt: skip

OPTIONS = (
    Field(
        "changed_on",
        text("Differences are changes of this day"),
        Kind.DATE,
        hint=text("Empty: what differs from the register is a correction of it, for the same days."),
    ),
    CODE_SYSTEM,
)
