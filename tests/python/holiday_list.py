"""Prints the days of Poland from FIRST year to LAST year as the PyPI package `holidays` knows them.

    holiday_list.py FIRST LAST

One line a day, three columns with a tab between: the day, WORKING or FREE in a week of Monday to Friday, and the Polish
name of the public holiday or nothing. The first line is the version of the package.
"""

import datetime
import sys

import holidays


def main():
    """Writes the list."""
    first, last = int(sys.argv[1]), int(sys.argv[2])
    poland = holidays.country_holidays("PL", years=range(first, last + 1), language="pl")
    print(holidays.__version__)
    day = datetime.date(first, 1, 1)
    while day.year <= last:
        print(day.isoformat(), "WORKING" if poland.is_working_day(day) else "FREE", poland.get(day, ""), sep="\t")
        day += datetime.timedelta(days=1)


if __name__ == "__main__":
    main()
