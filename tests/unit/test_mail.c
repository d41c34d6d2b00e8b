/* SPDX-License-Identifier: MIT */
/* Mails: their content, and that no text can change their structure. */
#include "tests/unit/test.h"

#include "adapters/smtp/calendar.h"
#include "adapters/smtp/mime.h"
#include "base/base64.h"
#include "base/mem.h"
#include "tests/contract/life.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID   "0190a5b2-0000-7000-8000-000000000001"
#define FROM "no-reply@hotel.example"

#define TEXT_PART                                                                           \
	"Hello, 안녕 <b>\r\n\r\nBooking: 17 (ABCD2345)\r\nRoom: 3 (Sea view)\r\n"         \
	"Stay: 5 May 2027 - 8 May 2027 (3 nights)\r\nPrice: 4500 KRW\r\n\r\n-- \r\n"        \
	"You receive this mail because it concerns your booking or your room. It was sent " \
	"automatically; replies to it are not read.\r\n"
#define PAGE_PART                                                                               \
	"<!DOCTYPE html>\r\n<html lang=\"en\"><head><meta charset=\"utf-8\">"                   \
	"<title>Booking 17 (ABCD2345) is confirmed</title></head>\r\n"                          \
	"<body><p>Hello, 안녕 &lt;b&gt;</p>\r\n<table>\r\n"                                   \
	"<tr><th align=\"left\">Booking</th><td>17 (ABCD2345)</td></tr>\r\n"                    \
	"<tr><th align=\"left\">Room</th><td>3 (Sea view)</td></tr>\r\n"                        \
	"<tr><th align=\"left\">Stay</th><td>5 May 2027 - 8 May 2027 (3 nights)</td></tr>\r\n"  \
	"<tr><th align=\"left\">Price</th><td>4500 KRW</td></tr>\r\n"                           \
	"</table>\r\n<p><small>You receive this mail because it concerns your booking or your " \
	"room. It was sent automatically; replies to it are not "                               \
	"read.</small></p></body></html>\r\n"
#define CALENDAR_PART                                                                        \
	"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//MyHotel//alarm//EN\r\n"                 \
	"METHOD:PUBLISH\r\nBEGIN:VEVENT\r\nUID:book-17-ABCD2345@hotel.example\r\n"           \
	"SEQUENCE:3\r\nDTSTAMP:20270115T080003Z\r\n"                                         \
	"DTSTART;VALUE=DATE:20270505\r\nDTEND;VALUE=DATE:20270508\r\n"                       \
	"SUMMARY:Stay in room 3 (Sea view)\\, booking 17 (ABCD2345)\r\nSTATUS:CONFIRMED\r\n" \
	"ORGANIZER:mailto:no-reply@hotel.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

/* Appends a part's body as mails have it: base64 in lines of 57 bytes. */
static void
body_add(struct buf *to, const char *body)
{
	for (size_t at = 0, n; at < strlen(body); at += n) {
		char line[BASE64_SIZE(57)];
		n = strlen(body + at) < 57 ? strlen(body + at) : 57;
		assert_ok(buf_addf(to, "%s\r\n", base64_write(body + at, n, line)));
	}
}

static struct delivery_job
job_of(struct event event, enum role role, enum language language)
{
	struct delivery_job job = {.notification_id = 5,
	                           .channel = CHANNEL_EMAIL,
	                           .role = role,
	                           .language = language,
	                           .target = "guest@example.com",
	                           .room_name = "Sea view",
	                           .message = "Hello, 안녕 <b>"};
	strcpy(event.id, ID);
	job.event = event;
	return job;
}

static char *
mail_of(const struct delivery_job *job)
{
	static struct buf bytes = BUF_INIT(MAIL_BYTES_MAX);
	struct mail mail;
	mail_compose(job, FROM, &mail);
	buf_reset(&bytes);
	assert_ok(mail_write(&mail, &bytes));
	return bytes.data;
}

