"""What facts about the agreement and about statutes say in minutes (`sentences.py`)."""

from collections.abc import Mapping

SAID: Mapping[str, Mapping[str, str]] = {
    "en": {
        "agreement_proposed": "The file proposes version {version} of the agreement: {changes} changes[ ({keys})]; it "
        "waits for both principals.",
        "agreement_accepted": "{by} accepted version {version} of the agreement for the {party}[ ({means})]"
        "[, recorded by {recorded_by}].",
        "agreement_acceptance_stated": "{by} is said to have accepted version {version} of the agreement for the "
        "{party}[ ({means})][, recorded by {recorded_by}]; it counts once that is confirmed.",
        "agreement_in_force": "Version {version} of the agreement is in force"
        "[, accepted by {provider}][ and {customer}].",
        "agreement_rejected": "{by} rejected version {version} of the agreement: “{reason}”"
        "[, recorded by {recorded_by}].",
        "agreement_superseded": "Version {version} of the agreement, which waited, was changed again.",
        "agreement_withdrawn": "Version {version} of the agreement, which waited, was withdrawn.",
        "annex_adopted": "Both parties adopted the annex: {what} ({provider} and {customer}).",
        "security_confirmed": "A security event is confirmed.",
        "data_breach_known": "A leak, theft or tampering of data is known.",
        "regulatory_level_set": "{by} decided on the regulatory level by {what}: {level}; “{text}”.",
        "statute_filed": "{by} filed {what} with the authority, reference {reference}[, at {filed_at}][; “{text}”].",
    },
    "zh": {
        "agreement_proposed": "配置文件提出协议第{version}版：{changes}处变更[（{keys}）]，待双方负责人确认。",
        "agreement_accepted": "{by}代表{party}确认协议第{version}版[（{means}）][，由{recorded_by}记录]。",
        "agreement_acceptance_stated": "据登记，{by}代表{party}确认协议第{version}版[（{means}）]"
        "[，由{recorded_by}记录]；经其本方证实后方为有效。",
        "agreement_in_force": "协议第{version}版生效[，确认人：{provider}][、{customer}]。",
        "agreement_rejected": "{by}否决协议第{version}版：“{reason}”[，由{recorded_by}记录]。",
        "agreement_superseded": "待确认的协议第{version}版已再次修改。",
        "agreement_withdrawn": "待确认的协议第{version}版已撤回。",
        "annex_adopted": "双方确认附件：{what}（{provider}、{customer}）。",
        "security_confirmed": "安全事件已确认。",
        "data_breach_known": "获悉数据泄露、窃取或篡改。",
        "regulatory_level_set": "{by}研判监管级别（{what}）：{level}；“{text}”。",
        "statute_filed": "{by}已向主管机关报送{what}，编号{reference}[，{filed_at}][；“{text}”]。",
    },
}
"""Language -> kind of fact -> sentence."""
