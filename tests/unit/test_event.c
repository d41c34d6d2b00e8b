/* SPDX-License-Identifier: MIT */
/* Events and views as JSON: what is written is read back, and nothing else is taken for an event.
 */
#include "tests/unit/test.h"

#include "adapters/json/event.h"
#include "adapters/json/json.h"
#include "adapters/json/view.h"
#include "base/mem.h"
#include "tests/contract/life.h"

#include <stdio.h>
#include <string.h>

static void
write_event(const struct event *event, struct buf *body)
{
	buf_reset(body);
	assert_ok(event_write(event, body));
}

static void
every_event_is_read_back_as_it_was_written(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf first = BUF_INIT(EVENT_BODY_MAX);
	CLEANUP(buf_done) struct buf second = BUF_INIT(EVENT_BODY_MAX);
	for (int type = 0; type < EVENT_TYPE_MAX; type++) {
		struct event event = life_event((enum event_type)type), read;
		strcpy(event.causation_id, event.id);
		strcpy(event.request_id, "request-1");
		strcpy(event.traceparent,
		       "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
		write_event(&event, &first);
		assert_ok(event_read(first.data, first.len, &read));
		assert_int_equal(read.type, type);
		assert_int_equal(read.sequence, event.sequence);
		assert_int_equal(read.correlation_id, event.correlation_id);
		write_event(&read, &second);
		assert_string_equal(first.data, second.data);
	}
}

static void
an_event_comes_by_the_exchange_and_the_routing_key_of_its_type(void **state)
{
	(void)state;
	for (int type = 0; type < EVENT_TYPE_MAX; type++) {
		const struct event event = life_event((enum event_type)type);
		const struct event_kind *kind = &event_kinds[type];
		assert_true(event_came_by(&event, kind->exchange, kind->routing_key));
		for (int other = 0; other < EVENT_TYPE_MAX; other++) {
			const struct event_kind *way = &event_kinds[other];
			assert_true(other == type ||
			            !event_came_by(&event, way->exchange, way->routing_key));
		}
		assert_false(event_came_by(&event, "", kind->routing_key));
		assert_false(event_came_by(&event, "events", kind->routing_key));
		assert_false(event_came_by(&event, kind->exchange, ""));
	}
}

static void
a_booked_event_is_a_cloud_event_with_the_whole_book(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf body = BUF_INIT(EVENT_BODY_MAX);
	struct event event = life_book(17, 2, BOOK_BOOKED);
	char expected[2048];
	event.data.book.pay_id = 5;
	strcpy(event.id, "01900000-0000-7000-8000-000000000000");
	write_event(&event, &body);
	snprintf(expected, sizeof(expected), "%s",
	         "{\"specversion\":\"1.0\",\"id\":\"01900000-0000-7000-8000-000000000000\","
	         "\"source\":\"/book\",\"type\":\"hotel.Booked.v1\",\"subject\":\"books/17\","
	         "\"time\":\"2027-01-15T08:00:02.002Z\",\"datacontenttype\":\"application/json\","
	         "\"sequence\":\"2\",\"correlationid\":\"17\",\"data\":{\"id\":17,"
	         "\"reference\":\"ABCD2345\",\"roomId\":3,\"hostId\":7,\"guestId\":42,"
	         "\"startDate\":\"2027-05-05\",\"endDate\":\"2027-05-08\",\"guests\":2,"
	         "\"price\":4500,\"currency\":\"KRW\",\"contact\":{\"name\":\"홍길동\","
	         "\"email\":\"\",\"phone\":\"\"},\"language\":null,\"status\":\"Booked\",\"payId\":"
	         "5,"
	         "\"payUntil\":null,\"version\":2,\"keyVersion\":1,\"createdAt\":\"2027-01-15T08:"
	         "00:01.001Z\","
	         "\"updatedAt\":\"2027-01-15T08:00:02.002Z\",\"nights\":3}}");
	assert_string_equal(body.data, expected);
}

static void
an_event_of_a_version_before_has_no_language(void **state)
{
	(void)state;
	static const char member[] = "\"language\":null,", known[] = "\"language\":\"ko\"";
	for (int type = 0; type < EVENT_TYPE_MAX; type++) {
		struct buf body = BUF_INIT(EVENT_BODY_MAX);
		struct event event = life_event((enum event_type)type), read;
		assert_ok(event_write(&event, &body));
		char *at = strstr(body.data, member);
		assert_non_null(at);
		memmove(at, at + strlen(member), strlen(at + strlen(member)) + 1);
		assert_ok(event_read(body.data, strlen(body.data), &read));
		assert_int_equal(event_language(&read), LANGUAGE_MAX);
		switch (event_kinds[type].aggregate) {
		case AGGREGATE_ROOM: strcpy(event.data.room.language, "ko"); break;
		case AGGREGATE_BOOK: strcpy(event.data.book.language, "ko"); break;
		case AGGREGATE_PAYMENT: strcpy(event.data.payment.language, "ko"); break;
		}
		buf_reset(&body);
		assert_ok(event_write(&event, &body));
		assert_non_null(strstr(body.data, known));
		assert_ok(event_read(body.data, body.len, &read));
		assert_int_equal(event_language(&read), LANGUAGE_KO);
		buf_done(&body);
	}
}

static void
an_event_of_a_room_has_no_correlation(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf body = BUF_INIT(EVENT_BODY_MAX);
	struct event event = life_room(3, 1, "Sea view");
	write_event(&event, &body);
	assert_null(strstr(body.data, "correlationid"));
}

/* Replaces the first `from` in a Booked event and reads what becomes of it. */
static enum err
read_changed(const char *from, const char *to)
{
	CLEANUP(buf_done) struct buf body = BUF_INIT(EVENT_BODY_MAX);
	CLEANUP(buf_done) struct buf changed = BUF_INIT(2 * EVENT_BODY_MAX);
	struct event event = life_book(17, 2, BOOK_BOOKED), read;
	write_event(&event, &body);
	const char *at = strstr(body.data, from);
	assert_non_null(at);
	assert_ok(buf_add(&changed, body.data, (size_t)(at - body.data)));
	assert_ok(buf_addf(&changed, "%s%s", to, at + strlen(from)));
	return event_read(changed.data, changed.len, &read);
}

static void
what_is_no_event_of_ours_is_poison(void **state)
{
	(void)state;
	static const char *const changes[][2] = {
		{"{\"specversion\":\"1.0\",", "{"},
		{"\"1.0\"", "\"0.3\""},
		{"\"1.0\"", "1.0"},
		{"\"/book\"", "\"/pay\""},
		{"hotel.Booked.v1", "hotel.Booked.v2"},
		{"hotel.Booked.v1", "hotel.Slept.v1"},
		{"hotel.Booked.v1", "hotel.BookCanceled.v1"},
		{"hotel.Booked.v1", "hotel.PaymentApproved.v1"},
		{"books/17", "books/18"},
		{"books/17", "rooms/17"},
		{"application/json", "text/plain"},
		{"\"sequence\":\"2\"", "\"sequence\":\"3\""},
		{"\"sequence\":\"2\"", "\"sequence\":2"},
		{"\"correlationid\":\"17\"", "\"correlationid\":\"18\""},
		{"\"correlationid\":\"17\",", ""},
		{"\"data\":{", "\"data\":[{}],\"other\":{"},
		{"\"id\":17", "\"id\":0"},
		{"\"id\":17", "\"id\":\"17\""},
		{"\"id\":17", "\"id\":17.5"},
		{"\"id\":17", "\"id\":null"},
		{"\"id\":17,", ""},
		{"\"price\":4500", "\"price\":-1"},
		{"\"price\":4500", "\"price\":18446744073709551616"},
		{"\"price\":4500", "\"price\":9223372036854775808"},
		{"\"guests\":2", "\"guests\":4294967296"},
		{"2027-05-08", "2027-05-05"},
		{"2027-05-08", "2027-02-30"},
		{"\"KRW\"", "\"KRWX\""},
		{"\"Booked\"", "\"Expired\""},
		{"\"Booked\"", "\"Asleep\""},
		{"\"payUntil\":null,", ""},
		{"08:00:02.002Z", "08:00:02Z"},
		{"홍길동", "a\\u0000b"},
		{"홍길동", "\xff"},
		{"\"price\":4500", "\"price\":4500,\"price\":4500"},
		{"\"price\":4500", "\"price\":NaN"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++)
		assert_err(read_changed(changes[i][0], changes[i][1]), ERR_POISON);
}

static enum err
claim_read(uint64_t version, enum book_status status, uint64_t guest_id, struct event *ret_event)
{
	CLEANUP(buf_done) struct buf body = BUF_INIT(EVENT_BODY_MAX);
	struct event event = life_claim(17, version, status);
	event.data.book.guest_id = guest_id;
	write_event(&event, &body);
	return event_read(body.data, body.len, ret_event);
}

static void
a_claim_is_published_in_every_state_and_is_none_of_nobody_or_of_the_first_version(void **state)
{
	(void)state;
	struct event read;
	for (int status = 0; status < BOOK_STATUS_MAX; status++) {
		assert_ok(claim_read(2, (enum book_status)status, LIFE_CLAIMER, &read));
		assert_int_equal(read.type, EVENT_BOOK_CLAIMED);
		assert_int_equal(read.data.book.status, status);
		assert_int_equal(read.data.book.key_version, BOOK_KEY_FIRST + 1);
	}
	assert_err(claim_read(1, BOOK_REQUESTED, LIFE_CLAIMER, &read), ERR_POISON);
	assert_err(claim_read(2, BOOK_BOOKED, 0, &read), ERR_POISON);
}

static void
an_erasure_is_published_in_every_state_and_has_no_contact(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf body = BUF_INIT(EVENT_BODY_MAX);
	struct event read;
	for (int status = 0; status < BOOK_STATUS_MAX; status++) {
		struct event event = life_erasure(17, 3, (enum book_status)status);
		buf_reset(&body);
		write_event(&event, &body);
		assert_ok(event_read(body.data, body.len, &read));
		assert_int_equal(read.type, EVENT_BOOK_ERASED);
		assert_int_equal(read.data.book.status, status);
		strcpy(event.data.book.contact.phone, "1");
		buf_reset(&body);
		write_event(&event, &body);
		assert_err(event_read(body.data, body.len, &read), ERR_POISON);
	}
}

static void
an_erased_event_of_a_booking_has_no_contact_and_others_are_as_they_were(void **state)
{
	(void)state;
	for (int type = 0; type < EVENT_TYPE_MAX; type++) {
		struct event event = life_event((enum event_type)type), erased = event;
		event_erase(&erased);
		if (event_kinds[type].aggregate == AGGREGATE_BOOK) {
			assert_true(contact_is_empty(&erased.data.book.contact));
			erased.data.book.contact = event.data.book.contact;
		}
		assert_memory_equal(&erased, &event, sizeof(event));
	}
}

static void
an_event_of_a_version_before_has_the_first_key(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf body = BUF_INIT(EVENT_BODY_MAX);
	struct event event = life_book(17, 2, BOOK_BOOKED), read;
	write_event(&event, &body);
	char *at = strstr(body.data, "\"keyVersion\":1,");
	assert_non_null(at);
	memset(at, ' ', strlen("\"keyVersion\":1,"));
	assert_ok(event_read(body.data, body.len, &read));
	assert_int_equal(read.data.book.key_version, BOOK_KEY_FIRST);
}

static void
members_that_a_later_producer_adds_are_ignored(void **state)
{
	(void)state;
	assert_ok(read_changed("\"price\":4500", "\"price\":4500,\"breakfast\":true"));
	assert_ok(read_changed("{\"specversion\"", "{\"partitionkey\":\"3\",\"specversion\""));
}

static void
every_cut_of_an_event_is_poison(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf body = BUF_INIT(EVENT_BODY_MAX);
	struct event event = life_book(17, 2, BOOK_BOOKED), read;
	write_event(&event, &body);
	for (size_t len = 0; len < body.len; len++)
		assert_err(event_read(body.data, len, &read), ERR_POISON);
}

static void
a_body_over_the_maximum_is_poison(void **state)
{
	(void)state;
	static char spaces[EVENT_BODY_MAX + 1];
	struct event read;
	memset(spaces, ' ', sizeof(spaces));
	assert_err(event_read(spaces, sizeof(spaces), &read), ERR_POISON);
}

static void
mypage_shows_a_tombstone_as_no_payment(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf text = BUF_INIT(4096);
	struct json_object *json;
	struct mypage mypage = {.book_id = 1, .pay_status = PAY_VOIDED};
	assert_ok(mypage_view(&mypage, &json));
	assert_ok(json_write(json, &text));
	json_object_put(json);
	assert_non_null(strstr(text.data, "\"payId\":null"));
	assert_non_null(strstr(text.data, "\"payStatus\":null"));
}

static void
a_notification_is_shown_with_its_deliveries(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf text = BUF_INIT(4096);
	struct json_object *json;
	struct notification notification = {
		.id = 9,
		.recipient_id = 7,
		.role = ROLE_HOST,
		.event = EVENT_ROOM_DELETED,
		.message = "Hello",
		.created_at = life_time(1),
		.deliveries = {{.state = DELIVERY_DELIVERED, .delivered_at = life_time(1)}},
		.n_deliveries = 1};
	assert_ok(notification_view(&notification, &json));
	assert_ok(json_write(json, &text));
	json_object_put(json);
	assert_string_equal(
		text.data,
		"{\"id\":9,\"bookId\":null,\"recipientId\":7,\"role\":\"host\","
		"\"event\":\"RoomDeleted\",\"message\":\"Hello\","
		"\"createdAt\":\"2027-01-15T08:00:01.001Z\",\"read\":false,\"deliveries\":["
		"{\"channel\":\"inbox\",\"state\":\"delivered\",\"attempts\":0,"
		"\"deliveredAt\":\"2027-01-15T08:00:01.001Z\",\"nextAt\":null,\"reason\":null}]}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_event_is_read_back_as_it_was_written),
		cmocka_unit_test(an_event_comes_by_the_exchange_and_the_routing_key_of_its_type),
		cmocka_unit_test(a_booked_event_is_a_cloud_event_with_the_whole_book),
		cmocka_unit_test(an_event_of_a_version_before_has_no_language),
		cmocka_unit_test(an_event_of_a_room_has_no_correlation),
		cmocka_unit_test(what_is_no_event_of_ours_is_poison),
		cmocka_unit_test(
			a_claim_is_published_in_every_state_and_is_none_of_nobody_or_of_the_first_version),
		cmocka_unit_test(an_erasure_is_published_in_every_state_and_has_no_contact),
		cmocka_unit_test(
			an_erased_event_of_a_booking_has_no_contact_and_others_are_as_they_were),
		cmocka_unit_test(an_event_of_a_version_before_has_the_first_key),
		cmocka_unit_test(members_that_a_later_producer_adds_are_ignored),
		cmocka_unit_test(every_cut_of_an_event_is_poison),
		cmocka_unit_test(a_body_over_the_maximum_is_poison),
		cmocka_unit_test(mypage_shows_a_tombstone_as_no_payment),
		cmocka_unit_test(a_notification_is_shown_with_its_deliveries),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
