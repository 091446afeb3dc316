#!/usr/bin/env python3
"""By when an incident of each day from 2017 to 2030 is to be reported, worked out slowly and a second time.

Shares nothing with the engine but the names by which the answers are joined. From the documents, written down by hand:

  until 31/10/2017   a duty; no rule on time is known
  from 1/11/2017     5 days after detection, to the end of the fifth (Circular 20/2017)
  from 1/7/2023      and 72 hours for personal data (Decree 13/2023; from 1/1/2026 Law 91/2025)
  1/7 - 18/8/2026    a duty, no number; the 72 hours for personal data go on
  from 19/8/2026     at once where a system is seriously interrupted, 24 hours where serious, 72 hours always (Decree 331/2026)

  clocks_oracle.py --khien build/release/bin/khien    compares; exit 1 on any difference
"""
import argparse
import json
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))
TIMES = [(0, 0, 0), (7, 29, 59), (12, 0, 0), (23, 59, 59)]
ASKED = [("low", False), ("medium", True), ("high", False), ("critical", True), ("serious", False)]


def end_of_day_after(moment, days):
    day = moment
    for _ in range(days):
        day += timedelta(days=1)
    return day.replace(hour=23, minute=59, second=59)


def expected(moment, severity, personal_data):
    day = (moment.year, moment.month, moment.day)
    clocks = {}
    if day < (2017, 11, 1):
        return {"duty": None}
    if day < (2026, 7, 1):
        clocks["notice"] = end_of_day_after(moment, 5)
    elif day < (2026, 8, 19):
        clocks["duty"] = None
    else:
        if severity == "critical":
            clocks["preliminary"] = moment
        if severity in ("high", "critical", "serious"):
            clocks["initial"] = moment + timedelta(hours=24)
        clocks["report"] = moment + timedelta(hours=72)
    if personal_data and day >= (2023, 7, 1):
        clocks["personal_data_notice"] = moment + timedelta(hours=72)
    return clocks


def every_question():
    moment = datetime(2017, 1, 1, tzinfo=VIETNAM)
    number = 0
    while moment.year < 2031:
        hour, minute, second = TIMES[number % len(TIMES)]
        for severity, personal_data in ASKED:
            yield moment.replace(hour=hour, minute=minute, second=second), severity, personal_data
        moment += timedelta(days=1)
        number += 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--khien", required=True)
    khien = parser.parse_args().khien
    questions = list(every_question())
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as rows:
        for moment, severity, personal_data in questions:
            rows.write(f"{moment.isoformat()}\t{severity}" + ("\tpersonal-data" if personal_data else "") + "\n")
        rows.flush()
        answers = subprocess.run([khien, "incident", "clocks", "--batch", rows.name], check=True, capture_output=True, text=True).stdout.splitlines()
    wrong = 0
    if len(answers) != len(questions):
        sys.exit(f"{len(questions)} questions, {len(answers)} answers")
    for (moment, severity, personal_data), line in zip(questions, answers):
        told = {clock["id"]: clock["due"] and datetime.fromisoformat(clock["due"]) for clock in json.loads(line)["clocks"]}
        wanted = expected(moment, severity, personal_data)
        if told != wanted:
            wrong += 1
            if wrong <= 10:
                print(f"{moment} {severity} {personal_data}: told {told}, wanted {wanted}")
    print(f"{len(questions) - wrong} right, {wrong} wrong")
    sys.exit(1 if wrong else 0)


main()
