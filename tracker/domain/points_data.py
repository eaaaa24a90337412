"""A scheme of points as data, to and from JSON, and what is wrong with it in words."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, TypeVar

from tracker.domain.points import (
    ACTIVITY,
    ADDING,
    EITHER_WAY,
    Band,
    FactKind,
    Group,
    Indicator,
    Rule,
    Scheme,
    in_points,
)

ACTIVITY_WARNING = (
    "按报送次数、登记件数给分，容易变成凑数留痕、增加基层负担"
    "（国办函〔2026〕12号不许政务移动应用打卡、积分排名，这里照此从严）。"
    "确实要用，请在办法里勾选“允许按次数给分”，并设上限。"
)
NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,3}){0,3}")
LARGEST = 1000_00
MOST_ROWS = 100
LONGEST_WINDOW = 90

Row = TypeVar("Row", Group, Indicator, Rule, Band)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something to think about before switching on; it does not hinder."""

    words: str


def as_data(scheme: Scheme) -> dict[str, Any]:
    """The scheme as JSON keeps it."""
    kept: dict[str, Any] = json.loads(json.dumps(asdict(scheme), ensure_ascii=False))
    return kept


def from_data(data: Mapping[str, Any]) -> Scheme:
    """The scheme that was kept; what is not known here is passed over.

    Raises:
        ValueError: a kind of fact that nobody knows, or something left out that is needed.

    """
    plain = {
        name: data[name]
        for name in ("name", "maximum", "objection_days", "floor", "activity")
        if name in data
    }
    try:
        return Scheme(
            **plain,
            indicators=_rows(Indicator, data.get("indicators", ())),
            rules=_rows(Rule, ({**row, "kind": FactKind(row["kind"])} for row in data.get("rules", ()))),
            groups=_rows(Group, data.get("groups", ())),
            bands=_rows(Band, data.get("bands", ())),
            plan_ids=tuple(data.get("plan_ids", ())),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a scheme: {error}") from error


def _rows(kind: type[Row], rows: Any) -> tuple[Row, ...]:
    known = {each.name for each in fields(kind)}
    made: Any = kind  # what its rows hold is told by the data
    return tuple(
        made(
            **{
                name: tuple(value) if isinstance(value, list) else value
                for name, value in row.items()
                if name in known
            }
        )
        for row in rows
    )


def faults(scheme: Scheme) -> tuple[str, ...]:
    """What has to be put right before the scheme can be switched on, each in a sentence."""
    return tuple(dict.fromkeys(_faults(scheme)))


def doubts(scheme: Scheme) -> tuple[Doubt, ...]:
    """What may be meant so and may not."""
    return tuple(Doubt(words) for words in _doubts(scheme))


def _faults(scheme: Scheme) -> Iterator[str]:
    if not scheme.name.strip():
        yield "请填写办法名称。"
    if not 0 < scheme.maximum <= LARGEST:
        yield "满分请填 0 以上、1000 以下的数。"
    if not 0 <= scheme.floor < max(scheme.maximum, 1):
        yield "最低分不能小于 0，也不能高于满分。"
    if not 1 <= scheme.objection_days <= LONGEST_WINDOW:
        yield f"异议期请填 1 到 {LONGEST_WINDOW} 天。"
    if not scheme.indicators:
        yield "至少要有一项指标。"
    if not scheme.rules:
        yield "至少要有一条记分规则。"
    if max(len(scheme.indicators), len(scheme.rules)) > MOST_ROWS:
        yield f"指标和规则各不超过 {MOST_ROWS} 行。"
    yield from _group_faults(scheme)
    yield from _indicator_faults(scheme)
    yield from _rule_faults(scheme)
    yield from _band_faults(scheme)


def _group_faults(scheme: Scheme) -> Iterator[str]:
    for key, times in Counter(group.key for group in scheme.groups).items():
        if times > 1 or not key:
            yield f"类别“{key}”重复或没有代号。"
    for name, times in Counter(class_id for group in scheme.groups for class_id in group.class_ids).items():
        if times > 1:
            yield f"同一类单位（编号{name}）分在了两个考核类别里，请只留一处。"


def _indicator_faults(scheme: Scheme) -> Iterator[str]:
    known = Counter(each.key for each in scheme.indicators)
    groups = {group.key for group in scheme.groups}
    for each in scheme.indicators:
        called = f"指标 {each.key}"
        if not NUMBER.fullmatch(each.key):
            yield f"“{each.key}”不是指标编号，请写成 1、1.2 的样子。"
        if known[each.key] > 1:
            yield f"{called}有两行，编号不能重复。"
        if not each.name.strip():
            yield f"{called}没有名称。"
        if each.parent and each.parent not in known:
            yield f"{called}的上级 {each.parent} 不在表里。"
        if not 0 <= each.base <= LARGEST:
            yield f"{called}的基础分请填 0 到 1000。"
        if any(
            most is not None and not 0 <= most <= LARGEST for most in (each.most_added, each.most_deducted)
        ):
            yield f"{called}的上限请填 0 到 1000。"
        yield from (f"{called}的类别“{key}”不在类别表里。" for key in each.groups if key not in groups)
    for group in [each.key for each in scheme.groups] or [""]:
        base = scheme.base_of(group)
        if base > scheme.maximum:
            whose = f"{group}类单位的" if group else ""
            yield f"{whose}基础分合计 {in_points(base)}，超过满分 {in_points(scheme.maximum)}。"


def _rule_faults(scheme: Scheme) -> Iterator[str]:
    keys = Counter(rule.key for rule in scheme.rules)
    for place, rule in enumerate(scheme.rules, start=1):
        called = f"第 {place} 条规则"
        indicator = scheme.indicator(rule.indicator)
        if not rule.key or keys[rule.key] > 1:
            yield f"{called}的代号重复。"
        if indicator is None:
            yield f"{called}要归到一项指标，“{rule.indicator}”不在表里。"
        if not rule.clause.strip():
            yield f"{called}没有写依据。每一笔记分都要引用它。"
        if not 0 < abs(rule.points) <= LARGEST:
            yield f"{called}的分值不能是 0。"
        if rule.cap is not None and not 0 < rule.cap <= LARGEST:
            yield f"{called}的上限要大于 0；不设上限请留空。"
        if rule.kind not in EITHER_WAY and (rule.points > 0) != (rule.kind in ADDING):
            yield f"{called}：“{rule.kind.label}”只能{'加' if rule.kind in ADDING else '扣'}分。"
        if rule.kind in ACTIVITY and not scheme.activity:
            yield f"{called}：{ACTIVITY_WARNING}"
        if rule.points > 0 and rule.cap is None and (indicator is None or not _is_capped(scheme, indicator)):
            yield f"{called}是加分，请给它或它的指标设上限。"


def _is_capped(scheme: Scheme, indicator: Indicator) -> bool:
    """Whether the indicator or one above it says how much may be added."""
    found: Indicator | None = indicator
    while found is not None:
        if found.most_added is not None:
            return True
        found = scheme.indicator(found.parent) if found.parent else None
    return False


def _band_faults(scheme: Scheme) -> Iterator[str]:
    for at_least, times in Counter(band.at_least for band in scheme.bands).items():
        if times > 1:
            yield f"两个等次都从 {in_points(at_least)} 分起，请核对。"
    for band in scheme.bands:
        if not band.name.strip():
            yield "等次没有名称。"
        if not 0 <= band.at_least <= scheme.maximum:
            yield f"等次“{band.name}”从 {in_points(band.at_least)} 分起，不在 0 到满分之间。"


def _doubts(scheme: Scheme) -> Iterator[str]:
    if scheme.activity and any(rule.kind in ACTIVITY for rule in scheme.rules):
        yield ACTIVITY_WARNING.partition("确实")[0] + "这份办法里有这样的规则，请再想一想是否必要。"
    for group in [each.key for each in scheme.groups] or [""]:
        whole = scheme.base_of(group) + _bonus(scheme, group)
        if whole != scheme.maximum:
            whose = f"{group}类单位" if group else "单位"
            full = in_points(scheme.maximum)
            yield f"{whose}基础分加上加分上限是 {in_points(whole)}，满分是 {full}，请核对。"
    ruled = {rule.indicator for rule in scheme.rules}
    for each in scheme.indicators:
        inside = any(key == each.key or key.startswith(f"{each.key}.") for key in ruled)
        if not inside:
            yield f"指标 {each.key} 没有记分规则，基础分会一直在。"


def _bonus(scheme: Scheme, group: str, parent: str = "") -> int:
    """The most that can be added for a group under an indicator."""
    total = 0
    for each in scheme.indicators:
        if each.parent != parent or not each.is_for(group):
            continue
        own = sum(rule.cap or 0 for rule in scheme.rules if rule.indicator == each.key and rule.points > 0)
        under = own + _bonus(scheme, group, each.key)
        total += under if each.most_added is None else each.most_added
    return total
