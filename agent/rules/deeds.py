"""What a person is said to have done, in a few words by kind of fact: of acts recorded on somebody's behalf."""

from collections.abc import Mapping
from typing import Any

DEEDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "acknowledged": "acknowledged",
        "report_received": "reported",
        "report_supplemented": "added to a report",
        "update_posted": "told how it goes",
        "phase_recorded": "recorded a phase",
        "cause_known": "named the cause",
        "grade_answered": "answered to the grade",
        "grade_decided": "decided on the grade",
        "grade_set": "set the grade",
        "grade_confirmed": "confirmed the grade",
        "not_worse": "stated that it is not worse",
        "cause_compared": "compared the cause with the earlier one",
        "principals_spoke": "spoke with the other principal",
        "coordinator_named": "named a coordinator",
        "response_decided": "decided on the response",
        "request_asked": "made a request",
        "request_answered": "answered a request",
        "fact_shared": "shared a fact",
        "recovery_answered": "answered to the recovery",
        "recovery_verified": "stated that it works again",
        "duty_waived": "let a duty go",
        "waiver_asked": "asked to be let off a duty",
        "regulatory_level_set": "decided on the regulatory level",
        "statute_filed": "filed a report with an authority",
        "improvement_proposed": "proposed an improvement",
        "improvement_agreed": "agreed to an improvement",
        "improvement_done": "carried out an improvement",
        "improvement_verified": "verified an improvement",
        "improvement_reopened": "found an improvement not carried out",
        "improvement_withdrawn": "withdrew an improvement",
        "improvements_proposed": "proposed what is to be improved",
        "improvements_decided": "decided on what is to be improved",
        "improvements_withdrawn": "withdrew what was to be improved",
        "vulnerability_known": "put down a vulnerability",
        "vulnerability_fixed": "fixed a vulnerability",
        "vulnerability_risk_taken": "accepted the risk of a vulnerability",
        "vulnerability_accepted": "accepted the risk of a vulnerability",
        "vulnerability_withdrawn": "withdrew a vulnerability",
        "maintenance_done": "recorded maintenance",
        "maintenance_withdrawn": "withdrew a record of maintenance",
        "attestation_given": "made a statement for the registers",
        "attestation_withdrawn": "withdrew a statement of the registers",
        "agreement_accepted": "accepted the agreement",
        "agreement_acceptance_stated": "accepted the agreement",
        "agreement_rejected": "rejected the agreement",
        "channel_answered": "answered a channel test",
        "exclusion_claimed": "claimed minutes to be left out",
        "exclusion_accepted": "accepted that minutes are left out",
        "exclusion_declined": "declined to leave minutes out",
        "exclusion_withdrawn": "withdrew a claim",
        "incident_voided": "called it a false alarm",
        "incident_closed": "closed the incident",
        "": "acted",
    },
    "zh": {
        "acknowledged": "确认",
        "report_received": "报告",
        "report_supplemented": "补充报告",
        "update_posted": "通报进展",
        "phase_recorded": "记录阶段",
        "cause_known": "说明原因",
        "grade_answered": "答复级别",
        "grade_decided": "共同定级",
        "grade_set": "设定级别",
        "grade_confirmed": "确认级别",
        "not_worse": "说明未恶化",
        "cause_compared": "比对与前次事件的原因",
        "principals_spoke": "与对方负责人通话",
        "coordinator_named": "指定协调人员",
        "response_decided": "决定是否响应",
        "request_asked": "提出请求",
        "request_answered": "答复请求",
        "fact_shared": "共享信息",
        "recovery_answered": "答复恢复情况",
        "recovery_verified": "确认功能已恢复",
        "duty_waived": "免除义务",
        "waiver_asked": "请求免除义务",
        "regulatory_level_set": "判定监管级别",
        "statute_filed": "向主管机关报送",
        "improvement_proposed": "提出改进措施",
        "improvement_agreed": "同意改进措施",
        "improvement_done": "落实改进措施",
        "improvement_verified": "验证改进措施",
        "improvement_reopened": "认为改进措施未落实",
        "improvement_withdrawn": "撤回改进措施",
        "improvements_proposed": "提出改进决定",
        "improvements_decided": "作出改进决定",
        "improvements_withdrawn": "撤回改进决定",
        "vulnerability_known": "登记漏洞",
        "vulnerability_fixed": "修复漏洞",
        "vulnerability_risk_taken": "接受漏洞风险",
        "vulnerability_accepted": "接受漏洞风险",
        "vulnerability_withdrawn": "撤回漏洞登记",
        "maintenance_done": "登记维护记录",
        "maintenance_withdrawn": "撤回维护记录",
        "attestation_given": "作出声明",
        "attestation_withdrawn": "撤回声明",
        "agreement_accepted": "确认协议",
        "agreement_acceptance_stated": "确认协议",
        "agreement_rejected": "否决协议",
        "channel_answered": "答复渠道测试",
        "exclusion_claimed": "申请剔除时段",
        "exclusion_accepted": "同意剔除时段",
        "exclusion_declined": "不同意剔除时段",
        "exclusion_withdrawn": "撤回剔除申请",
        "incident_voided": "认定误报",
        "incident_closed": "关闭事件",
        "": "作出行为",
    },
}

