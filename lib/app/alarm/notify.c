/* SPDX-License-Identifier: MIT */
#include "app/alarm/notify.h"

#include "app/alarm/notification_texts.h"
#include "app/alarm/notification_words.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

/* The guest is told in the language of the booking, the host in that of the room. */
static enum language
language_asked(const struct event *event, enum role role, const struct room_label *label)
{
	if (role == ROLE_GUEST || event_kinds[event->type].aggregate == AGGREGATE_ROOM)
		return event_language(event);
	return language_of(label->language);
}

static void
message_write(const struct event *event, const struct notification_context *context,
              enum language language, const char *text, char ret_message[MESSAGE_SIZE])
{
	struct words words;
	size_t len = 0;
	words_of_event(event, context->label->name, language, &words);
	if (*context->prefix)
		len = (size_t)snprintf(ret_message, MESSAGE_SIZE, "%s, ", context->prefix);
	else
		len = (size_t)snprintf(ret_message, MESSAGE_SIZE, "%s", greetings[language]);
	words_write(text, &words, ret_message + len, MESSAGE_SIZE - len);
}

static size_t
compose_for(const struct event *event, enum role role, const char *const texts[LANGUAGE_MAX],
            const struct notification_context *context, struct new_notification *ret_new)
{
	uint64_t recipient_id;
	if (!notification_recipient(event, role, &recipient_id))
		return 0;
	*ret_new = (struct new_notification){
		.event = event,
		.asked = language_asked(event, role, context->label),
		.room_name = context->label->name,
		.erased_messages = erased_messages,
		.notification = {.book_id = event->correlation_id,
	                         .recipient_id = recipient_id,
	                         .role = role,
	                         .event = event->type,
	                         .created_at = event->time},
	};
	memcpy(ret_new->notification.event_id, event->id, sizeof(event->id));
	for (unsigned language = 0; language < LANGUAGE_MAX; language++)
		message_write(event, context, (enum language)language, texts[language],
		              ret_new->messages[language]);
	return 1;
}

size_t
notification_compose(const struct event *event, const struct notification_context *context,
                     struct new_notification ret_new[RECIPIENTS_MAX])
{
	const struct event_texts *texts = &notification_texts[event->type];
	size_t n = compose_for(event, ROLE_GUEST, texts->guest, context, ret_new);
	return n + compose_for(event, ROLE_HOST, texts->host, context, ret_new + n);
}

struct notification_rules
notification_rules_of(const struct settings *settings)
{
	return (struct notification_rules){.fallback = (enum language)settings->language,
	                                   .by_email = *settings->smtp_url};
}

enum err
notify(const struct app *app, const struct event events[], size_t n)
{
	const struct notification_store *store = app->notifications;
	const struct notification_rules rules = notification_rules_of(app->settings);
	CLEANUP(free_p)
	struct new_notification *list = calloc(n ? n : 1, RECIPIENTS_MAX * sizeof(*list));
	CLEANUP(free_p) struct room_label *labels = calloc(n ? n : 1, sizeof(*labels));
	size_t composed = 0;
	if (!list || !labels)
		return ERR_MEMORY;
	enum err err = n ? store->rooms_learn(store->self, events, n, labels) : OK;
	for (size_t i = 0; err == OK && i < n; i++) {
		const struct notification_context context = {.label = &labels[i],
		                                             .prefix = app->settings->alarm_prefix};
		composed += notification_compose(&events[i], &context, list + composed);
	}
	if (err == OK)
		err = store->create(store->self, list, composed, &rules);
	return err == OK ? store->erase(store->self, events, n, erased_messages) : err;
}
