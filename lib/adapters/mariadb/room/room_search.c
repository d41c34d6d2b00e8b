/* SPDX-License-Identifier: MIT */
/* room_search - searches rooms by their free nights. */
#include "adapters/mariadb/room/room_search.h"

#include "adapters/mariadb/listing.h"
#include "adapters/mariadb/projection.h"
#include "adapters/mariadb/room/room_change.h"
#include "adapters/mariadb/room/room_row.h"
#include "adapters/unicode/unicode.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

enum {
	STAY_TAKE,
	ROOM_EXISTS,
	ROOM_STAYS,
	SEARCH_COUNT, /* of all rooms; of those with a text; of those free; of those with both */
	SEARCH_COUNT_TEXT,
	SEARCH_COUNT_FREE,
	SEARCH_COUNT_FREE_TEXT,
	SEARCH_COUNT_CHOICE, /* of those that are free for a stay of a choice */
	SEARCH_LIST,         /* the first of the sorts, each ascending and descending */
	SEARCH_LIST_CHOICE = SEARCH_LIST + 2 * ROOM_SORT_MAX, /* the same of a choice */
};

/* ---- statements ---- */

struct taken_stay {
	uint64_t book_id, sequence, room_id;
	struct stay stay;
	bool taken;
};

static const struct db_field taken_stay_fields[] = {
	DB_FIELD(struct taken_stay, book_id),  DB_FIELD(struct taken_stay, sequence),
	DB_FIELD(struct taken_stay, room_id),  DB_FIELD(struct taken_stay, stay.start),
	DB_FIELD(struct taken_stay, stay.end), DB_FIELD(struct taken_stay, taken),
};

/* The stays of a room that share a night with a range. None of them starts before `earliest`, which
 * bounds the part of the index that is read, however many bookings a room has had. */
struct overlap {
	uint64_t room_id;
	day_t earliest;
	struct stay with;
};

static const struct db_field overlap_fields[] = {
	DB_FIELD(struct overlap, room_id),
	DB_FIELD(struct overlap, earliest),
	DB_FIELD(struct overlap, with.end),
	DB_FIELD(struct overlap, with.start),
};

static const struct db_field stay_fields[] = {
	DB_FIELD(struct stay, start),
	DB_FIELD(struct stay, end),
};

/* Every character of a text can be a wildcard of LIKE that has to be escaped. */
#define PATTERN_SIZE (2 * TEXT_SIZE(ROOM_NAME_CHARS) + 2)
#define ESCAPE       '|'

#define CHOICE_SIZE (STAY_CHOICES_MAX * sizeof("['2027-05-05','2027-05-08'],") + 3)

struct search_args {
	enum room_status status;
	uint64_t room_id;
	uint32_t guests;
	money_t max_price;
	char city[TEXT_SIZE(ROOM_CITY_CHARS)];
	char pattern[PATTERN_SIZE];
	/* Rooms that an earlier version stored may have decomposed texts, which no collation compares
	 * as equal. The same city again, and the pattern "", where this form is not another one. */
	char city_decomposed[ROOM_DECOMPOSED_SIZE];
	char pattern_decomposed[2 * ROOM_DECOMPOSED_SIZE + 2];
	bool of_host, with_stay;
	uint64_t host_id;
	day_t earliest;
	struct stay stay;
	char choice[CHOICE_SIZE]; /* stays as JSON: [["2027-05-05", "2027-05-08"], ...] */
	struct window window;
};

#define BUSY_FIELDS                                                                     \
	DB_FIELD(struct search_args, earliest), DB_FIELD(struct search_args, stay.end), \
		DB_FIELD(struct search_args, stay.start)
#define FILTER_FIELDS                                                                          \
	DB_ENUM(struct search_args, status, room_status_name, ROOM_STATUS_MAX),                \
		DB_FIELD(struct search_args, room_id), DB_FIELD(struct search_args, room_id),  \
		DB_FIELD(struct search_args, guests), DB_FIELD(struct search_args, max_price), \
		DB_FIELD(struct search_args, city), DB_FIELD(struct search_args, city),        \
		DB_FIELD(struct search_args, city_decomposed),                                 \
		DB_FIELD(struct search_args, of_host), DB_FIELD(struct search_args, host_id)
