"""The real documents: what the importer promises on them. Skipped where the corpus is not beside the project."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from importers.draft import DraftPlan
from importers.reading import read_bytes

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
FORMATS = (".txt", ".docx", ".xlsx", ".html")
pytestmark = [pytest.mark.corpus, pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not beside the project")]

Gold = dict[str, Any]


def _documents(*folders: str) -> Iterator[tuple[Gold, Path]]:
    for folder in folders:
        for file in sorted((CORPUS / folder / "gold").glob("*.json")):
            gold = json.loads(file.read_text(encoding="utf-8"))
            for place in (CORPUS / folder / "raw", CORPUS / folder):
                for ending in FORMATS:
                    if (source := place / f"{gold['doc']}{ending}").exists():
                        yield gold, source


def _plain(text: str) -> str:
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    return text.translate(str.maketrans("〔〕[]【】“”‘’", "()()()\"\"''")).rstrip("。;.,、: ")


def _read(gold: Gold, source: Path) -> DraftPlan:
    year = gold.get("year")
    return read_bytes(source.read_bytes(), source.name, int(year) if year else None)


def _compare(gold: Gold, plan: DraftPlan) -> tuple[int, int, int, int]:
    """Tasks found, ends right, units right, deadlines right."""
    used: set[int] = set()
    found = ends = units = deadlines = 0
    for wanted in gold["tasks"]:
        begin = _plain(wanted.get("text_start") or wanted["text"])[:12]
        index = next((
            index for index, task in enumerate(plan.tasks) if index not in used and _plain(task.text).startswith(begin)
        ), None)
        if index is None:
            continue
        used.add(index)
        task = plan.tasks[index]
        found += 1
        ends += _plain(task.text).endswith(_plain(wanted["text_end"])[-8:]) or "may_split" in wanted
        got = {role: {_plain(each.unit) for each in task.assignments if each.role == role} for role in ("lead", "support", "responsible")}
        units += "units_note" in wanted or got == {role: {_plain(unit) for unit in wanted.get(role, [])} for role in got}
        accepted = {_code(wanted.get("deadline")), _code(wanted.get("deadline_alt") or wanted.get("deadline"))}
        if wanted.get("deadline_kind") == "validity":
            accepted.add("none")
        deadlines += _code(task.deadline.notation) in accepted
    return found, ends, units, deadlines


def _code(notation: str | None) -> str:
    code = re.sub(r"\(.*?\)|\s", "", notation or "none").replace("multi:", "").replace(",", "|").replace("date:", "")
    if code.startswith("relative:"):
        return re.sub(r"after.*", "", code)
    return "|".join(sorted(code.split("|")))


def test_the_seeds_and_their_formats_meet_the_promised_figures() -> None:
    gold_tasks = given = found = ends = units = deadlines = 0

    for gold, source in _documents("seeds", "formats"):
        plan = _read(gold, source)
        given += len(plan.tasks)
        gold_tasks += len(gold["tasks"])
        counts = _compare(gold, plan)
        found, ends, units, deadlines = (a + b for a, b in zip((found, ends, units, deadlines), counts, strict=True))

    assert gold_tasks >= 300
    assert 2 * found / (given + gold_tasks) >= 0.99
    assert ends / found >= 0.97
    assert units / found >= 0.98
    assert deadlines / found >= 0.98


def test_other_issuers_and_layouts_meet_the_promised_figures() -> None:
    gold_tasks = given = found = ends = units = deadlines = 0

    for gold, source in _documents("layouts", "dev"):
        plan = _read(gold, source)
        given += len(plan.tasks)
        gold_tasks += len(gold["tasks"])
        counts = _compare(gold, plan)
        found, ends, units, deadlines = (a + b for a, b in zip((found, ends, units, deadlines), counts, strict=True))

    assert 2 * found / (given + gold_tasks) >= 0.98
    assert min(ends, units, deadlines) / found >= 0.95


def test_every_development_document_is_read_and_covered_once() -> None:
    files = sorted((CORPUS / "dev" / "raw").glob("*.txt"))
    assert len(files) > 50

    for file in files:
        plan = read_bytes(file.read_bytes(), file.name, None)

        assert plan.tasks, file.name
        blank = "".join(plan.text[segment.start:segment.end] for segment in plan.segments)
        assert "".join(blank.split()) == "".join(plan.text.split()), file.name


def _seed(name: str) -> DraftPlan:
    return read_bytes((CORPUS / "seeds" / f"{name}.txt").read_bytes(), f"{name}.txt", None)


def test_the_report_gives_no_task_and_says_what_it_found_instead() -> None:
    plan = _seed("panjin-2023")

    assert plan.tasks == ()
    assert [finding.code for finding in plan.findings] == ["no-task-found"]
    assert "工作总结" in plan.findings[0].message


def test_the_attached_list_of_47_units_is_read_whole() -> None:
    gold = json.loads((CORPUS / "seeds" / "gold" / "jiangshan-2020.json").read_text(encoding="utf-8"))

    assert list(_seed("jiangshan-2020").unit_register) == gold["unit_register"]


def test_the_reporting_rules_are_read() -> None:
    regime = _seed("jiangshan-2020").regime

    assert regime is not None
    assert regime["weekly"]["weekday"].startswith("thu")
    assert regime["weekly"]["start"] == "2020-07-01"
    assert {"biweekly", "monthly"} <= regime.keys()


@pytest.mark.parametrize(("name", "title", "issued", "year"), [
    ("dezhou-2023", "2023年德州市政务公开工作要点", "2023-06-22", 2023),
    ("shanwei-2023", "汕尾市政务服务数据管理局2023年政务公开工作要点分工方案", "2023-06-30", 2023),
    ("jiangshan-2020", "江山市全面推进政务公开标准化规范化工作三年行动计划(2020-2022)", "2020-06-28", 2020),
    ("dongan-2022", "东安县2022年政务公开工作实施方案", None, 2022),
])
def test_a_seed_tells_its_title_date_and_year(name: str, title: str, issued: str | None, year: int) -> None:
    plan = _seed(name)

    assert (plan.title, plan.issued_on, plan.year) == (title, issued, year)


def test_lost_characters_in_the_first_item_are_told() -> None:
    first = _seed("dezhou-2023").tasks[0]

    assert "damaged-characters" in {finding.code for finding in first.findings}
