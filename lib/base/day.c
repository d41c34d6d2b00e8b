/* SPDX-License-Identifier: MIT */
/* day - civil dates and instants. */
#include "base/day.h"

#include "base/mem.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const int MS_PER_S = 1000;
static const int64_t MS_PER_DAY = 86400000;

#define ZONES            "/usr/share/zoneinfo/"
#define ZONE_LETTERS_MAX 5 /* the longest of tzdata have four: CEST, NZDT */

static int
days_in_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	return month == 2 && ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0)
	               ? 29
	               : days[month - 1];
}

enum err
day_make(int year, int month, int mday, day_t *ret_day)
{
	if (year < 1 || year > 9999 || month < 1 || month > 12 || mday < 1 ||
	    mday > days_in_month(year, month))
		return ERR_INVALID;
	int y = month <= 2 ? year - 1 : year;
	int era = (y >= 0 ? y : y - 399) / 400;
	int year_of_era = y - era * 400;
	int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + mday - 1;
	int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	*ret_day = era * 146097 + day_of_era - 719468;
	return OK;
}

static void
day_split(day_t day, int *ret_year, int *ret_month, int *ret_mday)
{
	int z = day + 719468;
	int era = (z >= 0 ? z : z - 146096) / 146097;
	int day_of_era = z - era * 146097;
	int year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int month_from_march = (5 * day_of_year + 2) / 153;
	*ret_mday = day_of_year - (153 * month_from_march + 2) / 5 + 1;
	*ret_month = month_from_march + (month_from_march < 10 ? 3 : -9);
	*ret_year = year_of_era + era * 400 + (*ret_month <= 2 ? 1 : 0);
}

