/* SPDX-License-Identifier: MIT */
/* CSV files: what is read, and every fault by its line and column. */
#include "tests/unit/test.h"

#include "adapters/csv/csv_table.h"
#include "adapters/json/room_fields.h"
#include "base/mem.h"
#include "domain/room/room.h"

#include <stdio.h>
#include <string.h>

#define HEADER   "name,price,capacity,city,description\r\n"
#define ROWS_MAX 8

static struct {
	struct room rooms[ROWS_MAX];
	size_t lines[ROWS_MAX];
	size_t n;
	char faults[4096]; /* "line column code\n" each */
	char detail[200];  /* of the last */
} got;

static enum err
row(void *arg, size_t line, void **ret_to)
{
	(void)arg;
	if (got.n == ROWS_MAX)
		return ERR_TOO_LARGE;
	got.lines[got.n] = line;
	memset(&got.rooms[got.n], 0, sizeof(got.rooms[got.n]));
	*ret_to = &got.rooms[got.n++];
	return OK;
}

static void
fault(void *arg, const struct csv_table_fault *fault)
{
	const size_t at = strlen(got.faults);
	(void)arg;
	assert_true(*fault->detail);
	snprintf(got.faults + at, sizeof(got.faults) - at, "%zu %s %s\n", fault->line,
	         *fault->column ? fault->column : "-", fault->code);
	snprintf(got.detail, sizeof(got.detail), "%s", fault->detail);
}

static enum err
read_bytes(const char *text, size_t n)
{
	const struct csv_table_reader reader = {
		.table = room_fields_new, .currency = "EUR", .row = row, .fault = fault};
	memset(&got, 0, sizeof(got));
	return csv_table_read(&reader, text, n);
}

static void
assert_read(const char *text, size_t rows)
{
	enum err err = read_bytes(text, strlen(text));
	assert_string_equal(got.faults, "");
	assert_ok(err);
	assert_int_equal(got.n, rows);
}

static void
assert_faults(const char *text, const char *faults)
{
	assert_err(read_bytes(text, strlen(text)), ERR_INVALID);
	assert_string_equal(got.faults, faults);
}

static void
each_line_becomes_a_row(void **state)
{
	(void)state;
	assert_read(HEADER "Sea view,1500,3,Busan,Two beds\r\nGarden,2000,,,\r\n", 2);
	assert_string_equal(got.rooms[0].name, "Sea view");
	assert_int_equal(got.rooms[0].price, 1500);
	assert_int_equal(got.rooms[0].capacity, 3);
	assert_string_equal(got.rooms[0].city, "Busan");
	assert_string_equal(got.rooms[0].description, "Two beds");
	assert_int_equal(got.rooms[1].capacity, 0); /* not said */
	assert_int_equal(got.lines[1], 3);
}

static void
columns_may_come_in_any_order_and_only_price_has_to(void **state)
{
	(void)state;
	assert_read("price\n1500\n2000", 2);
	assert_int_equal(got.rooms[1].price, 2000);
	assert_read("city,price,name\nBusan,1,Sea\n", 1);
	assert_string_equal(got.rooms[0].name, "Sea");
	assert_string_equal(got.rooms[0].city, "Busan");
}

static void
prices_may_come_as_amounts_with_decimals(void **state)
{
	(void)state;
	assert_read("name,amount\nSea,45.00\nGarden,\"1,500\"\n", 2);
	assert_int_equal(got.rooms[0].price, 4500);
	assert_int_equal(got.rooms[1].price, 150000);
	assert_faults("name,amount\nSea,\nGarden,45.001\nHill,x\n",
	              "2 price required\n3 amount amount.decimals\n4 amount amount.format\n");
	assert_faults("amount,price\n1,1\n", "1 price column.twice\n");
}

static void
quoted_texts_hold_commas_quotes_and_line_breaks(void **state)
{
	(void)state;
	assert_read(HEADER "\"Sea, \"\"view\"\"\",\"1500\",2,\"\",\"one\r\ntwo\nthree\"\r\n"
	                   "next,1,,,\r\n",
	            2);
	assert_string_equal(got.rooms[0].name, "Sea, \"view\"");
	assert_string_equal(got.rooms[0].description, "one\ntwo\nthree");
	assert_int_equal(got.rooms[0].price, 1500);
	assert_int_equal(got.lines[0], 2);
	assert_int_equal(got.lines[1], 5);
}

