"""Whether a written number counts something, or is a name, a date, a grade, an ordinal, a slogan or an idiom."""

from __future__ import annotations

import re
from enum import Enum

from luoshi.reading.lexicon.evidence import (
    ABSTRACT,
    ACTING,
    CIRCLE,
    CONCRETE,
    FIELD,
    FRAMES,
    NOT_COUNTED_BEFORE,
    SLOGAN,
    SPAN_OF_TIME,
    TIME_DEICTIC_BEFORE,
)
from luoshi.reading.lexicon.names import NAMES
from luoshi.reading.lexicon.units import CLASSIFIERS, COUNTED, DURATION, MEASURED, PERCENT, POINTS, STRUCTURE
from luoshi.reading.mention import Mention


class Verdict(Enum):
    """CORE and OPTIONAL are the labelling tiers; NONE is no quantity alone; BARRED not even as part of a list."""

    CORE = 1
    OPTIONAL = 2
    NONE = 3
    BARRED = 4


_BARRED_BEFORE = frozenset("+＋.．·•#№〔[【/／*×xX－-—–_")
_BARRED_AFTER = frozenset("+＋·•×℃")
_LATIN = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ]")
_INDICATORS = ("GDP", "CPI", "R&D", "PPI", "ESG")
_PUNCTUATION = frozenset("，。；、：！？）)”\n,;:")
_BARE_BEFORE = ("到", "至", "为", "达", "超过", "突破", "约", "近", "超", "得分", "控制在", "保持在", "稳定在")
_BARE_AFTER = ("以上", "以下", "以内", "左右")
_NUMERALS = frozenset("一二三四五六七八九十两双百千万")
_NP = re.compile(r"[^，。；、：！？“”‘’（）()《》\n的和与及在等，一二三四五六七八九两0-9]{1,14}")
_ROUND_BEFORE = (
    "突破",
    "超过",
    "超",
    "达到",
    "达",
    "近",
    "逾",
    "过",
    "破",
    "跨越",
    "跨上",
    "迈上",
    "首破",
    "站上",
    "接近",
    "将近",
    "不足",
    "不到",
    "跃上",
)
_STAGE = re.compile(r"(?:[县市区镇村乡省组户国家级、—－-]{3,}[”）]?)$")
_ONE_HINT = re.compile(r"[^。；\n]{0,40}?[、，和及][^。；，、\n]{0,14}?[一二两三四五六七八九十0-9]+[个家所座条项名处]")
_END = frozenset("，。；、）！\n")


def judge_arabic(text: str, m: Mention) -> Verdict:
    """A number in digits: what stands before it, after it, and its unit."""
    before = text[m.start - 1] if m.start else "\n"
    after = text[m.end : m.end + 1]
    unit = m.unit
    if before in _BARRED_BEFORE and not _is_sign(text, m, before):
        return Verdict.BARRED
    if _LATIN.match(before) and not (text.endswith(_INDICATORS, 0, m.start) and (unit or m.factor is not None)):
        return Verdict.BARRED
    if not unit:
        return _judge_bare(text, m, before, after)
    if unit == "年":
        return _judge_years(text, m)
    if unit in DURATION and unit not in ("周年",):
        return _judge_time(text, m)
    if unit == "周年":
        return Verdict.OPTIONAL
    if unit == "分" and before in ("时", "点"):
        return Verdict.NONE
    if unit == "大":
        return _judge_big(text, m)
    if unit in STRUCTURE or (unit == "个" and m.value <= 12 and text.startswith(FRAMES, m.end)):
        return Verdict.OPTIONAL
    if unit == "岁" and text.startswith(("以", "及", "老", "的", "儿", "女", "适", "人", "妇"), m.end):
        return Verdict.OPTIONAL
    if unit == "个" and m.value < 10 and text.startswith(_DIGIT_NAMES, m.start):
        return Verdict.NONE
    return Verdict.CORE


