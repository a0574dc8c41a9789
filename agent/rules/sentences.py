"""The sentences of an incident's minutes, by language and kind of fact.

A sentence is a template: `{name}` is a word of the fact, and what stands in `[…]` is said only where every word in it
is there. "Sent", "accepted by the carrier" and "acknowledged" are never one for another (notices.md, "Words").
"""

from collections.abc import Mapping

_COPY = {
    "en": "Notice[ no. {notice}][ for the {party}], to {contact}: ",
    "zh": "发给{contact}的[第{notice}号]通知[（{party}）]：",
}

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "incident_opened": "Opened as a {kind} of {function}, grade {grade}, provisional[ ({rules})]; it began at "
        "{started_at}[; it may be a recurrence of {recurrence_of}].",
        "incident_reopened": "Reopened: {line} fires again within 24 h of the recovery.",
        "incident_relapsed": "It fires again; verification has ended and the incident is open once more.",
        "incident_recovered": "Recovered[; good readings of {probes}][; restoration stated by {verified_by}].",
        "incident_voided": "{by} declared it a false alarm[: “{reason}”].",
        "incident_closed": "{by} closed the incident[: “{note}”][ ({why})].",
        "signals_joined": "{line} fires[: {signals}].",
        "signals_ended": "{line} no longer fires[: {signals}].",
        "signals_presumed_ended": "{line} is not told of any more and taken for ended[: {signals}].",
        "signals_cleared": "All signals are clear; the recovery is being verified.",
        "function_joined": "{function} is affected as well[: {why}].",
        "doubtful_firing_kept": "A firing that cannot be placed was kept on file and not acted on[: {signal}].",
        "group_truncated": "The sender left {left_out} alerts out of {group}; signals alone cannot end the incident.",
        "group_complete_again": "The messages of {group} are complete again.",
        "truncated_confirmed_clear": "{by} stated that the alerts left out of {groups} are clear.",
        "grade_raised": "The agent raised the grade from {from_grade} to {to_grade}[ ({rules})].",
        "grade_set": "{by} set the grade from {from_grade} to {to_grade}[: “{reason}”].",
        "grade_confirmed": "{by} confirmed grade {to_grade}[: “{reason}”].",
        "acknowledged": "{by} acknowledged for the {party}[ {means}][, recorded by {recorded_by}].",
        "recovery_verified": "{by} stated that the function is restored[: “{note}”].",
        "notice_held": "Notice no. {seq} to the {party} is held until {until}.",
        "notice_released": "Notice no. {seq} ({type}) goes to the {party}[: {to}].",
        "notice_withheld": "Notice no. {seq} ({type}) to the {party} was withheld: it was over before the hold was.",
        "notice_accepted": _COPY["en"] + "accepted by the carrier of {endpoint}[ at attempt {attempt}].",
        "notice_not_accepted": _COPY["en"] + "not accepted by {endpoint}[: {reason}]; tried again.",
        "notice_given_up": _COPY["en"] + "given up by {endpoint}[ after {attempts}][: {reason}].",
        "nobody_to_tell": "Nobody of the {party} is there to be told ({type}).",
        "party_unreachable": "Nobody of the {party} can be reached; the other party is asked to phone.",
        "party_reachable": "The {party} can be reached again.",
        "probe_blind": "Probe {probe} can no longer find out[: {error}].",
        "probe_sees_again": "Probe {probe} finds out again.",
        "heartbeat_silent": "{heartbeat} has fallen silent[; last heard of at {last_at}].",
        "heartbeat_back": "{heartbeat} is heard of again[; silent since {silent_since}].",
        "clock_jumped": "The wall clock was moved by {by_s} s.",
        "agent_was_away": "The agent was away: nobody watched from {since} to {until}.",
    },
    "zh": {
        "incident_opened": "事件登记：{function}，{kind}，暂按{grade}处置[（{rules}）]，始于{started_at}"
        "[，可能是{recurrence_of}的重复发生]。",
        "incident_reopened": "事件重新打开：恢复后24小时内{line}再次告警。",
        "incident_relapsed": "再次告警，验证中止，事件恢复为处置中。",
        "incident_recovered": "事件已恢复[；监测正常：{probes}][；恢复确认人：{verified_by}]。",
        "incident_voided": "{by}认定为误报[：“{reason}”]。",
        "incident_closed": "{by}关闭事件[：“{note}”][（{why}）]。",
        "signals_joined": "{line}告警[：{signals}]。",
        "signals_ended": "{line}告警解除[：{signals}]。",
        "signals_presumed_ended": "{line}不再收到告警，推定已解除[：{signals}]。",
        "signals_cleared": "全部告警已解除，进入恢复验证。",
        "function_joined": "{function}同受影响[：{why}]。",
        "doubtful_firing_kept": "一条无法归属的告警已留存，未据以处置[：{signal}]。",
        "group_truncated": "发送方在{group}中省略了{left_out}条告警，仅凭信号不能结束事件。",
        "group_complete_again": "{group}的消息已恢复完整。",
        "truncated_confirmed_clear": "{by}确认{groups}中被省略的告警均已解除。",
        "grade_raised": "系统将等级由{from_grade}升为{to_grade}[（{rules}）]。",
        "grade_set": "{by}将等级由{from_grade}改为{to_grade}[：“{reason}”]。",
        "grade_confirmed": "{by}确认等级为{to_grade}[：“{reason}”]。",
        "acknowledged": "{by}代表{party}确认[（{means}）][，由{recorded_by}记录]。",
        "recovery_verified": "{by}确认功能已恢复[：“{note}”]。",
        "notice_held": "发给{party}的第{seq}号通知暂缓至{until}。",
        "notice_released": "第{seq}号通知（{type}）发往{party}[：{to}]。",
        "notice_withheld": "发给{party}的第{seq}号通知（{type}）未发出：暂缓期内事件已结束，仅留存记录。",
        "notice_accepted": _COPY["zh"] + "{endpoint}服务商已受理[（第{attempt}次尝试）]。",
        "notice_not_accepted": _COPY["zh"] + "{endpoint}未受理[：{reason}]，将重试。",
        "notice_given_up": _COPY["zh"] + "{endpoint}已放弃[（{attempts}）][：{reason}]。",
        "nobody_to_tell": "{party}无人可通知（{type}）。",
        "party_unreachable": "{party}无人可达，已请另一方电话联系。",
        "party_reachable": "{party}恢复可达。",
        "probe_blind": "监测{probe}无法取得结果[：{error}]。",
        "probe_sees_again": "监测{probe}恢复取得结果。",
        "heartbeat_silent": "{heartbeat}已中断[，最后一次为{last_at}]。",
        "heartbeat_back": "{heartbeat}已恢复[，自{silent_since}起中断]。",
        "clock_jumped": "系统时钟被调整{by_s}秒。",
        "agent_was_away": "监测程序曾停止运行：{since}至{until}无人监测。",
    },
}

