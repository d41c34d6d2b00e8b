/* SPDX-License-Identifier: MIT */
/* statements - every statement of every store against the migrated schema, and the schema itself.
 */
#include "adapters/mariadb/book/book_sql.h"
#include "adapters/mariadb/connection.h"
#include "adapters/mariadb/tables.h"
#include "tests/contract/database.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

static const char *const contexts[] = {"room", "book", "pay", "mypage", "alarm", "account"};
#define CONTEXTS (sizeof(contexts) / sizeof(contexts[0]))

static struct db *pools[CONTEXTS];

static struct db *
pool_of(const char *context)
{
	for (size_t i = 0; i < CONTEXTS; i++)
		if (strcmp(contexts[i], context) == 0)
			return pools[i];
	fail_msg("no context %s", context);
	return NULL;
}

/* The length of a text column in characters. Its values came from an array of the same size as the
 * one they are read into. The length in the result's metadata counts four bytes per character. */
static uint64_t
characters(const char *context, const MYSQL_FIELD *column)
{
	char sql[512];
	if (!column->org_table_length)
		return column->length / 4;
	snprintf(sql, sizeof(sql),
	         "SELECT character_maximum_length FROM information_schema.columns WHERE"
	         " table_schema = DATABASE() AND table_name = '%s' AND column_name = '%s'",
	         column->org_table, column->org_name);
	return database_number(context, sql);
}

/* Whether a member is large enough for any value of the column. */
static bool
is_wide_enough(const char *context, const struct db_field *field, const MYSQL_FIELD *column)
{
	const bool whole = column->type == MYSQL_TYPE_LONGLONG || column->type == MYSQL_TYPE_LONG ||
	                   column->type == MYSQL_TYPE_TINY;
	switch (field->type) {
	case DB_U64: return whole && field->size == sizeof(uint64_t);
	case DB_U32:
		return whole && column->type != MYSQL_TYPE_LONGLONG &&
		       field->size == sizeof(uint32_t);
	case DB_BOOL: return whole && field->size == sizeof(bool);
	case DB_DAY: return column->type == MYSQL_TYPE_DATE && field->size == sizeof(day_t);
	case DB_INSTANT:
		return column->type == MYSQL_TYPE_DATETIME && column->decimals == 3 &&
		       field->size == sizeof(instant_t);
	case DB_TEXT: return characters(context, column) < field->size;
	case DB_WORD: return field->size == sizeof(unsigned) && field->name && field->max;
	case DB_BUF: return field->size == sizeof(struct buf);
	case DB_POINTER:
	case DB_TYPE_MAX: break;
	}
	return false;
}

static void
columns_check(const char *context, const struct db_table *table, unsigned statement,
              MYSQL_STMT *stmt)
{
	const struct db_statement *declared = &table->statements[statement];
	MYSQL_RES *result = mysql_stmt_result_metadata(stmt);
	for (unsigned i = 0; result && i < declared->n_columns; i++) {
		const struct db_field *field = &declared->columns[i];
		const MYSQL_FIELD *column = mysql_fetch_field_direct(result, i);
		if (!is_wide_enough(context, field, column))
			fail_msg("%s, statement %u: column %s does not fit its member", table->name,
			         statement, column->name);
		assert_true(field->offset + field->size <= declared->row_size);
	}
	mysql_free_result(result);
}

static void
table_check(struct db_conn *conn, const char *context, const struct db_table *table)
{
	for (unsigned i = 0; i < table->n; i++) {
		assert_non_null(table->statements[i].sql);
		if (db_prepare(conn, table, i) != OK)
			fail_msg("%s, statement %u: %s", table->name, i, table->statements[i].sql);
		columns_check(context, table, i,
		              conn->prepared[conn->n_prepared - 1].statements[i]);
	}
}

static void
every_statement_fits_the_schema_of_each_of_its_contexts(void **state)
{
	(void)state;
	for (size_t i = 0; db_tables[i]; i++)
		for (size_t c = 0; db_tables[i]->contexts[c]; c++) {
			const char *context = db_tables[i]->contexts[c];
			struct db_try try = db_begin(pool_of(context), DB_READ);
			while (db_next(&try))
				table_check(try.conn, context, db_tables[i]);
			assert_ok(try.err);
		}
}

static void
every_table_and_every_column_has_a_comment(void **state)
{
	(void)state;
	assert_int_equal(database_number("book", "SELECT COUNT(*) FROM information_schema.columns"
	                                         " WHERE table_schema LIKE 'hotel\\_%' AND"
	                                         " column_comment NOT LIKE '%.'"),
	                 0);
	assert_int_equal(database_number("book", "SELECT COUNT(*) FROM information_schema.tables"
	                                         " WHERE table_schema LIKE 'hotel\\_%' AND"
	                                         " table_comment NOT LIKE '%.'"),
	                 0);
}

static void
every_migration_can_be_applied_twice(void **state)
{
	(void)state;
	for (size_t i = 0; i < CONTEXTS; i++)
		database_run(contexts[i], "DELETE FROM schema_migration");
	database_migrate();
	for (size_t i = 0; i < CONTEXTS; i++)
		assert_true(database_number(contexts[i], "SELECT COUNT(*) FROM schema_migration") >
		            0);
}

static bool
is_refused(struct db *pool, const char *sql)
{
	bool refused = false;
	struct db_try try = db_begin(pool, DB_READ);
	while (db_next(&try))
		refused = mysql_query(try.conn->mysql, sql);
	assert_ok(try.err);
	return refused;
}

static void
the_user_of_a_context_has_no_access_to_another_context(void **state)
{
	(void)state;
	for (size_t i = 0; i < CONTEXTS; i++) {
		char sql[64];
		snprintf(sql, sizeof(sql), "USE hotel_%s", contexts[(i + 1) % CONTEXTS]);
		assert_true(is_refused(pools[i], sql));
		snprintf(sql, sizeof(sql), "CREATE TABLE another (id INT)");
		assert_true(is_refused(pools[i], sql));
	}
}

static void
the_states_in_the_statements_of_bookings_are_those_of_the_rule(void **state)
{
	const char *active = book_table.statements[SQL_BOOKS_ACTIVE].sql;
	const char *unpaid = book_table.statements[SQL_UNPAID].sql;
	char word[32];
	(void)state;
	for (enum book_status status = 0; status < BOOK_STATUS_MAX; status++) {
		bool holds = book_holds_nights(status);
		snprintf(word, sizeof(word), "'%s'", book_status_name(status));
		assert_int_equal(strstr(active, word) != NULL, holds);
		assert_int_equal(strstr(unpaid, word) != NULL, holds && status != BOOK_BOOKED);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_statement_fits_the_schema_of_each_of_its_contexts),
		cmocka_unit_test(the_states_in_the_statements_of_bookings_are_those_of_the_rule),
		cmocka_unit_test(every_table_and_every_column_has_a_comment),
		cmocka_unit_test(every_migration_can_be_applied_twice),
		cmocka_unit_test(the_user_of_a_context_has_no_access_to_another_context),
	};
	database_start();
	for (size_t i = 0; i < CONTEXTS; i++)
		pools[i] = database_open(contexts[i]);
	int failed = cmocka_run_group_tests_name("statements and schema", tests, NULL, NULL);
	database_stop();
	return failed;
}
