"""What a web page puts around a report: the path to it, its file data, buttons, counters, the site's foot.

Only whole lines are judged, only before the report's first real paragraph and after its last one, and a line goes
only if its shape is known (``发布时间：…``, ``【打印】``, ``版权所有…``) or it stands outside of such a line. The
report's own head stays: title, meeting, author, date in brackets. An unknown line stays: a paragraph must not be lost.

A page may give the opening twice, as a summary and in the text. The first one goes when every real paragraph of it
comes again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from luoshi.reading.lines import Line
from luoshi.reading.model import Hint

_HEAD_LINES = 120  # lines with text that may precede the report
_TAIL_LINES = 150
_REPEAT_LINES = 40
_REAL = 36  # characters from which a line with a sentence is a paragraph
_LONG = 90  # chrome is short; a longer line is never taken for it
_KEY = 24  # characters by which a repeated paragraph is known again

_FIELDS = (
    r"索\s*引\s*号|发布机构|发文机关|发文机构|发文单位|发布单位|发布部门|信息来源|公开机构|公开责任部门"
    r"|发文字号|文\s*号|信息分类|主题分类"
    r"|主题词|公开目录|公开方式|公开时限|公开范围|公开形式|公开日期|成文日期|成文时间|生成日期|生成时间"
    r"|生效日期|生效时间|废止日期|失效时间"
    r"|效力状态|有\s*效\s*性|关键词|关键字|信息名称|名\s*称|体\s*裁|公文种类|文件编号|组配分类|分\s*类"
    r"|标\s*题|内容概述|来\s*源|稿\s*源"
    r"|文章来源|新闻来源|作\s*者|责任编辑|责\s*编|编\s*辑|审\s*核|校\s*对|发布人|录入|记\s*者|通讯员"
    r"|撰\s*稿|摄\s*影|供\s*稿"
    r"|发布时间|发布日期|发稿时间|发表时间|更新时间|更新日期|上传时间|刊发日期|时\s*间|日\s*期|浏览次数"
    r"|浏览量|浏\s*览|点击次数|点击数|点击率|点击量"
    r"|点\s*击|阅读次数|阅读量|阅读数|阅\s*读|访问次数|访问量|字\s*号|字\s*体|字体大小|视力保护色?"
    r"|保护视力色?|背景色|分享|分享到|分享至|打印本页"
)
_BUTTONS = (
    r"大|中|小|特大|A[+-]?|T[+-]?|打\s*印|打印本页|打印此页|关\s*闭|关闭窗口|关闭本页|收\s*藏|加入收藏"
    r"|下\s*载|下载本文|全文下载|分\s*享|分享到|转发|复制链接|字\s*[号体]"
    r"|微信|微博|新浪微博|腾讯微博|QQ空间|QQ|朋友圈|人人网|豆瓣|我要纠错|纠错|朗读|语音播报|语音阅读"
    r"|听全文|播放|暂停|返回|返回顶部|回到顶部|TOP|默认"
    r"|首页|网站首页|政务公开|政府信息公开|信息公开|政务服务|互动交流|政民互动|办事服务|公共服务"
    r"|走进[\u4e00-\u9fff]{2,4}|新闻中心|专题专栏|数据开放|政务要闻"
    r"|无障碍|无障碍浏览|无障碍阅读|长者模式|适老模式|关怀版|老年模式|繁[體体]|繁體中文|繁体版|简体"
    r"|简体中文|English|EN|登录|注册|用户中心|搜索|站内搜索|高级搜索"
    r"|设为首页|网站地图|站点地图|手机版|移动版|RSS|邮箱|智能问答|网站支持IPv6|本网站支持IPv6|移动新媒体"
    r"|政务新媒体|上一页|下一页|尾页|\d"
)
_SEPARATORS = r"[\s\u3000|｜/／·•、\[\]【】()（）<>《》:：,，-]"
_LONGEST_FIRST = "|".join(sorted(_BUTTONS.split("|"), key=lambda word: -len(word.replace(r"\s*", ""))))
_BUTTON_ROW = rf"{_SEPARATORS}*+(?:(?>{_LONGEST_FIRST}){_SEPARATORS}*+)++"  # atomic: matched in one way only, so linear
_DATE = r"\d{4}\s*(?:[-/.]\s*\d{1,2}\s*[-/.]\s*\d{1,2}|年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)"
_CLOCK = r"\d{1,2}\s*[:：]\s*\d{2}(?:\s*[:：]\s*\d{2})?"

_HEAD = re.compile(
    rf"(?:(?:您|你)?(?:现在|当前)?的?(?:当前|所在)?位置(?:是|为)?\s*[:：>]|(?:网站)?首\s*页\s*(?:[>›»→/-]|&gt;)"
    rf"|[【\[（(]?\s*(?:{_FIELDS})\s*[】\])）]?\s*[:：]|[【\[]\s*(?:{_FIELDS})"
    rf"|{_DATE}\s*{_CLOCK}|\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}\s*$|{_DATE}\s*(?:{_FIELDS})\s*[:：]"
    r"|(?:摘\s*要|导\s*读|内容提要|核心提示)\s*[:：]?\s*$"
    rf"|(?:扫一扫|微信扫|手机扫|用手机|扫码|分享到|分享至|浏览次数|已有\s*\d+\s*人|\d+\s*次(?:浏览|点击|阅读))"
    rf"|{_BUTTON_ROW}$)",
    re.I,
)
_TAIL = re.compile(
    rf"[（(【\[]?\s*(?:责任编辑|责\s*编|编\s*辑|审\s*核|校\s*对|来\s*源|稿\s*源|信息来源|文章来源|作\s*者|记\s*者|发布时间|发布日期|浏览次数|点击数|阅读次数|分享到?)\s*[:：]"
    r"|[（(]?(?:上|下)一[篇条页则]|相关(?:链接|文章|新闻|稿件|信息|附件|推荐|阅读|解读|文件|报道)|延伸阅读"
    r"|推荐阅读|热点推荐|智能推荐|猜你喜欢|友情链接"
    r"|版权所有|版权声明|著作权|copyright|©|.{0,40}ICP备|.{0,30}公网安备|主办(?:单位)?\s*[:：]"
    r"|承办(?:单位)?\s*[:：]|协办(?:单位)?\s*[:：]|技术支持|维护单位|运行维护"
    r"|网站标识码|政府网站标识码|联系(?:我们|电话|方式)|(?:办公|单位|通讯)?地址\s*[:：]|邮\s*编\s*[:：]"
    r"|邮政编码|电\s*话\s*[:：]|传\s*真\s*[:：]|值班电话|网站(?:地图|声明|纠错)|站点地图"
    r"|关于我们|隐私(?:声明|保护)|免责声明|法律声明|政府网站(?:找错|年度报表)|建议使用|您是第|总访问量"
    r"|扫一扫|微信扫|手机扫|扫码|用手机|附件(?:下载)?\s*[:：]?\s*$"
    rf"|{_BUTTON_ROW}$",
    re.I,
)
_TITLE = re.compile(r"(?:政府)?工\s*作\s*报\s*告")
_GREETING = re.compile(r"(?:尊敬的|各位)[^。]{0,20}(?:代表|委员|同志|领导|主席)[^。]{0,20}[:：！!]|同志们\s*[:：！!，]")
_SENTENCE = re.compile(r"[。；！]")
_NOTE = re.compile(r"[^：:]{1,30}[:：]\s*(?:是?指|系|即|简称)")


@dataclass(slots=True)
class Chrome:
    """Where the report starts and ends, and the stretches between that are not its own (lines with their ends)."""

    start: int
    end: int
    inside: list[tuple[int, int]] = field(default_factory=list)


@dataclass(slots=True)
class _Words:
    start: int
    next: int  # where the following line with text starts
    words: str


def find_chrome(text: str, lines: Sequence[Line], hints: Sequence[Hint] = ()) -> Chrome:
    """Find the report among the lines of a page. Headings that the file declares (``hints``) are never chrome."""
    declared = {h.start for h in hints}
    head = _with_text(text, lines, _HEAD_LINES + _REPEAT_LINES)
    chrome = Chrome(0, len(text))
    anchor = next((i for i, line in enumerate(head[:_HEAD_LINES]) if _is_opening(line.words)), None)
    if anchor is not None:
        anchor, repeated = _repeat(head, anchor)
        chrome.start, chrome.inside = _report_start(head, anchor, repeated, declared)
    chrome.end = _report_end(text, lines, chrome.start)
    return chrome


def _with_text(text: str, lines: Sequence[Line], count: int) -> list[_Words]:
    found: list[_Words] = []
    for line in lines:
        words = text[line.start : line.end].strip()
        if not words:
            continue
        if found:
            found[-1].next = line.start
        if len(found) == count:
            break
        found.append(_Words(line.start, len(text), words))
    return found


def _is_real(words: str) -> bool:
    """Whether a line is a paragraph of text, and not a line of the page."""
    return (len(words) >= _REAL and bool(_SENTENCE.search(words))) or len(words) > _LONG


def _is_opening(words: str) -> bool:
    if _GREETING.match(words):
        return True
    return _is_real(words) and not _is_head(words)


def _is_head(words: str) -> bool:
    return len(words) <= _LONG and _HEAD.match(words) is not None


def _is_tail(words: str) -> bool:
    return len(words) <= 2 * _LONG and _TAIL.match(words) is not None


def _is_text(words: str) -> bool:
    """Whether a line is text at all, also a summary that was cut off."""
    return len(words) >= _KEY and ("，" in words or "。" in words) and not _is_head(words)


def _repeat(head: list[_Words], anchor: int) -> tuple[int, int]:
    """Where the opening stands first and where it comes again; the same place twice when it does not."""
    first = next((i for i, line in enumerate(head) if _is_text(line.words)), None)
    if first is None:
        return anchor, anchor
    key = _key(head[first].words)
    again = [i for i in range(first + 1, min(first + _REPEAT_LINES, len(head))) if _key(head[i].words) == key]
    if not again or len(head[again[-1]].words) < len(head[first].words.rstrip(".…")):
        return anchor, anchor
    if not any(_parts_openings(line.words) for line in head[max(0, first - 1) : again[-1]]):
        return anchor, anchor
    later = {_key(line.words) for line in head[again[-1] :]}
    if any(_is_real(line.words) and _key(line.words) not in later for line in head[first : again[-1]]):
        return anchor, anchor
    back = again[-1]
    while back > first + 1 and not _is_head(head[back - 1].words) and not _is_real(head[back - 1].words):
        back -= 1  # greeting, meeting and title before the second opening
    return min(anchor, first), back


def _parts_openings(words: str) -> bool:
    """Whether a line can stand between a summary and the report, or before the summary."""
    return _is_head(words) or _is_title(words) or _GREETING.match(words) is not None


def _key(words: str) -> str:
    return re.sub(r"[\s\u3000]", "", words)[:_KEY]


def _report_start(
    head: list[_Words], anchor: int, repeated: int, declared: set[int]
) -> tuple[int, list[tuple[int, int]]]:
    """Offset of the report's first line, and what to leave out between it and the opening."""
    before = range(anchor)
    chrome = [i for i in before if _is_head(head[i].words) and head[i].start not in declared]
    if repeated > anchor:
        chrome = [*chrome, *range(anchor, repeated)]
    if not chrome:
        return 0, []
    last = chrome[-1]
    titles = [i for i in before if i not in chrome and _is_title(head[i].words)]
    stop = max(anchor, repeated)
    after = [i for i in range(last + 1, stop + 1) if i < len(head) and _TITLE.search(head[i].words)]
    if titles and not [i for i in after if _is_title(head[i].words)]:
        first = titles[-1]
        inside = [(head[i].start, head[i].next) for i in chrome if i > first]
        return head[first].start, _melt(inside)
    return (head[last + 1].start if last + 1 < len(head) else 0), []


def _is_title(words: str) -> bool:
    return len(words) <= 40 and _TITLE.search(words) is not None and not _SENTENCE.search(words)


def _melt(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    melted: list[tuple[int, int]] = []
    for start, end in spans:
        if melted and melted[-1][1] == start:
            melted[-1] = (melted[-1][0], end)
        else:
            melted.append((start, end))
    return melted


def _report_end(text: str, lines: Sequence[Line], start: int) -> int:
    """Offset after the report's last line: before the first known line of the page's foot."""
    foot: int | None = None
    seen = 0
    for line in reversed(lines):
        words = text[line.start : line.end].strip()
        if not words:
            continue
        if line.start <= start or seen >= _TAIL_LINES:
            break
        seen += 1
        if _is_tail(words):
            foot = line.start
        elif _is_real(words) or words[-1] in "。！" or _NOTE.match(words) or _GREETING.match(words):
            break
    if foot is None:
        return len(text)
    return max(start, len(text[start:foot].rstrip()) + start)