_TOGETHER: Mapping[str, Mapping[str, str]] = {
    "en": {
        "grade_decided": "decided on the grade with {who}",
        "principals_spoke": "spoke with {who}",
        "coordinator_named": "named {who} as coordinator",
    },
    "zh": {
        "grade_decided": "与{who}共同定级",
        "principals_spoke": "与{who}通话",
        "coordinator_named": "指定{who}为协调人员",
    },
}
"""What was done together with somebody, or concerns somebody by name."""

MEANS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "phone": "by phone",
        "video": "by video",
        "meeting": "in person",
        "message": "in writing",
        "cli": "at the command line",
        "api": "through the API",
        "link": "by a link",
    },
    "zh": {
        "phone": "电话",
        "video": "视频",
        "meeting": "当面",
        "message": "书面消息",
        "cli": "命令行",
        "api": "接口",
        "link": "链接",
    },
}

_ANSWERS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "not_respond": "not to respond",
        "respond": "to respond",
        "same": "the same cause",
        "other": "another cause",
    },
    "zh": {
        "accepted": "同意",
        "objection": "异议",
        "confirmed": "确认恢复",
        "respond": "响应",
        "not_respond": "不响应",
        "same": "原因相同",
        "other": "原因不同",
        "assessment": "评估",
        "containment": "抑制",
        "eradication": "根除",
        "recovery": "恢复",
        "review": "总结",
        "support": "支持",
        "cooperation": "协作",
        "feedback": "反馈",
        "invitation": "邀请",
    },
}

_TOLD = (
    *("version", "what", "level", "reference", "duty", "grade"),
    *("text", "progress", "symptom", "scope", "measures", "note", "reason"),
)


def deed(kind: str, language: str, who: str = "") -> str:
    """`acknowledged` / `确认`, `spoke with Wang Fang`; of a kind that has no words, that there was something."""
    together = _TOGETHER[language].get(kind)
    if who and together is not None:
        return together.format(who=who)
    return DEEDS[language].get(kind, DEEDS[language][""])


def other(said: Mapping[str, Any]) -> str:
    """The id of whoever it was done with, or who was named; "" where there is none."""
    return str(said.get("with") or said.get("contact") or "")


def words(said: Mapping[str, Any], language: str) -> str:
    """What was said with it, in one text: `containment; pool restarted`."""
    found = []
    for name in _TOLD:
        text = str(said.get(name) or "").strip()
        if name == "version" and text:
            text = f"第{text}版" if language == "zh" else f"version {text}"
        if text:
            found.append(_ANSWERS[language].get(text, text) if name == "what" else text)
    return ("；" if language == "zh" else "; ").join(dict.fromkeys(found))


def means(word: str, language: str, said: Mapping[str, Any] | None = None) -> str:
    """By which means it came; of people who spoke with each other, how they did."""
    found = MEANS[language].get(str((said or {}).get("medium", "")))
    return found or MEANS[language].get(word, word)