static void
fake_key(void *self, enum booking_key_kind kind, uint64_t book_id, uint32_t version,
         char key[BOOKING_KEY_SIZE])
{
	(void)self;
	snprintf(key, BOOKING_KEY_SIZE, "%c%d-%d-KEY", kind == BOOKING_KEY_MAILED ? 'm' : 'b',
	         (int)book_id, (int)version);
}

/* The links that the mail of a job has; NULL: none. */
static const char *
link_of(const struct delivery_job *job, const struct booking_keys *keys)
{
	static struct mail mail;
	mail_compose(job, FROM, &mail);
	const size_t n = mail.n_facts;
	mail_link_add(job, "https://hotel.example", keys, &mail);
	assert_true(mail.n_facts == n || mail.n_facts == n + 1);
	return mail.n_facts > n ? mail.facts[n].value : NULL;
}

static void
only_the_guest_of_a_booking_without_account_gets_the_link_to_it(void **state)
{
	(void)state;
	const struct booking_keys keys = {.make = fake_key};
	struct event event = life_book(17, 3, BOOK_BOOKED);
	struct delivery_job job = job_of(event, ROLE_GUEST, LANGUAGE_KO);
	assert_null(link_of(&job, &keys));
	job.event.data.book.guest_id = 0;
	job.event.data.book.key_version = 2;
	assert_string_equal(link_of(&job, &keys), "https://hotel.example/b/ABCD2345/m17-2-KEY");
	job.key_version = 3; /* the booking was claimed since then */
	assert_null(link_of(&job, &keys));
	job.key_version = 2;
	assert_non_null(link_of(&job, &keys));
	assert_null(link_of(&job, NULL));
	job.role = ROLE_HOST;
	assert_null(link_of(&job, &keys));
	event = life_payment(17, 1, PAY_APPROVED);
	event.data.payment.guest_id = 0;
	job = job_of(event, ROLE_GUEST, LANGUAGE_EN);
	assert_null(link_of(&job, &keys));
}

static void
a_booking_is_a_mail_with_text_html_and_calendar(void **state)
{
	(void)state;
	struct event event = life_book(17, 3, BOOK_BOOKED);
	strcpy(event.request_id, "req-1");
	const struct delivery_job job = job_of(event, ROLE_GUEST, LANGUAGE_EN);
	CLEANUP(buf_done) struct buf wanted = BUF_INIT(MAIL_BYTES_MAX);
	assert_ok(buf_addf(
		&wanted, "From: MyHotel <" FROM ">\r\n"
			 "To: <guest@example.com>\r\n"
			 "Subject: =?UTF-8?B?Qm9va2luZyAxNyAoQUJDRDIzNDUpIGlzIGNvbmZpcm1lZA==?=\r\n"
			 "Date: Fri, 15 Jan 2027 08:00:03 +0000\r\n"
			 "Message-ID: <" ID "-guest@hotel.example>\r\n"
			 "X-Request-Id: req-1\r\n"
			 "Content-Language: en\r\n"
			 "Auto-Submitted: auto-generated\r\n"
			 "MIME-Version: 1.0\r\n"
			 "Content-Type: multipart/mixed;\r\n"
			 " boundary=\"" ID "-guest-parts\"\r\n"
			 "\r\n"
			 "--" ID "-guest-parts\r\n"
			 "Content-Type: multipart/alternative;\r\n"
			 " boundary=\"" ID "-guest-texts\"\r\n"
			 "\r\n"
			 "--" ID "-guest-texts\r\n"
			 "Content-Type: text/plain; charset=utf-8\r\n"
			 "Content-Transfer-Encoding: base64\r\n\r\n"));
	body_add(&wanted, TEXT_PART);
	assert_ok(buf_addf(&wanted, "--" ID "-guest-texts\r\n"
	                            "Content-Type: text/html; charset=utf-8\r\n"
	                            "Content-Transfer-Encoding: base64\r\n\r\n"));
	body_add(&wanted, PAGE_PART);
	assert_ok(buf_addf(&wanted, "--" ID "-guest-texts--\r\n"
	                            "--" ID "-guest-parts\r\n"
	                            "Content-Type: text/calendar; charset=utf-8; method=PUBLISH\r\n"
	                            "Content-Disposition: attachment; filename=\"stay.ics\"\r\n"
	                            "Content-Transfer-Encoding: base64\r\n\r\n"));
	body_add(&wanted, CALENDAR_PART);
	assert_ok(buf_addf(&wanted, "--" ID "-guest-parts--\r\n"));
	assert_string_equal(mail_of(&job), wanted.data);
}

