"""Read responsibility phrases (责任单位): phrase → units with their roles.

    phrase   = group+                      groups stand side by side: (牵头单位:…)(配合单位:…)
    group    = label [":"] names | names verb | names
    label    = 牵头单位 牵头责任单位 主办单位 | 配合部门 协办单位 参与单位 | 责任单位 责任部门 属地责任 …
    verb     = 牵头 牵头负责 | 配合 参与 协助 指导 | 负责 按职责分工负责 分别组织实施 负责落实 …
    names    = see `unit_names`; 会同 puts what follows in support, 组织…实施 adds what follows
    note     = 列第一位者为牵头单位,下同 · 逗号前面的为牵头单位,下同 · 以下均需…落实,不再列出
    other    = 完成时限:… 责任人:… 6月底前完成 持续推进            no unit; left out

Damaged labels are read (贵任单位, 责任单位∶, 责任单位市财政局, 配部门). 牵头 inside a name (各产业链牵头单位)
marks nobody. Names stay as printed, but for endings that several share.
"""

from __future__ import annotations

import itertools
import json
import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from importers import deadline_feasts, deadline_grammar, unit_lists, unit_marks, unit_names
from importers.draft import Assignment
from importers.findings import Finding
from importers.numerals import squeezed
from importers.unit_lists import LONGEST_NAME
from importers.unit_marks import Role


class UnitReading(NamedTuple):
    """What a phrase says: who in which role, and how (按职责分工负责, 等)."""

    assignments: tuple[Assignment, ...]
    qualifier: str | None
    findings: tuple[Finding, ...]


class UnitRules(NamedTuple):
    """What a note of the document or a column's head says about phrases without a role of their own.

    `others_support` belongs to the first three: those that do not lead are 配合单位.
    """

    first_is_lead: bool = False
    lead_before_comma: bool = False
    starred_is_lead: bool = False
    others_support: bool = False
    default_role: Role = "responsible"
    inherited: tuple[Assignment, ...] = ()

    @property
    def name_leads(self) -> bool:
        """Whether one of the notes says who leads."""
        return self.first_is_lead or self.lead_before_comma or self.starred_is_lead


class Named(NamedTuple):
    """A name, the role that the phrase gives it, and the number of commas before it."""

    name: str
    role: Role
    commas: int
    starred: bool = False


_NO_RULES = UnitRules()
_LEAD_NOTES = (unit_marks.FIRST_LEADS, unit_marks.COMMA_LEADS, unit_marks.STARRED_LEADS)
_UNIT_END = r"[局厅委办院会社司部心府团处行站队所组馆校科室)）〕]"
_NEW_LINE = re.compile(rf"(?<={_UNIT_END})[^\S\n]*\n\s*(?=[^\s、，,；;。)）〕员]{{2}})")
_TIDY_LINE = re.compile(rf"\n(?<={_UNIT_END}\n)(?=[^\s、，,；;。)）〕员]{{2}})")
_WIDE_BLANK = re.compile(r"(?<=[局厅委办院会社部心府处所站队])[ \t\u3000]+(?=[省市县区州镇乡街各]\S{2})")
_SLASH = re.compile(rf"(?<={_UNIT_END})\s*[/／+＋]\s*(?=[一-鿿]{{2}})")
_ITEM = re.compile(rf"(?:^|(?<={_UNIT_END})[、;；,，]?)\s*(?:[①-⑳]|\d{{1,2}}\s*[.．、](?!\d))\s*(?=[一-鿿])")
"""1.市司法局2.市财政局: the items of a numbered list of units."""
_COUNTED = re.compile(r"[①-⑳]|\d\s*[.．、]")
_PARTED = re.compile(r"[\s/／+＋]")
_MISPRINT = re.compile(r"(?<=区)具(?=[(〔\[<〈]市|人民政府)")
_SETS_RULE = re.compile(r"[为是系不\uf967]")
"""Asked first: no note on roles is without one of these letters (的责任单位为, 不再列出)."""
_EMPTY_BRACKETS = re.compile(rf"[{re.escape(unit_names.OPENING)}][,;。、]*[{re.escape(unit_names.CLOSING)}]")
_PROGRESS = re.compile(
    r"(?:并)?(?:长期|持续|常态化?|全年|按时|按期|及时|立即|适时|同步)(?:推进|坚持|落实|开展|实施|完成|抓好)*"
)
_TIME_AHEAD = re.compile(r".{0,6}[\d年月日季周]")
_BY_WHOM = re.compile(r"^(?:[^、自]{0,10}由|请)")
_CLOSING = tuple(unit_names.CLOSING)


