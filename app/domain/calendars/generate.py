#!/usr/bin/env python3
"""Writes holidays.json, the public holidays behind every calendar, from PyPI's `holidays`.

    python3 -m venv target/holidays && target/holidays/bin/pip install holidays==0.109
    target/holidays/bin/python app/domain/calendars/generate.py

The version of the package is written into the file and from there into every computed deadline. After an
upgrade read the diff: a changed past date is a correction that may only lengthen windows that are still open.
"""

import json
import pathlib

import holidays

FIRST_YEAR, LAST_YEAR = 2020, 2040

# Only days on which the whole country is closed. Saturdays and Sundays are never listed for their own sake.
CALENDARS = {
    "NO": ("NO", ["public"], ()),
    # with Midsummer Eve and Christmas Eve, as in the Finnish Act 150/1930
    "FI": ("FI", ["public"], ()),
    "FI-NO-EVES": ("FI", ["public"], ("Midsummer Eve", "Christmas Eve")),
    # with Midsummer Eve, Christmas Eve and New Year's Eve, which are closed in fact
    "SE": ("SE", ["public", "de_facto"], ()),
    "DK": ("DK", ["public"], ()),
    # nationwide holidays only: a state's own are the publisher's overrides
    "DE": ("DE", ["public"], ()),
    "FR": ("FR", ["public"], ()),
    "IE": ("IE", ["public"], ()),
    "NL": ("NL", ["public"], ()),
    "WEEKEND": (None, [], ()),
}


def dates(country, categories, without):
    if country is None:
        return {}
    found = holidays.country_holidays(
        country, years=range(FIRST_YEAR, LAST_YEAR + 1), categories=categories, language="en_US"
    )
    return {
        day.isoformat(): name
        for day, name in sorted(found.items())
        if FIRST_YEAR <= day.year <= LAST_YEAR and name not in without
    }


def main():
    table = {
        "source": "PyPI holidays (MIT), https://pypi.org/project/holidays/",
        "version": f"holidays-{holidays.__version__}",
        "first_year": FIRST_YEAR,
        "last_year": LAST_YEAR,
        "calendars": {name: dates(*rule) for name, rule in CALENDARS.items()},
    }
    path = pathlib.Path(__file__).with_name("holidays.json")
    path.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(path, table["version"], {name: len(days) for name, days in table["calendars"].items()})


if __name__ == "__main__":
    main()
