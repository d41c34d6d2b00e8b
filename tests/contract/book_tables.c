/* SPDX-License-Identifier: MIT */
/* book_tables - empties the tables of book's database and checks that they agree. */
#include "tests/contract/book_tables.h"

#include "tests/contract/database.h"
#include "tests/unit/test.h"

#include <stdio.h>

void
book_tables_empty(void)
{
	static const char *const tables[] = {"offer",       "book",        "night",
	                                     "book_step",   "guest",       "outbox",
	                                     "idempotency", "erased_note", NULL};
	for (size_t i = 0; tables[i]; i++) {
		char sql[64];
		snprintf(sql, sizeof(sql), "DELETE FROM %s", tables[i]);
		database_run("book", sql);
	}
}

void
book_tables_agree(void)
{
	static const char *const none[] = {
		"SELECT COUNT(*) FROM night n LEFT JOIN book b ON b.id = n.book_id AND"
		" b.room_id = n.room_id AND n.night >= b.start_date AND n.night < b.end_date"
		" AND b.status IN ('Requested', 'PaymentPending', 'Booked') WHERE b.id IS NULL",
		"SELECT COUNT(*) FROM book b WHERE status IN ('Requested', 'PaymentPending', "
		"'Booked')"
		" AND DATEDIFF(end_date, start_date) <>"
		" (SELECT COUNT(*) FROM night n WHERE n.book_id = b.id)",
		"SELECT COUNT(*) FROM book a JOIN book b ON a.room_id = b.room_id AND a.id < b.id"
		" AND a.start_date < b.end_date AND b.start_date < a.end_date"
		" WHERE a.status IN ('Requested', 'PaymentPending', 'Booked')"
		" AND b.status IN ('Requested', 'PaymentPending', 'Booked')",
		"SELECT COUNT(*) FROM book b WHERE version <>"
		" (SELECT COUNT(*) FROM book_step s WHERE s.book_id = b.id)",
		"SELECT COUNT(*) FROM book b WHERE version - 1 <>"
		" (SELECT COUNT(*) FROM outbox o WHERE o.correlation_id = b.id)",
	};
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_int_equal(database_number("book", none[i]), 0);
}
