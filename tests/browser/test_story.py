"""The story: a year of an office's work, walked through a real browser against a real server.

Seven chapters over one data folder, each standing on the one before, told about the invented 青溪市. What
real documents look like on the way is told in `test_real_documents.py`, other ways of walking it (keyboard
alone, without scripts, two windows, a sign-in that has ended) in `test_ways.py`.
"""

from __future__ import annotations

import re
import time

import docx
import openpyxl

from tests.browser import files
from tests.browser.people import listed
from tests.browser.telling import Story

IS_A_STORY = True

BEFORE_CUTOFF = "2026-09-10T15:40+08:00"
NEXT_DAY = "2026-09-11T09:30+08:00"
LEASE_SECONDS = 90.0
"""Longer than a delivery is held, by the clock of the wall."""
TOLD = ("jiaoyu@", "minzheng@", "sifa@")
"""Whoever has a letter before the cut-off; any of these may be the one that a killed worker had claimed."""
AFTER_FIVE_WEEKS = "2026-10-12T10:00+08:00"
NEXT_YEAR = "2027-01-11T09:00+08:00"


def test_0_the_first_administrator_lets_the_office_in(story: Story) -> None:
    link = re.search(r"http\S+", story.office.command("first-link"))
    assert link

    story.administrator.begin(link[0])
    story.clerk.set_password(story.administrator.admit("公开办", "gongkai", "陈雨"))
    story.clerk.sign_in("gongkai")

    assert story.clerk.path == "/desk"
    assert "还没有系统管理员" not in story.office.command("first-link"), "the link of the first is used up"


def test_1_each_document_gives_a_page_to_check(story: Story) -> None:
    clerk = story.clerk
    for document, tasks in ((files.THIS_YEAR, 32), (files.LAST_YEAR, 8), (files.DIVISION, 10)):
        assert clerk.upload(document) == 200
        figures = clerk.tabs()
        assert figures["全部任务"] == tasks
        assert clerk.page.locator(".rows tr[data-row]").count() == min(tasks, 50)
        assert clerk.page.locator(".source a.to-row").count() == min(tasks, 50), "each row has its source"

        clerk.open(f"{clerk.draft}?show=others")
        assert clerk.page.locator(".passage").count() == figures["其他段落"]

    assert clerk.paste(files.PASTED) == 200
    assert clerk.tabs()["全部任务"] == 2


def test_1_what_holds_no_task_or_cannot_be_read_changes_nothing(story: Story) -> None:
    clerk = story.clerk
    clerk.paste(files.WITHOUT_TASKS)
    assert clerk.page.locator("h1").inner_text() == "没有发现任务"
    assert "停车场入口" in clerk.text(), "what was found instead is shown"
    clerk.press("放弃导入")
    before = clerk.open("/imports").locator("nav.tabs").inner_text()

    for name, data, word in files.UNREADABLE:
        file = story.folder / name
        file.write_bytes(data)
        assert clerk.upload(file) in {413, 422}, name
        assert word in clerk.text(), name

    assert clerk.open("/imports").locator("nav.tabs").inner_text() == before


def test_2_names_are_suggested_and_never_merged_by_themselves(story: Story) -> None:
    clerk = story.clerk
    clerk.open("/units/import")
    clerk.fill(lines=files.UNIT_LIST)
    clerk.press("导入")
    assert "新增10家" in clerk.said()

    assert clerk.upload(files.THIS_YEAR) == 409
    assert "已经上传过" in clerk.said()
    clerk.follow("继续核对")
    draft = clerk.draft
    clerk.open(f"{draft}/names")
    waiting = clerk.page.locator("table.names").first
    social = waiting.locator("tr", has=clerk.page.get_by_role("rowheader", name="市人社局"))
    assert "市人力资源和社会保障局" in social.inner_text(), "suggested"
    clerk.press(re.compile("市人社局即市人力资源和社会保障局"))
    assert "“市人社局”已对应" in clerk.said()

    for collective, members in (
        ("各县(市、区)政府", files.COUNTIES),
        ("市政府各部门", files.DEPARTMENTS),
    ):
        clerk.follow(re.compile(f"指定成员.*{re.escape(collective)}"))
        for member in members:
            clerk.page.get_by_label(member, exact=True).check()
        clerk.press("保存")
    clerk.settle_names(draft, "市政府部门")
    assert "名称都对应好了" in clerk.text()


