"""Why somebody is told, in the reader's language: facts keep the reason in English, as the route or ladder gave it."""

import re
from collections.abc import Mapping

_ROLES: Mapping[str, str] = {
    "principal": "负责人",
    "coordinator": "联络人",
    "member": "成员",
    "security": "安全人员",
    "observer": "观察员",
}
_PARTS: Mapping[str, str] = {
    **_ROLES,
    "everyone": "全体人员",
    "on call": "值班人员",
    "on_call": "值班人员",
    "nobody is on call": "无人值班",
    "named": "指定人员",
    "held by nobody": "该角色无人担任",
    "next person": "下一位人员",
    "acting person": "经办人",
    "next_person": "下一位人员",
    "nobody is next": "已无下一位",
    "told again": "再次通知",
    "nobody reachable": "无人可达",
    "nobody could be reached": "无人可达",
    "nobody named has a working channel": "指定人员均无可用渠道",
    "who has no working channel": "其无可用渠道",
    "whom no channel reached": "其各渠道均未送出",
    "has not answered": "尚未答复",
    "agreement": "协议",
    "the agreement": "协议",
    "channel test": "渠道测试",
    "trial": "试运行",
    "the customer's copy": "乙方版本",
    "reported it": "报告人",
    "recorded it": "登记人",
    "announced it": "发布人",
    "rises": "即将升级",
    "maintenance": "维护",
    "new alerts": "新增告警",
    "monitoring gap": "监测中断",
    "told of the gap": "曾获知中断",
    "told that it failed": "曾获知自检未通过",
    "what was recorded is disputed": "登记内容有异议",
    "said to have acted": "据称行事人",
    "confirm or correct": "请确认或更正",
    "never told of the matter": "从未获知此事",
    "the configuration changed": "配置已变更",
}
_BETWEEN = re.compile("(: |, |; )")
_MARKS: Mapping[str, str] = {": ": "：", ", ": "，", "; ": "；"}
_GRADES: Mapping[str, str] = {"1": "一级", "2": "二级", "3": "三级"}
_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"default grade ([123])"), "默认{grade}路由"),
    (re.compile(r"default security grade ([123])"), "默认安全事件{grade}路由"),
    (re.compile(r"ladder (\S+) %"), "逐级上报{0}%"),
    (re.compile(r"ladder (\S+) min"), "逐级上报{0}分钟"),
    (re.compile(r"role (\w+)"), "{role}"),
    (re.compile(r"deputy of (.+)"), "{0}的代理人"),
    (re.compile(r"for (\S+)"), "代{0}"),
    (re.compile(r"(\w+) ([0-9.]+) %"), "{0}时限已过{1}%"),
    (re.compile(r"(\w+) overdue"), "{0}已超时"),
)


def reason(text: str, language: str) -> str:
    """`ladder 20 %: next person` as `逐级上报20%：下一位人员`; what is no word of the program's stays as it is."""
    if language != "zh":
        return text
    pieces = _BETWEEN.split(text)
    said = [_part(piece) for piece in pieces[::2]]
    if said == pieces[::2]:
        return text
    return "".join(word + _MARKS.get(mark, "") for word, mark in zip(said, [*pieces[1::2], ""], strict=True))


def _part(text: str) -> str:
    if text in _PARTS:
        return _PARTS[text]
    for shape, said in _SHAPES:
        if found := shape.fullmatch(text):
            word = found[1]
            return said.format(*found.groups(), grade=_GRADES.get(word, word), role=_ROLES.get(word, word))
    return text