def read(phrase: str, rules: UnitRules = _NO_RULES) -> UnitReading:
    """Read who is responsible from a phrase: a bracket, a label line or a table cell.

    Args:
        phrase: as printed; line breaks between names part units.
        rules: what the document set before; by default nothing, and units without a mark are responsible.

    """
    if plain := read_plain(phrase, rules):
        return plain
    return read_in_full(phrase, rules)


def read_plain(phrase: str, rules: UnitRules) -> UnitReading | None:
    """Nothing but names with their labels and verbs, as in most cells: the same answer, sooner."""
    phrase = phrase.strip()
    found = unit_lists.read(_TIDY_LINE.sub("、", phrase) if "\n" in phrase else phrase, rules.default_role)
    if found is None:
        return None
    names, pattern = found
    if not (rules.name_leads or rules.inherited) and len(set(names)) == len(names):
        return UnitReading(tuple(map(_assignment, names, pattern.roles)), pattern.how, ())
    return UnitReading(_apply(list(map(Named, names, pattern.roles, pattern.commas)), rules), pattern.how, ())


def read_in_full(phrase: str, rules: UnitRules) -> UnitReading:
    """Read a phrase by the whole grammar."""
    findings: list[Finding] = []
    text = _prepare(phrase, findings)
    if own := rules_in(text):
        rules = rules._replace(
            first_is_lead=rules.first_is_lead or own.first_is_lead,
            lead_before_comma=rules.lead_before_comma or own.lead_before_comma,
            starred_is_lead=rules.starred_is_lead or own.starred_is_lead,
            others_support=rules.others_support or own.others_support,
            inherited=(*rules.inherited, *own.inherited),
        )
        for note in (*_LEAD_NOTES, unit_marks.OWED_BELOW):
            text = note.sub("", text)
        text = _EMPTY_BRACKETS.sub("", text)
    reader = _Reader(rules.default_role)
    if "其中" in text and (among := unit_marks.AMONG_THEM.search(text)):
        reader.add(among["names"], "lead")
        text = text[:among.start()] + text[among.end():]
    for group in _groups(text, findings):
        reader.group(group)
    mentions = _apply(reader.named, rules)
    if not mentions and text:
        findings.append(Finding("warning", "unit-none-found", "没有读出责任单位，请核对原文后填写", "units"))
    findings += [
        Finding("warning", "unit-doubtful", f"“{name[:LONGEST_NAME]}”不像一个单位名称，请核对", "units")
        for name in (mention.unit for mention in mentions)
        if len(name) > LONGEST_NAME or not unit_names.looks_like_unit(name)
    ]
    return UnitReading(mentions, ";".join(dict.fromkeys(reader.remarks)) or None, tuple(findings))


def rules_in(text: str) -> UnitRules | None:
    """The rule that a bracket or note sets for later phrases (下同, 不再列出), or None."""
    if not _SETS_RULE.search(text):
        return None
    text = squeezed(text)
    first, comma, star = (note.search(text) is not None for note in _LEAD_NOTES)
    inherited: list[Assignment] = []
    for match in unit_marks.OWED_BELOW.finditer(text):
        role: Role = "support" if "配合" in (match["verb"] or match["kind"] or "") else "responsible"
        names, _ = unit_names.names_in(match["units"] or match["every"])
        inherited += [
            Assignment(name, role, unit_names.is_collective(name), inherited=True) for name in names
        ]
    if not (first or comma or star or inherited):
        return None
    others = (first or comma or star) and unit_marks.OTHERS_SUPPORT.search(text) is not None
    return UnitRules(first, comma, star, others, inherited=tuple(inherited))