/* Decodes the n-th body of a mail. */
static void
body_decode(const char *bytes, unsigned n, char *to, size_t size)
{
	char *lines = calloc(1, strlen(bytes) + 1), *end = lines;
	size_t decoded;
	assert_non_null(lines);
	for (bytes = strstr(bytes, "base64\r\n\r\n"); n > 0; n--) {
		assert_non_null(bytes);
		bytes = strstr(bytes + 1, "base64\r\n\r\n");
	}
	assert_non_null(bytes);
	for (bytes += strlen("base64\r\n\r\n"); *bytes != '-'; bytes++)
		if (*bytes != '\r' && *bytes != '\n')
			*end++ = *bytes;
	assert_ok(base64_read(lines, (unsigned char *)to, size - 1, &decoded));
	to[decoded] = '\0';
	free(lines);
}

static void
a_cancellation_removes_the_same_calendar_entry(void **state)
{
	(void)state;
	char entry[2048];
	const struct delivery_job job =
		job_of(life_book(17, 4, BOOK_CANCELED), ROLE_GUEST, LANGUAGE_EN);
	body_decode(mail_of(&job), 2, entry, sizeof(entry));
	assert_string_equal(entry, "BEGIN:VCALENDAR\r\n"
	                           "VERSION:2.0\r\n"
	                           "PRODID:-//MyHotel//alarm//EN\r\n"
	                           "METHOD:CANCEL\r\n"
	                           "BEGIN:VEVENT\r\n"
	                           "UID:book-17-ABCD2345@hotel.example\r\n"
	                           "SEQUENCE:4\r\n"
	                           "DTSTAMP:20270115T080004Z\r\n"
	                           "DTSTART;VALUE=DATE:20270505\r\n"
	                           "DTEND;VALUE=DATE:20270508\r\n"
	                           "SUMMARY:Stay in room 3 (Sea view)\\, booking 17 (ABCD2345)\r\n"
	                           "STATUS:CANCELLED\r\n"
	                           "ORGANIZER:mailto:" FROM "\r\n"
	                           "ATTENDEE:mailto:guest@example.com\r\n"
	                           "END:VEVENT\r\n"
	                           "END:VCALENDAR\r\n");
}

static void
a_copy_has_an_id_and_a_date_of_its_own_and_an_attempt_has_not(void **state)
{
	(void)state;
	static const char *const again[] = {
		"Date: Fri, 15 Jan 2027 08:00:03 +0000\r\nMessage-ID: <" ID "-guest@",
		"Date: Fri, 15 Jan 2027 09:00:00 +0000\r\nMessage-ID: <" ID "-guest-1@",
		"Date: Fri, 15 Jan 2027 09:00:00 +0000\r\nMessage-ID: <" ID "-guest-2@",
	};
	struct delivery_job job = job_of(life_book(17, 3, BOOK_BOOKED), ROLE_GUEST, LANGUAGE_EN);
	char id[DELIVERY_ID_SIZE];
	for (job.copies = 0; job.copies < ARRAY_SIZE(again); job.copies++) {
		job.since = INT64_C(1800003600000);
		for (job.attempts = 1; job.attempts < 3; job.attempts++)
			assert_non_null(strstr(mail_of(&job), again[job.copies]));
	}
	job.channel = CHANNEL_CONTACT;
	assert_non_null(strstr(mail_of(&job), "Message-ID: <" ID "-guest-contact-3@"));
	job.channel = CHANNEL_WEBHOOK;
	delivery_id(&job, id);
	assert_string_equal(id, ID "-guest");
}