static void
other_scripts_markup_and_spaces_come_as_they_are(void **state)
{
	(void)state;
	assert_read("\xef\xbb\xbf" HEADER "바다 🌊,1,,<script>alert(1)</script>, x ;=1+1 \n", 1);
	assert_string_equal(got.rooms[0].name, "바다 🌊");
	assert_string_equal(got.rooms[0].city, "<script>alert(1)</script>");
	assert_string_equal(got.rooms[0].description, " x ;=1+1 ");
}

static void
empty_lines_are_left_out(void **state)
{
	(void)state;
	assert_read("\n\nprice\n\n1\n\r\n2\n\n", 2);
	assert_int_equal(got.lines[0], 5);
	assert_int_equal(got.lines[1], 7);
}

/* What Excel writes for the range that was used once: rows and columns without any value. */
static void
blank_rows_and_columns_of_a_spreadsheet_are_left_out(void **state)
{
	(void)state;
	assert_read("\xef\xbb\xbf"
	            "name,city,capacity,price\r\nSea view,Busan,2,1500\r\n,,,\r\n ,,,\r\n",
	            1);
	assert_read("name,price\nA,1500\n\"\",\"\"\n\" \",\n\xe3\x80\x80,\xc2\xa0\n,,,,\n \nB,1\n",
	            2);
	assert_int_equal(got.lines[1], 8);
	assert_read(",,\n ,\nname,price\nA,1\n", 1); /* above the header, too */
	assert_read("name,price,\nA,1500,\nB,1500\nC,1500, \nD,1500,,,\n", 4);
	assert_read("name,,price, \nA,,1500,\n", 1);
	assert_faults("name,price,\nA,1500,x\nB\nC,1500,,x\n",
	              "2 - columns\n3 - columns\n4 - columns\n");
	assert_faults("name,,price\nA,x,1500\n", "2 - columns\n");
	assert_string_equal(got.detail, "column 2 has a value here, but no name");
	assert_faults("price,name\n,A\n", "2 price required\n");
}

static void
names_of_columns_may_be_written_in_any_case_and_with_spaces(void **state)
{
	(void)state;
	assert_read("Name, PRICE ,\xc2\xa0"
	            "City\nSea,1500,Busan\n",
	            1);
	assert_int_equal(got.rooms[0].price, 1500);
	assert_string_equal(got.rooms[0].city, "Busan");
	assert_faults("price,Price\n1,1\n", "1 Price column.twice\n");
	assert_faults("price,beds\n1,1\n", "1 beds column.unknown\n");
	assert_string_equal(got.detail,
	                    "unknown column; the columns are name, description, city, capacity, "
	                    "price or amount");
}