#define TEXT_FIELDS                                                                           \
	DB_FIELD(struct search_args, pattern), DB_FIELD(struct search_args, pattern),         \
		DB_FIELD(struct search_args, pattern), DB_FIELD(struct search_args, pattern), \
		DB_FIELD(struct search_args, pattern_decomposed),                             \
		DB_FIELD(struct search_args, pattern_decomposed),                             \
		DB_FIELD(struct search_args, pattern_decomposed),                             \
		DB_FIELD(struct search_args, pattern_decomposed)

static const struct db_field count_fields[] = {FILTER_FIELDS};
static const struct db_field count_text_fields[] = {FILTER_FIELDS, TEXT_FIELDS};
static const struct db_field count_free_fields[] = {BUSY_FIELDS, FILTER_FIELDS};
static const struct db_field count_free_text_fields[] = {BUSY_FIELDS, FILTER_FIELDS, TEXT_FIELDS};
static const struct db_field count_choice_fields[] = {FILTER_FIELDS, TEXT_FIELDS,
                                                      DB_FIELD(struct search_args, choice)};
static const struct db_field list_choice_fields[] = {FILTER_FIELDS, TEXT_FIELDS,
                                                     DB_FIELD(struct search_args, choice),
                                                     DB_WINDOW(struct search_args, window)};
static const struct db_field list_fields[] = {FILTER_FIELDS, TEXT_FIELDS,
                                              DB_FIELD(struct search_args, with_stay), BUSY_FIELDS,
                                              DB_WINDOW(struct search_args, window)};

/* clang-format off */
#define OVERLAPS "t.taken = TRUE AND t.start_date > ? AND t.start_date < ? AND t.end_date > ?"
#define FILTERS                                                                       \
	" r.status = ? AND (? = 0 OR r.id = ?) AND r.capacity >= ? AND r.price <= ?"                     \
	" AND (? = '' OR r.city IN (?, ?)) AND (? = FALSE OR r.host_id = ?)"
#define HAS_TEXT                                                                      \
	"r.name LIKE ? ESCAPE '|' OR r.city LIKE ? ESCAPE '|' OR r.description LIKE ? ESCAPE '|'"
#define WITH_TEXT                                                                     \
	" AND (? = '' OR " HAS_TEXT " OR (? <> '' AND (" HAS_TEXT ")))"

/* A page checks each of its few rooms; a count joins all busy rooms once. The indices are named
 * because the optimizer does not know how few rows a page needs and would choose others. */
#define FREE                                                                          \
	" AND (? = FALSE OR NOT EXISTS (SELECT 1 FROM taken_stay t"                   \
	" FORCE INDEX (by_room) WHERE t.room_id = r.id AND " OVERLAPS "))"
/* Free for one stay of a choice at least; as in OVERLAPS, none of the stays that share a night starts earlier than
 * STAY_NIGHTS_MAX days before. */
#define FREE_FOR_ONE                                                                  \
	" AND EXISTS (SELECT 1 FROM JSON_TABLE(?, '$[*]' COLUMNS ("                   \
	" starts DATE PATH '$[0]', ends DATE PATH '$[1]')) c WHERE NOT EXISTS ("      \
	"SELECT 1 FROM taken_stay t FORCE INDEX (by_room) WHERE t.room_id = r.id"     \
	" AND t.taken = TRUE AND t.start_date > c.starts - INTERVAL 30 DAY"           \
	" AND t.start_date < c.ends AND t.end_date > c.starts))"
#define NOT_BUSY                                                                      \
	" LEFT JOIN (SELECT DISTINCT t.room_id FROM taken_stay t"                     \
	" FORCE INDEX (by_day) WHERE " OVERLAPS ") busy ON busy.room_id = r.id"       \
	" WHERE busy.room_id IS NULL AND"
#define COVERED " USE INDEX (by_filter, by_host)"
#define SCANNED " USE INDEX (by_host)" /* a text is not in an index: the rows are scanned */

#define COUNT(condition, fields)                                                      \
	{                                                                             \
		"SELECT COUNT(*) FROM room r" condition,                              \
		DB_TAKES(fields), DB_GIVES(uint64_t, db_u64_field)                    \
	}
