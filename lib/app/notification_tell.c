/* notification_tell - who is told what of an event. */
#include "app/notification.h"

#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Whose ear: the aggregate's guest or its host. A NULL text: that role is not told. */
struct policy {
	const char *guest[LANGUAGE_MAX];
	const char *host[LANGUAGE_MAX];
};

/*
 * The words that a text may hold:
 *	{book} number and reference   {room} number, with its name where the event has it
 *	{stay} from - to              {price} amount and currency   {until} end of the hold
 *	{name} the guest's name
 */
static const struct policy policies[EVENT_TYPE_MAX] = {
	[EVENT_ROOM_REGISTERED] =
		{.host = {[LANGUAGE_EN] = "your room {room} is offered now, at {price} a night.",
                          [LANGUAGE_KO] = "객실 {room}이(가) 1박 {price}에 등록되었습니다."}},
	[EVENT_ROOM_CHANGED] =
		{.host = {[LANGUAGE_EN] = "your room {room} was changed; it costs {price} a night.",
                          [LANGUAGE_KO] = "객실 {room} 정보가 변경되었습니다. 1박 {price}입니다."}},
	[EVENT_ROOM_DELETED] = {.host = {[LANGUAGE_EN] = "your room {room} was deleted.",
                                         [LANGUAGE_KO] = "객실 {room}이(가) 삭제되었습니다."}},
	[EVENT_BOOK_PENDING] =
		{.guest = {[LANGUAGE_EN] = "your room {room} is kept for {stay} until {until}; it "
                                           "is not booked yet. Booking {book}, {price} to be paid.",
                           [LANGUAGE_KO] =
                                   "객실 {room}({stay})을(를) {until}까지 맡아 두었습니다. "
                                   "아직 예약이 확정되지 않았습니다. 예약 {book}, 결제 예정 "
                                   "금액 {price}."}},
	[EVENT_BOOKED] =
		{.guest = {[LANGUAGE_EN] = "your booking {book} is confirmed: room {room}, {stay}, "
                                           "{price}.",
                           [LANGUAGE_KO] = "예약 {book}이(가) 확정되었습니다. 객실 {room}, {stay}, "
                                           "{price}."},
                 .host = {[LANGUAGE_EN] = "your room {room} was booked for {stay} by {name}: "
                                          "booking {book}, {price}.",
                          [LANGUAGE_KO] = "객실 {room}이(가) {stay} 예약되었습니다. 예약자 {name}, "
                                          "예약 {book}, {price}."}},
	[EVENT_BOOK_REJECTED] =
		{.guest = {[LANGUAGE_EN] = "your booking {book} was rejected because the payment "
                                           "was declined; nothing is kept for {stay}.",
                           [LANGUAGE_KO] =
                                   "결제가 거절되어 예약 {book}이(가) 이루어지지 않았습니다. "
                                   "{stay} 객실은 확보되지 않았습니다."}},
	[EVENT_BOOK_EXPIRED] =
		{.guest = {[LANGUAGE_EN] = "your booking {book} expired because it was not paid in "
                                           "time; nothing is kept for {stay}.",
                           [LANGUAGE_KO] = "제때 결제되지 않아 예약 {book}이(가) 만료되었습니다. "
                                           "{stay} 객실은 확보되지 않았습니다."}},
	[EVENT_BOOK_CANCELED] =
		{.guest = {[LANGUAGE_EN] =
                                   "your booking {book} was cancelled: room {room}, {stay}. "
                                   "What was paid is refunded.",
                           [LANGUAGE_KO] = "예약 {book}이(가) 취소되었습니다. 객실 {room}, {stay}. "
                                           "결제된 금액은 환불됩니다."},
                 .host = {[LANGUAGE_EN] = "booking {book} of your room {room} for {stay} was "
                                          "cancelled; the nights are free again.",
                          [LANGUAGE_KO] = "객실 {room}의 {stay} 예약 {book}이(가) 취소되었습니다. "
                                          "해당 날짜를 다시 예약할 수 있습니다."}},
	[EVENT_PAYMENT_APPROVED] =
		{.guest = {[LANGUAGE_EN] = "your payment of {price} for booking {book} was "
                                           "approved.",
                           [LANGUAGE_KO] = "예약 {book}의 결제 {price}이(가) 승인되었습니다."}},
	[EVENT_PAYMENT_DECLINED] =
		{.guest = {[LANGUAGE_EN] = "your payment of {price} for booking {book} was "
                                           "declined.",
                           [LANGUAGE_KO] = "예약 {book}의 결제 {price}이(가) 거절되었습니다."}},
	[EVENT_PAYMENT_CANCELED] =
		{.guest = {[LANGUAGE_EN] = "your payment of {price} for booking {book} was "
                                           "cancelled; the money comes back to you.",
                           [LANGUAGE_KO] =
                                   "예약 {book}의 결제 {price}이(가) 취소되었습니다. 금액은 "
                                   "환불됩니다."}},
};

/* What the words stand for in one event. */
struct words {
	uint64_t book_id, guest_id, host_id;
	char book[48], room[TEXT_SIZE(ROOM_NAME_CHARS) + 32], stay[32], price[40], until[32];
	char name[TEXT_SIZE(GUEST_NAME_CHARS)];
};

static void
set_room(struct words *words, uint64_t room_id, const char *name)
{
	snprintf(words->room, sizeof(words->room), *name ? "%" PRIu64 " (%s)" : "%" PRIu64, room_id,
	         name);
}

