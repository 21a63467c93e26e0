"""How names of divisions are told apart: spelling, stem, number, likeness."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache

PEOPLES = [
    "维吾尔",
    "哈萨克",
    "柯尔克孜",
    "塔吉克",
    "乌孜别克",
    "塔塔尔",
    "达斡尔",
    "鄂温克",
    "鄂伦春",
    "俄罗斯",
    "土家",
    "布依",
    "仡佬",
    "仫佬",
    "毛南",
    "傈僳",
    "哈尼",
    "拉祜",
    "布朗",
    "景颇",
    "普米",
    "基诺",
    "德昂",
    "独龙",
    "东乡",
    "撒拉",
    "保安",
    "裕固",
    "蒙古",
    "朝鲜",
    "锡伯",
    "赫哲",
    "各",
    "回",
    "藏",
    "苗",
    "彝",
    "壮",
    "满",
    "侗",
    "瑶",
    "白",
    "傣",
    "黎",
    "佤",
    "畲",
    "水",
    "土",
    "羌",
    "京",
    "怒",
    "高山",
    "纳西",
    "崩龙",
]
_AUTONOMOUS = re.compile(rf"(?:{'|'.join(PEOPLES)})(?:族)?(?:(?:{'|'.join(PEOPLES)})(?:族)?)*自治(?:县|州|旗|区)$")
_TYPE = re.compile(r"(?:特别行政区|矿区|特区|新区|地区|自治[区州县旗]|街道办事处|街道|省|市|区|县|盟|旗|镇|乡)$")
_COMMITTEE = re.compile(r"(?:社区)?(?:居委会|村委会)$")
_PREPARED = re.compile(r"[（(]筹[）)]")
_NUMBER = re.compile(r"^(?:第?[一二三四五六七八九十]+|第\d+|\d+)$")
_NUMBERED = re.compile(r"(.+?)第([一二三四五六七八九十]+|\d+)$")
SHORTEST = 2
ANYWHERE = frozenset(
    [
        "郊区",
        "市郊区",
        "城区",
        "城关区",
        "市区",
        "市中区",
        "新城区",
        "矿区",
        "东区",
        "西区",
        "南区",
        "北区",
        "中区",
        "桥东区",
        "桥西区",
        "鼓楼区",
        "新华区",
    ]
)
"""Names that many cities give their districts."""


def normalised(name: str) -> str:
    """The name without what is only spelling: 居民委员会 is 居委会."""
    plain = re.sub(r"\s+", "", name)
    return plain.replace("居民委员会", "居委会").replace("村民委员会", "村委会")


@lru_cache(maxsize=50_000)
def stem(name: str) -> str:
    """The name without its type: 三河 of 三河县, 来凤 of 来凤土家族自治县, 宜川一村 of 宜川一村居委会."""
    plain = _COMMITTEE.sub("", _PREPARED.sub("", normalised(name)))
    for shorter in (_AUTONOMOUS.sub("", plain), _TYPE.sub("", plain)):
        if shorter != plain and len(shorter) >= SHORTEST:
            return shorter
    return plain


@lru_cache(maxsize=200_000)
def likeness(one: str, other: str) -> float:
    """How much two names have in common without their types, from 0 to 1."""
    return SequenceMatcher(None, stem(one), stem(other), autojunk=False).ratio()


def is_part_of(name: str, whole: str) -> bool:
    """Whether a name is that of another with a number behind it: 宜川一村第二 of 宜川一村."""
    of_part, of_whole = stem(name), stem(whole)
    return of_part.startswith(of_whole) and _NUMBER.match(of_part[len(of_whole) :]) is not None


def numbered(name: str) -> str | None:
    """The name before its number: 建德花园 of 建德花园第三; None where it has no number."""
    found = _NUMBERED.match(stem(name))
    return found.group(1) if found else None
