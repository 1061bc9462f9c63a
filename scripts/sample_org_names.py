"""The invented names of the sample district, from which scripts/make_sample_org.py writes its files."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Street:
    """A street or town; ``seed``: where about it lies."""

    code: str
    zh: str
    en: str
    kind: str
    number: str
    civil: str
    seed: tuple[float, float]

    @property
    def short(self) -> str:
        return self.zh.removesuffix("街道").removesuffix("镇")

    @property
    def plain(self) -> str:
        return self.en.rpartition(" ")[0]


@dataclass(frozen=True)
class Community:
    """A community or village, and how many grids it has."""

    street: str
    code: str
    zh: str
    plain: str
    kind: str
    grids: int

    @property
    def en(self) -> str:
        return f"{self.plain} {'Community' if self.kind == 'community' else 'Village'}"

    @property
    def short(self) -> str:
        return self.zh.removesuffix("社区").removesuffix("村")


@dataclass(frozen=True)
class Department:
    """A department; ``follower``: which body came after it."""

    code: str
    zh: str
    en: str
    parent: str = "gov"
    kind: str = "department"
    days: str = ""
    staffed: bool = True
    follower: str = ""
    handler: str = ""
    head: str = ""


@dataclass(frozen=True)
class Office:
    """Officers who all hold the same posts: (mechanism, role, body)."""

    officers: tuple[str, ...]
    posts: tuple[tuple[str, str, str], ...]


GRID_NUMBERS = "一二三四五"

STREETS = (
    Street("fenglin", "枫林街道", "Fenglin Street", "street", "001", "101", (0.098, 0.118)),
    Street("liupu", "柳浦街道", "Liupu Street", "street", "002", "103", (0.138, 0.124)),
    Street("tinglan", "汀兰街道", "Tinglan Street", "street", "003", "104", (0.112, 0.085)),
    Street("tinghu", "听湖街道", "Tinghu Street", "street", "004", "105", (0.165, 0.083)),
    Street("qingfeng", "青枫镇", "Qingfeng Town", "town", "100", "201", (0.16, 0.162)),
    Street("bailu", "白鹭镇", "Bailu Town", "town", "101", "202", (0.212, 0.085)),
    Street("qiyun", "栖云镇", "Qiyun Town", "town", "102", "203", (0.055, 0.135)),
    Street("taixi", "苔溪镇", "Taixi Town", "town", "103", "204", (0.088, 0.04)),
)

COMMUNITIES = tuple(
    Community(*one)
    for one in (
        ("fenglin", "li", "枫林里社区", "Fenglinli", "community", 3),
        ("fenglin", "du", "渡口社区", "Dukou", "community", 3),
        ("fenglin", "yinxing", "银杏社区", "Yinxing", "community", 3),
        ("fenglin", "changlang", "长廊社区", "Changlang", "community", 2),
        ("liupu", "qiao", "望桥社区", "Wangqiao", "community", 3),
        ("liupu", "liuan", "柳岸社区", "Liu'an", "community", 3),
        ("liupu", "xinbu", "新埠社区", "Xinbu", "community", 3),
        ("liupu", "dengta", "灯塔巷社区", "Dengtaxiang", "community", 2),
        ("tinglan", "lanting", "兰汀社区", "Lanting", "community", 3),
        ("tinglan", "luming", "鹿鸣社区", "Luming", "community", 3),
        ("tinglan", "shuyuan", "书院里社区", "Shuyuanli", "community", 3),
        ("tinglan", "wutong", "梧桐坊社区", "Wutongfang", "community", 3),
        ("tinglan", "xiaoyue", "晓月社区", "Xiaoyue", "community", 2),
        ("tinghu", "huxin", "湖心社区", "Huxin", "community", 3),
        ("tinghu", "ludang", "芦荡社区", "Ludang", "community", 3),
        ("tinghu", "cailing", "采菱社区", "Cailing", "community", 3),
        ("tinghu", "yuewan", "月湾社区", "Yuewan", "community", 3),
        ("qingfeng", "tang", "澄塘村", "Chengtang", "village", 3),
        ("qingfeng", "qingfengji", "青枫集社区", "Qingfengji", "community", 4),
        ("qingfeng", "zhuwu", "竹坞村", "Zhuwu", "village", 3),
        ("qingfeng", "shangbei", "上陂村", "Shangbei", "village", 2),
        ("qingfeng", "xiabei", "下陂村", "Xiabei", "village", 3),
        ("bailu", "bailuji", "白鹭集社区", "Bailuji", "community", 3),
        ("bailu", "shazhou", "沙洲村", "Shazhou", "village", 3),
        ("bailu", "weidang", "苇荡村", "Weidang", "village", 3),
        ("bailu", "yuge", "渔歌村", "Yuge", "village", 3),
        ("qiyun", "qiyunji", "栖云集社区", "Qiyunji", "community", 4),
        ("qiyun", "yuntai", "云台村", "Yuntai", "village", 3),
        ("qiyun", "shimo", "石磨村", "Shimo", "village", 3),
        ("qiyun", "chaping", "茶坪村", "Chaping", "village", 3),
        ("qiyun", "songling", "松岭村", "Songling", "village", 3),
        ("taixi", "taixiji", "苔溪集社区", "Taixiji", "community", 4),
        ("taixi", "banmu", "半亩村", "Banmu", "village", 3),
        ("taixi", "muqiao", "木桥村", "Muqiao", "village", 3),
        ("taixi", "daoxiang", "稻香村", "Daoxiang", "village", 3),
    )
)

CITY = "{code: city, zh: 云泽市人民政府, en: Yunze City Government, kind: other}"

DEPARTMENTS = (
    Department("gov_office", "区政府办公室", "Office of the District Government"),
    Department("supervision", "区政府督查室", "Supervision Office", "gov_office", staffed=False),
    Department("hotline", "区12345热线中心", "12345 Hotline Centre", "gov_office", staffed=False),
    Department("congress", "区人大常委会代表工作室", "Deputies' Affairs Office", "gov", "other", staffed=False),
    Department("cppcc", "区政协提案委员会", "Proposals Committee of the CPPCC", "gov", "other", staffed=False),
    Department("discipline", "区纪委监委机关", "Discipline Inspection and Supervision", "gov", "other", staffed=False),
    Department("reform", "区发展和改革局", "Development and Reform Bureau"),
    Department("education", "区教育局", "Education Bureau"),
    Department("science", "区科技和工业信息化局", '"Science, Industry and Information Bureau"'),
    Department("enterprise_centre", "区企业服务中心", "Enterprise Service Centre", "science", staffed=False),
    Department("police", "区公安分局", "Public Security Branch"),
    Department("civil", "区民政局", "Civil Affairs Bureau"),
    Department("justice", "区司法局", "Justice Bureau"),
    Department("finance", "区财政局", "Finance Bureau"),
    Department("labour", "区人力资源和社会保障局", "Human Resources and Social Security Bureau"),
    Department("labour_inspection", "区劳动保障监察大队", "Labour Inspection Team", "labour", staffed=False),
    Department("resources", "区自然资源和规划分局", "Natural Resources and Planning Branch"),
    Department("housing", "区住房和城乡建设局", "Housing and Construction Bureau"),
    Department("transport", "区交通运输局", "Transport Bureau"),
    Department("water", "区水利局", "Water Bureau", handler="o-jiang"),
    Department("river_office", "区河长制办公室", "River Chief Office", "water", staffed=False),
    Department(
        "agriculture_old",
        "区农业林业局",
        "Agriculture and Forestry Bureau",
        days="ended_on: 2026-07-01",
        staffed=False,
        follower="agriculture",
    ),
    Department("agriculture", "区农业农村局", "Agriculture and Rural Affairs Bureau", days="founded_on: 2026-07-01"),
    Department("forestry", "区林业局", "Forestry Bureau", days="founded_on: 2026-07-01"),
    Department("commerce", "区商务局", "Commerce Bureau"),
    Department("culture", "区文化和旅游局", "Culture and Tourism Bureau"),
    Department("health", "区卫生健康局", "Health Bureau"),
    Department("veterans", "区退役军人事务局", "Veterans Affairs Bureau"),
    Department("emergency", "区应急管理局", "Emergency Management Bureau"),
    Department("safety_office", "区安全生产委员会办公室", "Safety Committee Office", "emergency", staffed=False),
    Department("fire", "区消防救援大队", "Fire and Rescue Team", "gov", "other"),
    Department("audit", "区审计局", "Audit Bureau"),
    Department("market", "区市场监督管理局", "Market Regulation Bureau"),
    Department("statistics", "区统计局", "Statistics Bureau"),
    Department("medical", "区医疗保障局", "Medical Security Bureau"),
    Department("petition", "区信访局", "Petitions Bureau"),
    Department(
        "municipal",
        "区市政管理局",
        "Municipal Works Bureau",
        days="ended_on: 2026-07-01",
        staffed=False,
        follower="urban",
        handler="o-mu",
    ),
    Department("parks", "区园林局", "Parks Bureau", days="ended_on: 2026-07-01", staffed=False, follower="urban"),
    Department("urban", "区城市管理局", "Urban Management Bureau", days="founded_on: 2026-07-01", handler="o-qin"),
    Department("grid_centre", "区城市运行管理中心", "City Operations Centre", "gov", staffed=False),
    Department(
        "service_hall",
        "区政务服务中心",
        "Government Service Centre",
        days="ended_on: 2026-07-01",
        staffed=False,
        follower="service",
    ),
    Department("service", "区数据和政务服务局", "Data and Government Services Bureau", days="founded_on: 2026-07-01"),
    Department("service_window", "区政务服务大厅", "Government Service Hall", "gov", "other", staffed=False),
    Department("ecology", "区生态环境分局", "Ecology and Environment Branch"),
    Department(
        "rectify_office", "区生态环境保护督察整改办公室", "Environmental Rectification Office", "ecology", staffed=False
    ),
    Department("park", "霁川经济开发区管理委员会", "Jichuan Development Zone Committee", "gov", "other"),
)

CHANGED = """
changes:
  - {kind: merge, on: 2026-07-01, from: [municipal, parks], to: [{body: urban}]}
  - kind: split
    on: 2026-07-01
    from: [agriculture_old]
    to: [{body: agriculture}, {body: forestry, areas: [A-qingfeng-tang], categories: [forest_fire]}]
  - {kind: rename, on: 2026-07-01, from: [service_hall], to: [{body: service}]}
