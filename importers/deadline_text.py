"""Read the time phrases of a plan (完成时限): phrase → Deadline, with its reason.

Accepted forms, in a deadline cell, behind a label or (the stricter `find`) inside a sentence; full-width
figures, blanks and Chinese numerals (二〇二五年十二月) are read everywhere:

    2023年11月30日前 · 11月30日 · 2023-11-30 · 11月(份) · 11月底前 · 6月中旬 · 月底前     the last day on time
    第三季度 · 上半年 · 年中 · 2023年底 · 年内 · 到2025年 · “十四五”期末 · 明年3月底
    12月前 · 2025年前 · 第三季度前           literally before it begins; the other reading is kept: ask
    9月底前…,12月底前… · 上半年、下半年各1次 · 7、12月                                stages
    6月至9月 · 自2022年6月1日起至12月31日 · 全年 · 即日起至9月1日 · 2020年起          from … to …
    每季度 · 每周四 · 每季度末月20日前 · 一周一进度 · 按月更新 · 半年总结              rhythms
    3.1-5.31 · 2026.3-2026.5 · Q2 · 20230630 · 6.30前 · 季度                        short forms of a cell
    印发后20个工作日内 · 自合同签订之日起30日内 · 半年内                              counted from an event
    国庆节前 · “五一”前 · 明年元旦前 · 清明前               up to the day before a feast that the sun fixes
    春节前 · 中秋、国庆节前 · 汛期前 · 秋季开学前           a deadline whose day no rule knows: ask
    长期推进 · 持续… · 常态化                                                      no end
    即收即办 · 定期 · 春节前后 · 空格           names no day: unstated, with the reason

"X日前" includes day X: offices count the day itself as on time. A year that is not printed is the plan's,
else that of the issue date. What names no task's deadline is left alone: terms of validity (有效期至),
conditions, spans looked back on, starts, titles of cited documents (see `deadline_stages`). A day that
does not exist or lies long before the document is never guessed: it becomes a finding, and what may be
meant goes to `other_readings`.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import date

from importers.deadline_points import Doubt, Found, context_for
from importers.deadline_stages import stages_in
from importers.findings import Finding
from importers.numerals import squeeze, squeezed
from tracker.domain.deadline import Deadline, Fixed, Reading, Recurring, Stage, Staged, Standing, Unstated

_STANDING = re.compile(
    r"^(?:全年)?(?:并?[需要应须])?"
    r"(?:长期|持续|常年|常态|经常性|日常|不间断|贯穿|滚动|长效|一直|始终|随时|动态(?:更新|调整)?$|年度常态)"
    r"|(?:长期|持续|常态化)(?:推进|坚持|落实|开展|实施|执行|进行|更新|完善|优化|有效|工作|任务)?[。;]?$"
)
_ALL_YEAR_LONG = re.compile(r"全年[、,]?(?:都?[要需])?(?:长期|持续|常态|坚持|不间断)[^\d]*$")
_GOES_ON = re.compile(r"长期|持续|常态")
_VAGUE = (
    (re.compile(r"即[收接知]到?即|第一时间|立即|即时|即刻|立行立改|马上|当场|随[到收]随"),
     "即时办理，没有可以记日子的期限"),
    (re.compile(r"定期|适时|及时|尽快|尽早|近期|按需|视情|适当|待定|另行|按时|按期|"
                r"根据.*(?:安排|要求|部署|进度|实际|情况)"
                r"|按.{0,8}(?:要求|规定|时限|部署|进度|节点)"), "没有写明周期或日期"),
    (re.compile(
        r"年初|前后|左右|春节|国庆|元旦|五一|端午|中秋|节日|节假日|节前|召开前|汛期|两会|[寒暑]假|暑期|学期|开学|假期"
    ), "只说了大概的时候，没有写明日期"),
)
_HAS_TIME = re.compile(r"[年月日天周季旬末底每按逐时期前]|\d[-./]\d|礼拜")
_LOOKS_DATED = re.compile(r"\d+[年月日号]|\d+[./]\d+")
_COMPACT = re.compile(r"(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?P<before>之?前)?")
_COMPACT_MONTH = re.compile(r"(?P<y>20\d\d)(?P<m>0[1-9]|1[0-2])(?P<before>之?前)?")
_IN_WORDS = re.compile(r"[^度Qq]*\d[年月][^度Qq]*$")
_DOTTED_SPAN = re.compile(
    r"(?:(?P<y>20\d\d)[-./])?(?P<m>1[0-2]|0?[1-9])(?:[./](?P<d>3[01]|[12]\d|0?[1-9]))?[-—–~至到]{1,2}"
    r"(?:(?P<y2>20\d\d)[-./])?(?P<m2>1[0-2]|0?[1-9])(?:[./](?P<d2>3[01]|[12]\d|0?[1-9]))?"
)
_BARE_PERIOD = re.compile(r"(?:按)?(?P<period>月度|季度末?|季末|半年度|双月)(?:一次|1次|更新)?")
_PERIODS = {"月": "P1M", "季": "P3M", "半": "P6M", "双": "P2M"}
_QUARTER = re.compile(r"(?<![A-Za-z])[Qq]([1-4])(?!\d)")
_BARE_COUNT = re.compile(r"\d{1,3}(?:个自然日|天)")
_DOTTED = re.compile(r"(?P<m>1[0-2]|0?[1-9])[./](?P<d>3[01]|[12]\d|0?[1-9])(?P<before>之?前)?")


def read(phrase: str, *, year: int | None, issued_on: date | None) -> tuple[Deadline, tuple[Finding, ...]]:
    """Read the phrase of a deadline cell or label.

    Args:
        phrase: as printed; any of the forms in this module's docstring.
        year: the plan's year (2023年工作要点), which fills in years that are not printed.
        issued_on: the document's date (成文日期); days before it are doubtful.

    Returns:
        The deadline with its reason, and a finding for each thing that a person must settle.

    """
    text = squeezed(phrase)
    if _IN_WORDS.match(text):
        pass  # 2026年6月底前 is none of the short forms of a cell
    elif match := _COMPACT.fullmatch(text) or _DOTTED.fullmatch(text):
        printed = match.groupdict()
        text = f"{printed['y']}年" if printed.get("y") else ""
        text += f"{int(printed['m'])}月{int(printed['d'])}日{printed['before'] or ''}"
    elif match := _COMPACT_MONTH.fullmatch(text):
        text = f"{match['y']}年{int(match['m'])}月{match['before'] or ''}"
    elif match := _BARE_PERIOD.fullmatch(text):
        reading = Recurring(_PERIODS[match["period"][0]])
        return Deadline(phrase, reading, f"“{match['period']}”是周期性任务，每个周期一次。"), ()
    elif (match := _DOTTED_SPAN.fullmatch(text)) and (span := _span_in_words(match)):
        text = span
    elif _BARE_COUNT.fullmatch(text):
        text += "内"
    else:
        text = _QUARTER.sub(r"第\1季度", text)
    if _ALL_YEAR_LONG.match(text):
        return _without_day(phrase, text), ()
    found, doubts = stages_in(text, context_for(year, issued_on, strict=False))
    if not found and not doubts:
        deadline = _without_day(phrase, text)
        if deadline.certain:
            return deadline, ()
        return deadline, (Finding("warning", "deadline-unread", deadline.reason, "deadline"),)
    deadline = _deadline(phrase, found, doubts)
    if isinstance(deadline.reading, Fixed) and _GOES_ON.search(text):
        deadline = Deadline(phrase, deadline.reading, deadline.reason + "此后持续推进。",
                            (*deadline.other_readings, Standing()), deadline.certain)
    return deadline, _findings(found, doubts)


def find(text: str, *, year: int | None, issued_on: date | None) -> Deadline:
    """The deadline that the sentences of a clause set; Unstated where they set none.

    Stricter than `read`: a sentence must set a last day (前, 底, 年内), a span in which something is to be
    done, or a count from the issue of a document (印发后20个工作日内). Rhythms and quotas inside sentences
    are no deadline; see `quota_text` and `regime_text`. The phrase quotes the times alone, parted by ；.
    """
    plain, places = squeeze(text)
    if not _HAS_TIME.search(plain):
        return Deadline("", Unstated(), "条文没有写明完成时限。")
    found, doubts = stages_in(plain, context_for(year, issued_on, strict=True))
    if not found and not doubts:
        return Deadline("", Unstated(), "条文没有写明完成时限。")
    stands = sorted([(one.start, one.end) for one in found] + [(one.start, one.end) for one in doubts])
    quoted = [text[places[start]:places[end - 1] + 1] for start, end in stands if end > start]
    return _deadline("；".join(dict.fromkeys(quoted)), found, doubts)


def _deadline(phrase: str, found: list[Found], doubts: list[Doubt]) -> Deadline:
    """Put the stages together; what was doubtful stays among the other readings."""
    if len(found) == 1 and not doubts:
        return Deadline(phrase, found[0].stage, f"{found[0].reason}。", found[0].others, found[0].certain)
    others = tuple(reading for doubt in doubts for reading in doubt.others)
    if not found:
        return Deadline(phrase, Unstated(), f"{doubts[0].message}。", others, certain=False)
    unique = _unique(found)
    others = (*_other_readings(unique), *others)
    reason = "；".join(one.reason for one in unique) + "。"
    certain = not doubts and all(one.certain for one in unique)
    return Deadline(phrase, _together([one.stage for one in unique]), reason, others, certain)


def _unique(found: list[Found]) -> list[Found]:
    """Each day once and in their order: 年内完成…,12月底前验收 is one day, however exactly it is printed."""
    if len(found) == 1:
        return found
    once: dict[object, Found] = {}
    for one in found:
        once.setdefault(one.stage.day if isinstance(one.stage, Fixed) else one.stage, one)
    if [one for one in once.values() if not isinstance(one.stage, Fixed)]:
        return list(once.values())
    return [once[day] for day in sorted(once, key=str)]


def _other_readings(found: list[Found]) -> tuple[Reading, ...]:
    if len(found) == 1:
        return found[0].others
    if not any(one.others for one in found):
        return ()
    swapped = [one.others[0] if one.others else one.stage for one in found]
    stages = [reading for reading in swapped if not isinstance(reading, Staged | Standing | Unstated)]
    return (_together(stages),) if stages else (Unstated(),)


def _together(stages: list[Stage]) -> Reading:
    return stages[0] if len(stages) == 1 else Staged(tuple(stages))


def _findings(found: list[Found], doubts: list[Doubt]) -> tuple[Finding, ...]:
    asked = [one.reason for one in found if not one.certain]
    if not (doubts or asked):
        return ()
    made = [Finding("warning", doubt.code, doubt.message, "deadline") for doubt in doubts]
    made += [Finding("warning", "deadline-ambiguous", reason, "deadline") for reason in asked]
    return tuple(made)


def _span_in_words(match: re.Match[str]) -> str:
    """2026.3-2026.5, 3.1-5.31 in words; 6-9 alone says neither months nor days."""
    if not (match["y"] or (match["d"] and match["d2"])) or bool(match["d"]) != bool(match["d2"]):
        return ""
    ends = ((match["y"], match["m"], match["d"]), (match["y2"], match["m2"], match["d2"]))
    first, last = (
        (f"{year}年" if year else "") + f"{int(month)}月" + (f"{int(day)}日" if day else "")
        for year, month, day in ends
    )
    return f"{first}至{last}"


def _without_day(phrase: str, text: str) -> Deadline:
    """A phrase that names no day: no end, at once, or nothing."""
    if _STANDING.search(text):
        return Deadline(phrase, Standing(), "原文是长期、持续的要求，没有结束的日子。")
    for pattern, why in _VAGUE:
        if pattern.search(text):
            return Deadline(phrase, Unstated(), f"{why}。")
    if _LOOKS_DATED.search(text):
        return Deadline(phrase, Unstated(), "没有读出完成的日子，请核对原文后填写。", certain=False)
    return Deadline(phrase, Unstated(), "没有写明时限。" if text else "原文没有填写时限。")


def _main() -> None:
    """Lines PHRASE, TAB, ISSUE-DATE-OR-YEAR in; one JSON object a line out."""
    for line in sys.stdin:
        phrase, _, when = line.rstrip("\n").partition("\t")
        digits = re.match(r"(\d{4})(?:-(\d{2})-(\d{2}))?", when)
        issued_on = date.fromisoformat(digits[0]) if digits and digits[2] else None
        year = int(digits[1]) if digits and issued_on is None else None
        deadline, _ = read(phrase, year=year, issued_on=issued_on)
        sys.stdout.write(json.dumps({
            "notation": deadline.notation,
            "other_readings": [reading.notation for reading in deadline.other_readings],
            "certain": deadline.certain,
            "reason": deadline.reason,
        }, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    _main()