def _prepare(phrase: str, findings: list[Finding]) -> str:
    """Half width, no blanks but those that part names, damaged characters mended and reported."""
    phrase = phrase.strip()
    if _COUNTED.search(phrase) and len(_ITEM.findall(phrase)) > 1 and _ITEM.match(phrase):
        phrase = _ITEM.sub("、", phrase).removeprefix("、")
    if _PARTED.search(phrase):
        phrase = _SLASH.sub("、", _WIDE_BLANK.sub("、", _NEW_LINE.sub("、", phrase)))
    text = squeezed(phrase).replace("∶", ":").replace("︰", ":")
    mended = _MISPRINT.sub("县", text)
    if mended != text:
        findings.append(
            Finding("info", "unit-misprint", "“具”像是“县”的误字，已按“县”读取，请核对", "units"),
        )
    if not unit_names.is_balanced(mended):
        findings.append(Finding("info", "unit-brackets", "责任单位的括号不成对，请核对名称", "units"))
    return unit_marks.set_off(mended)


def _groups(text: str, findings: list[Finding]) -> list[str]:
    """The inside of each outermost bracket where the phrase begins with one, else the phrase itself."""
    text = text.strip("。;,、 ")
    levels = unit_names.depth_marks(text)
    if not text or text[0] not in unit_names.OPENING or levels[0] == 0:
        stray = text[1:] if text[:1] in tuple(unit_names.OPENING) else text
        closed = stray[-1:] in tuple(unit_names.CLOSING) and levels[-1] == 0
        return [stray[:-1] if closed and stray else stray]
    groups: list[str] = []
    start = 0
    for at, level in enumerate(levels):
        if level == 1 and text[at] in unit_names.CLOSING:
            inside = text[start:at + 1]
            groups.append(inside[1:-1] if inside[0] in unit_names.OPENING else inside)
            start = at + 1
            if text[start:start + 1] not in tuple(unit_names.OPENING):
                break
    if rest := text[start:]:
        if unit_marks.label_at(groups[0]):  # (责任单位:…) and then the sentence of the next clause
            findings.append(Finding("info", "unit-tail", "责任单位括号之后还有文字，没有读作单位", "units"))
        else:
            groups.append(rest)
    return [group for group in groups if group] or [text]


class _Reader:
    """Collects units group by group; each list of names waits for the verb that may follow it."""

    def __init__(self, default: Role) -> None:
        self.default = default
        self.named: list[Named] = []
        self.remarks: list[str] = []
        self.commas = 0

    def group(self, text: str) -> None:
        label: Role = self.default
        labelled = ignored = False
        waiting: list[tuple[str, int]] = []
        for clause, mark in _clauses(text):
            if found := unit_marks.label_at(clause):
                self._settle(waiting, label)
                role, end = found
                waiting, label, labelled, ignored = [], role or self.default, role is not None, role is None
                clause = clause[end:].removeprefix(":")
            if ignored:
                ignored = mark not in ("。", ";")
                continue
            if clause[-1:] in _CLOSING and (found_how := unit_marks.HOW_IN_BRACKETS.search(clause)):
                clause = clause[:found_how.start()] + found_how["how"]
            verb = unit_marks.verb_behind(clause)
            if _is_no_unit(clause):
                pass
            elif verb and not unit_names.depth_marks(clause)[verb.start()]:
                self._with_verb(clause[:verb.start()], verb, waiting, label)
                waiting = []
            elif clause.startswith("会同"):
                self._settle(waiting, label)
                self._settle([(clause.removeprefix("会同"), self.commas)], "support")
                waiting = []
            elif clause:
                waiting.append((clause, self.commas))
            self.commas += mark == ","
            if mark == "。" or (mark == ";" and not labelled):
                self._settle(waiting, label)
                waiting = []
        self._settle(waiting, label)

    def _with_verb(
        self, names: str, verb: re.Match[str], waiting: list[tuple[str, int]], label: Role,
    ) -> None:
        how = verb["how"] or verb["share"]
        role = unit_marks.verb_role(verb, label)
        names = _BY_WHOM.sub("", names)
        if names.startswith("会同"):
            self._settle(waiting, role)
            self._settle([(names.removeprefix("会同"), self.commas)], "support")
            self.remarks.append(f"会同…{how}")
            return
        middle = unit_marks.MIDDLE.search(names)
        if middle and middle.start() and not unit_names.depth_marks(names)[middle.start()]:
            first: Role = "lead" if "牵头" in middle[0] else role
            second: Role = "support" if middle["with"] else role
            self._settle([*waiting, (names[:middle.start()], self.commas)], first)
            self._settle([(names[middle.end():], self.commas)], second)
            self.remarks.append(f"{middle[0]}…{how}")
            return
        self._settle([*waiting, (names, self.commas)], role)
        self.remarks.append(how)

    def _settle(self, waiting: list[tuple[str, int]], role: Role) -> None:
        """Give the waiting names their role."""
        for text, commas in waiting:
            names, remarks = unit_names.names_in(text)
            self.remarks += remarks
            for name in names:
                self.add(name, role, commas)

    def add(self, name: str, role: Role, commas: int = 0) -> None:
        """Take down one name; a role in brackets behind it and a star at either end belong to it alone."""
        if found := unit_marks.ROLE_BEHIND.search(name):
            role = unit_marks.role_of(found["role"], role)
            name = name[:found.start()] + name[found.end():]
        plain = name.strip(":;,。、 ")
        if bare := plain.strip(unit_marks.STARS):
            self.named.append(Named(bare, role, commas, starred=bare != plain))