def test_2_a_row_is_corrected_and_the_plan_is_confirmed(story: Story) -> None:
    clerk = story.clerk
    draft = re.sub("/names.*", "", clerk.path)
    assert clerk.settle_deadlines(draft) == 1, "12月前 can be read in two ways"
    clerk.open(draft)
    clerk.follow(re.compile("修改.*第11项"))
    clerk.fill(text="公布义务教育学校学区划分、招生计划、收费标准和咨询电话。")
    clerk.press("保存", exact=True)
    assert "第11项已保存" in clerk.said()

    clerk.confirm(draft)
    story.plan = int(clerk.path.partition("plan=")[2])
    assert clerk.page.locator("table.lines").get_attribute("data-count") == "32"
    assert "公布义务教育学校学区划分、招生计划、收费标准" in clerk.text()

    assert clerk.upload(files.THIS_YEAR) == 409
    assert "已导入过" in clerk.said()
    clerk.follow("打开它的台账")
    assert clerk.path == f"/ledger?plan={story.plan}"


def test_3_the_ledger_finds_sorts_and_exports_what_it_shows(story: Story) -> None:
    clerk, ledger = story.clerk, f"/ledger?plan={story.plan}"
    clerk.open(ledger)
    for light in clerk.page.locator("nav.lights a[data-light]").all():
        address, count = light.get_attribute("href"), light.get_attribute("data-count")
        assert address
        assert listed(clerk.document(address)) == int(count or 0), address

    clerk.fill(words="学区")
    clerk.press("筛选")
    assert [title[:10] for title in clerk.titles()] == ["公布义务教育学校学区"]
    clerk.open(f"{ledger}&words=sjyj&size=all")
    education = clerk.titles()
    clerk.open(ledger)
    clerk.page.get_by_label("单位", exact=True).select_option(label="市教育局")
    clerk.page.wait_for_url("**unit=**")
    assert clerk.titles() == education
    assert len(education) == 11, "two of its own and nine as one of 市政府各部门"

    days = clerk.open(f"{ledger}&due_from=2026-09-01&due_to=2026-09-30&sort=due").locator("td.when .keep")
    read = [tuple(map(int, re.findall(r"\d+", day))) for day in days.all_inner_texts()]
    assert read == sorted(read)
    assert {month for month, _ in read} == {9}
    clerk.open(f"{ledger}&section=四、办好依申请公开")
    assert len(clerk.titles()) == 3

    clerk.open(f"{ledger}&light=yellow,red&sort=light&size=all")
    path = clerk.download(re.compile("导出 Excel"), story.folder)
    sheet = openpyxl.load_workbook(path).active
    assert sheet
    cells = [[str(cell) for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    begins = [title.rstrip("…") for title in clerk.titles()]
    exported = [next((begin for begin in begins if any(begin in cell for cell in row)), "") for row in cells]
    assert [begin for begin in exported if begin] == begins


def test_4_returns_are_asked_for_every_week(story: Story) -> None:
    clerk, board = story.clerk, f"/reporting/{story.plan}/board"
    clerk.open(f"/reporting/{story.plan}/regime")
    assert "文件写的是：“" in clerk.said()
    assert clerk.page.get_by_label("每周几截止").input_value() == "3", "Thursday, as the document says"
    assert clerk.page.get_by_label("几点截止（下班）").input_value() == "17:30"

    clerk.fill(starts_on="2026-09-07", ends_on="2026-12-31")
    clerk.page.get_by_label("提前").first.check()
    clerk.press("预览各周")
    week = clerk.page.locator("table.weeks tr", has_text="周四（10月1日）放假")
    assert "截止提前到9月30日" in week.inner_text(), "1 October is no workday"
    clerk.press("启用一周一进度")

    assert clerk.path.startswith(board)
    assert "截止 9月10日（周四）17:30" in clerk.text()
    # Who has something to do, members of groups too.
    owing = int(clerk.page.locator(".kpi a b").first.inner_text())
    assert clerk.page.locator("table.grid tbody tr").count() == owing


def test_4_units_are_let_in_and_find_what_is_due(story: Story) -> None:
    people = (
        (story.education, "jiaoyu", "林知远", "市教育局"),
        (story.justice, "sifa", "韩立", "市司法局"),
        (story.civil_affairs, "minzheng", "苏婉清", "市民政局"),
    )
    for contact, username, name, unit in people:
        link = story.administrator.admit("责任单位", username, name, unit, f"{username}@qingxi.example")
        contact.set_password(link)
        contact.sign_in(username)
        assert contact.path == "/my"
        assert "截止 9月10日（周四）17:30" in contact.text()


def test_4_a_return_is_handed_in_sent_back_answered_and_accepted(story: Story) -> None:
    education, clerk = story.education, story.clerk
    education.begin_return()
    assert education.page.locator("details.line").count() == 11, "one page for all its tasks"
    first = education.line()
    first.get_by_label("本周进展").fill("已收集12所学校的学区图。")
    first.get_by_label("下周计划").fill("核对学区边界\n公布咨询电话")
    first.get_by_label("状态").select_option(label="受阻，需要协调")
    first.get_by_label("问题").fill("2所学校的边界要与自然资源局核对。")
    first.get_by_label("佐证链接").fill("https://www.qingxi.example/school")
    education.press("报送本周")
    assert "已报送，1项有变化" in education.said()

    clerk.open(f"/reporting/{story.plan}/board")
    clerk.follow("市教育局", clerk.page.locator("section[aria-labelledby=waiting]"))
    story.owed = clerk.path
    assert "已收集12所学校的学区图。" in clerk.text()
    assert clerk.press("退回修改") == 422, "a reason is needed"
    clerk.page.get_by_label("退回理由").fill("请写明是哪2所学校。")
    clerk.press("退回修改")
    assert "市教育局已退回" in clerk.said()

    education.open("/my")
    assert "请写明是哪2所学校。" in education.text()
    education.begin_return()
    education.line().get_by_label("问题").fill("实验小学、第二小学的边界要与自然资源局核对。")
    education.press("改好，再报送")

    clerk.open(story.owed)
    assert "第2稿" in clerk.text()
    assert clerk.page.locator("ins").count(), "what differs from the first version is marked"
    clerk.press("通过")
    assert "市教育局已通过" in clerk.said()
    assert "已通过" in education.open("/my").content()


def test_4_nothing_new_is_one_click(story: Story) -> None:
    story.justice.begin_return()
    story.justice.press("本周全部无变化")
    assert "已报送，全部无变化" in story.justice.said()

    story.clerk.open(f"/reporting/{story.plan}/board")
    story.clerk.press(re.compile("通过无异常的"))
    assert "已通过1件" in story.clerk.said()


def test_5_reminders_arrive_once_however_often_the_worker_is_killed(story: Story) -> None:
    story.office.at(BEFORE_CUTOFF)
    for _ in range(2):
        story.office.kill_worker_at_work()
    until = time.monotonic() + LEASE_SECONDS
    story.office.tick()
    while not all(who in " ".join(story.spool()) for who in TOLD) and time.monotonic() < until:
        time.sleep(5)  # what a killed worker has claimed is another's when the lease has run out
        story.office.tick()
    once = story.spool()
    story.office.tick()

    assert story.spool() == once, "nothing is sent again"
    assert set(once.values()) == {1}, "nobody is told the same twice"
    assert [words for words in once if "minzheng@" in words and "截止" in words]
    assert not [words for words in once if "sifa@" in words and "即将截止" in words], "has handed in"
    story.civil_affairs.sign_in("minzheng")
    inbox = story.civil_affairs.open("/inbox").locator(".notices li").all_inner_texts()
    assert len(inbox) == len(set(inbox))
    assert any("截止" in notice for notice in inbox)
    story.civil_affairs.press(re.compile("去办理"))
    assert story.civil_affairs.path.startswith(("/my", "/tasks"))


def test_5_what_is_not_handed_in_is_missed_and_can_be_caught_up(story: Story) -> None:
    story.office.at(NEXT_DAY)
    story.office.tick()
    story.office.tick()
    assert set(story.spool().values()) == {1}

    story.clerk.sign_in("gongkai")
    story.clerk.open(f"/reporting/obligations?plan={story.plan}&state=missed")
    assert "市民政局" in story.clerk.text()
    assert "市教育局" not in story.clerk.text()
    story.civil_affairs.sign_in("minzheng")
    assert "没有按时报的（1 期）" in story.civil_affairs.text()
    story.civil_affairs.follow(re.compile("^补报"))
    story.civil_affairs.line().get_by_label("本周进展").fill("低保标准已在社区张贴。")
    story.civil_affairs.press("补报本期")
    assert "已补报（迟报）" in story.civil_affairs.said()


def test_6_each_number_opens_exactly_the_list_behind_it(story: Story) -> None:
    story.office.at(AFTER_FIVE_WEEKS)
    story.office.tick()
    story.administrator.sign_in("guanli")
    story.leader.set_password(story.administrator.admit("领导", "lingdao", "周副市长"))
    story.leader.sign_in("lingdao")
    leader = story.leader
    assert leader.path.startswith("/dashboard")
    charts = leader.page.locator("svg.chart").all()
    assert [chart.locator("g.now").count() for chart in charts] == [1, 1], "returns and lights, to this week"
    assert leader.page.locator("table.weeks tbody tr").count() >= 5
    assert re.search(r"逾期\s*[1-9]\d* 项", leader.text())

    leader.open(f"/dashboard?plan={story.plan}&all=1")
    assert len(leader.figures()) > 60
    assert leader.unequal() == []

    story.clerk.sign_in("gongkai")
    for path in ("/desk", f"/reporting/{story.plan}/board", "/reporting", "/plans"):
        story.clerk.open(path)
        assert story.clerk.figures()
        assert story.clerk.unequal() == [], path


def test_6_every_page_that_a_role_is_led_to_can_be_read(story: Story) -> None:
    for person in (story.clerk, story.leader, story.administrator):
        bar = person.page.locator("nav.main a").all()
        for path in [link.get_attribute("href") or "" for link in bar]:
            person.open(path)
    task = story.clerk.open(f"/ledger?plan={story.plan}&words=学区").locator("td.what a").first
    story.clerk.send(task)
    printed = story.clerk.page.locator(".quote").inner_text()
    assert "民办学校一并公布收费标准" in printed, "the source as printed, not as corrected"
    assert "为什么是这一天" in story.clerk.text()
    story.clerk.follow(re.compile("在原文里的位置"))
    assert "学区划分" in story.clerk.page.locator("mark").first.inner_text()
    story.education.sign_in("jiaoyu")
    story.education.open("/my/tasks")
    for path in (
        "/groups",
        "/plans",
        "/deliveries",
        "/inbox",
        "/password",
        f"/reporting/{story.plan}/regime",
    ):
        story.clerk.open(path)


def test_7_the_year_is_looked_back_on(story: Story) -> None:
    story.office.at(NEXT_YEAR)
    story.office.tick()
    clerk = story.clerk
    clerk.sign_in("gongkai")
    clerk.open(f"/look-back/{story.plan}")
    clerk.press("开始回头看")
    assert clerk.page.locator("ol.verdicts > li").count() == 32

    clerk.press("没有矛盾点的，全部按建议确认")
    clerk.open(f"/look-back/{story.plan}?confirmed=no")
    while clerk.page.locator("ol.verdicts form").count():
        form = clerk.page.locator("ol.verdicts > li").first
        form.get_by_label("说明").fill("已与单位核对。")
        clerk.press("确认", form)
    clerk.open(f"/look-back/{story.plan}")
    clerk.page.get_by_label("没有整改时限的，都定为").fill("2027-06-30")
    clerk.press("定下")
    clerk.open(f"/look-back/{story.plan}?lacking=1")
    while clerk.page.locator("select[name=lead_unit_id]").count():
        form = clerk.page.locator("ol.verdicts > li").first
        form.get_by_label("牵头单位").select_option(index=1)
        clerk.press("保存", form)
    clerk.open(f"/look-back/{story.plan}")
    clerk.press(re.compile("定稿，未完成的转入 2027 年整改"))
    assert "回头看已定稿" in clerk.said()


def test_7_the_report_comes_out_and_the_unfinished_is_carried_over(story: Story) -> None:
    clerk = story.clerk
    word = docx.Document(str(clerk.download("报告 Word", story.folder)))
    assert any("回头看" in paragraph.text for paragraph in word.paragraphs)
    sheet = openpyxl.load_workbook(clerk.download("明细 Excel", story.folder)).active
    assert sheet
    assert sheet.max_row > 32

    clerk.follow(re.compile("项转入 2027 年整改"))
    assert clerk.path == "/rectifications?year=2027"
    items = clerk.page.locator("ol.verdicts > li")
    assert items.count() == int(clerk.page.locator("ol.verdicts").get_attribute("data-count") or 0) > 0
    items.first.get_by_label("改好后在哪里能看到").fill("https://www.qingxi.example/mended")
    clerk.press("保存链接", items.first)
    assert "请另一位同事核对" in clerk.said()
    assert clerk.press(re.compile("核对无误，销号")) == 422, "nobody closes what they mended themselves"

    story.administrator.sign_in("guanli")
    story.colleague.set_password(story.administrator.admit("公开办", "fuhe", "李敏"))
    story.colleague.sign_in("fuhe")
    story.colleague.open("/rectifications?year=2027")
    story.colleague.press(re.compile("核对无误，销号"))
    assert "已销号" in story.colleague.said()
