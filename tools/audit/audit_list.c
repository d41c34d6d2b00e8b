/* SPDX-License-Identifier: MIT */
/* audit_list - prints the entries of all contexts in the order of time, as a table or as JSON. */
#include "adapters/json/json.h"
#include "adapters/mariadb/db.h"
#include "base/mem.h"
#include "composition/options.h"
#include "tools/audit/audit_tool.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define TEXT_MAX   (64u * 1024 * 1024)
#define PLACE_SIZE 40 /* a word and a number */

/* Words are texts here: an entry may be of a newer version. */
struct entry_row {
	char context[16];
	instant_t at;
	char what[33], outcome[17];
	uint64_t who;
	char role[17], name[65], address[46], request_id[65], subject[17];
	uint64_t subject_id;
	char detail[65], email[65];
	uint32_t missed;
};

struct list_args {
	instant_t since;
	uint64_t who;
	const char *what;
	uint32_t max;
};

enum { ENTRIES_LIST };

/* clang-format off */

#define CONDITION_FIELDS \
	DB_FIELD(struct list_args, since), DB_FIELD(struct list_args, who), \
	DB_FIELD(struct list_args, who), DB_FIELD(struct list_args, who), \
	DB_FIELD(struct list_args, what), DB_FIELD(struct list_args, what)
static const struct db_field list_fields[] = {
	CONDITION_FIELDS, CONDITION_FIELDS, CONDITION_FIELDS, CONDITION_FIELDS, CONDITION_FIELDS,
	CONDITION_FIELDS, DB_FIELD(struct list_args, max)};
static const struct db_field row_fields[] = {
	DB_FIELD(struct entry_row, context), DB_FIELD(struct entry_row, at),
	DB_FIELD(struct entry_row, what), DB_FIELD(struct entry_row, outcome),
	DB_FIELD(struct entry_row, who), DB_FIELD(struct entry_row, role),
	DB_FIELD(struct entry_row, name), DB_FIELD(struct entry_row, address),
	DB_FIELD(struct entry_row, request_id), DB_FIELD(struct entry_row, subject),
	DB_FIELD(struct entry_row, subject_id), DB_FIELD(struct entry_row, detail),
	DB_FIELD(struct entry_row, email), DB_FIELD(struct entry_row, missed)};

#define OF(context) \
	"SELECT '" context "' AS context, at, id, what, outcome, who, role, name, address," \
	" request_id, subject, subject_id, detail, email, missed FROM hotel_" context ".audit" \
	" WHERE at >= ? AND (? = 0 OR who = ? OR (subject = 'account' AND subject_id = ?))" \
	" AND (? = '' OR what = ?)"

static const struct db_statement statements[] = {
	[ENTRIES_LIST] = {
		"SELECT context, at, what, outcome, who, role, name, address, request_id, subject,"
		" subject_id, detail, email, missed FROM (" OF("account") " UNION ALL " OF("alarm")
		" UNION ALL " OF("book") " UNION ALL " OF("mypage") " UNION ALL " OF("pay")
		" UNION ALL " OF("room") ") AS entries ORDER BY at DESC, context DESC, id DESC LIMIT ?",
		DB_TAKES(list_fields), DB_GIVES(struct entry_row, row_fields)},
};

/* clang-format on */

static const struct db_table all_audits_table = {"audits", DB_CONTEXTS("check"),
                                                 DB_STATEMENTS(statements)};

/* ---- printing ---- */

static const char *
numbered(const char *word, uint64_t id, char text[PLACE_SIZE])
{
	if (id)
		snprintf(text, PLACE_SIZE, "%.16s%s%" PRIu64, word, *word ? " " : "", id);
	else
		snprintf(text, PLACE_SIZE, "%.16s", word);
	return text;
}

/* Who at a terminal: the user of the machine. */
static const char *
actor_name(const struct entry_row *row, char text[PLACE_SIZE])
{
	return *row->name ? row->name : numbered(row->role, row->who, text);
}

static void
row_print(const struct entry_row *row)
{
	char at[INSTANT_TEXT], who[PLACE_SIZE], about[PLACE_SIZE];
	printf("%s  %-7s  %-17s  %-7s  %-20s  %-15s  %-20s  %s", instant_format(row->at, at),
	       row->context, row->what, row->outcome, actor_name(row, who),
	       *row->address ? row->address : "-", numbered(row->subject, row->subject_id, about),
	       row->detail);
	if (row->missed)
		printf("  (%" PRIu32 " more were left out before)", row->missed);
	putchar('\n');
}

static struct json_object *
row_json(const struct entry_row *row)
{
	struct json_object *json = json_new_object();
	json_put_instant(&json, "at", row->at);
	json_put_text(&json, "context", row->context);
	json_put_text(&json, "what", row->what);
	json_put_text(&json, "outcome", row->outcome);
	json_put_u64(&json, "who", row->who);
	json_put_text(&json, "role", row->role);
	json_put_text(&json, "name", row->name);
	json_put_text(&json, "address", row->address);
	json_put_text(&json, "requestId", row->request_id);
	json_put_text(&json, "subject", row->subject);
	json_put_u64(&json, "subjectId", row->subject_id);
	json_put_text(&json, "detail", row->detail);
	json_put_text(&json, "emailHash", row->email);
	json_put_u64(&json, "missed", row->missed);
	return json;
}

static int
rows_print_json(const struct entry_row rows[], size_t n)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(TEXT_MAX);
	CLEANUP(json_p) struct json_object *list = json_new_array();
	while (n > 0)
		json_append(&list, row_json(&rows[--n]));
	if (!list || json_write(list, &text) != OK)
		return audit_failed(ERR_MEMORY);
	return puts(text.data) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* Rows come with the last one first. */
static int
rows_print(const struct entry_row rows[], size_t n, bool json)
{
	if (n > AUDIT_ROWS_MAX) {
		n = AUDIT_ROWS_MAX;
		fprintf(stderr, "only the last %u are shown; ask for fewer, with --who or --what\n",
		        AUDIT_ROWS_MAX);
	}
	if (json)
		return rows_print_json(rows, n);
	while (n > 0)
		row_print(&rows[--n]);
	return EXIT_SUCCESS;
}

/* ---- reading ---- */

int
audit_list_command(const struct settings *settings, const struct audit_wanted *wanted)
{
	const struct list_args args = {.since = wanted->since,
	                               .who = wanted->who,
	                               .what = wanted->what,
	                               .max = AUDIT_ROWS_MAX + 1};
	const struct db_options options = db_options(settings);
	CLEANUP(free_p) struct entry_row *rows = calloc(AUDIT_ROWS_MAX + 1, sizeof(*rows));
	struct db *db = NULL;
	size_t n = 0;
	enum err err = rows ? db_open(&options, NULL, &db) : ERR_MEMORY;
	if (err == OK) {
		struct db_try try = db_begin(db, DB_READ);
		while (db_next(&try))
			try.err = db_list(try.conn, &all_audits_table, ENTRIES_LIST, &args, rows,
			                  AUDIT_ROWS_MAX + 1, &n);
		err = try.err;
	}
	db_close(db);
	return err == OK ? rows_print(rows, n, wanted->json) : audit_failed(err);
}
