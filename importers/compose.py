"""From a read document to a draft plan: each stage narrows, none asks an earlier one again.

SourceDocument → flattened tables, grids, outline → clauses → tasks with units, deadline, quotas
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, cast

from importers import (
    checkup,
    clauses,
    deadline_text,
    facts,
    flattened,
    header_units,
    headings,
    layout,
    outline,
    quota_text,
    regime_text,
    running_units,
    unit_joins,
    unit_text,
)
from importers.clause import Clause, Phrase, listed, printed, without_leading_date
from importers.columns import TableReading
from importers.draft import (
    Assignment,
    DraftClock,
    DraftDeadline,
    DraftPlan,
    DraftQuota,
    DraftTask,
    Source,
    TaskSource,
)
from importers.facts import Facts
from importers.findings import Finding, Severity
from importers.looks import UNIT_ROLES
from importers.painting import Found, paint
from importers.source import Grid, SourceDocument, Span
from importers.unit_text import UnitReading, UnitRules
from tracker.domain.deadline import Fixed, Ranged, Staged, Unstated

_DAMAGED = re.compile(r"(?<=[一-鿿])[?？](?=[一-鿿])|�|□{1,}")
_AROUND_UNITS = " \n;；,，"
_LOST = re.compile(r"[?？�□]")
_DAMAGED_LABEL = re.compile(r"贵任单位|贵任部门|配部门|配单位")


_TELLING = 15
"""So long a passage is not printed twice by chance."""
_RULES_OF: dict[str, UnitRules] = {
    "units": UnitRules(), **{role: UnitRules(default_role=role) for role in UNIT_ROLES}}
"""What a field alone says of its units, without any rule of the document."""


def draft(document: SourceDocument, year: int | None) -> DraftPlan:
    """Return the draft plan of a document; doubts are findings, never exceptions."""
    text = document.text
    tables = flattened.find(document)
    lines = outline.read_lines(document, [table.span for table in tables])
    structure = outline.build(document, lines)
    readings = [table.reading for table in tables]
    columns: layout.Columns | None = None
    for block in document.blocks:
        if isinstance(block, Grid):
            reading, columns = layout.read_grid(text, block, columns)
            readings.append(reading)
    known = facts.read(text, structure, _titles(text, readings), year)
    table_clauses = [clause for reading in readings for clause in reading.clauses]
    excluded = [line.span for line, kind in structure.kinds if kind == "navigation"]

    def dated(passage: str) -> bool:
        found = deadline_text.find(passage, year=known.year, issued_on=known.earliest).reading
        return isinstance(found, Fixed | Ranged | Staged)

    prose = clauses.read(text, structure, excluded, dated)
    unnamed = not any(clause.phrases for clause in prose)
    if unnamed and (known.event or known.regulation or (known.report and not table_clauses)):
        prose = []
    if len(table_clauses) >= 3 and not any(clause.phrases for clause in prose):
        prose = []
    in_order = sorted([*table_clauses, *prose], key=lambda each: each.start)
    ordered, repeated = _without_repetition(text, in_order)
    headers = [header for reading in readings for header in reading.header_texts]
    rules = _first_rules(text, ordered, headers)
    builder = _Builder(text, known, rules, wrapped=structure.wrap_width > 0)
    tasks = unit_joins.parted(builder.task(clause) for clause in ordered)
    if document.hidden:
        tasks = tuple(_told_hidden(task, document.hidden) for task in tasks)
    findings = [*document.findings, *(finding for table in tables for finding in table.findings)]
    if repeated:
        findings.append(Finding(
            "info",
                "repeated-body", f"有{len(repeated)}条在文件里重复出现，没有再导入。", ref=repeated[0].ref))
    if guessed := _year_guessed(known, tasks):
        findings.append(guessed)
    plan = DraftPlan(
        source=Source(document.filename, document.sha256, document.format),
        title=known.title,
        issuer=known.issuer,
        document_number=known.document_number,
        issued_on=known.issued_on.isoformat() if known.issued_on else None,
        year=known.year,
        basis=known.basis,
        text=text,
        segments=paint(text, Found(structure, known, readings, ordered, repeated)),
        tasks=tasks,
        regime=cast("dict[str, Any] | None", regime_text.find(text, year=known.year)),
        unit_register=known.unit_register,
        findings=(),
    )
    return replace(plan, findings=(*findings, *checkup.examine(plan, report=known.report, event=known.event)))


def _told_hidden(task: DraftTask, hidden: frozenset[str]) -> DraftTask:
    """What a sheet hides may be kept from a former year or for a reason: asked at the task itself."""
    if task.source.ref not in hidden:
        return task
    said = "这一条在原表格里是隐藏的（隐藏行或隐藏的工作表），也已读取，请确认是否需要。"
    found = Finding("warning", "hidden-row", said, ref=task.source.ref)
    return replace(task, findings=(found, *task.findings))


def _year_guessed(known: Facts, tasks: Iterable[DraftTask]) -> Finding | None:
    """Days whose year only the text suggests are worth a question before anything else."""
    resting = sum(1 for task in tasks if "按文件年份" in task.deadline.reason)
    if not known.year_guessed or not resting:
        return None
    return Finding(
        "warning", "year-guessed",
        f"文件没有写明年份，有{resting}项任务的时限暂按文中的{known.year}年推算，请先核对年份。", "deadline")


def _titles(text: str, readings: list[TableReading]) -> list[tuple[str, Span]]:
    return [(piece.of(text), piece.spans[0]) for reading in readings for piece in reading.before]


def _without_repetition(text: str, found: list[Clause]) -> tuple[list[Clause], list[Clause]]:
    """A page may print its body twice, a plan its clauses again in a table: told, not imported again."""
    bare = [_bare(text, clause.spans) for clause in found]
    tabled = {own for own, clause in zip(bare, found, strict=True) if clause.origin == "table"}
    times = Counter(bare)
    seen: set[tuple[str, str]] = set()
    kept: list[Clause] = []
    repeated: list[Clause] = []
    for own, clause in zip(bare, found, strict=True):
        if times[own] == 1 or len(own) < _TELLING:
            kept.append(clause)
            continue
        units = [printed(text, phrase.spans) for phrase in clause.phrases if not phrase.inherited]
        key = (own, "".join("".join(units).split()))
        if key in seen or (clause.origin == "prose" and own in tabled):
            repeated.append(clause)
            continue
        seen.add(key)
        kept.append(clause)
    return kept, repeated


def _bare(text: str, spans: tuple[Span, ...]) -> str:
    return "".join("".join([text[start:end] for start, end in spans]).split()).rstrip("。；;")


def _first_rules(text: str, ordered: list[Clause], headers: list[str]) -> UnitRules:
    """Rules that stand outside the clauses: in the covering notice, a note, a table's header."""
    cursor = 0
    outside: list[str] = list(headers)
    for clause in ordered:
        if clause.start > cursor:
            outside.append(text[cursor:clause.start])
        cursor = max(cursor, clause.spans[-1].end)
        for phrase in clause.phrases:
            for span in phrase.spans:
                cursor = max(cursor, span.end)
    outside.append(text[cursor:])
    rules = UnitRules()
    for passage in outside:
        if own := unit_text.rules_in(passage):
            rules = _joined(rules, own)
    return rules


