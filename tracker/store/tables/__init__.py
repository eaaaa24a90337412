"""All tables by noun; importing this package makes the metadata whole."""

from tracker.store.tables.accounts import Account, OneTimeLink, SignIn, SignInFailure
from tracker.store.tables.annual import AnnualFigure, AnnualReport
from tracker.store.tables.batches import BatchChange, EditionChoice, ImportBatch, PlanEdition
from tracker.store.tables.checking import DraftVisit, ReadingDecision, SeenFinding
from tracker.store.tables.clocks import ClockRestart, ClockStop, EventClock, PlanClockRule
from tracker.store.tables.crosswalk import UpperClause, UpperDocument, UpperLink
from tracker.store.tables.evidence import EvidenceFile, ReturnUpload
from tracker.store.tables.experience import Experience, ExperienceVersion
from tracker.store.tables.feeds import FeedEntry, FeedRefusal, FeedToken
from tracker.store.tables.frozen import PeriodLight
from tracker.store.tables.house_templates import HouseTemplate, HouseTemplateChoice
from tracker.store.tables.imports import DraftRow, ImportDraft, NameDecision, SourceFile
from tracker.store.tables.instructions import Instruction
from tracker.store.tables.lineage import TaskLineage
from tracker.store.tables.meetings import (
    Meeting,
    MeetingAttendance,
    MeetingDecision,
    MeetingHearing,
    MeetingRemark,
    MeetingUnit,
)
from tracker.store.tables.notices import (
    ChannelPace,
    DeliveryAttempt,
    Heartbeat,
    InboxItem,
    Notice,
    OutboxItem,
)
from tracker.store.tables.plans import Assignment, Checkpoint, Clause, Plan, Task
from tracker.store.tables.points import ScoreEdition, ScoreLine, ScoreObjection, ScoreScheme
from tracker.store.tables.preferences import MutedTask, PersonSetting
from tracker.store.tables.quotas import CountedEvent, QuotaTarget
from tracker.store.tables.receipts import Acknowledgement, Claim, ClaimDay
from tracker.store.tables.reminders import ReminderPolicy
from tracker.store.tables.reporting import Cadence, Obligation, Period, PeriodFact, Return, ReturnLine
from tracker.store.tables.reports import ReportDraft, ReportPastText
from tracker.store.tables.requests import TaskRequest
from tracker.store.tables.reviews import LookBack, Rectification, RectificationTerms, Rollover, Verdict
from tracker.store.tables.sheets import SheetUpload
from tracker.store.tables.standing import ReminderStamp, UntoldChange
from tracker.store.tables.standing_in import Deputyship, Handover, SignInDeputy
from tracker.store.tables.statistics import StatisticKind, StatisticSheet, StatisticValue, StatisticYear
from tracker.store.tables.sub_items import SubItem
from tracker.store.tables.supervision import SupervisionCount, SupervisionMatter, SupervisionOrder
from tracker.store.tables.system import AuditEvent, AuditHead, CalendarDay, CalendarYear, Setting
from tracker.store.tables.units import Unit, UnitAlias, UnitClass, UnitGroup, UnitGroupAlias, UnitGroupMember
from tracker.store.tables.walls import WallScreen

__all__ = [
    "Account",
    "Acknowledgement",
    "AnnualFigure",
    "AnnualReport",
    "Assignment",
    "AuditEvent",
    "AuditHead",
    "BatchChange",
    "Cadence",
    "CalendarDay",
    "CalendarYear",
    "ChannelPace",
    "Checkpoint",
    "Claim",
    "ClaimDay",
    "Clause",
    "ClockRestart",
    "ClockStop",
    "CountedEvent",
    "DeliveryAttempt",
    "Deputyship",
    "DraftRow",
    "DraftVisit",
    "EditionChoice",
    "EventClock",
    "EvidenceFile",
    "Experience",
    "ExperienceVersion",
    "FeedEntry",
    "FeedRefusal",
    "FeedToken",
    "Handover",
    "Heartbeat",
    "HouseTemplate",
    "HouseTemplateChoice",
    "ImportBatch",
    "ImportDraft",
    "InboxItem",
    "Instruction",
    "LookBack",
    "Meeting",
    "MeetingAttendance",
    "MeetingDecision",
    "MeetingHearing",
    "MeetingRemark",
    "MeetingUnit",
    "MutedTask",
    "NameDecision",
    "Notice",
    "Obligation",
    "OneTimeLink",
    "OutboxItem",
    "Period",
    "PeriodFact",
    "PeriodLight",
    "PersonSetting",
    "Plan",
    "PlanClockRule",
    "PlanEdition",
    "QuotaTarget",
    "ReadingDecision",
    "Rectification",
    "RectificationTerms",
    "ReminderPolicy",
    "ReminderStamp",
    "ReportDraft",
    "ReportPastText",
    "Return",
    "ReturnLine",
    "ReturnUpload",
    "Rollover",
    "ScoreEdition",
    "ScoreLine",
    "ScoreObjection",
    "ScoreScheme",
    "SeenFinding",
    "Setting",
    "SheetUpload",
    "SignIn",
    "SignInDeputy",
    "SignInFailure",
    "SourceFile",
    "StatisticKind",
    "StatisticSheet",
    "StatisticValue",
    "StatisticYear",
    "SubItem",
    "SupervisionCount",
    "SupervisionMatter",
    "SupervisionOrder",
    "Task",
    "TaskLineage",
    "TaskRequest",
    "Unit",
    "UnitAlias",
    "UnitClass",
    "UnitGroup",
    "UnitGroupAlias",
    "UnitGroupMember",
    "UntoldChange",
    "UpperClause",
    "UpperDocument",
    "UpperLink",
    "Verdict",
    "WallScreen",
]
