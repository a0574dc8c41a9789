"""A message of Grafana's webhook contact point, field by field as the documentation of Grafana 12 and 13 has it."""

from typing import Any

SIGNATURE = "X-Grafana-Alerting-Signature"
"""The header that the documentation names. Left empty in Grafana, it is X-Grafana-Alert-Signature in its code."""

OF_A_MESSAGE = (
    *("receiver", "status", "orgId", "alerts", "groupLabels", "commonLabels", "commonAnnotations"),
    *("externalURL", "version", "groupKey", "truncatedAlerts", "title", "state", "message"),
)
OF_AN_ALERT = (
    *("status", "labels", "annotations", "startsAt", "endsAt", "values", "valueString", "generatorURL"),
    *("fingerprint", "silenceURL", "dashboardURL", "panelURL", "imageURL"),
)


def firing(name: str) -> dict[str, Any]:
    """Two instances of one rule: the times are Grafana's own zone's, to the microsecond; one has no value."""
    return _message(name, [_alert(name, "us-1", "c6eadffa33fcdf37"), _alert(name, "eu-1", "bc97ff14869b13e3")])


def resolved(name: str) -> dict[str, Any]:
    """The same two, over."""
    over = {"status": "resolved", "endsAt": "2026-11-23T11:09:00.157076+08:00"}
    return _message(name, [{**each, **over} for each in firing(name)["alerts"]])


def _message(name: str, alerts: list[dict[str, Any]]) -> dict[str, Any]:
    status: str = alerts[0]["status"]
    return {
        "receiver": "tocsin",
        "status": status,
        "orgId": 1,
        "alerts": alerts,
        "groupLabels": {},
        "commonLabels": {"alertname": name, "grafana_folder": "shop"},
        "commonAnnotations": {"summary": "The page does not open"},
        "externalURL": "https://grafana.example/",
        "version": "1",
        "groupKey": "{}:{}",
        "truncatedAlerts": 0,
        "title": f"[{status.upper()}:2] {name} (shop)",
        "state": "alerting" if status == "firing" else "ok",
        "message": "**Firing**\n\nValue: B=44.2, C=1\nLabels:\n - zone = us-1\n",
    }


def _alert(name: str, zone: str, fingerprint: str) -> dict[str, Any]:
    return {
        "status": "firing",
        "labels": {"alertname": name, "grafana_folder": "shop", "zone": zone},
        "annotations": {"summary": "The page does not open", "runbook_url": "https://runbook.example/1234"},
        "startsAt": "2026-11-23T10:59:00.157076+08:00",
        "endsAt": "0001-01-01T00:00:00Z",
        "values": {"B": 44.23943737541908, "C": None if zone == "eu-1" else 1},
        "valueString": f"[ var='B' labels={{zone={zone}}} value=44.23943737541908 ]",
        "generatorURL": "https://grafana.example/alerting/grafana/1afz29v7z/view?orgId=1",
        "fingerprint": fingerprint,
        "silenceURL": f"https://grafana.example/alerting/silence/new?alertmanager=grafana&matcher=zone%3D{zone}&orgId=1",
        "dashboardURL": "https://grafana.example/d/abcd?orgId=1",
        "panelURL": "https://grafana.example/d/abcd?orgId=1&viewPanel=1",
        "imageURL": "https://grafana.example/screenshots/abcd.png",
    }
