/* SPDX-License-Identifier: MIT */
/*
 * plans - no statement of a store reads or sorts more rows than it means to, on tables of some thousand rows.
 *
 * A statement that reads is run by ANALYZE, which tells the plan and the rows that were really read; of one that
 * changes rows EXPLAIN tells the plan. Each is tried for somebody who has a few rows, and for number 7, who has a
 * fifth of all.
 */
#include "adapters/mariadb/tables.h"
#include "base/buf.h"
#include "base/mem.h"
#include "tests/contract/database.h"
#include "tests/unit/test.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#define READ_MAX 500 /* rows that one statement may read of one table, of 5,000 to 40,000 */
#define SORT_MAX 200 /* rows that one statement may sort */
#define SQL_MAX  16384

static const char *const contexts[] = {"room", "book", "pay", "mypage", "alarm", "account"};

/* What fills the tables: files of tests/contract/filled. */
static const struct fill {
	const char *context;
	const char *files[6];
} fills[] = {
	{"room", {"common", "keys", "outbox", "room"}},
	{"book", {"common", "keys", "outbox", "erased", "book"}},
	{"pay", {"common", "outbox", "pay"}},
	{"mypage", {"common", "mypage"}},
	{"alarm", {"common", "keys", "alarm"}},
	{"account", {"common", "keys", "erased", "account"}},
};

/* Statements that mean to read or to sort more, with the reason. A fragment is a part of the statement. */
static const char ONCE[] =
	"pages count only when they are full, and keep the number (listing.h, totals.h)";
static const char OWN[] =
	"only one owner's rows are sorted, 5 us each; an index for each sort would cost each write";
static const char ALL[] =
	"operators alone list everything; the sort by number, which is the default, uses the key";
static const char BOTH[] = "the caller has the key of a booking besides: two indexes are merged";

#define ALONG " IGNORE INDEX FOR ORDER BY (PRIMARY)"
#define NAMED " LEFT JOIN room_name r ON r.room_id = m.room_id"

static const struct exception {
	const char *table, *fragment, *why, *but; /* but: a part that a statement may not have */
} exceptions[] = {
	{"book", "SELECT COUNT(*) FROM book" ALONG " WHERE guest_id = ? AND (? = 0", ONCE, NULL},
	{"book", "SELECT COUNT(*) FROM book" ALONG " WHERE host_id = ? AND (? = 0", ONCE, NULL},
	{"book", "SELECT COUNT(*) FROM book WHERE (guest_id = ? OR", ONCE, NULL},
	{"book", "SELECT COUNT(*) FROM book WHERE ? IS NOT NULL", ONCE, NULL},
	{"book", " FROM book" ALONG " WHERE guest_id = ? AND (? = 0", OWN, " ORDER BY id"},
	{"book", " FROM book" ALONG " WHERE host_id = ? AND (? = 0", OWN, " ORDER BY id"},
	{"book", " FROM book WHERE ? IS NOT NULL", ALL, " ORDER BY id"},
	{"book", " FROM book WHERE (guest_id = ? OR id = ? AND key_version = ?)", BOTH, NULL},
	{"mypage", "SELECT COUNT(*) FROM mypage m" ALONG NAMED " WHERE m.guest_id = ?", ONCE, NULL},
	{"mypage", "SELECT COUNT(*) FROM mypage m" ALONG NAMED " WHERE m.host_id = ?", ONCE, NULL},
	{"mypage",
         "SELECT COUNT(*) FROM mypage m" NAMED " WHERE m.book_sequence > 0 AND (m.guest_id = ? OR",
         ONCE, NULL},
	{"mypage", "SELECT COUNT(*) FROM mypage m" NAMED " WHERE ? IS NOT NULL", ONCE, NULL},
	{"mypage", " WHERE m.guest_id = ?", OWN, " ORDER BY m.book_id"},
	{"mypage", " WHERE m.host_id = ?", OWN, " ORDER BY m.book_id"},
	{"mypage", " WHERE ? IS NOT NULL", ALL, " ORDER BY m.book_id"},
	{"mypage", " WHERE m.book_sequence > 0 AND (m.guest_id = ? OR", BOTH, NULL},
	{"payment", "SELECT COUNT(*) FROM payment" ALONG " WHERE guest_id = ?", ONCE, NULL},
	{"payment", "SELECT COUNT(*) FROM payment" ALONG " WHERE host_id = ?", ONCE, NULL},
	{"payment", "SELECT COUNT(*) FROM payment WHERE (guest_id = ? OR", ONCE, NULL},
	{"payment", "SELECT COUNT(*) FROM payment WHERE ? IS NOT NULL", ONCE, NULL},
	{"payment", " FROM payment" ALONG " WHERE guest_id = ?", OWN, " ORDER BY id"},
	{"payment", " FROM payment" ALONG " WHERE host_id = ?", OWN, " ORDER BY id"},
	{"payment", " FROM payment WHERE ? IS NOT NULL", ALL, " ORDER BY id"},
	{"payment", " FROM payment WHERE (guest_id = ? OR", BOTH, NULL},
	{"notification", "SELECT COUNT(*) FROM notification n WHERE n.recipient_id = ?", ONCE,
         NULL},
	{"notification_erase", " WHERE n.recipient_id = ? AND d.state <> 'waiting'",
         "erases all of one recipient", NULL},
	{"account", "SELECT COUNT(*) FROM account",
         "operators alone count accounts, and only when a page is full", NULL},
	{"outbox", "SELECT COUNT(*), MIN(time) FROM outbox",
         "the backlog, for metrics: what waits is the whole table", NULL},
	{"outbox", "WHERE correlation_id = ?", "only book erases, and there is an index", NULL},
	{"room_search", "SELECT COUNT(*) FROM room r USE INDEX (by_host)",
         "texts are compared room by room", NULL},
	{NULL, NULL, NULL, NULL},
};