"""

KEPT_NAMES = {
    "o-shen": "沈言", "o-lu": "陆知微", "o-he": "何渡", "o-tang": "唐清野", "o-jiang": "江照", "o-qin": "秦砚",
    "o-mu": "穆青", "o-bai": "白溪",
}  # fmt: skip

OFFICES = (
    Office(("o-supervision-1", "o-supervision-2", "o-supervision-3"), (("supervision", "office", "supervision"),)),
    Office(
        ("o-bai", "o-gov-2", "o-gov-3"),
        (
            ("supervision", "leader", "gov"),
            ("environment_letter", "leader", "gov"),
            ("hazard", "leader", "gov"),
            ("service", "government_leader", "gov"),
            ("patrol", "chief", "gov"),
            ("patrol_problem", "chief", "gov"),
            ("petition", "review_body", "gov"),
            ("petition", "recheck_body", "gov"),
        ),
    ),
    Office(
        ("o-gov_office-1", "o-gov_office-2", "o-gov_office-3"),
        (
            ("disclosure", "office", "gov_office"),
            ("proposal", "office", "gov_office"),
            ("suggestion", "office", "gov_office"),
            ("petition", "review_body", "gov"),
        ),
    ),
    Office(("o-gov_office-head", "o-gov_office-deputy"), (("disclosure", "office_head", "gov_office"),)),
    Office(("o-enterprise-1", "o-enterprise-2"), (("enterprise_request", "liaison", "enterprise_centre"),)),
    Office(
        ("o-enterprise-1", "o-enterprise-3", "o-enterprise-4"),
        (("enterprise_request", "service_centre", "enterprise_centre"),),
    ),
    Office(("o-enterprise-head", "o-enterprise-deputy"), (("enterprise_request", "centre_head", "enterprise_centre"),)),
    Office(("o-enterprise-5", "o-enterprise-2"), (("enterprise_request", "visitor", "enterprise_centre"),)),
    Office(
        ("o-rectify-1", "o-rectify-2", "o-rectify-3", "o-rectify-4"),
        (("environment_letter", "office", "rectify_office"),),
    ),
    Office(("o-centre-1", "o-centre-2", "o-centre-3"), (("grid_event", "supervision_centre", "grid_centre"),)),
    Office(
        ("o-centre-4", "o-centre-5"),
        (("grid_event", "checker", "grid_centre"), ("grid_event", "collector", "grid_centre")),
    ),
    Office(("o-centre-6", "o-centre-7", "o-centre-8"), (("grid_event", "command_centre", "grid_centre"),)),
    Office(("o-emergency-1", "o-emergency-2", "o-emergency-3"), (("hazard", "regulator", "emergency"),)),
    Office(("o-safety-1", "o-safety-2", "o-safety-3", "o-safety-4"), (("hazard", "office", "safety_office"),)),
    Office(("o-hotline-1", "o-hotline-2"), (("hotline", "agent", "hotline"),)),
    Office(("o-hotline-3", "o-hotline-4"), (("hotline", "centre", "hotline"),)),
    Office(("o-hotline-5", "o-hotline-6"), (("hotline", "visitor", "hotline"),)),
    Office(
        ("o-river-1", "o-river-2", "o-river-3"),
        (("patrol", "office", "river_office"), ("patrol_problem", "office", "river_office")),
    ),
    Office(("o-river-4", "o-river-5"), (("patrol_problem", "finder", "river_office"),)),
    Office(
        ("o-city-1", "o-city-2"),
        (
            ("patrol_problem", "higher_chief", "city"),
            ("petition", "review_body", "city"),
            ("petition", "recheck_body", "city"),
        ),
    ),
    Office(
        ("o-petition-1", "o-petition-2", "o-petition-3", "o-petition-4"), (("petition", "petition_office", "petition"),)
    ),
    Office(("o-petition-5", "o-petition-6"), (("petition", "visitor", "petition"),)),
    Office(("o-discipline-1", "o-discipline-2", "o-discipline-3"), (("petition", "discipline_body", "discipline"),)),
    Office(("o-cppcc-1", "o-cppcc-2", "o-cppcc-3"), (("proposal", "registry", "cppcc"),)),
    Office(("o-congress-1", "o-congress-2", "o-congress-3"), (("suggestion", "registry", "congress"),)),
    Office(("o-window-1", "o-window-2", "o-window-3"), (("service", "window", "service_window"),)),
    Office(("o-service-1", "o-service-2", "o-service-3"), (("service", "service_office", "service_window"),)),
    Office(("o-service-4", "o-service-5"), (("service", "visitor", "service_window"),)),
    Office(("o-inspection-1", "o-inspection-2"), (("wage_arrears", "first_window", "labour_inspection"),)),
    Office(
        ("o-inspection-2", "o-inspection-3", "o-inspection-4", "o-inspection-5"),
        (("wage_arrears", "inspection", "labour_inspection"),),
    ),
    Office(("o-labour-head", "o-labour-deputy"), (("wage_arrears", "inspection_head", "labour"),)),
    Office(("o-inspection-6", "o-inspection-7"), (("wage_arrears", "checker", "labour_inspection"),)),
)

YEAR_OFFICES = (
    Office(("o-project-1", "o-project-2", "o-project-3"), (("project", "office", "reform"),)),
    Office(
        ("o-bai", "o-gov-2", "o-gov-3"),
        (
            ("project", "leader", "gov"),
            ("land", "leader", "gov"),
            ("renovation", "leader", "gov"),
            ("fund", "leader", "gov"),
            ("body_reform", "leader", "gov"),
            ("audit", "leader", "gov"),
        ),
    ),
    Office(("o-land-1", "o-land-2", "o-land-3"), (("land", "office", "resources"),)),
    Office(("o-renovation-1", "o-renovation-2", "o-renovation-3"), (("renovation", "office", "housing"),)),
    Office(("o-contract-1", "o-contract-2", "o-contract-3"), (("doctor_contract", "office", "health"),)),
    Office(("o-fund-1", "o-fund-2", "o-fund-3"), (("fund", "office", "enterprise_centre"),)),
    Office(("o-relief-1", "o-relief-2"), (("relief", "office", "civil"),)),
    Office(("o-relief-3", "o-relief-4", "o-relief-5"), (("relief", "confirmer", "civil"),)),
    Office(("o-job-1", "o-job-2"), (("job", "office", "labour"),)),
    Office(("o-job-3", "o-job-4"), (("job", "checker", "labour"),)),
    Office(("o-reform-1", "o-reform-2", "o-reform-3"), (("body_reform", "office", "gov_office"),)),
    Office(("o-publication-1", "o-publication-2", "o-publication-3"), (("publication", "office", "gov_office"),)),
    Office(("o-event-1", "o-event-2", "o-event-3"), (("event", "office", "civil"),)),
    Office(("o-register-1", "o-register-2", "o-register-3"), (("register", "office", "statistics"),)),
    Office(("o-series-1", "o-series-2", "o-series-3"), (("statistics", "statistics", "statistics"),)),
    Office(("o-audit-3", "o-audit-4", "o-audit-5"), (("audit", "office", "audit"),)),
)
"""Posts of the mechanisms that a year needs; named after all others, so that nobody's name changes by them."""

