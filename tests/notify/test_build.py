import pytest

from agent.notify import why_unbuildable
from agent.notify.library import OWN_HOST, library


@pytest.mark.parametrize(
    "url",
    [
        "log://",
        "log://anything",
        "json://127.0.0.1:8080/hook",
        "jsons://er:p%40ss%2Fw%23rd@gw.example/call/13800000001",
        "mailto://wang@customer.example",
        "mailtos://er:secret@yunfu.example:465?smtp=smtp.yunfu.example&to=wang@customer.example&mode=ssl",
        "wecombot://0123456789abcdef",
        "dingtalk://abcdef0123456789",
        "tgram://123456789:abcdefg_hijklmnop/lead2gold/",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general",
        "matrix://er:secret@matrix.example/#room/@wang",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa",
    ],
)
def test_what_can_be_built_has_no_fault(url: str) -> None:
    assert why_unbuildable(url) == ""


@pytest.mark.parametrize(
    ("url", "remedy"),
    [
        ("", "begins with a schema"),
        ("wang@customer.example", "begins with a schema"),
        ("https://hooks.example/alert", "did you mean json:// or jsons:// (here jsons://)"),
        ("http://hooks.example/alert", "did you mean json:// or jsons:// (here json://)"),
        ("jsn://hooks.example/alert", "did you mean json://?"),
        ("wecombto://key", "did you mean wecombot://?"),
        ("logg://", "did you mean log://?"),
        ("completelyunknown://x", "https://appriseit.com/services/"),
        ("mailto://er:p@ss@smtp.example?to=a@b.example", "write @ as %40"),
        ("mailto://er:p/ss@smtp.example?to=a@b.example", "write @ as %40, / as %2F"),
        ("mailto://er:p#ss@smtp.example?to=a@b.example", "# as %23"),
        ("json://er:p@ss@gw.example/x", "write @ as %40"),
        ("json://er:p/ss@gw.example/x", "/ as %2F"),
        ("mailto://er:secret@smtp.example?to=nobody", "no valid recipient"),
        ("wecombot://", "write it as wecombot://{key}"),
        ("slack://", "write it as slack://"),
    ],
)
def test_what_cannot_be_built_says_what_would_be_right(url: str, remedy: str) -> None:
    assert remedy in why_unbuildable(url)


@pytest.mark.parametrize("schema", sorted(OWN_HOST))
def test_services_that_act_on_this_host_are_refused(schema: str) -> None:
    assert "acts on the agent's own host" in why_unbuildable(f"{schema}://x")


def test_a_function_somebody_registered_is_refused() -> None:
    """It counts as sent whatever it returns."""
    from apprise.decorators import notify

    @notify(on="homegrown")
    def homegrown(body: str, title: str, notify_type: str, *args: object, **kwargs: object) -> None: ...

    try:
        assert "function registered on this host" in why_unbuildable("homegrown://x")
        assert library().plugin("homegrown://x") is None
    finally:
        from apprise.manager_plugins import NotificationManager

        NotificationManager().remove("homegrown")


def test_no_schema_makes_it_raise() -> None:
    for schema in sorted(library().schemas()):
        for rest in ("", "x", "a:b@c.example/d/e?to=f", "%", "\x00", "[", "/" * 50, "?format=nonsense", ":99999999/"):
            assert isinstance(why_unbuildable(f"{schema}://{rest}"), str)


def test_a_service_whose_package_is_missing_names_it() -> None:
    assert "paho-mqtt" in why_unbuildable("mqtt://broker.example/topic")


@pytest.mark.parametrize(
    "url",
    [
        "mailto://er:tr0ub4dor@3@smtp.example?to=a@b.example",
        "json://er:tr0ub4dor/3@gw.example/13800000001",
        "slack://tr0ub4dor!/",
        "nosuch://tr0ub4dor",
        "https://gw.example/tr0ub4dor",
        "tr0ub4dor",
    ],
)
def test_a_fault_repeats_nothing_of_the_url(url: str) -> None:
    fault = why_unbuildable(url)

    assert fault
    assert "tr0ub4dor" not in fault
    assert "13800000001" not in fault
    assert "gw.example" not in fault
