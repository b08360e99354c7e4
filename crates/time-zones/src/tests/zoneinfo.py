"""Prints each change of clocks from 2020 to 2037 of each zone that is named on standard input, by the files in
PYTHONTZPATH: zone, instant, offset and abbreviation from then on; and around it local times with what they mean."""

import sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

DAY, END = timedelta(days=1), datetime(2038, 1, 1, tzinfo=timezone.utc)
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def seconds(at):
    return (at - EPOCH) // timedelta(seconds=1)


def change_between(zone, earlier, later):
    before = earlier.astimezone(zone).utcoffset()
    while timedelta(seconds=1) < later - earlier:
        middle = earlier + timedelta(seconds=(later - earlier) // timedelta(seconds=1) // 2)
        if middle.astimezone(zone).utcoffset() == before:
            earlier = middle
        else:
            later = middle
    return later


for name in sys.stdin.read().split():
    zone, at = ZoneInfo(name), datetime(2020, 1, 1, tzinfo=timezone.utc)
    while at < END:
        before = at.astimezone(zone).utcoffset()
        if before != (at + DAY).astimezone(zone).utcoffset():
            change = change_between(zone, at, at + DAY)
            local = change.astimezone(zone)
            print("change", name, seconds(change), local.utcoffset() // timedelta(seconds=1), local.tzname())
            for minutes in range(-150, 151, 15):
                wall = (change + before).replace(tzinfo=None) + timedelta(minutes=minutes)
                first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(timezone.utc) for fold in (0, 1))
                print("local", name, wall.isoformat(), seconds(first), seconds(second))
        at += DAY
