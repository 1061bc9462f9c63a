"""Named projects and places, and bodies (机构), by their suffixes; a clause keeps those that stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

_HAN = r"[\u4e00-\u9fff]"
_DEPARTMENTS = (
    r"(?:发展和改革|发展改革|发改|教育体育|教育|教体|科学技术|科技|工业和信息化|工信|经信|工商|公安|民政"
    r"|司法|财政|人力资源(?:和)?社会保障|人社|自然资源(?:和规划)?|国土资源|资规|生态环境|环境保护|环保"
    r"|住房(?:和)?城乡建设|住建|城乡建设|交通运输|交通|水利|水务|农业农村|农业|商务"
    r"|文化(?:和)?旅游(?:广电)?(?:体育)?|文旅|文体|文广旅|卫生健康|卫健|卫生|计生|退役军人(?:事务)?"
    r"|应急管理|应急|审计|国有资产监督管理|国资|市场监督管理|市场监管|统计"
    r"|医疗保障|医保|信访|城市管理(?:和综合执法)?|城管|城市综合管理|乡村振兴|扶贫|林业|园林|人防"
    r"|政务服务(?:和大数据)?|数据|大数据|金融(?:工作)?|招商|投资促进|机关事务|税务|气象|体育"
    r"|粮食(?:和物资储备)?|民族宗教|民宗|供销|残联|档案|地震|消防|征收|征拆|房产|规划|安监|质监|食药监"
    r"|旅游|行政审批(?:服务)?)"
)
# each rule opens with a fixed word or with one of a few characters, since the engine skips fast only to those
_DEPARTMENT = re.compile(
    _DEPARTMENTS + r"(?:委员会|委|局|厅|办公室|办|分局|支队|大队|中心|总社)(?![中小]学|[\u4e00-\u9fff]?(?:法|事))"
)
_COMMITTEE = "管委会"
_ZONES = ("园区", "高新区", "经开区", "开发区", "工业园", "产业园", "集中区")
_EACH = re.compile(r"各(?:镇|乡镇|镇街|街道|部门|单位|乡镇街道|镇（街道）|乡镇（街道）)")
_TOWN_MARK = re.compile("镇|乡|街道")
_TOWN = re.compile(
    r"(?<![一-龥])(?!各|全|本|送|城|乡|集|重|特色|[云回进返]?商)"
    + _HAN
    + r"{2,3}(?:街道办事处|街道|镇|乡)(?![路村场长一-龥]?(?:建设|经济|居民|转运|收集))"
)
_LEADS = re.compile(r"牵头|负责(?!人|制)|责任单位|主办单位|会同|责任主体为|由" + _HAN + r"{2,12}(?:局|委|办|镇|街道)")
_QUOTED = re.compile(
    r"“[^”\n]{2,24}”(?:[\u4e00-\u9fff]{0,4}?(?:工程|行动|计划|项目|品牌|平台|基地|园区|改革|试点|活动|制度"
    r"|机制))|《[^》\n]{2,40}》"
)
_PROJECT = re.compile(
    r"(?:项目|工程|大道|公路|高速|铁路|机场|大桥|路|街|桥|隧道|港|码头|水库|电站|变电站|渠|河|湖|港口|枢纽"
    r"|产业园|科技园|工业园|物流园|示范园|园区|公园|广场|基地|中心|医院|学校|小学|中学|幼儿园|学院|大学"
    r"|新城|片区|小镇|综合体|市场|商圈|污水处理厂|水厂|电厂|车站|站|馆|院|线|期|小区|社区|村|岛|山|厂|城"
    r"|环线|连接线|湿地)$"
)
_GENERIC = re.compile(
    r"^(?:重点|重大|一批|一些|各类|相关|基础设施|产业|民生|在建|新建|城市|农村|城乡|公共|现代|主要|老旧"
    r"|全[国省市区县]|高|新|社会|镇|乡|农业|工业|交通|教育|文化|旅游|商贸|物流|学校|医院|公园|广场|道路"
    r"|小区|社区|园区|项目|工程|标准)?"
    r"(?:基础设施|产业|民生|建设|老旧|标准|配套|服务|公共|文化|体育|教育|医疗|交通|物流|旅游|科技|创新"
    r"|商业|城市|农村|社区|综合|示范|小区|项目|工程|园区|中心|基地|学校|医院|公园|广场|道路)*$"
)
_LEAD = re.compile(
    r"^(?:和|与|及|以及|推进|加快|建设|实施|启动|完成|支持|推动|抓好|以|将|对|在|确保|力促|实现|新建|改造|做好)+"
)
_ABSTRACT = re.compile(
    r"(?:底|红|防|主|战|一|生命|流水|阵|短|水平)线$|(?<![一二三四五六七八九\d])期$|机制|体系|格局|能力"
)
_INSIDE = re.compile(r"申报|创建|共建|打造|建设|推进|启动|引进|实施|支持|加快|季度|月底前|年底前")
_TAIL = re.compile(r"(?:建设|改造|提质改造|开工|建成|投产|竣工|前期工作|扩建|续建)+$")
_SPLIT = re.compile(r"[、和与及](?!(?<=及)时|(?<=和)(?:美|谐|平)|(?<=与)会)")
_PROJECT_ENDS = frozenset(
    "目程道路速铁场桥街隧港头库站渠河湖口纽园广地心院校学园城区镇体圈厂馆线期村岛山环地设造工成产作建"
)
"""The last characters of ``_PROJECT``'s words and of ``_TAIL``'s: a piece that ends otherwise names no project."""


def find_bodies(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of bodies (departments, towns, streets) in a stretch, in order; of two that overlap the first counts."""
    found = [_with_level(text, start, *m.span()) for m in _DEPARTMENT.finditer(text, start, end)]
    found.extend(_committees(text, start, end))
    found.extend(m.span() for m in _EACH.finditer(text, start, end))
    found.extend(_towns(text, start, end))
    if len(found) < 2:
        return found
    found.sort(key=lambda span: span[0])
    out = found[:1]
    for span in found[1:]:
        if span[0] >= out[-1][1]:
            out.append(span)
    return out


