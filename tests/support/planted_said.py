"""The stories of the planted year that lie in what units write and show."""

from __future__ import annotations

from datetime import date, timedelta

from tests.support.planted_acts import reopen, signed_off_with
from tests.support.planted_year import YEAR, Draw, Story, clean, planted, sign_off
from tracker.domain.contradictions import ContradictionKind as K
from tracker.domain.look_back import VerdictKind as V

# What is said and what is shown.


@planted
def done_without_a_link(draw: Draw) -> Story:
    story = draw.done(link=None)
    story.verdict = V.DONE_WITHOUT_EVIDENCE
    return story.planted(K.DONE_WITHOUT_EVIDENCE)


@planted
def signed_off_on_trust(draw: Draw) -> Story:
    story = draw.open(due=date(YEAR, 12, 28)).act(len(draw.days) - 1, sign_off)
    story.verdict = V.DONE_WITHOUT_EVIDENCE
    return story.planted(K.SIGNED_OFF_WITHOUT_EVIDENCE, K.SIGNED_OFF_NOT_DONE)


@planted
def signed_off_in_silence(draw: Draw) -> Story:
    story = Story(((draw.unit(), "lead"),), date(YEAR, 12, 20), verdict=V.DONE_WITHOUT_EVIDENCE)
    story.act(draw.week(0.5, 0.8), sign_off)
    return story.planted(K.SIGNED_OFF_WITHOUT_EVIDENCE, K.SIGNED_OFF_WITHOUT_REPORT)


@planted
def done_weeks_after_the_day(draw: Draw) -> Story:
    story = draw.done(spare=-draw.chance.randint(10, 40))
    del story.says[draw.done_week(story), 0]["evidence_on"]
    story.verdict = V.DONE_LATE
    return story.planted(K.DONE_AFTER_DUE)


@planted
def done_and_published_after_the_day(draw: Draw) -> Story:
    story = draw.done(spare=-20)
    story.verdict = V.DONE_LATE
    return story.planted(K.DONE_AFTER_DUE, K.EVIDENCE_AFTER_DUE)


@clean
def done_on_the_day_itself(draw: Draw) -> Story:
    return draw.done(spare=0)


@clean
def published_in_time_and_told_by_the_next_return(draw: Draw) -> Story:
    week = draw.week(0.4, 0.8)
    due = draw.days[week] - timedelta(days=1)
    return draw.done(at=week, spare=-1, on=due)


@planted
def never_signed_off(draw: Draw) -> Story:
    return draw.done(signed=False).planted(K.DONE_NOT_SIGNED_OFF)


@planted
def signed_off_though_not_done(draw: Draw) -> Story:
    story = draw.open(due=date(YEAR, 12, 28)).act(len(draw.days) - 1, sign_off)
    week = min(week for week, _ in story.says)
    story.says[week, 0] |= {"evidence_url": draw.link(), "evidence_on": draw.days[week].isoformat()}
    story.verdict = V.DONE_WITH_EVIDENCE
    return story.planted(K.SIGNED_OFF_NOT_DONE)


@planted
def taken_back(draw: Draw) -> Story:
    story = draw.done(signed=False, at=draw.week(0.3, 0.5))
    story.says[draw.done_week(story) + 2, 0] = {
        "status": "in_progress",
        "progress": "抽查发现缺项，重新补录。",
    }
    story.verdict = V.UNFINISHED
    return story.planted(K.WENT_BACK)


@clean
def given_back_by_the_office(draw: Draw) -> Story:
    """The office did not sign it off, so that its unit went on."""
    story = draw.done(signed=False, at=draw.week(0.3, 0.5))
    story.verdict = V.UNFINISHED
    week = draw.done_week(story)
    story.says[week + 2, 0] = {"status": "in_progress", "progress": "按公开办的意见补录缺项。"}
    return story.act(week, sign_off).act(week + 1, reopen)


@planted
def another_unit_says_otherwise(draw: Draw) -> Story:
    story = draw.done("lead", "support", signed=False)
    week = draw.done_week(story)
    del story.says[week, 1]
    story.says[week + 3, 1] = {"progress": "数据核对到一半。"}
    return story.planted(K.DONE_NOT_SIGNED_OFF, K.OTHERS_NOT_DONE)