DUTIES = """duties:
  - {mechanism: hotline, body: hotline}
  - {mechanism: hotline, area: A-fenglin, body: fenglin}
  - {mechanism: hotline, area: A-fenglin-li, body: fenglin_li}
  - {mechanism: hotline, area: A-liupu, body: liupu}
  - {mechanism: hotline, area: A-tinglan, body: tinglan}
  - {mechanism: hotline, area: A-tinghu, body: tinghu}
  - {mechanism: hotline, area: A-qingfeng, body: qingfeng}
  - {mechanism: hotline, area: A-bailu, body: bailu}
  - {mechanism: hotline, area: A-qiyun, body: qiyun}
  - {mechanism: hotline, area: A-taixi, body: taixi}
  - {mechanism: grid_event, body: urban}
  - {mechanism: grid_event, category: part_utility, body: housing}
  - {mechanism: grid_event, category: event_construction, body: housing}
  - {mechanism: grid_event, category: event_emergency, body: emergency}
  - {mechanism: grid_event, category: event_advertising, body: urban}
  - {mechanism: patrol_problem, body: river_office}
  - {mechanism: patrol_problem, area: R-lan-1, body: fenglin}
  - {mechanism: patrol_problem, area: R-lan-2, body: liupu}
  - {mechanism: patrol_problem, area: R-lan-3, body: qiyun}
  - {mechanism: patrol_problem, area: R-lan-4, body: tinghu}
  - {mechanism: patrol_problem, area: R-lan-5, body: bailu}
  - {mechanism: patrol_problem, area: R-tinghu, body: tinghu}
  - {mechanism: hazard, body: emergency}
  - {mechanism: hazard, category: building, body: housing}
  - {mechanism: hazard, category: gas, body: housing}
  - {mechanism: hazard, category: traffic, body: transport}
  - {mechanism: hazard, category: fire, body: fire}
  - {mechanism: hazard, category: equipment, body: market}
  - {mechanism: environment_letter, body: ecology}
  - {mechanism: environment_letter, category: noise, body: urban}
  - {mechanism: environment_letter, category: waste, body: urban}
  - {mechanism: environment_letter, category: ecology, body: resources}
  - {mechanism: petition, body: petition}
  - {mechanism: wage_arrears, body: labour_inspection}
  - {mechanism: enterprise_request, body: science}
  - {mechanism: enterprise_request, category: finance, body: finance}
  - {mechanism: enterprise_request, category: labour, body: labour}
  - {mechanism: enterprise_request, category: land, body: resources}
  - {mechanism: enterprise_request, category: approval, body: service}
  - {mechanism: enterprise_request, category: enforcement, body: market}
  - {mechanism: suggestion, body: gov_office}
  - {mechanism: suggestion, category: city, body: housing}
  - {mechanism: suggestion, category: farming, body: agriculture}
  - {mechanism: suggestion, category: environment, body: ecology}
  - {mechanism: suggestion, category: welfare, body: civil}
  - {mechanism: proposal, body: gov_office}
  - {mechanism: proposal, category: city, body: housing}
  - {mechanism: proposal, category: farming, body: agriculture}
  - {mechanism: proposal, category: environment, body: ecology}
  - {mechanism: proposal, category: welfare, body: civil}
  - {mechanism: disclosure, body: gov_office}
  - {mechanism: service, body: service}
  - {mechanism: supervision, body: supervision}
  - {mechanism: project, body: reform}
  - {mechanism: land, body: resources}
  - {mechanism: renovation, body: housing}
  - {mechanism: renovation, category: water, body: water}
  - {mechanism: renovation, category: farm_road, body: agriculture}
  - {mechanism: renovation, category: polluter, body: ecology}
  - {mechanism: renovation, category: air_project, body: ecology}
  - {mechanism: renovation, category: school, body: education}
  - {mechanism: renovation, category: care_centre, body: civil}
  - {mechanism: renovation, category: day_care, body: civil}
  - {mechanism: renovation, category: care_station, body: civil}
  - {mechanism: doctor_contract, body: health}
  - {mechanism: fund, body: finance}
  - {mechanism: relief, body: civil}
  - {mechanism: job, body: labour}
  - {mechanism: body_reform, body: gov_office}
  - {mechanism: publication, body: gov_office}
  - {mechanism: event, body: culture}
  - {mechanism: register, body: statistics}
  - {mechanism: audit, body: audit}
  - {mechanism: statistics, body: statistics}
"""