static void
set_price(struct words *words, money_t price, const char *currency)
{
	snprintf(words->price, sizeof(words->price), "%" PRIu64 " %s", price, currency);
}

static void
set_stay(struct words *words, struct stay stay)
{
	char start[DAY_TEXT], end[DAY_TEXT];
	snprintf(words->stay, sizeof(words->stay), "%s - %s", day_format(stay.start, start),
	         day_format(stay.end, end));
}

/* "14:32" on the clocks of the time zone of the settings. */
static void
set_until(struct words *words, instant_t until)
{
	time_t seconds = (time_t)(until / 1000);
	struct tm local;
	if (!localtime_r(&seconds, &local) ||
	    !strftime(words->until, sizeof(words->until), "%Y-%m-%d %H:%M", &local))
		words->until[0] = '\0';
}

static void
words_of_book(struct words *words, const struct book *book)
{
	words->book_id = book->id;
	words->guest_id = book->guest_id;
	words->host_id = book->host_id;
	snprintf(words->book, sizeof(words->book), "%" PRIu64 " (%s)", book->id, book->reference);
	snprintf(words->name, sizeof(words->name), "%s",
	         *book->contact.name ? book->contact.name : "-");
	set_room(words, book->room_id, "");
	set_price(words, book->price, book->currency);
	set_stay(words, book->stay);
	set_until(words, book->pay_until);
}

static void
words_of_payment(struct words *words, const struct payment *payment)
{
	words->book_id = payment->book_id;
	words->guest_id = payment->guest_id;
	words->host_id = payment->host_id;
	snprintf(words->book, sizeof(words->book), "%" PRIu64, payment->book_id);
	set_room(words, payment->room_id, "");
	set_price(words, payment->price, payment->currency);
	set_stay(words, payment->stay);
}

static void
words_of_event(const struct event *event, struct words *words)
{
	*words = (struct words){0};
	switch (event_kinds[event->type].aggregate) {
	case AGGREGATE_ROOM:
		words->host_id = event->data.room.host_id;
		set_room(words, event->data.room.id, event->data.room.name);
		set_price(words, event->data.room.price, event->data.room.currency);
		break;
	case AGGREGATE_BOOK: words_of_book(words, &event->data.book); break;
	case AGGREGATE_PAYMENT: words_of_payment(words, &event->data.payment); break;
	}
}

static const char *
word_find(const struct words *words, const char *name, size_t n)
{
	const struct {
		const char *name, *value;
	} table[] = {
		{"book", words->book},   {"room", words->room},   {"stay", words->stay},
		{"price", words->price}, {"until", words->until}, {"name", words->name},
	};
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (strlen(table[i].name) == n && !strncmp(table[i].name, name, n))
			return table[i].value;
	return "";
}

/* "prefix, text" with the words put in. MESSAGE_SIZE holds the longest: a unit test sees to it. */
static void
write_message(const char *prefix, const char *text, const struct words *words,
              char ret_message[MESSAGE_SIZE])
{
	size_t len = (size_t)snprintf(ret_message, MESSAGE_SIZE, "%s, ", prefix);
	while (*text && len < MESSAGE_SIZE - 1) {
		size_t literal = strcspn(text, "{"), word = strcspn(text, "}");
		int n = snprintf(
			ret_message + len, MESSAGE_SIZE - len, "%.*s%s", (int)literal, text,
			text[literal] ? word_find(words, text + literal + 1, word - literal - 1)
				      : "");
		len += (size_t)n;
		text += text[literal] ? word + 1 : literal;
	}
}

static size_t
compose_for(const struct event *event, enum role role, uint64_t recipient_id,
            const char *const texts[LANGUAGE_MAX], const struct words *words, const char *prefix,
            struct telling *ret_telling)
{
	if (!texts[LANGUAGE_EN])
		return 0;
	*ret_telling = (struct telling){
		.event = event,
		.notification = {.book_id = words->book_id,
	                         .recipient_id = recipient_id,
	                         .role = role,
	                         .event = event->type,
	                         .created_at = event->time},
	};
	memcpy(ret_telling->notification.event_id, event->id, sizeof(event->id));
	for (int language = 0; language < LANGUAGE_MAX; language++)
		write_message(prefix, texts[language], words, ret_telling->messages[language]);
	return 1;
}

size_t
notification_compose(const struct event *event, const char *prefix,
                     struct telling ret_tellings[TELLINGS_MAX])
{
	const struct policy *policy = &policies[event->type];
	struct words words;
	words_of_event(event, &words);
	size_t n = compose_for(event, ROLE_GUEST, words.guest_id, policy->guest, &words, prefix,
	                       ret_tellings);
	return n + compose_for(event, ROLE_HOST, words.host_id, policy->host, &words, prefix,
	                       ret_tellings + n);
}

struct tell_rules
notification_rules(const struct settings *settings)
{
	return (struct tell_rules){.fallback = (enum language)settings->language,
	                           .by_email = *settings->smtp_url};
}

enum err
notification_tell(const struct app *app, const struct event events[], size_t n)
{
	CLEANUP(free_p)
	struct telling *tellings = calloc(n ? n : 1, TELLINGS_MAX * sizeof(*tellings));
	size_t told = 0;
	if (!tellings)
		return ERR_MEMORY;
	for (size_t i = 0; i < n; i++)
		told += notification_compose(&events[i], app->settings->alarm_prefix,
		                             tellings + told);
	const struct tell_rules rules = notification_rules(app->settings);
	return app->notifications->tell(app->notifications->self, tellings, told, &rules);
}