#define PAGE_OF(condition, order, fields)                                             \
	{                                                                             \
		"SELECT " ROOM_COLUMNS " FROM room r WHERE" condition                 \
		" ORDER BY " order " LIMIT ? OFFSET ?",                               \
		DB_TAKES(fields), DB_GIVES(struct room, room_fields)                  \
	}
#define PAGE(condition, order)        PAGE_OF(condition, order, list_fields)
#define PAGE_CHOICE(condition, order) PAGE_OF(condition, order, list_choice_fields)
#define SORTED(sort, column)                                                          \
	DB_SORTED(SEARCH_LIST, sort, PAGE, FILTERS WITH_TEXT FREE, column, "r.id"),   \
	DB_SORTED(SEARCH_LIST_CHOICE, sort, PAGE_CHOICE, FILTERS WITH_TEXT FREE_FOR_ONE, column, "r.id")

static const struct db_statement statements[] = {
	[STAY_TAKE] = {
		"INSERT INTO taken_stay (book_id, sequence, room_id, start_date, end_date, taken,"
		" applied_at) VALUES (?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(3)) ON DUPLICATE KEY UPDATE "
		DB_NEWER("sequence", "room_id") ", " DB_NEWER("sequence", "start_date") ", "
		DB_NEWER("sequence", "end_date") ", " DB_NEWER("sequence", "taken") ", "
		DB_NEWER("sequence", "applied_at") ", "
		DB_NEWEST("sequence"),
		DB_TAKES(taken_stay_fields)},
	[ROOM_EXISTS] = {
		"SELECT id FROM room WHERE id = ?",
		DB_TAKES(db_u64_field), DB_GIVES(uint64_t, db_u64_field)},
	[ROOM_STAYS] = {
		"SELECT t.start_date, t.end_date FROM taken_stay t"
		" WHERE t.room_id = ? AND " OVERLAPS,
		DB_TAKES(overlap_fields), DB_GIVES(struct stay, stay_fields)},
	[SEARCH_COUNT] =
		COUNT(COVERED " WHERE" FILTERS, count_fields),
	[SEARCH_COUNT_TEXT] =
		COUNT(SCANNED " WHERE" FILTERS WITH_TEXT, count_text_fields),
	[SEARCH_COUNT_FREE] =
		COUNT(COVERED NOT_BUSY FILTERS, count_free_fields),
	[SEARCH_COUNT_FREE_TEXT] =
		COUNT(SCANNED NOT_BUSY FILTERS WITH_TEXT, count_free_text_fields),
	[SEARCH_COUNT_CHOICE] =
		COUNT(SCANNED " WHERE" FILTERS WITH_TEXT FREE_FOR_ONE, count_choice_fields),
	SORTED(ROOM_SORT_ID, "r.id"),
	SORTED(ROOM_SORT_PRICE, "r.price"),
	SORTED(ROOM_SORT_NAME, "r.name"),
	SORTED(ROOM_SORT_CITY, "r.city"),
	SORTED(ROOM_SORT_CAPACITY, "r.capacity"),
};
/* clang-format on */

const struct db_table room_search_table = {"room_search", DB_CONTEXTS("room"),
                                           DB_STATEMENTS(statements)};

/* ---- searching ---- */

/* A text is searched for literally, anywhere: its % and _ are escaped. */
static void
pattern_of(const char *text, char *ret_pattern)
{
	char *to = ret_pattern;
	if (*text) {
		*to++ = '%';
		for (; *text; *to++ = *text++)
			if (*text == '%' || *text == '_' || *text == ESCAPE)
				*to++ = ESCAPE;
		*to++ = '%';
	}
	*to = '\0';
}

enum err
room_search_decompose(const char *text, char ret_text[ROOM_DECOMPOSED_SIZE])
{
	CLEANUP(free_p) char *made = NULL;
	size_t n = 0;
	enum err err = unicode_decompose(text, strlen(text), &made, &n);
	return err == OK ? text_copy(ret_text, ROOM_DECOMPOSED_SIZE, made) : err;
}

static enum err
decomposed_of(const struct room_search *search, struct search_args *args)
{
	char text[ROOM_DECOMPOSED_SIZE];
	enum err err = room_search_decompose(search->city, args->city_decomposed);
	if (err == OK)
		err = room_search_decompose(search->text, text);
	if (err == OK && strcmp(text, search->text) != 0)
		pattern_of(text, args->pattern_decomposed);
	return err;
}

