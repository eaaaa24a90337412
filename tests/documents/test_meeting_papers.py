"""The papers of a meeting: one page a unit however much there is to say, and minutes that say who and when."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from tests.documents.crowded import LONG, NOW, TITLES, pack, page
from tests.documents.printed import needs_office, pages
from tracker.documents import meeting as papers
from tracker.documents.meeting import Agreed, Listed, Minutes, UnitPage

MINUTES = Minutes(
    title="9月例会", plan_title="青溪市2026年政务公开工作要点", when="2026年9月25日15:00", place="三楼会议室",
    office="青溪市政务公开办", made_at=NOW, is_final=True, roles=("分管领导", "政务公开负责人"),
    attendance=(("市司法局", "到会", "代会（王芳）"), ("市卫健委", "请假（病假）", "请假（出差）")),
    summary="到会1家，请假1家。", notes=(("市司法局", "专栏已上线。"),), text="会议听取了进展。\n\n会议要求抓紧。",
    agreed=(
        Agreed("开放数据接口", "市司法局", "2026年10月10日", "第2次上会", "标准已定", ""),
        Agreed("培训联络员。", "市卫健委", "2026年10月20日", "", "", "已办结：已培训"),
    ),
    remarks=("9月28日更正：地点为二楼。",),
)  # fmt: skip


def text_of(data: bytes) -> str:
    document = Document(BytesIO(data))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@given(st.lists(st.integers(0, 60), min_size=8, max_size=8), st.booleans(), st.integers(0, 6))
def test_a_page_never_has_more_lines_than_fit(sizes: list[int], reasons: bool, told: int) -> None:
    lists = tuple(
        Listed(title, measure, (LONG,) * size)
        for (title, measure), size in zip(TITLES, sizes, strict=True)
        if size
    )
    one = UnitPage("市司法局", LONG * 3 if reasons else "", LONG, (("汇报", LONG * 5),) * told, lists)

    lines = papers.page_lines(one)

    used = papers.HEAD_LINES + sum(max(1, -(-len(text) // papers.LINE)) for text, _ in lines)
    assert used <= papers.LINES
    for each in lists:
        place = next(n for n, (text, strong) in enumerate(lines) if strong and text.startswith(each.title))
        shown = 0
        while place + 1 + shown < len(lines) and not lines[place + 1 + shown][1]:
            shown += 1
        assert shown >= 1
        more = len(each.items) - shown
        assert (f"另有{more}{each.measure}，见系统" in lines[place][0]) is (more > 0)


def test_a_short_page_shows_everything() -> None:
    heads = [text for text, strong in papers.page_lines(page("市司法局", 1)) if strong]
    assert heads == ["会前告知", *(f"{title}1{measure}" for title, measure in TITLES)]


def test_the_pack_names_its_meeting_and_the_reasons_for_its_order() -> None:
    text = text_of(papers.pack_docx(pack(page("市司法局", 2), page("市卫健委", 0, told=False))))
    for words in (
        "9月例会材料",
        "时间：2026年9月25日",
        "地点：三楼会议室",
        "1．市司法局",
        "2．市卫健委",
        "逾期任务2项",
    ):
        assert words in text
    assert pack().file_name == "9月例会材料.docx"


def test_minutes_say_each_item_with_its_unit_and_its_day() -> None:
    text = text_of(papers.minutes_docx(MINUTES))
    for words in (
        "9月例会纪要",
        "1．（第2次上会）开放数据接口。标准已定。责任单位：市司法局；完成时限：2026年10月10日。",
        "2．培训联络员。已办结：已培训。",
        "市司法局：专栏已上线。",
        "代会（王芳）",
        "9月28日更正：地点为二楼。",
        "到会1家，请假1家。",
    ):
        assert words in text
    assert "草稿" not in text
    draft = replace(MINUTES, is_final=False, agreed=(), notes=(), remarks=())
    said = text_of(papers.minutes_docx(draft))
    assert "（草稿：纪要还没有定稿）" in said
    assert "一、议定事项\n无。" in said
    assert draft.file_name == "9月例会纪要（草稿）.docx"


@needs_office
def test_every_unit_has_exactly_one_page_on_paper() -> None:
    firsts = ["".join(each.text for each in page.lines[0]) for page in pages("挤满的例会材料")]

    assert firsts == ["9月例会材料", "1．市司法局", "2．市卫健委", "3．市教育局"]
