"""Who there is in 青溪市: units with their classes and short names, collective names, three people."""

from __future__ import annotations

from dataclasses import dataclass

OFFICE_NAME = "青溪市政务公开办"
PASSWORD = "Qingxi-2026"  # noqa: S105 - printed at the start of a demonstration, and of no use elsewhere

COUNTY = "县(市、区)"
DEPARTMENT = "市政府部门"
BODY = "直属单位"


@dataclass(frozen=True, slots=True)
class DemoUnit:
    """A unit with its short names and the person who answers for it."""

    name: str
    unit_class: str
    aliases: tuple[str, ...] = ()
    contact: str = ""


UNITS: tuple[DemoUnit, ...] = (
    DemoUnit("石桥区政府", COUNTY, ("石桥区",), "何晓岚"),
    DemoUnit("南屏区政府", COUNTY, ("南屏区",), "罗建新"),
    DemoUnit("清河县政府", COUNTY, ("清河县",), "孟庆凯"),
    DemoUnit("白塔县政府", COUNTY, ("白塔县",), "丁玉洁"),
    DemoUnit("云岭县政府", COUNTY, ("云岭县",), "曹志远"),
    DemoUnit("桃源县政府", COUNTY, ("桃源县",), "蒋文静"),
    DemoUnit("临江市政府", COUNTY, ("临江市",), "潘立群"),
    DemoUnit("青溪高新区管委会", COUNTY, ("高新区",), "贺思齐"),
    DemoUnit("市政府办公室", DEPARTMENT, ("市府办",), "陈雨"),
    DemoUnit("市发展和改革委员会", DEPARTMENT, ("市发展改革委", "市发改委"), "沈国栋"),
    DemoUnit("市教育局", DEPARTMENT, (), "林知远"),
    DemoUnit("市科学技术局", DEPARTMENT, ("市科技局",), "方卓"),
    DemoUnit("市工业和信息化局", DEPARTMENT, ("市工信局",), "金海波"),
    DemoUnit("市民族宗教事务局", DEPARTMENT, ("市民宗局",), "马晓军"),
    DemoUnit("市公安局", DEPARTMENT, (), "雷鸣"),
    DemoUnit("市民政局", DEPARTMENT, (), "苏婉清"),
    DemoUnit("市司法局", DEPARTMENT, (), "韩立"),
    DemoUnit("市财政局", DEPARTMENT, (), "钱一凡"),
    DemoUnit("市人力资源和社会保障局", DEPARTMENT, ("市人社局",), "宋佳"),
    DemoUnit("市自然资源局", DEPARTMENT, (), "江一鸣"),
    DemoUnit("市生态环境局", DEPARTMENT, (), "柳青"),
    DemoUnit("市住房和城乡建设局", DEPARTMENT, ("市住房城乡建设局", "市住建局"), "程工"),
    DemoUnit("市交通运输局", DEPARTMENT, (), "路遥"),
    DemoUnit("市水利局", DEPARTMENT, (), "汪洋"),
    DemoUnit("市农业农村局", DEPARTMENT, (), "田丰"),
    DemoUnit("市商务局", DEPARTMENT, (), "商羽"),
    DemoUnit("市文化和旅游局", DEPARTMENT, ("市文旅局",), "舒雅"),
    DemoUnit("市卫生健康委员会", DEPARTMENT, ("市卫生健康委", "市卫健委"), "白薇"),
    DemoUnit("市退役军人事务局", DEPARTMENT, (), "武强"),
    DemoUnit("市应急管理局", DEPARTMENT, (), "安宁"),
    DemoUnit("市审计局", DEPARTMENT, (), "申明"),
    DemoUnit("市政府国有资产监督管理委员会", DEPARTMENT, ("市国资委",), "郭守义"),
    DemoUnit("市市场监督管理局", DEPARTMENT, ("市市场监管局",), "严正"),
    DemoUnit("市体育局", DEPARTMENT, (), "高原"),
    DemoUnit("市统计局", DEPARTMENT, (), "数明"),
    DemoUnit("市医疗保障局", DEPARTMENT, ("市医保局",), "何康"),
    DemoUnit("市信访局", DEPARTMENT, (), "闻达"),
    DemoUnit("市城市管理局", DEPARTMENT, ("市城管局",), "齐整"),
    DemoUnit("市营商环境建设局", DEPARTMENT, ("市营商局",), "顾问渠"),
    DemoUnit("市大数据管理局", DEPARTMENT, ("市大数据局",), "元数"),
    DemoUnit("市林业和草原局", DEPARTMENT, ("市林草局",), "林森"),
    DemoUnit("市委网信办", BODY, (), "景澄"),
    DemoUnit("市残疾人联合会", BODY, ("市残联",), "温暖"),
    DemoUnit("市档案馆", BODY, (), "纪存"),
    DemoUnit("市公共资源交易中心", BODY, (), "标明"),
    DemoUnit("市政务服务中心", BODY, (), "窗明"),
    DemoUnit("市图书馆", BODY, (), "阅山"),
    DemoUnit("市水务集团", BODY, (), "清源"),
    DemoUnit("市公交集团", BODY, (), "畅行"),
    DemoUnit("市燃气公司", BODY, (), "安燃"),
)


@dataclass(frozen=True, slots=True)
class DemoGroup:
    """A collective name and the class whose units it means."""

    name: str
    aliases: tuple[str, ...]
    unit_class: str


GROUPS: tuple[DemoGroup, ...] = (
    DemoGroup("各县(市、区)政府", ("各县(市、区)人民政府",), COUNTY),
    DemoGroup("市政府各部门", ("市政府有关部门", "市直各部门"), DEPARTMENT),
    DemoGroup("公共企事业单位", ("各公共企事业单位",), BODY),
)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody who can sign in."""

    username: str
    name: str
    role: str
    unit: str = ""
    email: str = ""


PEOPLE: tuple[DemoPerson, ...] = (
    DemoPerson("gongkai", "陈雨", "office", email="chenyu@qingxi.example"),
    DemoPerson("jiaoyu", "林知远", "unit", "市教育局", "linzhiyuan@jyj.qingxi.example"),
    DemoPerson("lingdao", "周副市长", "leader"),
)
