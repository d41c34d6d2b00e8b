/* room_search - the part of the rooms' store that looks for free nights. */
#include "adapters/mariadb/room/room_search.h"

#include "adapters/mariadb/listing.h"
#include "adapters/mariadb/projection.h"
#include "adapters/mariadb/room/room_row.h"
#include "base/mem.h"

#include <string.h>

enum {
	STAY_TAKE,
	ROOM_EXISTS,
	ROOM_STAYS,
	SEARCH_COUNT, /* of all rooms; of those with a text; of those free; of those with both */
	SEARCH_COUNT_TEXT,
	SEARCH_COUNT_FREE,
	SEARCH_COUNT_FREE_TEXT,
	SEARCH_LIST, /* the first of the sorts, each ascending and descending */
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

/* The stays of a room that share a night with a range. None of them starts before `earliest`: that
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

struct search_args {
	uint32_t guests;
	money_t max_price;
	char city[TEXT_SIZE(ROOM_CITY_CHARS)];
	char pattern[PATTERN_SIZE];
	bool of_host, with_stay;
	uint64_t host_id;
	day_t earliest;
	struct stay stay;
	struct window window;
};

/* Each statement takes a part of these: a count what it needs, a page all from FILTERS on. */
enum { BUSY_FIELDS = 3, FILTER_FIELDS = 6, TEXT_FIELDS = 4, LIST_FIELDS = 16 };

static const struct db_field search_fields[] = {
	/* BUSY */
	DB_FIELD(struct search_args, earliest),
	DB_FIELD(struct search_args, stay.end),
	DB_FIELD(struct search_args, stay.start),
	/* FILTERS */
	DB_FIELD(struct search_args, guests),
	DB_FIELD(struct search_args, max_price),
	DB_FIELD(struct search_args, city),
	DB_FIELD(struct search_args, city),
	DB_FIELD(struct search_args, of_host),
	DB_FIELD(struct search_args, host_id),
	/* WITH_TEXT */
	DB_FIELD(struct search_args, pattern),
	DB_FIELD(struct search_args, pattern),
	DB_FIELD(struct search_args, pattern),
	DB_FIELD(struct search_args, pattern),
	/* FREE */
	DB_FIELD(struct search_args, with_stay),
	DB_FIELD(struct search_args, earliest),
	DB_FIELD(struct search_args, stay.end),
	DB_FIELD(struct search_args, stay.start),
	DB_WINDOW(struct search_args, window),
};
#define TAKES(from, n) .params = search_fields + (from), .n_params = (n)

/* clang-format off */
#define OVERLAPS "t.taken = TRUE AND t.start_date > ? AND t.start_date < ? AND t.end_date > ?"
#define FILTERS                                                                       \
	" r.status = 'Open' AND r.capacity >= ? AND r.price <= ?"                     \
	" AND (? = '' OR r.city = ?) AND (? = FALSE OR r.host_id = ?)"
#define WITH_TEXT                                                                     \
	" AND (? = '' OR r.name LIKE ? ESCAPE '|' OR r.city LIKE ? ESCAPE '|'"        \
	" OR r.description LIKE ? ESCAPE '|')"

/* A page asks for each of its few rooms; a count asks once for all rooms that are busy. The indices
 * are named because the optimizer, which does not know how few rows a page needs, takes others. */
#define FREE                                                                          \
	" AND (? = FALSE OR NOT EXISTS (SELECT 1 FROM taken_stay t"                   \
	" FORCE INDEX (by_room) WHERE t.room_id = r.id AND " OVERLAPS "))"
#define NOT_BUSY                                                                      \
	" LEFT JOIN (SELECT DISTINCT t.room_id FROM taken_stay t"                     \
	" FORCE INDEX (by_day) WHERE " OVERLAPS ") busy ON busy.room_id = r.id"       \
	" WHERE busy.room_id IS NULL AND"
#define COVERED " USE INDEX (by_filter, by_host)"
#define SCANNED " USE INDEX (by_host)" /* a text has to be looked for in the rows themselves */

#define COUNT(condition, from, n)                                                     \
	{                                                                             \
		"SELECT COUNT(*) FROM room r" condition,                              \
		TAKES(from, n), DB_GIVES(uint64_t, db_u64_field)                      \
	}
#define PAGE(order)                                                                   \
	{                                                                             \
		"SELECT " ROOM_COLUMNS " FROM room r WHERE" FILTERS WITH_TEXT FREE    \
		" ORDER BY " order " LIMIT ? OFFSET ?",                               \
		TAKES(BUSY_FIELDS, LIST_FIELDS), DB_GIVES(struct room, room_fields)   \
	}
#define SORTED(sort, column)                                                          \
	[SEARCH_LIST + 2 * (sort)] = PAGE(column ", r.id"),                           \
	[SEARCH_LIST + 2 * (sort) + 1] = PAGE(column " DESC, r.id DESC")

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
		COUNT(COVERED " WHERE" FILTERS, BUSY_FIELDS, FILTER_FIELDS),
	[SEARCH_COUNT_TEXT] =
		COUNT(SCANNED " WHERE" FILTERS WITH_TEXT,
		      BUSY_FIELDS, FILTER_FIELDS + TEXT_FIELDS),
	[SEARCH_COUNT_FREE] =
		COUNT(COVERED NOT_BUSY FILTERS, 0, BUSY_FIELDS + FILTER_FIELDS),
	[SEARCH_COUNT_FREE_TEXT] =
		COUNT(SCANNED NOT_BUSY FILTERS WITH_TEXT,
		      0, BUSY_FIELDS + FILTER_FIELDS + TEXT_FIELDS),
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

/* "50%" is looked for as it stands: somewhere in the text, wildcards being nothing special. */
static void
pattern_of(const char *text, char ret_pattern[PATTERN_SIZE])
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

static void
args_of(const struct room_search *search, struct search_args *ret_args)
{
	*ret_args = (struct search_args){
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
}

static enum err
search_work(struct db_conn *conn, void *arg)
{
	return listing_read(conn, arg);
}

enum err
room_search_store_search(void *self, const struct room_search *search,
                         void (*visit)(void *arg, const struct room *room), void *arg,
                         uint64_t *ret_total)
{
	struct search_args args;
	args_of(search, &args);
	const unsigned text = args.pattern[0] ? SEARCH_COUNT_TEXT - SEARCH_COUNT : 0;
	const unsigned free = args.with_stay ? SEARCH_COUNT_FREE - SEARCH_COUNT : 0;
	struct listing listing = {.table = &room_search_table,
	                          .count = SEARCH_COUNT + text + free,
	                          .rows = listing_sorted(SEARCH_LIST, &search->paging),
	                          .args = &args,
	                          .window = args.window};
	enum err err = db_look(self, search_work, &listing);
	CLEANUP(free_p) struct room *page = listing.page;
	if (err != OK)
		return err;
	for (size_t i = 0; i < listing.n; i++)
		visit(arg, &page[i]);
	*ret_total = listing.total;
	return OK;
}

/* ---- calendar ---- */

struct calendar {
	struct overlap overlap;
	bool *taken; /* the nights of the range */
};

static enum err
stay_mark(void *row, void *arg)
{
	const struct stay *stay = row;
	const struct calendar *calendar = arg;
	const struct stay range = calendar->overlap.with;
	const day_t end = stay->end < range.end ? stay->end : range.end;
	for (day_t night = stay->start > range.start ? stay->start : range.start; night < end;
	     night++)
		calendar->taken[night - range.start] = true;
	return OK;
}

static enum err
calendar_work(struct db_conn *conn, void *arg)
{
	struct calendar *calendar = arg;
	struct stay stay;
	uint64_t id;
	enum err err =
		db_find(conn, &room_search_table, ROOM_EXISTS, &calendar->overlap.room_id, &id);
	if (err != OK)
		return err;
	return db_each(conn, &room_search_table, ROOM_STAYS, &calendar->overlap, &stay, stay_mark,
	               calendar);
}

enum err
room_search_store_calendar(void *self, uint64_t room_id, struct stay range,
                           void (*visit)(void *arg, day_t night), void *arg)
{
	const int nights = stay_nights(range) > 0 ? stay_nights(range) : 0;
	CLEANUP(free_p) bool *taken = calloc((size_t)nights + 1, sizeof(*taken));
	struct calendar calendar = {.overlap = {.room_id = room_id,
	                                        .earliest = range.start - STAY_NIGHTS_MAX,
	                                        .with = range},
	                            .taken = taken};
	if (!taken)
		return ERR_MEMORY;
	enum err err = db_look(self, calendar_work, &calendar);
	for (int night = 0; err == OK && night < nights; night++)
		if (taken[night])
			visit(arg, range.start + night);
	return err;
}

/* ---- what book tells ---- */

struct take {
	const struct event **events;
	size_t n;
};

static enum err
take_work(struct db_conn *conn, void *arg)
{
	const struct take *take = arg;
	enum err err = OK;
	for (size_t i = 0; err == OK && i < take->n; i++) {
		const struct book *book = &take->events[i]->data.book;
		const struct taken_stay stay = {.book_id = book->id,
		                                .sequence = book->version,
		                                .room_id = book->room_id,
		                                .stay = book->stay,
		                                .taken = book_holds_nights(book->status)};
		if (event_kinds[take->events[i]->type].aggregate == AGGREGATE_BOOK)
			err = db_run(conn, &room_search_table, STAY_TAKE, &stay, NULL);
	}
	return err;
}

enum err
room_search_store_take(void *self, const struct event events[], size_t n)
{
	CLEANUP(free_p) const struct event **ordered = NULL;
	enum err err = projection_order(events, n, &ordered);
	if (err != OK || n == 0)
		return err;
	struct take take = {.events = ordered, .n = n};
	return db_transact_again(self, take_work, &take);
}