@clean
def another_unit_stopped_speaking_before(draw: Draw) -> Story:
    story = draw.done("lead", "support")
    del story.says[draw.done_week(story), 1]
    return story


@planted
def one_units_proof_is_missing(draw: Draw) -> Story:
    story = draw.done("lead", "support")
    line = story.says[draw.done_week(story), 1]
    del line["evidence_url"], line["evidence_on"]
    return story.planted(K.EVIDENCE_MISSING)


@clean
def both_units_gave_proof(draw: Draw) -> Story:
    return draw.done("lead", "support")


@clean
def three_units_without_a_lead(draw: Draw) -> Story:
    return draw.done("responsible", "responsible", "responsible")


@planted
def a_link_into_the_house(draw: Draw) -> Story:
    story = draw.done(link=draw.house_page())
    week = min(week for week, _ in story.says)
    story.says[week, 0] |= {"evidence_url": draw.link()}
    return story.planted(K.EVIDENCE_INVALID)


@planted
def one_page_for_two_tasks(draw: Draw) -> list[Story]:
    link = draw.link()
    first = draw.done(link=link).planted(K.EVIDENCE_DUPLICATE)
    second = draw.done(link=link.replace("https", "http") + "#top").planted(K.EVIDENCE_DUPLICATE)
    return [first, second]


@clean
def one_page_told_twice_for_one_task(draw: Draw) -> Story:
    story = draw.done()
    week = draw.done_week(story)
    story.says[week - 1, 0] = {
        "progress": "发布第一批。",
        "evidence_url": story.says[week, 0]["evidence_url"],
    }
    return story


@planted
def a_page_older_than_the_plan(draw: Draw) -> Story:
    return draw.done(on=date(YEAR - 1, 11, draw.chance.randint(1, 28))).planted(K.EVIDENCE_BEFORE_PLAN)


@planted
def a_front_page(draw: Draw) -> Story:
    story = draw.done(link=draw.front_page())
    return story.planted(K.EVIDENCE_FRONT_PAGE)


@planted
def published_after_the_day(draw: Draw) -> Story:
    """Done in time by its word; the page that is to show it came weeks later, with the wish to be signed off."""
    story = draw.done(link=None, signed=False)
    assert story.due is not None
    late = story.due + timedelta(days=16)
    story.act(draw.done_week(story) + 6, signed_off_with(draw.link(), late))
    return story.planted(K.EVIDENCE_AFTER_DUE)


@clean
def kept_up_after_the_day(draw: Draw) -> Story:
    story = draw.done(signed=False)
    assert story.due is not None
    return story.act(draw.done_week(story) + 6, signed_off_with(draw.link(), story.due + timedelta(days=16)))


@planted
def said_to_be_public(draw: Draw) -> Story:
    story = draw.open()
    story.says[draw.week(0.3, 0.6), 0] = {"progress": "已在市政府门户网站公开第一批目录。"}
    return story.planted(K.LINK_NEVER_GIVEN)


@planted
def promised_and_never_given(draw: Draw) -> Story:
    story = draw.done(link=None, text="目录已印发，公开链接随后补报。")
    story.verdict = V.DONE_WITHOUT_EVIDENCE
    return story.planted(K.DONE_WITHOUT_EVIDENCE, K.LINK_NEVER_GIVEN)


@clean
def promised_and_given(draw: Draw) -> Story:
    story = draw.done()
    story.says[draw.done_week(story) - 1, 0] = {"progress": "已在市政府门户网站公开，链接下周补报。"}
    return story


# What the words say.


@planted
def words_say_done(draw: Draw) -> Story:
    story = draw.open()
    week = draw.chance.choice([each for each, _ in story.says])
    story.says[week, 0]["progress"] = draw.chance.choice(
        ["任务已全部完成。", "该项工作已圆满完成", "总体进度100%"]
    )
    return story.planted(K.SAYS_DONE)