def judge_chinese(text: str, m: Mention) -> Verdict:
    """A number in Chinese numerals: measured, or counted with evidence; names and slogans are not."""
    before = text[m.start - 1] if m.start else "\n"
    run, unit = m.numeral, m.unit
    pointed = before in NOT_COUNTED_BEFORE and not text.endswith((*SPAN_OF_TIME, "以上", "以下"), 0, m.start)
    if pointed or text.startswith(NAMES.get(run[0], ()), m.start):
        return Verdict.NONE
    if m.vague:
        return Verdict.OPTIONAL if unit and not text.endswith(_COUNT_WORDS, 0, m.start) else Verdict.NONE
    if run[0] == "零":
        return Verdict.NONE
    if run[0] in "百千万亿" and "分之" not in run:
        return _judge_round(text, m, before)
    if unit in PERCENT or unit in POINTS or unit == "‱":
        return Verdict.NONE if text.endswith(_FRAMED, 0, m.start) else Verdict.CORE
    if not unit:
        large = run[-1] in "万亿" or m.factor is not None
        return (
            Verdict.CORE
            if large and (len(run) > 1 or m.infix) and text[m.end : m.end + 1] not in _ODD_AFTER
            else Verdict.NONE
        )
    if m.value < 10 and text[m.end : m.end + 1] in _NUMERALS and unit not in MEASURED:
        return Verdict.NONE
    if unit == "年":
        return _judge_chinese_years(text, m)
    if unit in DURATION:
        return _judge_span(text, m)
    if unit in MEASURED or "/" in unit:
        return _judge_measured(text, m, before)
    if unit == "大":
        return _judge_big(text, m)
    if unit in STRUCTURE or (unit == "个" and text.startswith(FRAMES, m.end)):
        return _judge_frame(text, m)
    if m.value >= 10 or m.infix or m.high is not None:
        return (
            Verdict.CORE
            if unit in CLASSIFIERS and unit not in _DIGITS_ONLY and not _MEETING.match(text, m.start + len(run))
            else Verdict.NONE
        )
    if unit not in COUNTED:
        return Verdict.NONE
    return _judge_count(text, m, before)


_DIGIT_NAMES = ("2个维护", "2个确立", "4个意识", "4个自信", "4个全面", "2个一百年", "3个代表")
_FRAMED = tuple(f"{n}个" for n in "两三四五六七八九十")
_CLASSED = ("的", "项目", "企业", "重大", "产业", "工业", "重点", "园区", "镇", "村", "县", "乡")
_COUNT_WORDS = (
    "系",
    "指",
    "人",
    "次",
    "总",
    "多",
    "户",
    "位",
    "基",
    "倍",
    "参",
    "函",
    "岁",
    "件",
    "个",
    "家",
    "天",
    "级",
    "分",
    "少",
    "半",
    "大",
    "无",
    "如",
    "屈",
    "张",
    "可",
)
_DIGITS_ONLY = frozenset(["分", "面", "节", "把", "道", "环", "口", "层", "样", "级", "字", "届", "期", "头", "股"])
_MEETING = re.compile(r"[届次](?:[^，。；、\n]{0,10}?会|[一二三四五六七八九十]中)")
_ODD_AFTER = frozenset("一二三四五六七八九十州宁象物事能众年千里")


def _is_sign(text: str, m: Mention, before: str) -> bool:
    if before in "/／×":
        return m.unit in MEASURED
    if before in "-－—–+＋":
        prior = text[m.start - 2 : m.start - 1]
        return (not prior or prior in "长降为到至幅是率润额差—\n：“ 　" or prior == before) and bool(m.unit)
    return False


def _judge_bare(text: str, m: Mention, before: str, after: str) -> Verdict:
    """No unit: with a magnitude it counts (增加到55万), a plain number only between a leading verb and a stop."""
    if (after in _BARRED_AFTER and after) or _LATIN.match(after):
        return Verdict.BARRED
    if before in "（(" and after in "）)" and after:
        return Verdict.BARRED
    if m.factor is not None:
        return Verdict.NONE if after == "级" else Verdict.CORE
    if m.infix:
        return Verdict.CORE if m.value >= 10 else Verdict.NONE
    if not m.numeral[-1].isdigit() or _looks_like_year(m):
        return Verdict.NONE
    if before in "\n。；：:;、" and after in ("、", ".", "．") and before != "、":
        return Verdict.BARRED
    led = text.endswith(_BARE_BEFORE, max(0, m.start - 4), m.start)
    stopped = after in _PUNCTUATION or not after or text.startswith(_BARE_AFTER, m.end)
    return Verdict.CORE if led and stopped else Verdict.NONE


def _looks_like_year(m: Mention) -> bool:
    return m.numeral.isdigit() and len(m.numeral) == 4 and 1900 <= int(m.numeral) <= 2100


