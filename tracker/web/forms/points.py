"""The office's form for a scheme of points (积分办法): indicators, rules, groups and grades, each a row.

Rows that are left empty are passed over; there is always an empty one to go on with. What is wrong with
the scheme as a whole is told on the page by `points_data.faults` and hinders only the switching on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from wtforms import BooleanField, FieldList, FormField, HiddenField, IntegerField, SelectField, StringField
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired

from tracker.domain.points import HUNDRED, Band, FactKind, Group, Indicator, Rule, Scheme, in_points
from tracker.store.tables import Plan, UnitClass
from tracker.web.forms.base import VersionedForm, at_most, needed, one_line, options, tidy
from tracker.web.forms.units import Boxes

SPARE = 1
"""Empty rows at the end of each list: whoever fills it and saves has the next one."""
_POINTS = re.compile(r"[+-]?\d{1,4}(?:\.\d{1,2})?")
_MINUS = str.maketrans("－−—＋．。", "---+..")


class PointsField(StringField):
    """Points as people write them, -0.5; kept in hundredths, None where nothing is written."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep what was typed beside what it means."""
        text = str(valuelist[0]).strip().translate(_MINUS) if valuelist else ""
        self.data = None
        if not text:
            return
        if not _POINTS.fullmatch(text):
            raise ValueError("分值请填数字，最多两位小数，例如 -0.5。")
        self.data = round(float(text) * HUNDRED)  # type: ignore[assignment]  # the field's own kind of data

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else in_points(int(self.data))

    @property
    def points(self) -> int | None:
        return None if self.data is None else int(self.data)


def _text(label: str, length: int) -> StringField:
    return StringField(label, filters=[one_line, tidy], validators=[at_most(length, label)])


class IndicatorRow(PlainForm):
    """一项指标"""

    number = _text("指标编号", 15)
    name = _text("指标名称", 60)
    base = PointsField("基础分")
    most_added = PointsField("加分上限")
    of_group = SelectField("适用类别", validate_choice=False)


class RuleRow(PlainForm):
    """一条规则"""

    key = HiddenField()
    indicator = _text("归入指标", 15)
    kind = SelectField("什么情况", choices=options((kind.value, kind.label) for kind in FactKind))
    only = SelectField("只算", validate_choice=False)
    clause = _text("规则依据", 300)
    points = PointsField("每次几分")
    cap = PointsField("累计上限")


class GroupRow(PlainForm):
    """一个类别"""

    letter = _text("代号", 5)
    name = _text("类别名称", 30)
    class_ids = Boxes("包括哪些单位类别", coerce=int)


class BandRow(PlainForm):
    """一个等次"""

    name = _text("等次", 20)
    at_least = PointsField("从几分起")


class SchemeForm(VersionedForm):
    """积分办法"""

    name = StringField("办法名称", filters=[tidy], validators=[needed("办法名称"), at_most(60, "办法名称")])
    maximum = PointsField("满分")
    floor = PointsField("最低分")
    objection_days = IntegerField("异议期（天）", validators=[InputRequired("请填异议期的天数。")])
    activity = BooleanField("允许按次数给分")
    plan_ids = Boxes("只看这些文件", coerce=int)
    indicators = FieldList(FormField(IndicatorRow))
    rules = FieldList(FormField(RuleRow))
    groups = FieldList(FormField(GroupRow))
    bands = FieldList(FormField(BandRow))

    @classmethod
    def of(cls, scheme: Scheme, *, version: int) -> SchemeForm:
        """The form of a scheme as it is written; a form that was sent keeps what was typed."""
        rows: dict[str, list[Any]] = {
            "indicators": [
                {**asdict(each), "number": each.key, "of_group": ",".join(each.groups)}
                for each in scheme.indicators
            ],
            "rules": [{**asdict(each), "kind": each.kind.value} for each in scheme.rules],
            "groups": [
                {"letter": each.key, "name": each.name, "class_ids": list(each.class_ids)}
                for each in scheme.groups
            ],
            "bands": [asdict(each) for each in scheme.bands],
        }
        spare = {name: [*found, *({} for _ in range(SPARE))] for name, found in rows.items()}
        plain = {
            name: getattr(scheme, name) for name in ("name", "maximum", "floor", "objection_days", "activity")
        }
        return cls(data={**plain, **spare, "plan_ids": list(scheme.plan_ids), "version": version})

    def offer(
        self, plans: Sequence[Plan], classes: Sequence[UnitClass], narrowings: Sequence[tuple[str, str]]
    ) -> None:
        """What can be chosen; what was chosen before and is there no more stays."""
        self.plan_ids.choices = options((plan.id, plan.title) for plan in plans)
        letters = [
            (row["letter"].data, f"{row['letter'].data}类")
            for row in _rows(self.groups)
            if row["letter"].data
        ]
        for group in _rows(self.groups):
            group["class_ids"].choices = options((each.id, each.name) for each in classes)
        for indicator in _rows(self.indicators):
            indicator["of_group"].choices = _choices(letters, indicator["of_group"].data, "全部单位")
        for rule in _rows(self.rules):
            rule["only"].choices = _choices(narrowings, rule["only"].data, "全部")

    def scheme(self, before: Scheme) -> Scheme:
        """What the form says; call after validating. What no field shows stays as it was."""
        return Scheme(
            name=self.name.data or "",
            maximum=self.maximum.points or 0,
            indicators=tuple(self._indicators(before)),
            rules=tuple(_rule(row) for row in _rows(self.rules) if _filled(row, "clause", "points")),
            groups=tuple(_group(row, before) for row in _rows(self.groups) if _filled(row, "letter", "name")),
            bands=tuple(
                Band(row["name"].data or "", row["at_least"].points or 0)
                for row in _rows(self.bands)
                if _filled(row, "name", "at_least")
            ),
            objection_days=self.objection_days.data or 0,
            floor=self.floor.points or 0,
            activity=bool(self.activity.data),
            plan_ids=tuple(self.plan_ids.data or ()),
        )

    def _indicators(self, before: Scheme) -> list[Indicator]:
        limits = {each.key: each.most_deducted for each in before.indicators}
        found = []
        for row in _rows(self.indicators):
            if _filled(row, "number", "name"):
                number, groups = row["number"].data or "", row["of_group"].data or ""
                base, most = row["base"].points or 0, row["most_added"].points
                chosen = tuple(filter(None, groups.split(",")))
                found.append(
                    Indicator(number, row["name"].data or "", base, most, limits.get(number), chosen)
                )
        return found


def _rows(fields: Any) -> list[Any]:
    """The rows of a list; the library's types know only that they are fields."""
    return list(fields)


def _choices(offered: Sequence[tuple[str, str]], chosen: str | None, everything: str) -> list[Any]:
    known = [("", everything), *offered]
    if chosen and chosen not in dict(known):
        known.append((chosen, chosen))
    return options(known)


def _filled(row: Any, *names: str) -> bool:
    return any(row[name].data not in {None, ""} for name in names)


def _rule(row: Any) -> Rule:
    points, cap = row["points"].points or 0, row["cap"].points
    kind, only = FactKind(row["kind"].data), row["only"].data or ""
    most = abs(cap) if cap is not None else None
    return Rule(
        row["key"].data or "", row["indicator"].data or "", kind, row["clause"].data or "", points, most, only
    )


def _group(row: Any, before: Scheme) -> Group:
    letter = row["letter"].data or ""
    named = next((group.unit_ids for group in before.groups if group.key == letter), ())
    return Group(letter, row["name"].data or "", tuple(row["class_ids"].data or ()), named)
