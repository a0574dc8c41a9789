"""Endpoints: their ids, manners and URLs, and what keeps one from being built."""

from pathlib import Path

import pytest

from agent.config.settings import Settings
from agent.model import Manner
from agent.notify.build import why_unbuildable
from tests.config.reading import AGREEMENT, about, errors_of, settings_of, warnings_of


def with_channels(channels: str, lee: str, wang: str = '["log://"]') -> str:
    return f"""{AGREEMENT}
channels:
{channels}
parties:
  provider: {{contacts: {{lee: {{role: principal, phone: "+86 138", email: lee@example.com, reach: {lee}}}}}}}
  customer: {{contacts: {{wang: {{role: principal, email: wang@example.com, reach: {wang}}}}}}}
"""


def reach_of(settings: Settings, contact: str) -> list[tuple[str, str, Manner, str]]:
    endpoints = [settings.endpoints[id_] for id_ in settings.contacts[contact].reach]
    return [(e.id, e.channel, e.manner, e.url.reveal()) for e in endpoints]


def test_an_endpoint_is_named_after_its_contact_and_channel_or_its_place() -> None:
    settings = settings_of(
        with_channels('  call: {url: "jsons://gw.example/call/{phone}", loud: true}', '["log://", call, "ntfy://x"]')
    )

    assert reach_of(settings, "lee") == [
        ("lee/1", "log", Manner.PERSONAL, "log://"),
        ("lee/call", "call", Manner.LOUD, "jsons://gw.example/call/%2B86%20138"),
        ("lee/2", "ntfy", Manner.PERSONAL, "ntfy://x"),
    ]


def test_a_room_is_one_endpoint_for_everybody() -> None:
    settings = settings_of(
        with_channels('  room: {url: "wecombot://${env:KEY}"}', "[room]", "[room]"), environment={"KEY": "k/1"}
    )

    assert reach_of(settings, "lee") == [("room", "room", Manner.GROUP, "wecombot://k%2F1")]
    assert settings.contacts["wang"].reach == ("room",)


def test_the_same_room_written_twice_is_one_endpoint() -> None:
    settings = settings_of(
        with_channels("", '["slack://${env:KEY}"]', '["slack://${env:KEY}"]'), environment={"KEY": "k"}
    )

    assert settings.contacts["lee"].reach == settings.contacts["wang"].reach == ("lee/1",)


@pytest.mark.parametrize(
    ("channel", "manner"),
    [
        ('{url: "wecombot://k"}', Manner.GROUP),
        ('{url: "dingtalk://k"}', Manner.GROUP),
        ('{url: "feishu://k"}', Manner.GROUP),
        ('{url: "lark://k"}', Manner.GROUP),
        ('{url: "slack://k"}', Manner.GROUP),
        ('{url: "mailtos://k"}', Manner.QUIET),
        ('{url: "tgram://k"}', Manner.PERSONAL),
        ('"log://"', Manner.PERSONAL),
        ('{url: "log://", loud: true}', Manner.LOUD),
        ('{url: "log://", group: true}', Manner.GROUP),
        ('{url: "log://", quiet: true}', Manner.QUIET),
        ('{url: "slack://k", group: false}', Manner.PERSONAL),
    ],
)
def test_a_channel_has_the_manner_of_its_service_unless_it_says_its_own(channel: str, manner: Manner) -> None:
    settings = settings_of(with_channels(f"  it: {channel}", "[it]"))

    assert reach_of(settings, "lee")[0][2] is manner


MAIL_FORMS = [
    (
        '{smtp: "smtp.example.com:465", user: er@example.com, password: "${env:PW}", from: 应急响应中心}',
        "mailtos://er%40example.com:p%40%2F@smtp.example.com:465/lee%40example.com"
        "?from=%E5%BA%94%E6%80%A5%E5%93%8D%E5%BA%94%E4%B8%AD%E5%BF%83%20%3Cer%40example.com%3E&mode=ssl",
    ),
    (
        '{smtp: "smtp.example.com:587", user: er, password: "${env:PW}", from: er@example.com}',
        "mailtos://er:p%40%2F@smtp.example.com:587/lee%40example.com?from=er%40example.com&mode=starttls",
    ),
    (
        '{smtp: "127.0.0.1:25", from: Desk}',
        "mailto://127.0.0.1:25/lee%40example.com?from=Desk%20%3Ctocsin%40localhost%3E&mode=insecure",
    ),
    (
        "{smtp: smtp.example.com, from: er@example.com}",
        "mailtos://smtp.example.com:465/lee%40example.com?from=er%40example.com&mode=ssl",
    ),
]


