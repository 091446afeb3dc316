#!/usr/bin/env python3
"""What is due on every day from 2018-01-01 to 2030-12-31, worked out slowly and a second time.

This oracle shares nothing with the engine: no code, no content file, no method. It walks day by day and asks of each day
"is this the last day in time for that duty?", from what the documents say, written down here by hand. Its lunar
calendar numbers months by the principal term they hold (the engine counts from month 11), with other formulas for the
moon (Meeus 1998, ch. 49). Its holidays are the decisions of 2018 to 2026, typed in here; later years hold what the
Labour Code makes certain.

Only the duty ids are common: they are how the two answers are joined.

  duties_oracle.py --khien build/release/bin/khien     compares, exit 1 on any difference
  duties_oracle.py --print                             prints its own answer
"""
import argparse
import json
import math
import subprocess
import sys
from datetime import date, timedelta

FIRST, LAST = date(2018, 1, 1), date(2030, 12, 31)
DAY = timedelta(days=1)

# ------------------------------------------------------------------ the moon


def new_moon_ut(k):
    """Julian date (UT) of new moon k, k=0 on 2000-01-06. Meeus, Astronomical Algorithms, 2nd ed., ch. 49."""
    t = k / 1236.85
    jde = 2451550.09766 + 29.530588861 * k + 0.00015437 * t**2 - 0.00000015 * t**3 + 0.00000000073 * t**4
    e = 1 - 0.002516 * t - 0.0000074 * t**2
    m = math.radians(2.5534 + 29.1053567 * k - 0.0000014 * t**2)
    mp = math.radians(201.5643 + 385.81693528 * k + 0.0107582 * t**2 + 0.00001238 * t**3)
    f = math.radians(160.7108 + 390.67050284 * k - 0.0016118 * t**2)
    om = math.radians(124.7746 - 1.56375588 * k + 0.0020672 * t**2)
    s = math.sin
    jde += (-0.4072 * s(mp) + 0.17241 * e * s(m) + 0.01608 * s(2 * mp) + 0.01039 * s(2 * f)
            + 0.00739 * e * s(mp - m) - 0.00514 * e * s(mp + m) + 0.00208 * e * e * s(2 * m)
            - 0.00111 * s(mp - 2 * f) - 0.00057 * s(mp + 2 * f) + 0.00056 * e * s(2 * mp + m)
            - 0.00042 * s(3 * mp) + 0.00042 * e * s(m + 2 * f) + 0.00038 * e * s(m - 2 * f)
            - 0.00024 * e * s(2 * mp - m) - 0.00017 * s(om))
    return jde - 70 / 86400  # dynamical minus universal time, these years


def sun_longitude(jd):
    """Apparent longitude of the sun in degrees. Meeus, ch. 25."""
    t = (jd + 70 / 86400 - 2451545) / 36525
    l0 = 280.46646 + 36000.76983 * t + 0.0003032 * t * t
    m = math.radians(357.52911 + 35999.05029 * t - 0.0001537 * t * t)
    c = ((1.914602 - 0.004817 * t) * math.sin(m) + (0.019993 - 0.000101 * t) * math.sin(2 * m)
         + 0.000289 * math.sin(3 * m))
    om = math.radians(125.04 - 1934.136 * t)
    return (l0 + c - 0.00569 - 0.00478 * math.sin(om)) % 360


def jd_of_local_midnight(day):
    return day.toordinal() + 1721424.5 - 7 / 24


def local_day(jd):
    return date.fromordinal(math.floor(jd + 0.5 + 7 / 24) - 1721425)


def day_of_term(year, degrees, start):
    """The day at UTC+7 on which the sun reaches `degrees`, looked for from `start` on."""
    day = start
    while (sun_longitude(jd_of_local_midnight(day + DAY)) - degrees + 180) % 360 - 180 < 0:
        day += DAY
    return day


def month_start_holding(day):
    """The day on which the lunar month that holds `day` begins."""
    k = round((day.toordinal() + 1721424.5 - 2451550) / 29.530588861) + 1
    while local_day(new_moon_ut(k)) > day:
        k -= 1
    return local_day(new_moon_ut(k))


def tet(year):
    return month_start_holding(day_of_term(year, 330, date(year, 2, 10)))  # month 1 holds Vũ thủy


def hung_kings(year):
    return month_start_holding(day_of_term(year, 30, date(year, 4, 10))) + 9 * DAY  # month 3 holds Cốc vũ


# -------------------------------------------------------------- public holidays

