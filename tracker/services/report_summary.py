"""半年总结 and 年度总结: what a half year or a year came to, put together from its facts.

Nothing is typed a second time: each figure is counted where it was recorded, and opens its list.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day, month_day
from tracker.domain.errors import NotFound
from tracker.domain.look_back import VerdictKind
from tracker.domain.report import Figure, Paragraph, Piece, Report, ReportKind, Table, counted
from tracker.domain.report_spans import begun, parse
from tracker.domain.report_text import numeral
from tracker.services import report_figures as figures
from tracker.services import report_summary_facts as summary_facts
from tracker.services import statistics
from tracker.services.quotas import Behind
from tracker.services.report_summary_facts import MOST_AHEAD, MOST_LATE, SummaryFacts
from tracker.store.queries import reporting
from tracker.store.queries.experience_lists import Part as ArticlePart
from tracker.store.queries.reporting import Slice
from tracker.store.tables import Assignment

MOST_DONE = 12
"""As many finished tasks of one section are named."""
MOST_PROBLEMS = 20


def half_years(session: Session, plan_id: int, *, today: date) -> list[tuple[str, str]]:
    """The halves of the plan's year that have begun, as (key, label), the newest first."""
    plan = reporting.plan(session, plan_id)
    keys = (f"{plan.year}-H1", f"{plan.year}-H2") if plan else ()
    return [(span.key, span.label) for span in begun(keys, today)]


def years(session: Session, plan_id: int, *, today: date) -> list[tuple[str, str]]:
    """The plan's year, once it has begun, as (key, label)."""
    plan = reporting.plan(session, plan_id)
    return [(span.key, span.label) for span in begun((f"{plan.year:04}",) if plan else (), today)]


def write_half_year(session: Session, actor: Actor, *, plan_id: int, subject: str, now: datetime) -> Report:
    """半年总结, as everything stands now.

    Raises:
        NotFound: there is no such plan, or no such half of its year.

    """
    offered = half_years(session, plan_id, today=china_day(now))
    one = (plan_id, subject) if subject in dict(offered) else None
    return _write(session, actor, ReportKind.HALF_YEAR, one, now=now)


def write_year(session: Session, actor: Actor, *, plan_id: int, subject: str, now: datetime) -> Report:
    """年度总结, as everything stands now.

    Raises:
        NotFound: there is no such plan, or it is not its year.

    """
    offered = years(session, plan_id, today=china_day(now))
    one = (plan_id, subject) if subject in dict(offered) else None
    return _write(session, actor, ReportKind.YEAR, one, now=now)


def _write(
    session: Session, actor: Actor, kind: ReportKind, one: tuple[int, str] | None, *, now: datetime
) -> Report:
    plan = reporting.plan(session, one[0]) if one else None
    if plan is None or one is None:
        raise NotFound
    subject = one[1]
    facts = summary_facts.facts(session, actor, plan, parse(subject), today=china_day(now))
    rest = "下半年工作打算" if subject.endswith("H1") else "下一步工作打算"
    published = statistics.paragraphs(session, year=plan.year) if kind is ReportKind.YEAR else []
    parts = figures.numbered(
        [
            ("opening", "", _opening(facts), ()),
            ("overall", "总体完成情况", _overall(facts), ()),
            ("sections", "各板块推进情况", _by_section(facts), _section_table(facts)),
            ("returns", "报送情况", _returns(facts), _returns_table(facts)),
            ("work", "推进落实的做法", _work(facts), ()),
            ("statistics", "公开数据", published, ()),
            ("look_back", "“回头看”情况", _look_back(facts) if kind is ReportKind.YEAR else [], ()),
            ("problems", "存在的问题", _problems(facts), _late_table(facts)),
            ("next", rest, _next(facts), ()),
        ]
    )
    return Report(
        kind=kind,
        title=f"《{plan.title}》{facts.span.label}落实情况总结",
        subject=subject,
        subject_label=facts.span.label,
        as_of=facts.today,
        made_at=now,
        office=facts.office,
        parts=parts,
    )


def _opening(facts: SummaryFacts) -> list[Paragraph]:
    day = figures.full_day(facts.today)
    words = (
        f"{facts.span.label}，{facts.office}按照《{facts.plan.title}》的部署，逐项明确责任单位和完成时限，"
        f"按期收集进展，推动任务落实。现将截至{day}的情况总结如下。"
    )
    return [(words,)]