@clean
def words_say_done_a_week_early(draw: Draw) -> Story:
    story = draw.done()
    week = draw.done_week(story)
    for each in [each for each, _ in story.says if each == week - 1]:
        del story.says[each, 0]
    story.says[week - 1, 0] = {"progress": "任务已全部完成。"}
    return story


@planted
def words_say_not_done(draw: Draw) -> Story:
    text = draw.chance.choice(["还有两个县尚未完成。", "完成进度85%", "仍在征求意见"])
    return draw.done(text=text).planted(K.SAYS_UNDONE)


@planted
def a_total_that_fell(draw: Draw) -> Story:
    story = draw.open()
    first = draw.week(0.3, 0.5)
    story.says |= {
        (first, 0): {"progress": "累计公开政策文件132件。"},
        (first + 3, 0): {"progress": "累计公开政策文件120件。"},
    }
    return story.planted(K.FIGURES_FELL)


@clean
def a_total_that_was_mended(draw: Draw) -> Story:
    story = draw.open()
    first = draw.week(0.3, 0.5)
    story.says |= {
        (first, 0): {"progress": "累计公开政策文件132件。"},
        (first + 3, 0): {"progress": "去重后，累计公开政策文件120件。"},
    }
    return story


@planted
def the_same_words_for_weeks(draw: Draw) -> Story:
    story = draw.open()
    first = draw.week(0.3, 0.5)
    for each in range(draw.chance.randint(3, 6)):
        story.says[first + each, 0] = {
            "progress": "按要求推进相关工作。" if each % 2 else "按要求推进相关工作"
        }
    return story.planted(K.SAME_TEXT)


@clean
def standing_work_in_a_standing_phrase(draw: Draw) -> Story:
    story = Story(((draw.unit(), "lead"),), None, notation="ongoing", verdict=V.STANDING_KEPT)
    for week in range(len(draw.days) - 6, len(draw.days) - 1):
        story.says[week, 0] = {"progress": "按要求持续推进。", "next_plan": "继续推进"}
    return story


@clean
def the_next_batch_begins_anew(draw: Draw) -> Story:
    story = draw.open()
    first = draw.week(0.3, 0.5)
    story.says |= {
        (first, 0): {"progress": "第一批目录完成90%。"},
        (first + 3, 0): {"progress": "第二批目录完成20%。"},
    }
    return story


@clean
def the_same_words_twice(draw: Draw) -> Story:
    story = draw.open()
    story.says = {key: said for key, said in story.says.items() if key[0] not in range(18, 24)}
    for week in (20, 21):
        story.says[week, 0] = {"progress": "按要求推进相关工作。"}
    return story


@planted
def the_same_plan_for_weeks(draw: Draw) -> Story:
    story = draw.open()
    first = draw.week(0.6, 0.7)
    story.says = {key: said for key, said in story.says.items() if key[0] < first}
    for each in range(4):
        story.says[first + each, 0] = {"progress": f"联系第{each}家单位。", "next_plan": "召开协调会"}
    return story.planted(K.PLAN_REPEATED)


@clean
def a_plan_that_stands_while_nothing_changes(draw: Draw) -> Story:
    story = draw.open()
    week = draw.week(0.4, 0.5)
    story.says = {key: said for key, said in story.says.items() if key[0] < week or key[0] > week + 8}
    story.says[week, 0] = {"progress": "起草方案。", "next_plan": "征求意见"}
    return story


@planted
def blocked_to_the_end(draw: Draw) -> Story:
    story = draw.open()
    week = draw.week(0.5, 0.6)
    story.says = {key: said for key, said in story.says.items() if key[0] < week}
    story.says[week, 0] = {"status": "blocked", "progress": "等接口。", "problem": "市数据局没有开放接口"}
    return story.planted(K.BLOCKED_UNRESOLVED)


@clean
def blocked_and_freed(draw: Draw) -> Story:
    story = draw.done()
    first = min(week for week, _ in story.says)
    story.says[first, 0] = {"status": "blocked", "progress": "等经费。", "problem": "经费没有落实"}
    return story
