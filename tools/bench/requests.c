/* SPDX-License-Identifier: MIT */
#include "tools/bench/requests.h"

#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NIGHTS         3
#define FIRST_DAY      2   /* days from today: tomorrow may be today elsewhere */
#define STAYS_A_ROOM   120 /* of three nights, within the 365 days that one may book ahead */
#define SEARCH_DAYS    300
#define SEARCH_NIGHTS  7
#define SEARCH_GUESTS  4
#define PRICES         10
#define PRICE_STEP     20000
#define BODY_SIZE      512
#define SPREAD         7919u /* a prime: neighbours ask for different days and guests */
#define MALFORMED_BODY "{\"roomId\":"

typedef enum err request_maker(const struct request_plan *plan, uint64_t n, struct buf *buf);

static enum err
get(const struct request_plan *plan, const char *path, struct buf *buf)
{
	return buf_addf(buf, "GET %s HTTP/1.1\r\nHost: %s\r\nAccept: application/json\r\n\r\n",
	                path, plan->host);
}

static enum err
post(const struct request_plan *plan, const char *path, const char *body, struct buf *buf)
{
	return buf_addf(buf,
	                "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n"
	                "Content-Length: %zu\r\n\r\n%s",
	                path, plan->host, strlen(body), body);
}

/* All values are numbers and days, so nothing has to be escaped, and no JSON object is made for each request:
 * what the client uses of the processor is missing where it is measured. */
static enum err
book_make(const struct request_plan *plan, uint64_t n, struct buf *buf)
{
	char body[BODY_SIZE], start[DAY_TEXT], end[DAY_TEXT];
	const uint64_t room = plan->first_room + n % plan->rooms;
	const uint64_t guest = plan->first_guest + n % plan->guests;
	const day_t first =
		plan->today + FIRST_DAY + (day_t)(n / plan->rooms % STAYS_A_ROOM) * NIGHTS;
	snprintf(body, sizeof(body),
	         "{\"roomId\":%" PRIu64
	         ",\"startDate\":\"%s\",\"endDate\":\"%s\",\"guestId\":%" PRIu64
	         ",\"name\":\"Kim Hana\",\"email\":\"kim%" PRIu64 "@example.com\"}",
	         room, day_format(first, start), day_format(first + NIGHTS, end), guest, guest);
	return post(plan, "/books", body, buf);
}

static day_t
search_first_day(const struct request_plan *plan, uint64_t n)
{
	return plan->today + FIRST_DAY + (day_t)(n * SPREAD % SEARCH_DAYS);
}

static enum err
search_make(const struct request_plan *plan, uint64_t n, struct buf *buf)
{
	char path[BODY_SIZE], start[DAY_TEXT], end[DAY_TEXT];
	const day_t first = search_first_day(plan, n);
	snprintf(path, sizeof(path), "/rooms?startDate=%s&endDate=%s&sort=price",
	         day_format(first, start), day_format(first + 1 + (day_t)(n % SEARCH_NIGHTS), end));
	return get(plan, path, buf);
}

static enum err
filtered_make(const struct request_plan *plan, uint64_t n, struct buf *buf)
{
	char path[BODY_SIZE], start[DAY_TEXT], end[DAY_TEXT];
	const day_t first = search_first_day(plan, n);
	snprintf(path, sizeof(path),
	         "/rooms?startDate=%s&endDate=%s&sort=price,desc&guests=%" PRIu64
	         "&maxPrice=%" PRIu64,
	         day_format(first, start), day_format(first + 1 + (day_t)(n % SEARCH_NIGHTS), end),
	         1 + n % SEARCH_GUESTS, PRICE_STEP * (1 + n % PRICES));
	return get(plan, path, buf);
}

static enum err
own_make(const struct request_plan *plan, uint64_t n, struct buf *buf)
{
	char path[BODY_SIZE];
	snprintf(path, sizeof(path), "/mypages?guestId=%" PRIu64,
	         plan->first_guest + n * SPREAD % plan->guests);
	return get(plan, path, buf);
}

static enum err
malformed_make(const struct request_plan *plan, uint64_t n, struct buf *buf)
{
	(void)n;
	return post(plan, "/books", MALFORMED_BODY, buf);
}

static enum err
path_make(const struct request_plan *plan, uint64_t n, struct buf *buf)
{
	(void)n;
	return get(plan, plan->path, buf);
}

static const struct {
	const char *name;
	unsigned good;
	request_maker *make;
} kinds[REQUEST_MAX] = {
	[REQUEST_BOOK] = {"book", 201, book_make},
	[REQUEST_SEARCH] = {"search", 200, search_make},
	[REQUEST_FILTERED] = {"filtered", 200, filtered_make},
	[REQUEST_OWN] = {"own", 200, own_make},
	[REQUEST_MALFORMED] = {"malformed", 400, malformed_make},
	[REQUEST_PATH] = {"path", 200, path_make},
};

enum err
request_kind_parse(const char *name, enum request_kind *ret_kind)
{
	for (unsigned i = 0; i < REQUEST_MAX; i++)
		if (strcmp(kinds[i].name, name) == 0) {
			*ret_kind = (enum request_kind)i;
			return OK;
		}
	return ERR_INVALID;
}

unsigned
request_good_status(enum request_kind kind)
{
	return kinds[kind].good;
}

enum err
request_make(const struct request_plan *plan, uint64_t n, struct buf *buf)
{
	buf_reset(buf);
	return kinds[plan->kind].make(plan, n, buf);
}