@pytest.mark.parametrize(("mail", "url"), MAIL_FORMS)
def test_a_mail_form_becomes_a_mail_url(mail: str, url: str) -> None:
    settings = settings_of(with_channels(f"  mail: {mail}", "[mail]"), environment={"PW": "p@/"})

    assert reach_of(settings, "lee") == [("lee/mail", "mail", Manner.QUIET, url)]


@pytest.mark.parametrize("mail", [mail for mail, _ in MAIL_FORMS])
def test_every_mail_form_can_be_built(mail: str) -> None:
    text = with_channels(f"  mail: {mail}", "[mail]")

    settings = settings_of(text, environment={"PW": "p@/"}, can_build=why_unbuildable)

    assert settings.endpoints["lee/mail"].broken == ""


def test_a_channel_that_cannot_be_built_is_a_fault_for_check() -> None:
    with pytest.raises(AssertionError, match=r"lee.reach\[0\]: cannot be built: slakc:// is no Apprise schema"):
        settings_of(with_channels("", '["slakc://x"]'), can_build=why_unbuildable)


def test_a_channel_that_cannot_be_built_is_marked_and_the_rest_runs() -> None:
    text = with_channels("", '["slakc://x", "log://"]')

    settings = settings_of(text, can_build=why_unbuildable, strict_channels=False)

    assert settings.endpoints["lee/1"].broken == "slakc:// is no Apprise schema: did you mean slack://?"
    assert settings.endpoints["lee/2"].broken == ""
    assert [fault.key for fault in settings.warnings if "cannot be built" in fault.message] == [
        "parties.provider.contacts.lee.reach[0]"
    ]


def test_a_reference_that_cannot_be_resolved_is_a_warning_and_a_broken_endpoint() -> None:
    settings = settings_of(with_channels('  room: {url: "wecombot://${credential:room}"}', "[room]", "[room]"))

    assert settings.endpoints["room"].broken == "a secret it needs is not on this machine"
    assert [str(fault) for fault in settings.warnings if "credential" in fault.message] == [
        "4: channels.room.url: warning: ${credential:room}: no $CREDENTIALS_DIRECTORY here (systemd's LoadCredential "
        "sets it); the channel is broken until it is"
    ]


def test_a_whole_url_may_be_a_reference(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("slack://a/b/c")

    settings = settings_of(with_channels("", '["${file:url}"]'), path=tmp_path / "routes.yaml")

    assert reach_of(settings, "lee") == [("lee/1", "slack", Manner.GROUP, "slack://a/b/c")]


def test_a_secret_does_not_show_in_the_reason_or_in_repr() -> None:
    text = with_channels("", '["json://er:${env:PW}@h"]')

    settings = settings_of(
        text, environment={"PW": "hunter2"}, can_build=lambda url: f"no {url}: hunter2?", strict_channels=False
    )

    assert settings.endpoints["lee/1"].broken == "no json://***: ***?"
    assert "hunter2" not in repr(settings)


def test_a_channel_nobody_names_is_checked_and_warned_about() -> None:
    found = warnings_of(with_channels('  spare: {url: "wecombot://${credential:x}"}', '["log://"]'))

    assert about(found, "spare") == [
        "4: channels.spare.url: no contact names this channel in `reach`",
        "4: channels.spare.url: ${credential:x}: no $CREDENTIALS_DIRECTORY here (systemd's LoadCredential sets it); "
        "the channel is broken until it is",
    ]


@pytest.mark.parametrize("scheme", ["dbus", "kde", "gnome", "glib", "windows", "macosx", "syslog", "DBUS"])
def test_what_acts_on_the_own_host_is_refused(scheme: str) -> None:
    found = errors_of(with_channels("", f'["{scheme}://"]'))

    assert "acts on the agent's own host and reaches nobody" in found[0]


def test_what_acts_on_the_own_host_is_refused_behind_a_reference_too() -> None:
    found = errors_of(with_channels("", '["${env:URL}"]'), environment={"URL": "syslog://"})

    assert "acts on the agent's own host" in found[0]