static void
text_and_html_have_the_same_content_and_html_is_escaped(void **state)
{
	(void)state;
	char body[4096];
	struct event event = life_room(3, 1, "<script>alert('1')</script> & \"x\"");
	const struct delivery_job job = job_of(event, ROLE_HOST, LANGUAGE_KO);
	body_decode(mail_of(&job), 0, body, sizeof(body));
	assert_string_equal(body, "Hello, 안녕 <b>\r\n"
	                          "\r\n"
	                          "객실: 3 (<script>alert('1')</script> & \"x\")\r\n"
	                          "금액: 1,500원\r\n"
	                          "\r\n"
	                          "-- \r\n"
	                          "회원님의 예약 또는 객실에 관한 안내입니다. 발신 전용 메일이므로 "
	                          "회신하셔도 확인할 수 없습니다.\r\n");
	body_decode(mail_of(&job), 1, body, sizeof(body));
	assert_null(strstr(body, "<script"));
	assert_null(strstr(body, "<b>"));
	assert_non_null(strstr(body, "<html lang=\"ko\">"));
	assert_non_null(strstr(body, "안녕 &lt;b&gt;"));
	assert_non_null(strstr(body, "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; "
	                             "&quot;x&quot;"));
	assert_null(strstr(mail_of(&job), "text/calendar"));
}

static void
the_same_job_always_gives_the_same_mail(void **state)
{
	(void)state;
	const struct delivery_job job =
		job_of(life_payment(17, 2, PAY_APPROVED), ROLE_GUEST, LANGUAGE_KO);
	char *first = strdup(mail_of(&job));
	assert_non_null(first);
	assert_string_equal(mail_of(&job), first);
	free(first);
}

/* Every subject and every body in every language, with the longest values. */
static void
no_line_is_too_long_and_no_text_can_add_a_header(void **state)
{
	(void)state;
	char name[TEXT_SIZE(ROOM_NAME_CHARS)] = "";
	for (int i = 0; i < ROOM_NAME_CHARS; i++)
		strcat(name, "🌊");
	for (int type = 0; type < EVENT_TYPE_MAX; type++) {
		const enum aggregate aggregate = event_kinds[type].aggregate;
		struct event event = aggregate == AGGREGATE_ROOM ? life_room(3, 1, name)
		                     : aggregate == AGGREGATE_BOOK
		                             ? life_book(UINT64_MAX, 3, BOOK_BOOKED)
		                             : life_payment(17, 1, PAY_APPROVED);
		event.type = (enum event_type)type;
		for (int role = ROLE_GUEST; role <= ROLE_HOST; role++)
			for (int language = 0; language < LANGUAGE_MAX; language++) {
				struct delivery_job job =
					job_of(event, (enum role)role, (enum language)language);
				memset(job.message, 'x', MESSAGE_SIZE - 1);
				job.message[MESSAGE_SIZE - 1] = '\0';
				strcpy(job.event.request_id, "x\r\nBcc: everybody@example.org");
				const char *bytes = mail_of(&job);
				assert_null(strstr(bytes, "Bcc"));
				for (const char *line = bytes; *line; line++) {
					size_t n = strcspn(line, "\r\n");
					assert_true(n <= 320);
					for (size_t i = 0; i < n; i++)
						assert_true(isprint((unsigned char)line[i]));
					line += n + 1;
					assert_int_equal(*line, '\n');
				}
			}
	}
}