/* ---- parameters ---- */

/* What stands for the question mark behind this text; otherwise its type decides. Filters of lists are off, as
 * they are in most requests. */
static const struct hint {
	const char *before, *value;
} hints[] = {
	{"(? = 0 OR COALESCE((SELECT k.key_version FROM contact k WHERE k.book_id = n.book_id), 1) "
         "= ",
         "1"},
	{"OFFSET ", "0"},
	{"created_at >= ? AND n.created_at < ", "'9999-12-31'"},
	{">= ? AND at < ", "'9999-12-31'"},
	{NULL, NULL},
};

static bool
ends_with(const char *text, size_t len, const char *end)
{
	const size_t n = strlen(end);
	return len >= n && memcmp(text + len - n, end, n) == 0;
}

static bool
begins_with(const char *text, const char *beginning)
{
	return strncmp(text, beginning, strlen(beginning)) == 0;
}

/* Whether the parameter at sql[at] switches a filter, and what switches it off. */
static const char *
switched_off(const char *sql, size_t at)
{
	if (!ends_with(sql, at, "("))
		return NULL;
	if (begins_with(sql + at, "? = 0 OR ") || begins_with(sql + at, "? = FALSE OR ") ||
	    begins_with(sql + at, "? = '' OR "))
		return sql[at + 4] == '\'' ? "''" : "0";
	return begins_with(sql + at, "? OR ") ? "TRUE" : NULL;
}

static const char *
json_literal(const char *sql, size_t at)
{
	return begins_with(sql + at, "?, '$[*]' COLUMNS (wanted ")
	               ? "'[17, 18, 19]'"
	               : "'[{\"i\":0,\"room\":17,\"guest\":1017,\"start\":\"2027-01-05\",\"end\":"
	                 "\"2027-01-08\"}]'";
}