def _is_no_unit(clause: str) -> bool:
    """6月底前完成, 持续推进: a time that stands among the units without a label."""
    if _PROGRESS.fullmatch(clause):
        return True
    if deadline_feasts.heads(clause):
        return not unit_names.looks_like_unit(clause)
    if not _TIME_AHEAD.match(clause):
        return False
    first = next(deadline_grammar.mentions(clause), None)
    return first is not None and first.start <= 3 and not unit_names.looks_like_unit(clause)


def _clauses(text: str) -> Iterator[tuple[str, str]]:
    """Parts that , ; 。 set off; 、 does so only behind a verb or before a label (X牵头、Y配合)."""
    waiting = ""
    for piece, mark in unit_names.cut(text, ",;。、"):
        if waiting and unit_marks.label_at(piece):
            yield waiting.removesuffix("、"), "、"
            waiting = ""
        waiting += piece
        if mark == "、" and not (unit_marks.verb_behind(piece) and not unit_names.depth_marks(piece)[-1]):
            waiting += mark
            continue
        yield waiting, mark
        waiting = ""


def _apply(named: list[Named], rules: UnitRules) -> tuple[Assignment, ...]:
    """The document's rules on what the phrase left open; each unit once, in its foremost role."""
    roles: dict[str, Role] = {}
    leads = _leads(named, rules) if rules.name_leads else ()
    for one in named:
        other: Role = "support" if leads and rules.others_support else one.role
        role: Role = "lead" if one.name in leads else other
        if one.name not in roles or _RANK[role] < _RANK[roles[one.name]]:
            roles[one.name] = role
    made = list(itertools.starmap(_assignment, roles.items()))
    if rules.inherited:
        made += [mention for mention in dict.fromkeys(rules.inherited) if mention.unit not in roles]
    return tuple(made)


@lru_cache(maxsize=4096)
def _assignment(name: str, role: Role) -> Assignment:
    return Assignment(name, role, unit_names.is_collective(name))


def _leads(named: list[Named], rules: UnitRules) -> set[str]:
    """Those that the document's notes make lead: the first, those before the comma, the starred."""
    leads: set[str] = set()
    different = list(dict.fromkeys(one.name for one in named))
    if all(one.role == "responsible" for one in named) and len(different) > 1:
        if rules.first_is_lead and not unit_names.is_collective(different[0]):
            leads = {different[0]}
        if rules.lead_before_comma:
            before = {one.name for one in named if one.commas == named[0].commas}
            leads = before if len(before) < len(different) else leads
        if rules.starred_is_lead:
            leads |= {one.name for one in named if one.starred}
    return leads


_RANK: dict[Role, int] = {"lead": 0, "responsible": 1, "support": 2}


def _main() -> None:
    """Lines PHRASE in; one JSON object a line out."""
    for line in sys.stdin:
        reading = read(line.rstrip("\n"))
        sys.stdout.write(json.dumps({
            "assignments": [{"unit": mention.unit, "role": mention.role, "collective": mention.collective}
                            for mention in reading.assignments],
            "qualifier": reading.qualifier,
        }, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    _main()
