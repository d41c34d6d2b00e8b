/* SPDX-License-Identifier: MIT */
#include "adapters/mariadb/erased_note.h"

enum { NOTE_ADD, NOTES_WAITING, NOTE_REMOVE };

/* clang-format off */
static const struct db_field add_fields[] = {DB_FIELD(struct erased_note, line)};
static const struct db_field note_fields[] = {
	DB_FIELD(struct erased_note, id), DB_FIELD(struct erased_note, line)};

static const struct db_statement statements[] = {
	[NOTE_ADD] = {"INSERT INTO erased_note (line) VALUES (?)", DB_TAKES(add_fields)},
	[NOTES_WAITING] = {
		"SELECT id, line FROM erased_note ORDER BY id LIMIT ?",
		DB_TAKES(db_u32_field), DB_GIVES(struct erased_note, note_fields)},
	[NOTE_REMOVE] = {"DELETE FROM erased_note WHERE id = ?", DB_TAKES(db_u64_field)},
};
/* clang-format on */

const struct db_table erased_note_table = {"erased-note", DB_CONTEXTS("book", "account"),
                                           DB_STATEMENTS(statements)};

enum err
erased_note_add(struct db_conn *conn, const struct erased *erased)
{
	struct erased_note note;
	erased_write(erased, note.line);
	return db_run(conn, &erased_note_table, NOTE_ADD, &note, NULL);
}

static enum err
waiting(void *self, size_t max, struct erased_note ret_notes[], size_t *ret_n)
{
	const uint32_t limit = (uint32_t)max;
	size_t n = 0;
	struct db_try try = db_begin(self, DB_READ);
	while (db_next(&try))
		try.err = db_list(try.conn, &erased_note_table, NOTES_WAITING, &limit, ret_notes,
		                  max, &n);
	if (try.err == OK)
		*ret_n = n;
	return try.err;
}

static enum err
forget(void *self, const uint64_t ids[], size_t n)
{
	struct db_try try = db_begin(self, DB_IDEMPOTENT);
	while (db_next(&try))
		for (size_t i = 0; try.err == OK && i < n; i++)
			try.err = db_run(try.conn, &erased_note_table, NOTE_REMOVE, &ids[i], NULL);
	return try.err;
}

struct erased_notes
erased_notes_mariadb(struct db *db)
{
	return (struct erased_notes){.self = db, .waiting = waiting, .forget = forget};
}