static const char *
of_type(const struct db_field *field, const char *sql, size_t at, const char *owner, char text[80])
{
	switch (field->type) {
	case DB_U64: return owner;
	case DB_U32: return "20";
	case DB_DAY:
		return ends_with(sql, at, "< ") || ends_with(sql, at, "<= ") ? "'2026-01-02'"
		                                                             : "'2027-01-05'";
	case DB_INSTANT: return ends_with(sql, at, ">= ") ? "'1970-01-01'" : "'2026-01-01 03:00'";
	case DB_BOOL: return "TRUE";
	case DB_WORD: snprintf(text, 80, "'%s'", field->name(0)); return text;
	case DB_BUF:
	case DB_POINTER:
	case DB_TEXT:
		return ends_with(sql, at, "JSON_TABLE(") ? json_literal(sql, at)
		                                         : "'kim17@example.com'";
	case DB_TYPE_MAX: break;
	}
	fail();
	return NULL;
}

static const char *
literal(const struct db_field *field, const char *sql, size_t at, const char *owner, char text[80])
{
	const char *off = switched_off(sql, at);
	for (size_t i = 0; !off && hints[i].before; i++)
		if (ends_with(sql, at, hints[i].before))
			off = hints[i].value;
	return off ? off : of_type(field, sql, at, owner, text);
}

/* The statement with literals in place of its parameters. */
static void
statement_write(const struct db_statement *statement, const char *owner, struct buf *to)
{
	size_t from = 0, param = 0;
	char text[80];
	const char *sql = statement->sql;
	for (size_t at = 0; sql[at]; at++) {
		if (sql[at] != '?')
			continue;
		assert_true(param < statement->n_params);
		assert_ok(buf_add(to, sql + from, at - from));
		assert_ok(buf_addf(to, "%s",
		                   literal(&statement->params[param++], sql, at, owner, text)));
		from = at + 1;
	}
	assert_int_equal(param, statement->n_params);
	assert_ok(buf_addf(to, "%s", sql + from));
}

/* ---- plans ---- */

struct plan {
	double most_read, most_sorted;
	char table[64]; /* of which most was read */
	bool scans;
};

static double
member(struct json_object *node, const char *name)
{
	struct json_object *value;
	return json_object_object_get_ex(node, name, &value) ? json_object_get_double(value) : 0;
}

/* Rows that were really read, or else those that are expected. */
static double
rows_of(struct json_object *node)
{
	if (json_object_object_get_ex(node, "r_loops", NULL))
		return member(node, "r_rows") * member(node, "r_loops");
	return member(node, "rows");
}

/* Rows of no table: what a parameter, a sequence or a part of the statement itself gives. */
static bool
is_made(struct json_object *node, const char *name)
{
	return name[0] == '<' || begins_with(name, "seq_") ||
	       json_object_object_get_ex(node, "table_function", NULL) ||
	       json_object_object_get_ex(node, "materialized", NULL);
}

static void
table_look(struct json_object *node, struct plan *plan)
{
	struct json_object *name, *access;
	if (!json_object_object_get_ex(node, "table_name", &name) ||
	    !json_object_object_get_ex(node, "access_type", &access) ||
	    is_made(node, json_object_get_string(name)))
		return;
	const double rows = rows_of(node);
	plan->scans = plan->scans ||
	              (strcmp(json_object_get_string(access), "ALL") == 0 && rows > READ_MAX);
	if (rows <= plan->most_read)
		return;
	plan->most_read = rows;
	snprintf(plan->table, sizeof(plan->table), "%s by %s", json_object_get_string(name),
	         json_object_get_string(access));
}

/* Rows below a sort are what it sorts. */
static void
plan_look(struct json_object *node, struct plan *plan)
{
	if (json_object_is_type(node, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(node); i++)
			plan_look(json_object_array_get_idx(node, i), plan);
		return;
	}
	if (!json_object_is_type(node, json_type_object))
		return;
	table_look(node, plan);
	json_object_object_foreach(node, name, value)
	{
		struct plan below = {.table = ""};
		plan_look(value, &below);
		if (strcmp(name, "filesort") == 0 && below.most_read > plan->most_sorted)
			plan->most_sorted = below.most_read;
		if (below.most_sorted > plan->most_sorted)
			plan->most_sorted = below.most_sorted;
		plan->scans = plan->scans || below.scans;
		if (below.most_read > plan->most_read) {
			plan->most_read = below.most_read;
			memcpy(plan->table, below.table, sizeof(plan->table));
		}
	}
}

