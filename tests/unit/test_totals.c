/* SPDX-License-Identifier: MIT */
/* totals: what takes long to count is counted seldom, and everything else each time. */
#include "adapters/mariadb/totals.h"
#include "test.h"

#include <string.h>

static const struct db_table table = {.name = "rows"};
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct totals totals;

static int
empty(void **state)
{
	(void)state;
	memset(&totals, 0, sizeof(totals));
	totals.mutex = &mutex;
	return 0;
}

static struct total_key
of(uint64_t owner_id)
{
	return (struct total_key){.table = &table, .statement = 3, .owner_id = owner_id};
}

static bool
is_known(uint64_t owner_id, int64_t now_ms)
{
	struct total total = {.rows = 0};
	const struct total_key key = of(owner_id);
	return totals_find(&totals, &key, now_ms, &total);
}

/* Counted from began_ms on, in cost_ms. */
static void
keep(uint64_t owner_id, uint64_t rows, int64_t began_ms, int64_t cost_ms)
{
	const struct total_key key = of(owner_id);
	const struct total total = {.rows = rows, .as_of = began_ms + 5};
	totals_keep(&totals, &key, &total, began_ms, began_ms + cost_ms);
}

static void
a_count_that_took_long_is_kept_in_proportion(void **state)
{
	const struct total_key key = of(7);
	struct total total;
	(void)state;
	assert_false(is_known(7, 1000));
	keep(7, 1000000, 1000, 100);
	assert_true(totals_find(&totals, &key, 1000 + 100 * TOTAL_KEPT_FOR - 1, &total));
	assert_int_equal(total.rows, 1000000);
	assert_int_equal(total.as_of, 1005);
	assert_false(is_known(7, 1000 + 100 * TOTAL_KEPT_FOR));
}

static void
a_count_is_kept_for_no_longer_than_the_limit(void **state)
{
	(void)state;
	keep(7, 90000, 1000, 4000);
	assert_true(is_known(7, 1000 + TOTAL_KEPT_MAX - 1));
	assert_false(is_known(7, 1000 + TOTAL_KEPT_MAX));
}

static void
the_number_of_a_short_list_is_never_kept_and_replaces_what_was(void **state)
{
	(void)state;
	keep(7, TOTAL_ROWS_MIN - 1, 1000, 500);
	assert_false(is_known(7, 1001));
	keep(7, 90000, 2000, 50);
	keep(7, 20, 2100, 50);
	assert_false(is_known(7, 2101));
}

static void
while_one_counts_again_the_others_get_the_number_from_before(void **state)
{
	const int64_t late = 1000 + 50 * TOTAL_KEPT_FOR;
	(void)state;
	keep(7, 90000, 1000, 50);
	assert_false(is_known(7, late)); /* the caller counts now */
	assert_true(is_known(7, late + 1));
	/* It never came back: somebody else counts. */
	assert_false(is_known(7, late + TOTAL_COUNT_MAX));
}

static void
a_number_that_nobody_asked_for_for_long_is_given_to_nobody(void **state)
{
	const int64_t until = 1000 + 50 * TOTAL_KEPT_FOR;
	(void)state;
	keep(7, 90000, 1000, 50);
	assert_false(is_known(7, until + TOTAL_KEPT_MAX - 1)); /* the caller counts now */
	assert_false(is_known(7, until + TOTAL_KEPT_MAX));
}

static void
each_list_has_a_number_of_its_own(void **state)
{
	struct total_key other = of(7);
	struct total total;
	(void)state;
	keep(7, 90000, 1000, 50);
	other.statement = 4;
	assert_false(totals_find(&totals, &other, 1001, &total));
	assert_false(is_known(8, 1001));
}

static void
a_new_number_takes_the_place_of_the_one_that_ends_first(void **state)
{
	(void)state;
	for (uint64_t owner = 1; owner <= TOTALS_MAX; owner++)
		keep(owner, 90000, 1000, owner == 9 ? 50 : 100);
	keep(1000, 90000, 1000, 100);
	assert_false(is_known(9, 1001));
	assert_true(is_known(1000, 1001));
	assert_true(is_known(1, 1001));
	assert_true(is_known(TOTALS_MAX, 1001));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_count_that_took_long_is_kept_in_proportion, empty),
		cmocka_unit_test_setup(a_count_is_kept_for_no_longer_than_the_limit, empty),
		cmocka_unit_test_setup(
			the_number_of_a_short_list_is_never_kept_and_replaces_what_was, empty),
		cmocka_unit_test_setup(while_one_counts_again_the_others_get_the_number_from_before,
	                               empty),
		cmocka_unit_test_setup(a_number_that_nobody_asked_for_for_long_is_given_to_nobody,
	                               empty),
		cmocka_unit_test_setup(each_list_has_a_number_of_its_own, empty),
		cmocka_unit_test_setup(a_new_number_takes_the_place_of_the_one_that_ends_first,
	                               empty),
	};
	return cmocka_run_group_tests_name("totals", tests, NULL, NULL);
}
