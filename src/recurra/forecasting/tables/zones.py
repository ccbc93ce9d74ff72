"""Times in UTC, on the clock of a zone, and in nanoseconds."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

#: Clocks are put forward and back at such moments.
_QUARTER = np.timedelta64(15, "m")


def zone_of(name: str) -> tzinfo:
    """A time zone by its name, such as "Europe/Berlin" or "+02:00"; UTC for unknown names."""
    found = re.fullmatch(r"(?:UTC)?([+-])(\d\d):?(\d\d)", name)
    if found:
        sign = -1 if found[1] == "-" else 1
        return timezone(sign * timedelta(hours=int(found[2]), minutes=int(found[3])))
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def to_local(times: np.ndarray, zone: str | None) -> np.ndarray:
    """What clocks of a zone show at times in UTC.

    Args:
        times: (n,) datetime64[ns].
        zone: its name; None leaves the times as they are.

    Returns:
        (n,) datetime64[ns].

    Example:
        >>> summer = np.array(["2020-07-01T00:00"], "datetime64[ns]")
        >>> str(to_local(summer, "Europe/Berlin")[0])[:16]
        '2020-07-01T02:00'
    """
    if zone in (None, "UTC", "Z"):
        return times
    tz = zone_of(str(zone))
    return times + _offsets(times, lambda moment: moment.replace(tzinfo=UTC).astimezone(tz))


def on_calendar(times: np.ndarray, zone: str | None) -> np.ndarray:
    """What clocks of a zone show at times in UTC which come once a day or more rarely.

    Where clocks are put forward at midnight, that day begins at 1 o'clock. Such a time is said to
    be midnight here, too, so that all days are alike; `to_utc` finds the moment again.

    Args:
        times: (n,) datetime64[ns].
        zone: its name.

    Returns:
        (n,) datetime64[ns].
    """
    local = to_local(times, zone)
    days = local.astype("M8[D]").astype("M8[ns]")
    clocks, counts = np.unique(local - days, return_counts=True)
    usual = days + clocks[counts.argmax()]
    other = np.flatnonzero(local != usual)
    same = to_utc(usual[other], zone) == times[other]
    local[other[same]] = usual[other[same]]
    return local


def to_utc(times: np.ndarray, zone: str | None) -> np.ndarray:
    """The moments at which clocks of a zone show times; the first one where they show it twice.

    Args:
        times: (n,) datetime64[ns], as clocks show them.
        zone: its name; None leaves the times as they are.

    Returns:
        (n,) datetime64[ns], in UTC.
    """
    if zone in (None, "UTC", "Z"):
        return times
    tz = zone_of(str(zone))
    return times - _offsets(times, lambda moment: moment.replace(tzinfo=tz))


def _offsets(times: np.ndarray, localised: Any) -> np.ndarray:
    """How far a zone's clocks are ahead of UTC, (n,) timedelta64[ns]."""
    quarters = (times - np.datetime64(0, "ns")) // _QUARTER
    unique, inverse = np.unique(quarters, return_inverse=True)
    start = datetime(1970, 1, 1)
    ahead = [localised(start + timedelta(minutes=15 * q)).utcoffset() for q in unique.tolist()]
    return np.array(ahead, "timedelta64[ns]")[inverse] if len(ahead) else times - times