static void
choice_write(const struct stay_choice *choice, char ret_text[CHOICE_SIZE])
{
	char start[DAY_TEXT], end[DAY_TEXT];
	size_t at = 0;
	for (size_t i = 0; i < choice->n; i++)
		at += (size_t)snprintf(ret_text + at, CHOICE_SIZE - at, "%c[\"%s\",\"%s\"]",
		                       i ? ',' : '[', day_format(choice->stays[i].start, start),
		                       day_format(choice->stays[i].end, end));
	snprintf(ret_text + at, CHOICE_SIZE - at, "%s", choice->n ? "]" : "[]");
}

static enum err
args_of(const struct room_search *search, struct search_args *ret_args)
{
	*ret_args = (struct search_args){
		.status = search->status,
		.room_id = search->room_id,
		.guests = search->guests,
		.max_price = search->max_price ? search->max_price : ROOM_PRICE_MAX,
		.of_host = search->of_host,
		.host_id = search->host_id,
		.with_stay = stay_nights(search->stay) > 0,
		.earliest = search->stay.start - STAY_NIGHTS_MAX,
		.stay = search->stay,
		.window = window_of(&search->paging),
	};
	memcpy(ret_args->city, search->city, sizeof(ret_args->city));
	pattern_of(search->text, ret_args->pattern);
	choice_write(&search->choice, ret_args->choice);
	return decomposed_of(search, ret_args);
}

/* Which statement counts, by whether there is a stay and whether there is a text. */
static const unsigned counts[2][2] = {
	{SEARCH_COUNT, SEARCH_COUNT_TEXT},
	{SEARCH_COUNT_FREE, SEARCH_COUNT_FREE_TEXT},
};

/* ---- of a choice, the stay that each room is free for ---- */

struct choosing {
	const struct stay_choice *choice;
	bool taken[STAY_CHOICES_MAX];
};

static enum err
choice_mark(void *row, void *arg)
{
	struct choosing *choosing = arg;
	for (size_t i = 0; i < choosing->choice->n; i++)
		if (stay_overlaps(choosing->choice->stays[i], *(const struct stay *)row))
			choosing->taken[i] = true;
	return OK;
}

static enum err
stay_choose(struct db_conn *conn, const struct stay_choice *choice, uint64_t room_id,
            struct stay *ret_stay)
{
	struct choosing choosing = {.choice = choice};
	struct stay all = choice->stays[0], taken;
	for (size_t i = 1; i < choice->n; i++) {
		const struct stay stay = choice->stays[i];
		all.start = stay.start < all.start ? stay.start : all.start;
		all.end = stay.end > all.end ? stay.end : all.end;
	}
	const struct overlap overlap = {
		.room_id = room_id, .earliest = all.start - STAY_NIGHTS_MAX, .with = all};
	enum err err = db_each(conn, &room_search_table, ROOM_STAYS, &overlap, &taken, choice_mark,
	                       &choosing);
	*ret_stay = choice->stays[0]; /* if all have been taken since the page was read */
	for (size_t i = choice->n; i > 0; i--)
		if (!choosing.taken[i - 1])
			*ret_stay = choice->stays[i - 1];
	return err;
}

/* ---- the page ---- */

static enum err
stays_choose(struct db *db, const struct room_search *search, const struct rows *rows,
             struct stay stays[])
{
	const struct room *rooms = rows->items;
	struct db_try try = db_begin(db, DB_READ);
	while (db_next(&try))
		for (size_t i = 0; try.err == OK && i < rows->n; i++)
			try.err = stay_choose(try.conn, &search->choice, rooms[i].id, &stays[i]);
	return try.err;
}

static struct listing_query
listing_of(const struct room_search *search, const struct search_args *args)
{
	struct listing_query query = {
		.table = &room_search_table,
		.count = counts[args->with_stay ? 1 : 0][args->pattern[0] ? 1 : 0],
		.first = SEARCH_LIST,
		.args = args,
		.paging = &search->paging,
	};
	if (search->choice.n) {
		query.count = SEARCH_COUNT_CHOICE;
		query.first = SEARCH_LIST_CHOICE;
	}
	return query;
}