static void
what_a_spreadsheet_saves_in_place_of_csv_is_named(void **state)
{
	(void)state;
	static const struct {
		const char *text, *has;
	} files[] = {
		{"name;price\nSea;1500\n", "semicolons"},
		{"\xef\xbb\xbfname;price\r\nSea;1500\r\n", "semicolons"},
		{"name\tprice\nSea\t1500\n", "tabs"},
		{"sep=;\nname;price\n", "note to Excel"},
		{"SEP=,\nname,price\n", "note to Excel"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		assert_faults(files[i].text, "1 - csv\n");
		assert_non_null(strstr(got.detail, files[i].has));
	}
	static const char utf16[] = "\xff\xfen\0a\0m\0e\0\n\0";
	assert_err(read_bytes(utf16, sizeof(utf16) - 1), ERR_INVALID);
	assert_string_equal(got.faults, "1 - csv\n");
	assert_non_null(strstr(got.detail, "UTF-16"));
	/* Sea in CP949 */
	assert_faults("name,price\n\xb9\xd9\xb4\xd9,1500\n", "2 - characters\n");
	assert_non_null(strstr(got.detail, "CP949"));
	assert_read("name,price\n\"a;b\",1\n", 1); /* in a value it is no separator */
}

static void
all_faults_are_told_at_once_by_line_and_column(void **state)
{
	(void)state;
	assert_faults(HEADER "ok,1500,2,,\r\n"
	                     "a,,2,,\r\n"
	                     "b,12abc,0,,\r\n"
	                     "c,1000000001,101,,\r\n"
	                     "d,-1,1.5,,\r\n"
	                     "e,1\r\n"
	                     "f,1,1,1,1,1\r\n"
	                     "g\x01,1,,h\ti,\r\n",
	              "3 price required\n"
	              "4 capacity range\n4 price type\n"
	              "5 capacity range\n5 price range\n"
	              "6 capacity type\n6 price range\n"
	              "7 - columns\n"
	              "8 - columns\n"
	              "9 name text.characters\n9 city text.characters\n");
}

static void
a_text_that_is_too_long_is_a_fault_whatever_its_length(void **state)
{
	(void)state;
	static char text[64 * 1024];
	size_t n = (size_t)snprintf(text, sizeof(text), "price,name\n1,");
	memset(text + n, 'x', 10000);
	assert_faults(text, "2 name text.length\n");
	for (size_t i = 0; i < ROOM_NAME_CHARS; i++)
		memcpy(text + n + 4 * i, "🏨", 4);
	text[n + (size_t)4 * ROOM_NAME_CHARS] = '\0';
	assert_read(text, 1);
	memcpy(text + n + (size_t)4 * ROOM_NAME_CHARS, "x", 2);
	assert_faults(text, "2 name text.length\n");
}

static void
faults_of_the_header_are_told_and_nothing_below_it(void **state)
{
	(void)state;
	assert_faults("name,prize,name\nx,y,z\n",
	              "1 prize column.unknown\n1 name column.twice\n1 price required\n");
	assert_faults("", "1 - csv\n");
	assert_faults("\r\n\n", "1 - csv\n");
	assert_faults("Preis\n1\n", "1 Preis column.unknown\n1 price required\n");
	assert_faults("\n\nx\n1\n", "3 x column.unknown\n3 price required\n");
}

static void
what_is_no_csv_is_told_by_its_line(void **state)
{
	(void)state;
	assert_faults("price,name\n1,a\"b\n2,c\n", "2 - csv\n");
	assert_faults("price,name\n1,\"a\"b\n", "2 - csv\n");
	assert_faults("price,name\n1,x\n2,\"never closed\n3,y\n", "3 - csv\n");
}

static void
bytes_that_are_no_text_are_told_by_their_lines(void **state)
{
	(void)state;
	const char nul[] = "price,name\n1,a\0b\n";
	assert_faults("price,name\n1,\xff\n2,ok\n3,\xed\xa0\x80\n",
	              "2 - characters\n4 - characters\n");
	assert_err(read_bytes(nul, sizeof(nul) - 1), ERR_INVALID);
	assert_string_equal(got.faults, "2 - characters\n");
}

static void
who_takes_the_rows_can_end_it(void **state)
{
	(void)state;
	const char text[] = "price\n1\n2\n3\n4\n5\n6\n7\n8\n9\n";
	assert_err(read_bytes(text, strlen(text)), ERR_TOO_LARGE);
	assert_int_equal(got.n, ROWS_MAX);
}

static void
more_columns_than_there_can_be_are_no_trouble(void **state)
{
	(void)state;
	char text[4 * CSV_COLUMNS_MAX + 8] = "price";
	for (size_t i = 0; i < CSV_COLUMNS_MAX + 4; i++)
		strcat(text, ",a");
	assert_err(read_bytes(text, strlen(text)), ERR_INVALID);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_line_becomes_a_row),
		cmocka_unit_test(columns_may_come_in_any_order_and_only_price_has_to),
		cmocka_unit_test(prices_may_come_as_amounts_with_decimals),
		cmocka_unit_test(quoted_texts_hold_commas_quotes_and_line_breaks),
		cmocka_unit_test(other_scripts_markup_and_spaces_come_as_they_are),
		cmocka_unit_test(empty_lines_are_left_out),
		cmocka_unit_test(blank_rows_and_columns_of_a_spreadsheet_are_left_out),
		cmocka_unit_test(names_of_columns_may_be_written_in_any_case_and_with_spaces),
		cmocka_unit_test(what_a_spreadsheet_saves_in_place_of_csv_is_named),
		cmocka_unit_test(all_faults_are_told_at_once_by_line_and_column),
		cmocka_unit_test(a_text_that_is_too_long_is_a_fault_whatever_its_length),
		cmocka_unit_test(faults_of_the_header_are_told_and_nothing_below_it),
		cmocka_unit_test(what_is_no_csv_is_told_by_its_line),
		cmocka_unit_test(bytes_that_are_no_text_are_told_by_their_lines),
		cmocka_unit_test(who_takes_the_rows_can_end_it),
		cmocka_unit_test(more_columns_than_there_can_be_are_no_trouble),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