def _joined(rules: UnitRules, own: UnitRules) -> UnitRules:
    return rules._replace(
        first_is_lead=rules.first_is_lead or own.first_is_lead,
        lead_before_comma=rules.lead_before_comma or own.lead_before_comma,
        starred_is_lead=rules.starred_is_lead or own.starred_is_lead,
        others_support=rules.others_support or own.others_support,
        inherited=tuple(dict.fromkeys((*rules.inherited, *own.inherited))),
    )


class _Units(NamedTuple):
    """What the phrases of a clause say about its units."""

    assignments: list[Assignment]
    qualifiers: list[str]
    texts: list[str]
    findings: list[Finding]


@dataclass(slots=True)
class _Builder:
    """Makes tasks in reading order; a rule that one bracket sets governs those after it."""

    text: str
    known: Facts
    rules: UnitRules
    wrapped: bool
    _known_units: dict[tuple[str, UnitRules], UnitReading] = field(default_factory=dict)
    _known_days: dict[str, tuple[DraftDeadline, tuple[Finding, ...]]] = field(default_factory=dict)

    def task(self, clause: Clause) -> DraftTask:
        spans, leading = without_leading_date(self.text, clause)
        text = printed(self.text, spans)
        owed = self.rules.inherited
        units = self._units(clause)
        if clause.origin == "prose" and not units.texts:
            self._in_sentences(units, text)
        deadline_phrase, deadline, doubts = self._deadline(clause, text, leading)
        findings = [Finding("info", code, message, _field_of(code), clause.ref)
                    for code, message in clause.notes]
        findings += [replace(finding, ref=clause.ref) for finding in (*units.findings, *doubts)]
        findings += self._doubts(clause, text, units, owed)
        named = {assignment.unit for assignment in units.assignments} if owed else ()
        quotas, clocks = quota_text.counts_in(text)
        return DraftTask(
            number=clause.number,
            headings=clause.headings,
            text=text,
            units_text="；".join(units.texts) or None,
            assignments=tuple(units.assignments),
            qualifier="；".join(dict.fromkeys(units.qualifiers)) or None,
            deadline_text=deadline_phrase,
            deadline=deadline,
            quotas=tuple([DraftQuota(quota.minimum, quota.period, quota.unit_class, quota.counted)
                          for quota in quotas]),
            clocks=tuple([DraftClock(clock.days, clock.workdays, clock.event) for clock in clocks]),
            findings=tuple(dict.fromkeys(findings)),
            source=TaskSource(clause.ref, clause.spans),
            owed_units=tuple([each for each in owed if each.unit not in named]),
        )

    def _units(self, clause: Clause) -> _Units:
        units = _Units([], [], [], [])
        for phrase in clause.phrases:
            if phrase.field not in _RULES_OF:
                continue
            raw, shown = self._words(clause, phrase)
            if not raw:
                continue
            units.texts.append(shown.strip(_AROUND_UNITS))
            if own := unit_text.rules_in(raw):
                self.rules = _joined(self.rules, own)
            reading = self._read(raw, self._rules_for(phrase, clause))
            made = reading.assignments
            if phrase.inherited or own:
                made = tuple([replace(each, inherited=phrase.inherited) for each in made])
            units.assignments.extend(
                [each for each in made if each not in units.assignments] if units.assignments else made)
            if reading.qualifier:
                units.qualifiers.append(reading.qualifier)
            units.findings.extend(reading.findings)
        return units

    def _words(self, clause: Clause, phrase: Phrase) -> tuple[str, str]:
        """A phrase of units as it is read, a line each where names stand on lines, and as it is shown."""
        shown = printed(self.text, phrase.spans)
        start, end = phrase.spans[0]
        if shown == self.text[start:end] and len(phrase.spans) == 1:
            return shown, shown  # without a blank, as most cells are
        joined = clause.origin == "prose" and self.wrapped
        return shown if joined else listed(self.text, phrase.spans), shown

    def _read(self, raw: str, rules: UnitRules) -> UnitReading:
        known = self._known_units.get((raw, rules))
        if known is None:
            known = self._known_units[raw, rules] = unit_text.read(raw, rules)
        return known

    def _in_sentences(self, units: _Units, text: str) -> None:
        """Where no label or bracket names units, the sentences may assign them."""
        if not (said := running_units.assigned_in(text)):
            return
        units.texts.append(said)
        units.assignments.extend(unit_text.read(said).assignments)
        code, message = running_units.IN_SENTENCE
        units.findings.append(Finding("info", code, message, "units"))

    def _rules_for(self, phrase: Phrase, clause: Clause) -> UnitRules:
        """What governs a phrase; what the rules owe to every clause is offered apart (owed_units)."""
        of_field = _RULES_OF[phrase.field]
        if not self.rules.name_leads or of_field.default_role != "responsible" or (
                phrase.field == "responsible" and any(each.field == "lead" for each in clause.phrases)):
            return of_field
        return self.rules._replace(default_role="responsible", inherited=())

    def _deadline(
        self, clause: Clause, text: str, leading: Span | None,
    ) -> tuple[str | None, DraftDeadline, tuple[Finding, ...]]:
        year, issued = self.known.year, self.known.earliest
        for phrase in clause.fields("deadline"):
            raw = header_units.completed(printed(self.text, phrase.spans).strip(" ,，。;；、"), phrase.unit)
            if raw:
                read = self._known_days.get(raw)
                if read is None:
                    deadline, doubts = deadline_text.read(raw, year=year, issued_on=issued)
                    read = self._known_days[raw] = DraftDeadline.of(deadline), doubts
                return raw, *read
        passages = [self.text[leading.start:leading.end] + text] if leading else [text]
        passages += [clause.headings[-1]] if clause.heading_spans and clause.headings else []
        found = deadline_text.find(passages[0], year=year, issued_on=issued)
        for passage in passages[1:]:
            if isinstance(found.reading, Unstated) and found.certain:
                found = deadline_text.find(passage, year=year, issued_on=issued)
        for title in reversed(clause.headings):
            if isinstance(found.reading, Unstated) and found.certain and (when := headings.due_below(title)):
                found = deadline_text.find(when, year=year, issued_on=issued)
        if isinstance(found.reading, Unstated) and found.certain and not clause.phrases \
                and (when := running_units.standing_in(text)):
            found, _ = deadline_text.read(when, year=year, issued_on=issued)
        doubts = () if found.certain else (
            Finding("warning", "deadline-doubtful", f"“{found.phrase}”：{found.reason}", "deadline"),
        )
        return found.phrase or None, DraftDeadline.of(found), doubts

    def _doubts(
        self, clause: Clause, text: str, units: _Units, owed: tuple[Assignment, ...],
    ) -> list[Finding]:
        noticed: list[Finding] = []

        def say(severity: Severity, code: str, message: str, where: str = "units") -> None:
            noticed.append(Finding(severity, code, message, where, clause.ref))

        if match := _LOST.search(text) and _DAMAGED.search(text):
            around = text[max(0, match.start() - 6):match.end() + 6]
            say("warning", "damaged-characters", f"“{around}”里有丢失的字符，请对照原文补正。", "text")
        printed_units = "".join(units.texts)
        if _DAMAGED_LABEL.search(printed_units):
            say("info", "damaged-label", "责任单位的标签有错字，已按原意读取，请核对。")
        if clause.origin == "prose" and any(
                phrase.inherited for phrase in clause.phrases if phrase.field in _RULES_OF):
            say("info", "units-shared",
                "这一条没有单独写责任单位，已按同组条款共用的责任单位填写，请核对。")
        if "分工" in "".join(units.qualifiers):
            several = len({assignment.unit for assignment in units.assignments}) > 1
            if several and not any(assignment.role == "lead" for assignment in units.assignments):
                say("warning", "no-lead", "写的是按职责分工，没有写明牵头单位，请指定牵头或请各单位认领。")
        if owed and not any(each.unit in printed_units for each in owed):
            names = "、".join(each.unit for each in owed[:6])
            say("info", "units-owed",
                f"文件前面写明以下各条均需{names}落实、不再列出，请确认是否一并列为责任单位。")
        return noticed


def _field_of(code: str) -> str:
    return "deadline" if code.startswith("deadline") else "units"
