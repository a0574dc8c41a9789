"""POST /webhooks/alertmanager over a real socket: 200 after the commit, and what else it may say."""

from tests.web.running import Running, firing


def test_a_webhook_is_answered_once_it_is_on_file(agent: Running) -> None:
    reply = agent.webhook({"alerts": [firing()]})

    number = reply.json["incidents"][0]
    assert reply.status == 200
    assert reply.json == {"received": 1, "new": 1, "incidents": [number]}
    assert agent.store.incident(number) is not None