def _judge_years(text: str, m: Mention) -> Verdict:
    if text.startswith(("行动", "规划", "计划", "攻坚", "任务", "目标", "一遇", "大变"), m.end):
        return Verdict.OPTIONAL
    if text.endswith(SPAN_OF_TIME, max(0, m.start - 4), m.start) or text.startswith(
        ("内", "以上", "左右", "以内", "多来"), m.end
    ):
        return Verdict.CORE
    if text.startswith(("来最", "来首", "来新"), m.end):
        return Verdict.CORE
    if text.endswith(TIME_DEICTIC_BEFORE, max(0, m.start - 3), m.start) or text.startswith(
        ("来", "间", "前", "后", "之", "期"), m.end
    ):
        return Verdict.OPTIONAL
    return Verdict.CORE


def _judge_chinese_years(text: str, m: Mention) -> Verdict:
    measured = text.endswith(SPAN_OF_TIME, max(0, m.start - 4), m.start)
    bounded = text.startswith(("内", "以上", "左右", "以内", "之内"), m.end) or text.startswith("时间", m.end)
    if measured or ((bounded or m.infix) and m.numeral != "一"):
        return Verdict.CORE
    return Verdict.NONE


def _judge_time(text: str, m: Mention) -> Verdict:
    if m.unit in ("分钟", "小时", "个小时") and CIRCLE.match(text, m.end):
        return Verdict.OPTIONAL
    if m.unit == "小时" and m.value == 24 and not text.startswith(("内", "以内", "之内"), m.end):
        return Verdict.OPTIONAL
    if text.endswith(("前", "头", "每", "第"), max(0, m.start - 1), m.start) and not text.endswith(
        ("提前", "目前"), 0, m.start
    ):
        return Verdict.OPTIONAL
    return Verdict.CORE


def _judge_span(text: str, m: Mention) -> Verdict:
    if m.unit == "周年":
        return Verdict.OPTIONAL
    if m.numeral == "一" and not text.endswith(SPAN_OF_TIME, max(0, m.start - 4), m.start):
        return Verdict.NONE
    if m.unit in ("学年", "学期", "秒", "周", "天", "课时", "载", "日夜", "昼夜") and m.value < 10:
        return Verdict.CORE if text.endswith(SPAN_OF_TIME, max(0, m.start - 4), m.start) else Verdict.NONE
    if m.unit in ("分钟", "小时", "个小时") and CIRCLE.match(text, m.end):
        return Verdict.NONE
    return Verdict.CORE


def _judge_measured(text: str, m: Mention, before: str) -> Verdict:
    unit = m.unit
    if (
        unit in ("里", "方", "度", "石", "担", "角", "升", "兆", "伏", "瓦", "折", "寸", "克", "P", "米", "千伏")
        and m.value < 10**4
    ):
        return Verdict.NONE if m.value < 100 or unit in ("里", "方", "石", "角") else Verdict.CORE
    if unit == "成":
        return (
            Verdict.CORE
            if m.value < 10 and (m.numeral != "一" or text.startswith(("以", "左"), m.end))
            else Verdict.NONE
        )
    if m.numeral == "一" and unit != "倍" and unit not in ("个百分点",):
        return Verdict.NONE
    if unit in ("岁", "周岁"):
        return Verdict.OPTIONAL
    return Verdict.CORE


def _judge_round(text: str, m: Mention, before: str) -> Verdict:
    """A lone 百, 千, 万, 亿: with an infix or after a comparing word it counts, with 级 it names a class."""
    if text.startswith("级", m.end) and m.value >= 10**6 and not m.unit:
        return Verdict.NONE
    if m.unit == "级":
        return Verdict.OPTIONAL if m.value >= 10**6 and not m.infix else Verdict.NONE
    if m.unit in ("年", "日", "里", "大", "分", "家", "户", "方") and not m.infix and m.unit != "家":
        return Verdict.NONE
    if m.infix and (m.unit or m.factor is not None):
        return Verdict.CORE
    if not text.endswith(_ROUND_BEFORE, max(0, m.start - 3), m.start):
        return Verdict.NONE
    stopped = (
        m.end == len(text) or text[m.end] in _PUNCTUATION or text.startswith(("大关", "台阶", "以上", "元大关"), m.end)
    )
    if m.unit or (stopped and m.value >= 10**4):
        return Verdict.OPTIONAL if m.unit == "元" and text.startswith(_CLASSED, m.end) else Verdict.CORE
    return Verdict.NONE