SURNAMES = tuple(
    "赵钱孙李周吴郑王冯陈褚卫蒋韩杨朱尤许吕施张孔曹严华金魏陶姜戚谢邹喻柏苏潘葛范彭郎鲁韦马苗方俞任袁柳史费岑薛雷贺倪汤滕罗毕郝"
    "邬安常乐于傅皮卞齐康伍余顾孟黄萧尹姚邵汪祁毛狄"
)
GIVEN = (
    "一鸣",
    "文岚",
    "思远",
    "若溪",
    "景行",
    "书瑶",
    "志恒",
    "晓棠",
    "明川",
    "雨桐",
    "立诚",
    "佳禾",
    "望舒",
    "修远",
    "慧敏",
    "建平",
    "春和",
    "秋实",
    "海宁",
    "云帆",
    "素心",
    "守正",
    "静姝",
    "子衿",
    "国梁",
    "丽华",
    "永康",
    "燕妮",
    "致远",
    "念慈",
    "晨曦",
    "怀瑾",
    "嘉树",
    "新月",
    "启航",
    "凌霄",
    "若谷",
    "知行",
    "沐阳",
    "清和",
    "岚",
    "磊",
    "敏",
    "洁",
    "涛",
    "颖",
    "峰",
    "琳",
    "航",
    "倩",
    "毅",
    "莹",
)