static struct plan
plan_of(const char *context, const struct db_statement *statement, const char *owner)
{
	CLEANUP(buf_done) struct buf sql = BUF_INIT(SQL_MAX);
	CLEANUP(free_p) char *text = NULL;
	struct plan plan = {.table = ""};
	assert_ok(buf_addf(&sql, "%s FORMAT=JSON ",
	                   begins_with(statement->sql, "SELECT") ? "ANALYZE" : "EXPLAIN"));
	statement_write(statement, owner, &sql);
	text = database_text(context, sql.data);
	struct json_object *tree = json_tokener_parse(text);
	assert_non_null(tree);
	plan_look(tree, &plan);
	json_object_put(tree);
	return plan;
}

/* ---- the tests ---- */

static bool used[ARRAY_SIZE(exceptions)];

static bool
is_meant(const struct db_table *table, const char *sql)
{
	bool meant = false;
	for (size_t i = 0; exceptions[i].table; i++) {
		const struct exception *one = &exceptions[i];
		if (strcmp(one->table, table->name) == 0 && strstr(sql, one->fragment) &&
		    !(one->but && strstr(sql, one->but)))
			meant = used[i] = true;
	}
	return meant;
}

/* Whether it reads or sorts too much, and is not meant to. */
static bool
is_faulty(const char *context, const struct db_table *table, unsigned number)
{
	static const char *const owners[] = {"1017", "7"};
	const struct db_statement *statement = &table->statements[number];
	bool faulty = false;
	for (size_t i = 0; i < ARRAY_SIZE(owners); i++) {
		const struct plan plan = plan_of(context, statement, owners[i]);
		if (!plan.scans && plan.most_read <= READ_MAX && plan.most_sorted <= SORT_MAX)
			continue;
		if (is_meant(table, statement->sql))
			continue;
		faulty = true;
		print_error("%s, %s, statement %u for %s: %.0f rows of %s, %.0f sorted%s\n\t%s\n",
		            context, table->name, number, owners[i], plan.most_read, plan.table,
		            plan.most_sorted, plan.scans ? ", the whole table" : "",
		            statement->sql);
	}
	return faulty;
}

static void
no_statement_reads_or_sorts_what_it_does_not_mean_to(void **state)
{
	unsigned faulty = 0;
	(void)state;
	for (size_t i = 0; db_tables[i]; i++)
		for (size_t c = 0; db_tables[i]->contexts[c]; c++)
			for (unsigned number = 0; number < db_tables[i]->n; number++)
				faulty +=
					is_faulty(db_tables[i]->contexts[c], db_tables[i], number);
	assert_int_equal(faulty, 0);
}

static void
every_exception_is_needed(void **state)
{
	(void)state;
	for (size_t i = 0; exceptions[i].table; i++)
		if (!used[i])
			fail_msg("%s, %s: no statement needs this exception (%s)",
			         exceptions[i].table, exceptions[i].fragment, exceptions[i].why);
}

/* The optimiser knows the tables by ANALYZE TABLE, as MariaDB does by itself in life. */
static void
analyze_all(const char *context)
{
	char sql[8192];
	snprintf(sql, sizeof(sql),
	         "SELECT CONCAT('ANALYZE TABLE ', GROUP_CONCAT(table_name)) FROM "
	         "information_schema.tables"
	         " WHERE table_schema = 'hotel_%s' AND table_type = 'BASE TABLE'",
	         context);
	CLEANUP(free_p) char *analyze = database_text(context, sql);
	CLEANUP(free_p) char *done = database_text(context, analyze);
	assert_non_null(done);
}

static int
fill(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(fills); i++) {
		for (size_t f = 0; fills[i].files[f]; f++)
			database_source(fills[i].context, fills[i].files[f]);
		analyze_all(contexts[i]);
	}
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_statement_reads_or_sorts_what_it_does_not_mean_to),
		cmocka_unit_test(every_exception_is_needed),
	};
	database_start();
	int failed = cmocka_run_group_tests_name("plans of statements", tests, fill, NULL);
	database_stop();
	return failed;
}