def _overall(facts: SummaryFacts) -> list[Paragraph]:
    found = facts.figures
    said: list[Piece] = ["共有任务", found["tasks"], "项：已销号", found["signed_off"], "项，办理中"]
    said += [found["open"], "项"]
    if found["overdue"].rows:
        said += ["（其中逾期", found["overdue"], "项）"]
    if found["cancelled"].rows:
        said += ["，经批准取消", found["cancelled"], "项"]
    paragraphs: list[Paragraph] = [(*said, "。")]
    if found["due"].rows:
        words = f"{facts.span.label}时限到期的任务"
        paragraphs.append((words, found["due"], "项，已销号", found["due_signed_off"], "项。"))
    return paragraphs


def _by_section(facts: SummaryFacts) -> list[Paragraph]:
    said: list[Paragraph] = []
    for number, section in enumerate(facts.sections, 1):
        said.append((f"（{numeral(number)}）{figures.section_name(section.name)}",))
        total, signed_off, _, overdue = section.figures
        words: list[Piece] = ["任务", total, "项，已销号", signed_off, "项"]
        if overdue.rows:
            words += ["，逾期", overdue, "项"]
        said.append((*words, "。"))
        if section.done:
            more = "等" if len(section.done) > MOST_DONE else ""
            said.append((f"已经完成：{'；'.join(section.done[:MOST_DONE])}{more}。",))
    return said


def _section_table(facts: SummaryFacts) -> list[Table]:
    if len(facts.sections) < 2:
        return []
    rows: tuple[tuple[Piece, ...], ...] = tuple(
        (figures.section_name(each.name), *each.figures) for each in facts.sections
    )
    caption = "各板块任务情况"
    return [
        Table(("板块", "任务", "已销号", "办理中", "逾期"), rows, (76.0, 20.0, 20.0, 20.0, 20.0), caption)
    ]


def _returns(facts: SummaryFacts) -> list[Paragraph]:
    said: list[Paragraph] = []
    for cadence, counts in facts.cadences:
        on_time = facts.returned(cadence, counts, Slice.ON_TIME)
        words: list[Piece] = [
            f"{cadence.name}：应报",
            facts.returned(cadence, counts, Slice.DUE),
            "件，按时",
            on_time,
        ]
        words.append("件")
        for part in figures.LAGGING:
            if counts.of(part):
                words += [f"，{part.label}", facts.returned(cadence, counts, part), "件"]
        share = figures.rate(f"on_time_rate_{cadence.kind}", f"{cadence.name}按时率", counts, of=on_time)
        said.append((*words, *share, "。"))
    return said


def _returns_table(facts: SummaryFacts) -> list[Table]:
    if len(facts.cadences) < 2:
        return []
    parts = (Slice.DUE, Slice.ON_TIME, Slice.LATE, Slice.MISSED)
    rows: tuple[tuple[Piece, ...], ...] = tuple(
        (cadence.name, *(facts.returned(cadence, counts, part) for part in parts))
        for cadence, counts in facts.cadences
    )
    caption = "各项报送情况"
    return [
        Table(("报送制度", "应报", "按时", "迟报", "未报"), rows, (76.0, 20.0, 20.0, 20.0, 20.0), caption)
    ]


def _work(facts: SummaryFacts) -> list[Paragraph]:
    """Experience, meetings, orders and quotas, each where there is something to tell."""
    told = (_experience(facts), _meetings(facts), _orders(facts), _mended(facts), _quotas(facts))
    return figures.in_points([paragraph for paragraph in told if paragraph])


def _experience(facts: SummaryFacts) -> Paragraph:
    if not facts.articles.of(ArticlePart.HANDED_IN):
        return ()
    words: list[Piece] = ["总结推广经验。各单位报送经验材料", facts.article(ArticlePart.HANDED_IN)]
    words += ["篇，采用", facts.article(ArticlePart.ADOPTED), "篇"]
    further = {
        ArticlePart.SHOWN: "公开展示",
        ArticlePart.SENT_UP: "报省",
        ArticlePart.TAKEN_UP: "省采用",
    }
    for part, word in further.items():
        if facts.articles.of(part):
            words += [f"，{word}", facts.article(part), "篇"]
    return (*words, "。")


def _meetings(facts: SummaryFacts) -> Paragraph:
    found, talked = facts.figures, list[Piece]()
    if found["meetings"].rows:
        talked += ["召开例会", found["meetings"], "次"]
    if found["decisions"].rows:
        talked += ["；" if talked else "", "议定事项", found["decisions"], "件，已了结"]
        talked += [found["decisions_settled"], "件"]
    return ("坚持例会调度。", *talked, "。") if talked else ()