# Days off by decision, weekends beside them not repeated; and Saturdays worked instead.
DECIDED = {
    2018: ["01-01", "02-14..02-20", "04-25", "04-30..05-01", "09-03", "12-31"],
    2019: ["01-01", "02-04..02-08", "04-15", "04-29..05-01", "09-02"],
    2020: ["01-01", "01-23..01-29", "04-02", "04-30..05-01", "09-02"],
    2021: ["01-01", "02-10..02-16", "04-21", "04-30", "05-03", "09-02..09-03"],
    2022: ["01-03", "01-31..02-04", "04-11", "05-02..05-03", "09-01..09-02"],
    2023: ["01-02", "01-20..01-26", "05-01..05-03", "09-01", "09-04"],
    2024: ["01-01", "02-08..02-14", "04-18", "04-29..05-01", "09-02..09-03"],
    2025: ["01-01", "01-27..01-31", "04-07", "04-30..05-02", "09-01..09-02"],
    2026: ["01-01..01-02", "02-16..02-20", "04-27", "04-30..05-01", "08-31..09-02", "11-24"],
}
WORKED = {date(2019, 1, 5), date(2019, 5, 4), date(2024, 5, 4), date(2025, 4, 26), date(2026, 1, 10), date(2026, 8, 22)}


def decided_days(year):
    days = set()
    for item in DECIDED[year]:
        first, _, last = item.partition("..")
        day = date.fromisoformat(f"{year}-{first}")
        while day <= date.fromisoformat(f"{year}-{last or first}"):
            days.add(day)
            day += DAY
    return days


def certain_days(year):
    """Off under each of the choices that the law leaves: one or two days before Tết, 1 or 3 September."""
    certain = None
    for before in (1, 2):
        for national in (1, 2):
            days = {date(year, 1, 1), date(year, 4, 30), date(year, 5, 1), hung_kings(year)}
            days |= {tet(year) + n * DAY for n in range(-before, 5 - before)}
            days |= {date(year, 9, national), date(year, 9, national + 1)}
            for day in sorted(days):
                if day.weekday() >= 5:
                    instead = day
                    while instead.weekday() >= 5 or instead in days:
                        instead += DAY
                    days.add(instead)
            certain = days if certain is None else certain & days
    return certain | {date(year, 11, 24)}  # Resolution 28/2026/QH16; outside the Code, so never made good


HOLIDAYS = set()
for year in range(2017, 2033):
    if year in DECIDED:
        HOLIDAYS |= decided_days(year)
    elif year > 2026:
        HOLIDAYS |= certain_days(year)
# The core days themselves, where they fall on a weekend: a run of days off that holds one is a holiday's.
CORE = set()
for year in range(2018, 2033):
    CORE |= {date(year, 1, 1), date(year, 4, 30), date(year, 5, 1), date(year, 9, 2), tet(year), hung_kings(year)}
    if year >= 2026:
        CORE.add(date(year, 11, 24))


def off(day):
    return day not in WORKED and (day.weekday() >= 5 or day in HOLIDAYS)


def holiday_window(day):
    """(last working day before, first working day after) if a union of holidays begins the day after `day`."""
    if off(day) or not off(day + DAY):
        return None
    end = day + DAY
    held = False
    while off(end):
        held = held or end in HOLIDAYS or end in CORE
        end += DAY
    return (day, end) if held else None


# ------------------------------------------------------- what the documents say

def quarter(day):
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return first, month_end(first.year, first.month + 2)


def half(day):
    first = date(day.year, 1 if day.month <= 6 else 7, 1)
    return first, month_end(first.year, first.month + 5)


def whole(day):
    return date(day.year, 1, 1), date(day.year, 12, 31)


def month_end(year, month):
    return (date(year, month + 1, 1) if month < 12 else date(year + 1, 1, 1)) - DAY


def before(month_days):
    return lambda tomorrow: (tomorrow.month, tomorrow.day) in month_days


KG, TH, HU, DN = date(2018, 9, 13), date(2015, 10, 19), date(2019, 8, 9), date(2024, 1, 3)
TT20, DECREES_2026 = date(2017, 11, 1), date(2026, 8, 19)

# KG 1.1: "hoàn thành trong tháng 11/2018", read as all three. HU 2.1: ranks of 2019 and 2020.
ONCE = {
    "KG-1.1a.merge": (KG, date(2018, 11, 30)),
    "KG-1.1b.classify": (KG, date(2018, 11, 30)),
    "KG-1.1b.approve": (KG, date(2018, 11, 30)),
    "KG-1.1c.plan": (KG, date(2018, 11, 30)),
    "HU-2.1b.raise": (HU, date(2020, 12, 31)),
}

# "trước ngày": the day before is the last day in time.
BEFORE = {
    "KG-1.5b.quarterly": (KG, quarter, before({(3, 20), (6, 20), (9, 20), (12, 20)})),
    "HU-1.5b.yearly": (HU, whole, before({(12, 5)})),
    "HU-2.7.yearly": (HU, whole, before({(12, 14)})),
    "HU-2.8.half_yearly": (HU, half, before({(6, 14), (12, 14)})),
    # The response network: six months before 20 June, the year before 15 December.
    "TT20-M5.half_yearly": (TT20, half, before({(6, 20), (12, 15)})),
    # The decrees of 2026: unit and operator to the owner, the owner to the ministry, systems of national security.
    "NĐ331-35.specialised": (DECREES_2026, whole, before({(12, 20)})),
    "NĐ331-35.operator": (DECREES_2026, whole, before({(12, 20)})),
    "NĐ331-36.owner": (DECREES_2026, whole, before({(12, 25)})),
    "NĐ333-8.5b.yearly": (DECREES_2026, whole, before({(10, 1)})),
}
# What does not bind any more: a period that begins after this day is none of it.
ENDED = {"TT20-M5.half_yearly": date(2026, 6, 30)}

