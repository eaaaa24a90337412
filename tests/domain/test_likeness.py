"""Whether a document is an edition of a plan that is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tracker.domain.likeness import Document, Relation, bare_title, likeness

TEXTS = (
    "对现行有效的行政规范性文件逐件核对，集中放到专栏。",
    "建立政策问答库，归并热线、大厅、网站的高频问题。",
    "每季度公开重点项目的进展情况和投资完成情况。",
    "规范依申请公开的登记、审核、办理、答复流程。",
)
OTHERS = (
    "组织开展水库大坝安全检查。",
    "推进农村公路养护改革。",
    "扩大城乡低保覆盖面。",
    "建设社区养老服务中心。",
)
KNOWN = Document("青溪市2026年政务公开工作要点", 2026, "青溪市人民政府办公室", "青政办〔2026〕3号", TEXTS)


@pytest.mark.parametrize(
    "title",
    [
        "青溪市2026年政务公开工作要点",
        "关于印发《青溪市2026年政务公开工作要点》的通知",
        "青溪市人民政府办公室关于印发青溪市2026年政务公开工作要点的通知",
        "关于转发《青溪市2026年政务公开工作要点》的通知",
        "青溪市2026年政务公开工作要点（修订版）",
        "青溪市2026年政务公开工作要点(征求意见稿)",
        "青溪市2026年政务公开工作要点（2026年修订）",
        "关于印发《青溪市2026年政务公开工作要点（修订）》的通知",
        "青溪市2026年 政务公开工作要点 修订稿",
    ],
)
def test_a_title_is_bared_of_issuing_forwarding_and_revising(title: str) -> None:
    assert bare_title(title) == "青溪市2026年政务公开工作要点"


def test_a_revised_edition_is_recognised_with_its_reasons() -> None:
    found = likeness(replace(KNOWN, title=f"{KNOWN.title}（修订版）", number="青政办〔2026〕9号"), KNOWN)

    assert found is not None
    assert found.relation is Relation.REVISION
    assert found.reasons == ("标题只差印发、转发或修订的字样", "发文机关相同", "4项里有4项的文字相同或相近")


def test_another_authority_with_the_same_work_forwards_it() -> None:
    found = likeness(
        replace(KNOWN, issuer="东河县人民政府办公室", title="东河县2026年政务公开工作要点"), KNOWN
    )

    assert found is not None
    assert found.relation is Relation.FORWARDED


def test_a_forwarding_says_so_in_its_title() -> None:
    found = likeness(replace(KNOWN, title=f"关于转发《{KNOWN.title}》的通知", issuer=""), KNOWN)

    assert found is not None
    assert found.relation is Relation.FORWARDED


@pytest.mark.parametrize(
    "other",
    [
        replace(KNOWN, title="青溪市2025年政务公开工作要点", year=2025),
        replace(KNOWN, title="青溪市2026年重点民生实事", number="", texts=OTHERS),
        replace(
            KNOWN,
            title="东河县2026年政务公开工作要点",
            issuer="东河县人民政府办公室",
            number="",
            texts=OTHERS,
        ),
    ],
    ids=["last year's, copied whole", "other work", "the same kind of plan with other work"],
)
def test_what_only_looks_alike_is_not_proposed(other: Document) -> None:
    assert likeness(KNOWN, other) is None


@pytest.mark.parametrize(("copied", "is_like"), [(1, True), (0, False)])
def test_under_the_same_title_a_fifth_of_the_items_is_enough(copied: int, is_like: bool) -> None:
    rewritten = replace(KNOWN, number="", texts=(*TEXTS[:copied], *OTHERS[: 4 - copied]))

    assert (likeness(rewritten, KNOWN) is not None) is is_like


def test_items_alone_are_enough_where_the_title_was_changed() -> None:
    found = likeness(replace(KNOWN, title="青溪市2026年政务公开任务分工", number=""), KNOWN)

    assert found is not None
    assert found.reasons == ("发文机关相同", "4项里有4项的文字相同或相近")