def _orders(facts: SummaryFacts) -> Paragraph:
    found, urged = facts.figures, list[Piece]()
    if found["orders_sent"].rows:
        urged += ["发出督办单", found["orders_sent"], "份"]
    if found["orders_open"].rows:
        urged += ["，" if urged else "", "现有", found["orders_open"], "份督办单没有了结"]
    return ("加强督办。", *urged, "。") if urged else ()


def _mended(facts: SummaryFacts) -> Paragraph:
    every, closed = facts.rectified
    if not every:
        return ()
    where = figures.address("/rectifications", year=facts.plan.year)
    all_ = counted("rectifications", "整改事项", every, where)
    done = Figure("rectified", str(closed), where, None, "已销号的整改事项")
    return ("抓好整改。转入本年的整改事项", all_, "项，已销号", done, "项。")


def _quotas(facts: SummaryFacts) -> Paragraph:
    if not facts.quotas.targets:
        return ()
    where = figures.address("/quotas", plan=facts.plan.id)
    behind = figures.address("/quotas", plan=facts.plan.id, behind=Behind.ANY.value)
    lines = sum(len(target.lines) for target in facts.quotas.targets)
    return (
        "落实次数要求。共对", counted("quota_lines", "次数指标", lines, where), "家次提出次数要求，落后",
        counted("quota_behind", "次数落后", facts.quotas.behind, behind), "家次。",
    )  # fmt: skip


def _look_back(facts: SummaryFacts) -> list[Paragraph]:
    if not facts.verdicts:
        return []
    words: list[Piece] = ["对全部任务逐项开展“回头看”"]
    if not facts.confirmed:
        words.append("（还在进行，以下为已经确认的结论）")
    for place, kind in enumerate(kind for kind in VerdictKind if facts.verdicts.get(kind.value)):
        where = figures.address(f"/look-back/{facts.plan.id}", confirmed=kind.value)
        figure = counted(f"verdict_{kind.value}", kind.label, facts.verdicts[kind.value], where)
        words += ["：" if not place else "，", kind.label, figure, "项"]
    return [(*words, "。")]


def _problems(facts: SummaryFacts) -> list[Paragraph]:
    found, said = facts.figures, list[Paragraph]()
    if found["overdue"].rows:
        shown = f"，下表列出逾期最久的{MOST_LATE}项" if found["overdue"].rows > MOST_LATE else "，见下表"
        said.append(("一些任务没有按时完成：逾期", found["overdue"], f"项{shown}。"))
    missed = [(cadence, counts) for cadence, counts in facts.cadences if counts.missed]
    if missed:
        words: list[Piece] = ["报送还不够及时："]
        for place, (cadence, counts) in enumerate(missed):
            words += [
                "，" if place else "",
                f"{cadence.name}未报",
                facts.returned(cadence, counts, Slice.MISSED),
                "件",
            ]
        said.append((*words, "。"))
    if facts.problems:
        said.append(("各单位反映、还没有解决的问题：",))
        said += _reported(facts.problems[:MOST_PROBLEMS])
    return said


def _reported(rows: Iterable[Assignment]) -> list[Paragraph]:
    return [
        (f"{number}．{row.unit.name}（{figures.short(row.task.title)}）：{figures.ended(row.problem)}",)
        for number, row in enumerate(rows, 1)
    ]


def _late_table(facts: SummaryFacts) -> list[Table]:
    return [figures.overdue_table(facts.late, facts.today)] if facts.late else []


def _next(facts: SummaryFacts) -> list[Paragraph]:
    said: list[Paragraph] = []
    if facts.figures["overdue"].rows:
        said.append(("对逾期任务逐项明确办结时间，办结一项、销号一项；确需延期的，按程序办理。",))
    if facts.figures["ahead"].rows:
        rows = [
            f"{figures.short(line.task.title)}（{figures.whose(line)}，{month_day(line.task.next_due_on)}）"
            for line in facts.ahead
            if line.task.next_due_on
        ]
        more = "等" if (facts.figures["ahead"].rows or 0) > MOST_AHEAD else ""
        words = f"项：{'；'.join(rows)}{more}。"
        said.append(("抓好今后三个月到期的任务", facts.figures["ahead"], words))
    if any(counts.missed for _, counts in facts.cadences):
        said.append(("对没有报送的单位主动提醒、上门了解，帮助解决实际困难。",))
    return figures.in_points(said)