WORDS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "en": {
        "by": {"agent": "The agent"},
        "recorded_by": {"agent": "the agent", "unauthenticated": "an unauthenticated request"},
        "kind": {"fault": "fault", "security": "security matter", "other": "other emergency"},
        "party": {"provider": "provider", "customer": "customer"},
        "type": {
            "opening": "first notice",
            "change": "change",
            "relapse": "relapse",
            "recovery": "recovery",
            "void": "false alarm",
            "closed": "closing",
            "ask_again": "asking again",
            "escalation": "ladder",
            "phone": "please phone",
            "blind": "monitoring gap",
            "digest": "digest",
            "trial": "trial",
        },
        "means": {
            "link": "by the link of a notice",
            "api": "through the API",
            "cli": "at the command line",
            "phone": "by phone",
        },
        "why": {
            "joined_same": "the same function",
            "joined_dependent": "one depends on the other",
        },
    },
    "zh": {
        "by": {"agent": "系统"},
        "recorded_by": {"agent": "系统", "unauthenticated": "未认证请求"},
        "kind": {"fault": "故障", "security": "安全事件", "other": "其他紧急事件"},
        "party": {"provider": "服务方", "customer": "客户方"},
        "type": {
            "opening": "首次通知",
            "change": "变更通知",
            "relapse": "复发通知",
            "recovery": "恢复通知",
            "void": "误报撤销",
            "closed": "关闭通知",
            "ask_again": "催促确认",
            "escalation": "逐级上报",
            "phone": "请电话联系",
            "blind": "监测中断",
            "digest": "汇总",
            "trial": "试运行",
        },
        "means": {"link": "通知链接", "api": "接口", "cli": "命令行", "phone": "电话"},
        "why": {
            "joined_same": "同一功能",
            "joined_dependent": "存在依赖关系",
            "24 h after recovery, grade 3": "三级事件恢复满24小时",
        },
    },
}

LINES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "probe": "Probe {name}",
        "row": "Row signals[{name}]",
        "alert": "Alert {name}",
        "more": "{name} more lines of evidence",
    },
    "zh": {"probe": "监测{name}", "row": "规则signals[{name}]", "alert": "告警{name}", "more": "另{name}项"},
}
"""What a line of evidence is called, by the first part of its id."""