# A period is named and no day: the period's last day.
PERIOD_END = {
    "TH-3.c.plan": (TH, whole),
    "TH-8.half_yearly": (TH, half),
    "TH-8.yearly": (TH, whole),
    "HU-1.7.yearly": (HU, whole),
    "HU-2.2b.publish": (HU, whole),
    # The documents say "regularly" or "periodically"; these periods are the province's own.
    "KG-1.5a.inspect": (KG, whole),
    "KG-1.6.awareness": (KG, half),
    "KG-1.6.training": (KG, whole),
    "KG-2.2.sign": (KG, quarter),
    "TH-1.b2.assess": (TH, whole),
    "TH-1.c2.sign": (TH, quarter),
    "TH-5.fund": (TH, whole),
    "HU-1.5a.assess": (HU, whole),
    "ĐN-2.1b.look_up": (DN, quarter),
    "ĐN-2.3.review": (DN, quarter),
}

HOLIDAY = {"ĐN-1.4.roster": DN}  # 24/7 on site over each holiday


def due_on(day):
    """{(duty, period_from, period_to)} whose last day in time is `day`."""
    due = set()
    for duty, (since, last) in ONCE.items():
        if day == last and day >= since:
            due.add((duty, since, last))
    for duty, (since, period, is_limit) in BEFORE.items():
        if day >= since and is_limit(day + DAY) and period(day)[0] <= ENDED.get(duty, LAST):
            due.add((duty, *period(day)))
    for duty, (since, period) in PERIOD_END.items():
        if day >= since and day == period(day)[1]:
            due.add((duty, *period(day)))
    for duty, since in HOLIDAY.items():
        window = holiday_window(day) if day >= since else None
        if window:
            due.add((duty, *window))
    return due


# ------------------------------------------------------------------- comparing


def expected():
    day, found = FIRST, {}
    while day <= LAST:
        found[day] = due_on(day)
        day += DAY
    return found


def engine(khien):
    out = subprocess.run([khien, "law", "deadlines", "--from", FIRST.isoformat(), "--to", LAST.isoformat(), "--json"],
                         check=True, capture_output=True, text=True, timeout=120).stdout
    found = {}
    for line in out.splitlines():
        one = json.loads(line)
        found.setdefault(date.fromisoformat(one["due"]), set()).add(
            (one["duty"], date.fromisoformat(one["period_from"]), date.fromisoformat(one["period_to"])))
    return found


def windows_differ(khien):
    """The calendar's duty windows of each year against ours."""
    differences = []
    for year in range(FIRST.year, LAST.year + 1):
        out = subprocess.run([khien, "calendar", "--year", str(year), "--json"], check=True, capture_output=True,
                             text=True, timeout=60).stdout
        calendar = json.loads(out)
        if calendar["lunar"] != {"tet": tet(year).isoformat(), "hung_kings": hung_kings(year).isoformat()}:
            differences.append(f"{year}: lunar {calendar['lunar']}, expected {tet(year)}, {hung_kings(year)}")
        theirs = {(w["from"], w["to"]) for w in calendar["windows"] if w["first_off"][:4] == str(year)}
        ours, day = set(), date(year, 1, 1) - DAY
        while day < date(year, 12, 31):
            window = holiday_window(day)
            if window:
                ours.add((f"{window[0]}T17:00:00+07:00", f"{window[1]}T07:30:00+07:00"))
            day += DAY
        for window in sorted(theirs ^ ours):
            differences.append(f"{year}: window {window} only in the {'engine' if window in theirs else 'oracle'}")
    return differences


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--khien")
    parser.add_argument("--print", action="store_true")
    arguments = parser.parse_args()
    ours = expected()
    if arguments.print:
        for day, due in ours.items():
            for duty, first, last in sorted(due):
                print(day, duty, first, last)
        return 0
    theirs = engine(arguments.khien)
    differences = windows_differ(arguments.khien)
    for day in sorted(ours.keys() | theirs.keys()):
        for one in sorted(ours.get(day, set()) - theirs.get(day, set())):
            differences.append(f"{day}: {one[0]} ({one[1]}..{one[2]}) is due, the engine does not say so")
        for one in sorted(theirs.get(day, set()) - ours.get(day, set())):
            differences.append(f"{day}: the engine says {one[0]} ({one[1]}..{one[2]}) is due")
    for difference in differences[:50]:
        print(difference)
    count = sum(len(due) for due in ours.values())
    print(f"{(LAST - FIRST).days + 1} days, {count} deadlines, {len(differences)} differences")
    if count < 300:
        print("too few: the oracle itself is broken")
        return 1
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