/* Reads exactly n digits at text. Returns -1 where something else stands. */
static int
digits(const char *text, int n)
{
	int value = 0;
	for (int i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

enum err
day_parse(const char *text, day_t *ret_day)
{
	size_t len = strlen(text);
	bool dashed = len == 10 && text[4] == '-' && text[7] == '-';
	if (!dashed && len != 8)
		return ERR_INVALID;
	int year = digits(text, 4);
	int month = digits(text + (dashed ? 5 : 4), 2);
	int mday = digits(text + (dashed ? 8 : 6), 2);
	return day_make(year, month, mday, ret_day);
}

/* Writes so many decimal digits of a number, the last ones, and returns where the text goes on. Lists of answers
 * are full of dates, and printf takes ten times as long. */
static char *
digits_write(char *at, int digits, unsigned number)
{
	for (int i = digits; i-- > 0; number /= 10)
		at[i] = (char)('0' + number % 10);
	return at + digits;
}

static char *
date_write(char *at, day_t day)
{
	int year, month, mday;
	day_split(day, &year, &month, &mday);
	at = digits_write(at, 4, (unsigned)year);
	*at++ = '-';
	at = digits_write(at, 2, (unsigned)month);
	*at++ = '-';
	return digits_write(at, 2, (unsigned)mday);
}

const char *
day_format(day_t day, char text[DAY_TEXT])
{
	*date_write(text, day) = '\0';
	return text;
}

/* Whether a line of tzdata.zi defines the zone ("Z Asia/Seoul ...") or a link to one ("L Asia/Seoul
 * ROK"). */
static bool
line_names(const char *line, const char *zone)
{
	const char *name = line + 2;
	if (strncmp(line, "Z ", 2) != 0 && strncmp(line, "L ", 2) != 0)
		return false;
	if (*line == 'L')
		name += strcspn(name, " ") + 1;
	const size_t n = strcspn(name, " \n");
	return strlen(zone) == n && strncmp(name, zone, n) == 0;
}

bool
timezone_exists(const char *zone)
{
	char path[256];
	CLEANUP(free_p) char *line = NULL;
	size_t size = 0;
	bool is_listed = false;
	int n = snprintf(path, sizeof(path), ZONES "%s", zone);
	if (n < 0 || (size_t)n >= sizeof(path) || access(path, R_OK) != 0 ||
	    strcmp(zone, "Factory") == 0) /* a machine whose zone nobody has set */
		return false;
	FILE *file = fopen(ZONES "tzdata.zi", "re");
	if (!file)
		return false;
	while (!is_listed && getline(&line, &size, file) > 0)
		is_listed = line_names(line, zone);
	fclose(file);
	return is_listed;
}

enum err
timezone_use(const char *zone)
{
	if (!timezone_exists(zone))
		return ERR_INVALID;
	if (setenv("TZ", zone, 1))
		return ERR_MEMORY;
	tzset();
	return OK;
}

day_t
day_at(instant_t instant)
{
	time_t seconds = (time_t)(instant / MS_PER_S);
	struct tm local;
	day_t day = 0;
	if (!localtime_r(&seconds, &local) ||
	    day_make(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday, &day) != OK)
		return 0; /* only for years past 9999 */
	return day;
}

instant_t
day_begin(day_t day)
{
	struct tm local = {.tm_isdst = -1};
	day_split(day, &local.tm_year, &local.tm_mon, &local.tm_mday);
	local.tm_year -= 1900;
	local.tm_mon--;
	return (instant_t)mktime(&local) * MS_PER_S;
}

instant_t
instant_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (instant_t)now.tv_sec * MS_PER_S + now.tv_nsec / 1000000;
}

const char *
instant_format(instant_t instant, char text[INSTANT_TEXT])
{
	int64_t day = instant / MS_PER_DAY, ms = instant % MS_PER_DAY;
	if (ms < 0) {
		ms += MS_PER_DAY;
		day--;
	}
	char *at = date_write(text, (day_t)day);
	*at++ = 'T';
	at = digits_write(at, 2, (unsigned)(ms / 3600000));
	*at++ = ':';
	at = digits_write(at, 2, (unsigned)(ms / 60000 % 60));
	*at++ = ':';
	at = digits_write(at, 2, (unsigned)(ms / MS_PER_S % 60));
	*at++ = '.';
	at = digits_write(at, 3, (unsigned)(ms % MS_PER_S));
	*at++ = 'Z';
	*at = '\0';
	return text;
}

/* "KST"; "" where the time zone database has a number in place of an abbreviation. */
static const char *
zone_word(const struct tm *local)
{
	const char *zone = local->tm_zone ? local->tm_zone : "";
	size_t letters = strspn(zone, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	return zone[letters] || letters > ZONE_LETTERS_MAX ? "" : zone;
}

const char *
instant_format_local(instant_t instant, char text[MOMENT_TEXT])
{
	/* Rounded down, also before 1970. */
	time_t seconds = (time_t)(instant / MS_PER_S - (instant % MS_PER_S < 0));
	struct tm local;
	*text = '\0';
	if (!localtime_r(&seconds, &local))
		return text; /* only for years that no struct tm has */
	size_t n = strftime(text, MOMENT_TEXT, "%Y-%m-%d %H:%M ", &local);
	if (*zone_word(&local)) {
		snprintf(text + n, MOMENT_TEXT - n, "%s", zone_word(&local));
		return text;
	}
	unsigned minutes = (unsigned)labs(local.tm_gmtoff) / 60;
	snprintf(text + n, MOMENT_TEXT - n, "(UTC%c%02u:%02u)", local.tm_gmtoff < 0 ? '-' : '+',
	         minutes / 60 % 100, minutes % 60);
	return text;
}

enum err
instant_parse(const char *text, instant_t *ret_instant)
{
	day_t day;
	if (strlen(text) != INSTANT_TEXT - 1 || text[4] != '-' || text[7] != '-' ||
	    text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != '.' ||
	    text[23] != 'Z')
		return ERR_INVALID;
	enum err err = day_make(digits(text, 4), digits(text + 5, 2), digits(text + 8, 2), &day);
	int hour = digits(text + 11, 2), minute = digits(text + 14, 2);
	int second = digits(text + 17, 2), ms = digits(text + 20, 3);
	if (err != OK || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
	    second > 59 || ms < 0)
		return ERR_INVALID;
	*ret_instant = (instant_t)day * MS_PER_DAY +
	               ((hour * 60 + minute) * 60 + second) * (instant_t)MS_PER_S + ms;
	return OK;
}