static void
every_message_has_a_subject_in_every_language(void **state)
{
	(void)state;
	for (int type = 0; type < EVENT_TYPE_MAX; type++)
		for (int language = 0; language < LANGUAGE_MAX; language++) {
			const struct event_texts *policy = &notification_texts[type];
			assert_int_equal(!policy->guest[language],
			                 !policy->guest_subject[language]);
			assert_int_equal(!policy->host[language], !policy->host_subject[language]);
		}
}

static void
only_valid_addresses_get_mail(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"",          "guest", "a@b\r\nRCPT TO:<c@d>", "a@b\n",  "a b@c",
		"a@b>,<c@d", "a@@b",  "김@example.com",       "a..b@c", "@c",
		"a@-c"};
	CLEANUP(buf_done) struct buf bytes = BUF_INIT(MAIL_BYTES_MAX);
	struct delivery_job job = job_of(life_book(17, 3, BOOK_BOOKED), ROLE_GUEST, LANGUAGE_EN);
	struct mail mail;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		strcpy(job.target, bad[i]);
		mail_compose(&job, FROM, &mail);
		assert_err(mail_write(&mail, &bytes), ERR_INVALID);
	}
	mail_compose(&job, "nobody", &mail);
	assert_err(mail_write(&mail, &bytes), ERR_INVALID);
	assert_int_equal(bytes.len, 0);
}

static void
a_long_calendar_line_is_folded_between_characters(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf entry = BUF_INIT(8192);
	struct mail mail = {.from = FROM, .to = "guest@example.com"};
	mail.calendar =
		(struct mail_calendar){.present = true, .book_id = 17, .reference = "ABCD2345"};
	for (int i = 0; i < 60; i++)
		strcat(mail.calendar.summary, "바;다\n");
	assert_ok(calendar_write(&mail, &entry));
	assert_non_null(strstr(entry.data, "SUMMARY:바\\;다\\n바\\;"));
	for (const char *line = entry.data; *line; line = strstr(line, "\r\n") + 2) {
		assert_true(strcspn(line, "\r") <= 75);
		assert_int_not_equal((unsigned char)line[*line == ' '] & 0xC0, 0x80);
	}
}

static void
base64_round_trips(void **state)
{
	(void)state;
	static const char *const pairs[][2] = {
		{"", ""},        {"f", "Zg=="},        {"fo", "Zm8="},
		{"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"foobar", "Zm9vYmFy"}};
	static const char *const bad[] = {"Z", "Zg", "Zg=", "Z===", "Zg==Zg==", "Zg= ", "Zm9v\n"};
	unsigned char bytes[16];
	char text[BASE64_SIZE(16)];
	size_t n;
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		assert_string_equal(base64_write(pairs[i][0], strlen(pairs[i][0]), text),
		                    pairs[i][1]);
		assert_ok(base64_read(pairs[i][1], bytes, sizeof(bytes), &n));
		assert_int_equal(n, strlen(pairs[i][0]));
		assert_memory_equal(bytes, pairs[i][0], n);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_err(base64_read(bad[i], bytes, sizeof(bytes), &n), ERR_INVALID);
	assert_err(base64_read("Zm9v", bytes, 2, &n), ERR_TOO_LARGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_guest_of_a_booking_without_account_gets_the_link_to_it),
		cmocka_unit_test(a_booking_is_a_mail_with_text_html_and_calendar),
		cmocka_unit_test(a_cancellation_removes_the_same_calendar_entry),
		cmocka_unit_test(a_copy_has_an_id_and_a_date_of_its_own_and_an_attempt_has_not),
		cmocka_unit_test(text_and_html_have_the_same_content_and_html_is_escaped),
		cmocka_unit_test(the_same_job_always_gives_the_same_mail),
		cmocka_unit_test(no_line_is_too_long_and_no_text_can_add_a_header),
		cmocka_unit_test(every_message_has_a_subject_in_every_language),
		cmocka_unit_test(only_valid_addresses_get_mail),
		cmocka_unit_test(a_long_calendar_line_is_folded_between_characters),
		cmocka_unit_test(base64_round_trips),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
