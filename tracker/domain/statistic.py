"""Statistics (统计) as offices publish them: counts by kind, about so many (余), increments, rates.

A figure is what units reported, added up; it is never typed a second time. One that is about so many makes
every sum with it about so many: 430余条. A rate stands beside its numerator and denominator, and where there
is nothing to divide by it is 无. An increment keeps what was there before beside what was added (原有32项，
新增11项). The year is the one that the figures belong to, whenever they are published.

    figure = ["约" | "近"] number ["万" | "亿"] ["余" | "多"] measure
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from tracker.domain.errors import InvalidInput
from tracker.domain.percent import in_percent
from tracker.domain.titled import Titled

LARGEST = 10**12
NOTHING = "无"
_UNITS = {"": 1, "万": 10_000, "亿": 100_000_000}
_FIGURE = re.compile(
    r"(?P<about>约|近|大约)?(?P<number>\d[\d,]*(?:\.\d+)?)(?P<much>余|多)?(?P<unit>[万亿]?)(?P<more>余|多)?"
)


class StatisticForm(Titled):
    """What a figure of a kind looks like."""

    COUNT = "count", "数量"
    INCREMENT = "increment", "原有和新增"
    RATE = "rate", "比率"


class StatisticSource(Titled):
    """Where units' figures of a kind come from."""

    SHEET = "sheet", "单位在统计表里填报"
    RETURNS = "returns", "取自报送表里的数字栏目"
    EVENTS = "events", "取自次数指标的佐证事项"
    CLOCKS = "clocks", "取自依申请公开的时限"


class Counted(Titled):
    """What is taken from the clocks of applications."""

    RECEIVED = "received", "本年新收"
    DONE = "done", "本年办结"
    OWED = "owed", "本年应答复"
    IN_TIME = "in_time", "按时答复"


class NoFigure(InvalidInput):
    """请填数字；不是准数的可以写成“430余”。"""


@dataclass(frozen=True, slots=True)
class Number:
    """So many, or about so many; `earlier` is what was there before, where `value` was added."""

    value: int
    approximate: bool = False
    earlier: int | None = None

    def __add__(self, other: Number) -> Number:
        known = [each for each in (self.earlier, other.earlier) if each is not None]
        return Number(
            self.value + other.value, self.approximate or other.approximate, sum(known) if known else None
        )

    @property
    def whole(self) -> int:
        """What there is now: what was there before, and what was added."""
        return self.value + (self.earlier or 0)

    @property
    def figure(self) -> str:
        """The number as it is printed, without its measure word: 430余, 45万余."""
        return _printed(self.value, approximate=self.approximate)

    def words(self, measure: str) -> str:
        """430余条; 原有32项，新增11项，共43项."""
        if self.earlier is None:
            return f"{self.figure}{measure}"
        whole = _printed(self.whole, approximate=self.approximate)
        return f"原有{self.earlier}{measure}，新增{self.figure}{measure}，共{whole}{measure}"


def total(numbers: Iterable[Number]) -> Number | None:
    """The sum of what was reported; None where nothing was."""
    found = list(numbers)
    if not found:
        return None
    added = found[0]
    for each in found[1:]:
        added += each
    return added


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with what it is a share of; None on either side where nobody has reported it."""

    numerator: Number | None
    denominator: Number | None

    @property
    def value(self) -> str:
        """98.5%, 约98.5%, 100% only where it is all; 无 where there is nothing to divide by."""
        if self.numerator is None or self.denominator is None or not self.denominator.whole:
            return NOTHING
        about = "约" if self.numerator.approximate or self.denominator.approximate else ""
        return f"{about}{in_percent(self.numerator.whole, self.denominator.whole)}"

    @property
    def exceeds(self) -> bool:
        """Whether the part is more than the whole, which somebody has to look at."""
        if self.numerator is None or self.denominator is None:
            return False
        return self.numerator.whole > self.denominator.whole


def read(text: str) -> Number | None:
    """A figure as a person types it; None where the field is empty.

    Raises:
        NoFigure: it is none.

    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    if not plain:
        return None
    found = _FIGURE.fullmatch(plain)
    if found is None:
        raise NoFigure
    value = Decimal(found["number"].replace(",", "")) * _UNITS[found["unit"]]
    if value != value.to_integral_value() or value > LARGEST:
        raise NoFigure
    return Number(int(value), approximate=bool(found["about"] or found["much"] or found["more"]))


def _printed(value: int, *, approximate: bool) -> str:
    """Round figures of tens of thousands are printed as such where they are about so many."""
    if not approximate:
        return str(value)
    unit = "万" if value and value % 10_000 == 0 else ""
    return f"{value // _UNITS[unit]}{unit}余"


@dataclass(frozen=True, slots=True)
class Preset:
    """A kind that many offices publish, to begin with; rates name their two sides."""

    section: str
    name: str
    measure: str = "条"
    form: StatisticForm = StatisticForm.COUNT
    source: StatisticSource = StatisticSource.SHEET
    counted: str = ""
    definition: str = ""
    numerator: str = ""
    denominator: str = ""


_PUBLISHED, _EXPLAINED, _FIELDS = "政策公开", "政策解读", "重点领域"
_REQUESTED, _SITES, _SERVICES = "依申请公开", "平台建设", "公开服务"
PRESETS: tuple[Preset, ...] = (
    Preset(_PUBLISHED, "公开规范性文件等政策类信息", definition="本年在网站公开的，同一文件只计一次。"),
    Preset(_EXPLAINED, "图片解读", "件"),
    Preset(_EXPLAINED, "视频解读", "件"),
    Preset(_FIELDS, "公开重点领域信息", definition="重点领域专栏本年新发布的信息。"),
    Preset(
        _REQUESTED, "收到政府信息公开申请", "件", source=StatisticSource.CLOCKS,
        counted=Counted.RECEIVED.value, definition="本年新收，取自时限台账。",
    ),
    Preset(
        _REQUESTED, "办结政府信息公开申请", "件", source=StatisticSource.CLOCKS, counted=Counted.DONE.value,
        definition="本年答复的，含上年结转。",
    ),
    Preset(
        _REQUESTED, "应答复政府信息公开申请", "件", source=StatisticSource.CLOCKS, counted=Counted.OWED.value,
        definition="本年已答复的，加上答复期限在本年届满而没有答复的。",
    ),
    Preset(
        _REQUESTED, "按时答复政府信息公开申请", "件", source=StatisticSource.CLOCKS,
        counted=Counted.IN_TIME.value, definition="在法定期限内答复的。",
    ),
    Preset(
        _REQUESTED, "答复率", "", StatisticForm.RATE, numerator="办结政府信息公开申请",
        denominator="应答复政府信息公开申请",
    ),
    Preset(
        _REQUESTED, "按时答复率", "", StatisticForm.RATE, numerator="按时答复政府信息公开申请",
        denominator="应答复政府信息公开申请",
    ),
    Preset(_SITES, "网站公开文字信息", "篇"),
    Preset(_SITES, "网站公开图片信息", "篇"),
    Preset(_SITES, "网站公开视频信息", "篇"),
    Preset(_SITES, "清理敏感信息"),
    Preset(_SITES, "清理个人隐私信息"),
    Preset(_SITES, "政务新媒体账号", "个", definition="年末在运行的账号。"),
    Preset(_SERVICES, "办理网友诉求", "件"),
    Preset(_SERVICES, "服务信息公开事项", "项", StatisticForm.INCREMENT, definition="上年末已有的为原有。"),
    Preset(_SERVICES, "政务公开专区", "个", definition="年末已建成使用的。"),
)  # fmt: skip
