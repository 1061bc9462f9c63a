"""Named projects and places, and bodies (机构), by their suffixes; a clause keeps those that stand in it."""

from __future__ import annotations

import re

_HAN = r"[\u4e00-\u9fff]"
_DEPARTMENTS = (
    r"(?:发展和改革|发展改革|发改|教育体育|教育|教体|科学技术|科技|工业和信息化|工信|经信|工商|公安|民政|司法|财政|人力资源(?:和)?社会保障|人社|自然资源(?:和规划)?|国土资源|资规|生态环境|环境保护|环保"
    r"|住房(?:和)?城乡建设|住建|城乡建设|交通运输|交通|水利|水务|农业农村|农业|商务|文化(?:和)?旅游(?:广电)?(?:体育)?|文旅|文体|文广旅|卫生健康|卫健|卫生|计生|退役军人(?:事务)?|应急管理|应急|审计|国有资产监督管理|国资|市场监督管理|市场监管|统计"
    r"|医疗保障|医保|信访|城市管理(?:和综合执法)?|城管|城市综合管理|乡村振兴|扶贫|林业|园林|人防|政务服务(?:和大数据)?|数据|大数据|金融(?:工作)?|招商|投资促进|机关事务|税务|气象|体育|粮食(?:和物资储备)?|民族宗教|民宗|供销|残联|档案|地震|消防|征收|征拆|房产|规划|安监|质监|食药监|旅游|行政审批(?:服务)?)"
)
_BODY = re.compile(
    r"(?:[省市区县州](?:直)?)?" + _DEPARTMENTS + r"(?:委员会|委|局|厅|办公室|办|分局|支队|大队|中心|总社)(?![中小]学|[\u4e00-\u9fff]?(?:法|事))"
    r"|(?:园区|高新区|经开区|开发区|工业园|产业园|集中区)?管委会|各(?:镇|乡镇|镇街|街道|部门|单位|乡镇街道|镇（街道）|乡镇（街道）)"
    r"|(?<![一-龥])" + _HAN + r"{2,3}(?:街道办事处|街道|镇|乡)(?![路村场长一-龥]?(?:建设|经济|居民|转运|收集))"
)
_LEADS = re.compile(r"牵头|负责(?!人|制)|责任单位|主办单位|会同|责任主体为|由" + _HAN + r"{2,12}(?:局|委|办|镇|街道)")
_QUOTED = re.compile(r"“[^”\n]{2,24}”(?:工程|行动|计划|项目|品牌|平台|基地|园区|改革|试点|活动)?|《[^》\n]{2,40}》")
_PROJECT = re.compile(
    r"(?:项目|工程|大道|公路|高速|铁路|机场|大桥|路|街|桥|隧道|港|码头|水库|电站|变电站|渠|河|湖|港口|枢纽|产业园|科技园|工业园|物流园|示范园|园区|公园|广场|基地|中心|医院|学校|小学|中学|幼儿园|学院|大学|新城|片区|小镇|综合体|市场|商圈|污水处理厂|水厂|电厂|车站|站|馆|院|线|期|小区|社区|村|岛|山|厂|城|环线|连接线|湿地)$"
)
_GENERIC = re.compile(
    r"^(?:重点|重大|一批|一些|各类|相关|基础设施|产业|民生|在建|新建|城市|农村|城乡|公共|现代|主要|老旧|全[国省市区县]|高|新|社会|镇|乡|农业|工业|交通|教育|文化|旅游|商贸|物流|学校|医院|公园|广场|道路|小区|社区|园区|项目|工程|标准)?"
    r"(?:基础设施|产业|民生|建设|老旧|标准|配套|服务|公共|文化|体育|教育|医疗|交通|物流|旅游|科技|创新|商业|城市|农村|社区|综合|示范|小区|项目|工程|园区|中心|基地|学校|医院|公园|广场|道路)*$"
)
_LEAD = re.compile(r"^(?:和|与|及|以及|推进|加快|建设|实施|启动|完成|支持|推动|抓好|以|将|对|在|确保|力促|实现|新建|改造|做好)+")
_SPLIT = re.compile(r"、|和|与|及(?!时)")


def find_bodies(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of bodies (departments, towns, streets) in a stretch."""
    return [m.span() for m in _BODY.finditer(text, start, end)]


def names_who(words: str) -> bool:
    """True when the words say who is responsible (牵头、负责、责任单位)."""
    return bool(_LEADS.search(words))


def named(words: str) -> list[str]:
    """Named projects, places and programmes in an object phrase, in the order of the text."""
    out = [m[0] for m in _QUOTED.finditer(words)] if "“" in words or "《" in words else []
    head, sep, _ = words.partition("等")
    if sep or "、" in words or len(words) <= 24:
        for piece in _SPLIT.split(head):
            piece = _LEAD.sub("", piece.strip("“”（） "))
            piece = re.sub(r"(?:建设|改造|提质改造|开工|建成|投产|竣工|前期工作|扩建|续建)+$", "", piece)
            if 3 <= len(piece) <= 24 and _PROJECT.search(piece) and not _GENERIC.match(piece) and not any(piece in o for o in out):
                out.append(piece)
    return out