def _judge_big(text: str, m: Mention) -> Verdict:
    """N大 + noun: counted objects (七大购物中心) are core; slogans and frames are not quantities."""
    if not 2 <= m.value <= (12 if not m.chinese else 10) or m.factor is not None:
        return Verdict.NONE
    phrase = _NP.match(text, m.end)
    if phrase is None:
        return Verdict.NONE
    noun = phrase[0]
    if SLOGAN.search(noun) or not _head(noun):
        return Verdict.NONE
    return Verdict.OPTIONAL if FIELD.search(noun) else Verdict.CORE


def _head(noun: str) -> bool:
    """Whether one of the first words that could end the noun phrase names things."""
    return any(CONCRETE.search(noun[:i]) for i in range(2, min(len(noun), 10) + 1))


def _judge_frame(text: str, m: Mention) -> Verdict:
    if m.unit == "级":
        chain = _STAGE.search(text, max(0, m.start - 12), m.start)
        known = text.startswith(("河长", "林长", "湖长", "田长", "路长", "网格", "联动", "平台", "综治", "便民"), m.end)
        return Verdict.OPTIONAL if (chain or known) and m.value > 1 else Verdict.NONE
    return Verdict.OPTIONAL if m.value > 1 and m.unit != "届" else Verdict.NONE


def _judge_count(text: str, m: Mention, before: str) -> Verdict:
    """A single Chinese numeral with a classifier: evidence before, after or at the end of the phrase."""
    at, end, unit = m.start, m.end, m.unit
    ends = end == len(text) or text[end] in _END
    follows_noun = "\u4e00" <= before <= "\u9fff" and before not in _NUMERALS
    if before == "届" or (at > 1 and text[at - 2] in _NUMERALS and follows_noun and not ends):
        return Verdict.NONE
    acting = text.endswith(ACTING, max(0, at - 3), at)
    phrase = _NP.match(text, end)
    noun = phrase[0] if phrase else ""
    headed = _head(noun)
    if m.numeral == "一":
        return _judge_one(text, m, follows_noun and ends, acting and headed)
    if ends and follows_noun:
        return Verdict.CORE
    if SLOGAN.search(noun) or (ABSTRACT.search(noun) and not headed):
        return Verdict.NONE
    if unit == "次":
        convened = text.endswith(_CONVENE, 0, at) or (acting and not _MEETING.match(text, end - 1))
        return Verdict.CORE if convened else Verdict.NONE
    if unit in _LOOSE:
        return Verdict.CORE if acting or headed or (before == "等" and noun) else Verdict.NONE
    opens = before in _OPENING
    if headed and (acting or follows_noun or opens):
        return Verdict.CORE
    return Verdict.CORE if (acting or (opens and unit in _BUILT)) and unit != "个" else Verdict.NONE


def _judge_one(text: str, m: Mention, closing: bool, opening: bool) -> Verdict:
    """一 is an article far more often than a count: 新建水厂一座 counts, or 一 in a list of counts."""
    if m.unit not in _ONE_COUNTS:
        return Verdict.NONE
    if closing:
        clause = re.split("[，。；、\n]", text[max(0, m.start - 20) : m.start])[-1]
        told = len(clause) > 3 and "每" not in clause and clause[-1] not in "这有是为"
        return Verdict.CORE if told and any(verb in clause for verb in _TOLD) else Verdict.NONE
    if opening and _ONE_HINT.match(text, m.end):
        return Verdict.CORE
    listed = m.start > 0 and text[m.start - 1] in "、和及与" and _ONE_PRIOR.search(text, max(0, m.start - 24), m.start)
    return Verdict.CORE if listed and m.unit != "次" else Verdict.NONE


_OPENING = frozenset("，。；、：\n”） ")
_CONVENE = ("召开", "组织", "举办", "举行", "开展")
_LOOSE = frozenset("片块门大款轮批种位人场部篇张对笔")
_BUILT = frozenset("座所家幢栋台辆艘架户间枚")
_ONE_COUNTS = frozenset("个家所座条项名处台套幢栋件部艘架辆")
_TOLD = tuple(verb for verb in ACTING if len(verb) > 1)
_ONE_PRIOR = re.compile(r"[两二三四五六七八九十0-9]+[个家所座条项名处][^。；\n]{1,16}$")
