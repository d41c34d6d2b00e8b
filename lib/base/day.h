/* SPDX-License-Identifier: MIT */
/*
 * day - civil dates (nights are named by them) and instants.
 *
 * A day counts from 1970-01-01 in the proleptic Gregorian calendar; the arithmetic is Howard
 * Hinnant's days_from_civil ("chrono-Compatible Low-Level Date Algorithms").
 * An instant counts milliseconds since 1970-01-01T00:00:00Z.
 */
#ifndef BASE_DAY_H
#define BASE_DAY_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int32_t day_t;
typedef int64_t instant_t;

#define DAY_TEXT     sizeof("2027-05-05")
#define INSTANT_TEXT sizeof("2027-05-05T00:00:00.000Z")
#define MOMENT_TEXT  sizeof("2027-05-05 14:32 (UTC+09:00)")

/* Makes a day of year (1 to 9999), month and day of month. ERR_INVALID if no such day exists. */
MUST_CHECK enum err day_make(int year, int month, int mday, day_t *ret_day);

/* Reads "2027-05-05" or "20270505", nothing before or after it. ERR_INVALID. */
MUST_CHECK enum err day_parse(const char *text, day_t *ret_day);

/* Writes "2027-05-05" and returns text. */
const char *day_format(day_t day, char text[DAY_TEXT]);

/* Whether it is the name of a zone of the IANA database such as "Asia/Seoul", exactly, and the system has
 * its rules (Debian package tzdata). Other files of that package, "zone.tab" or "posix/Asia/Seoul", are
 * none: browsers, which show the hotel's days, know the names of the database only. */
bool timezone_exists(const char *zone);

/* Makes a time zone that of the process, for day_at(). Once, before there are threads. ERR_INVALID:
 * it does not exist. */
MUST_CHECK enum err timezone_use(const char *zone);

/* The date that the clocks of the process's time zone show at an instant. */
day_t day_at(instant_t instant);

/* The instant at which a date begins by those clocks. */
instant_t day_begin(day_t day);

/* The instant now, by the system's clock. For what is shown and logged: deadlines use
 * monotonic_ms() of clock.h, and what decides about money or nights uses the database's clock. */
instant_t instant_now(void);

/* Writes RFC 3339 in UTC with milliseconds and returns text. */
const char *instant_format(instant_t instant, char text[INSTANT_TEXT]);

/*
 * Writes an instant for people, in the process's time zone, which is always named: "2027-05-05 14:32
 * KST", or "2027-05-05 14:32 (UTC-03:00)" where the zone's abbreviation is no word. Returns text.
 */
const char *instant_format_local(instant_t instant, char text[MOMENT_TEXT]);

/* Reads what instant_format() writes. ERR_INVALID. */
MUST_CHECK enum err instant_parse(const char *text, instant_t *ret_instant);

#endif