enum err
room_search_store_search(void *self, const struct room_search *search, room_found *visit, void *arg,
                         uint64_t *ret_total)
{
	struct search_args args;
	CLEANUP(rows_done) struct rows rows = {0};
	CLEANUP(free_p) struct stay *stays = NULL;
	enum err err = args_of(search, &args);
	if (err != OK)
		return err;
	const struct listing_query query = listing_of(search, &args);
	err = listing_fetch(self, &query, &rows, ret_total);
	stays = calloc(rows.n + 1, sizeof(*stays));
	if (err == OK && !stays)
		return ERR_MEMORY;
	if (err == OK && search->choice.n)
		err = stays_choose(self, search, &rows, stays);
	for (size_t i = 0; err == OK && i < rows.n; i++)
		visit(arg, (const struct room *)rows.items + i,
		      search->choice.n ? stays[i] : search->stay);
	return err;
}

/* ---- calendar ---- */

struct calendar {
	struct stay range;
	bool *taken; /* the nights of the range */
};

static enum err
stay_mark(void *row, void *arg)
{
	const struct stay *stay = row;
	const struct calendar *calendar = arg;
	const struct stay range = calendar->range;
	const day_t end = stay->end < range.end ? stay->end : range.end;
	for (day_t night = stay->start > range.start ? stay->start : range.start; night < end;
	     night++)
		calendar->taken[night - range.start] = true;
	return OK;
}

enum err
room_search_store_calendar(void *self, uint64_t room_id, struct stay range,
                           void (*visit)(void *arg, day_t night), void *arg)
{
	const int nights = stay_nights(range) > 0 ? stay_nights(range) : 0;
	CLEANUP(free_p) bool *taken = calloc((size_t)nights + 1, sizeof(*taken));
	struct calendar calendar = {.range = range, .taken = taken};
	if (!taken)
		return ERR_MEMORY;
	const struct overlap overlap = {
		.room_id = room_id, .earliest = range.start - STAY_NIGHTS_MAX, .with = range};
	struct stay stay;
	uint64_t id;
	struct db_try try = db_begin(self, DB_READ);
	while (db_next(&try)) {
		try.err = db_find(try.conn, &room_search_table, ROOM_EXISTS, &room_id, &id);
		if (try.err == OK)
			try.err = db_each(try.conn, &room_search_table, ROOM_STAYS, &overlap, &stay,
			                  stay_mark, &calendar);
	}
	for (int night = 0; try.err == OK && night < nights; night++)
		if (taken[night])
			visit(arg, range.start + night);
	return try.err;
}

/* ---- taken stays ---- */

/* The stays that events name, by booking. How many. */
static size_t
stays_of(const struct event *const ordered[], size_t n, struct taken_stay stays[],
         uint64_t room_ids[])
{
	size_t n_stays = 0;
	for (size_t i = 0; i < n; i++) {
		const struct book *book = &ordered[i]->data.book;
		if (event_kinds[ordered[i]->type].aggregate != AGGREGATE_BOOK)
			continue;
		room_ids[n_stays] = book->room_id;
		stays[n_stays++] = (struct taken_stay){.book_id = book->id,
		                                       .sequence = book->version,
		                                       .room_id = book->room_id,
		                                       .stay = book->stay,
		                                       .taken = book_holds_nights(book->status)};
	}
	return n_stays;
}

enum err
room_search_store_stays_apply(void *self, const struct event events[], size_t n)
{
	CLEANUP(free_p) const struct event **ordered = NULL;
	CLEANUP(free_p) struct taken_stay *stays = calloc(n + 1, sizeof(*stays));
	CLEANUP(free_p) uint64_t *room_ids = calloc(n + 1, sizeof(*room_ids));
	enum err err = projection_order(events, n, &ordered);
	if (err != OK || n == 0)
		return err;
	if (!stays || !room_ids)
		return ERR_MEMORY;
	const size_t n_stays = stays_of(ordered, n, stays, room_ids);
	struct db_try try = db_begin(self, DB_IDEMPOTENT);
	while (db_next(&try)) {
		try.err = db_run_many(try.conn, &room_search_table, STAY_TAKE, stays,
		                      sizeof(*stays), n_stays, NULL);
		if (try.err == OK)
			try.err = room_change_add(try.conn, room_ids, n_stays);
	}
	return try.err;
}
