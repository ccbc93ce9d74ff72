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
    """A time zone by its name, such as "Europe/Berlin", "UTC" or "+02:00"."""
    found = re.fullmatch(r"(?:UTC)?([+-])(\d\d):?(\d\d)", name)
    if found:
        sign = -1 if found[1] == "-" else 1
        return timezone(sign * timedelta(hours=int(found[2]), minutes=int(found[3])))
    return UTC if name in ("UTC", "Z") else ZoneInfo(name)


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