def _with_level(text: str, start: int, first: int, last: int) -> tuple[int, int]:
    """The level of government before a department belongs to its name: 市发改委, 区直|教育局."""
    at = first - 1 if first > start and text[first - 1] == "直" else first
    if at > start and text[at - 1] in "省市区县州":
        return at - 1, last
    return first, last


def _committees(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """管委会 with the zone before it."""
    at = text.find(_COMMITTEE, start, end)
    while at >= 0:
        last = at + len(_COMMITTEE)
        yield next((at - len(zone) for zone in _ZONES if text.endswith(zone, start, at)), at), last
        at = text.find(_COMMITTEE, last, end)


def _towns(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Towns and streets: two or three characters after a mark, then 镇, 乡 or 街道."""
    at = start
    for mark in _TOWN_MARK.finditer(text, start, end):
        for first in (mark.start() - 3, mark.start() - 2):
            if first >= at and (m := _TOWN.match(text, first, end)):
                at = m.end()
                yield m.span()


def names_who(words: str) -> bool:
    """True when the words say who is responsible (牵头、负责、责任单位)."""
    return bool(_LEADS.search(words))


def _is_name(piece: str) -> bool:
    return bool(_PROJECT.search(piece)) and not _GENERIC.match(piece) and not _ABSTRACT.search(piece)


def named(words: str) -> list[str]:
    """Named projects, places and programmes in an object phrase, in the order of the text."""
    out = [m[0] for m in _QUOTED.finditer(words)] if "“" in words or "《" in words else []
    head, sep, _ = words.partition("等")
    if sep or len(words) <= 24 or "、" in words:
        for part in _SPLIT.split(head):
            piece = part.strip("“”（） ")
            if len(piece) < 3 or piece[-1] not in _PROJECT_ENDS:
                continue
            name = _INSIDE.split(_TAIL.sub("", _LEAD.sub("", piece)))[-1]
            if 3 <= len(name) <= 24 and _is_name(name) and not any(name in o for o in out):
                out.append(name)
    return out
