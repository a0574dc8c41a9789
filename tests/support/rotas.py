"""iCalendar texts: `rota("SUMMARY:li\nDTSTART:…")`, one argument for each event."""


def rota(*events: str) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tests//EN"]
    for number, event in enumerate(events):
        lines += ["BEGIN:VEVENT"]
        lines += [] if "UID:" in event else [f"UID:{number}@tests"]
        lines += ["DTSTAMP:20260101T000000Z", *event.split("\n"), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()
