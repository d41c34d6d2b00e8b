/* SPDX-License-Identifier: MIT */
#include "app/alarm/notify.h"

#include "app/alarm/notification_texts.h"
#include "app/alarm/notification_words.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

static size_t
compose_for(const struct event *event, enum role role, const char *const texts[LANGUAGE_MAX],
            const struct words *words, const char *prefix, struct new_notification *ret_new)
{
	uint64_t recipient_id;
	if (!notification_recipient(event, role, &recipient_id))
		return 0;
	*ret_new = (struct new_notification){
		.event = event,
		.asked = LANGUAGE_MAX,
		.notification = {.book_id = words->book_id,
	                         .recipient_id = recipient_id,
	                         .role = role,
	                         .event = event->type,
	                         .created_at = event->time},
	};
	memcpy(ret_new->notification.event_id, event->id, sizeof(event->id));
	for (int language = 0; language < LANGUAGE_MAX; language++) {
		char *message = ret_new->messages[language];
		size_t len = (size_t)snprintf(message, MESSAGE_SIZE, "%s, ", prefix);
		words_write(texts[language], words, message + len, MESSAGE_SIZE - len);
	}
	return 1;
}

size_t
notification_compose(const struct event *event, const char *prefix,
                     struct new_notification ret_new[RECIPIENTS_MAX])
{
	const struct event_texts *texts = &notification_texts[event->type];
	struct words words;
	words_of_event(event, &words);
	size_t n = compose_for(event, ROLE_GUEST, texts->guest, &words, prefix, ret_new);
	return n + compose_for(event, ROLE_HOST, texts->host, &words, prefix, ret_new + n);
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
	const struct notification_rules rules = notification_rules_of(app->settings);
	CLEANUP(free_p)
	struct new_notification *list = calloc(n ? n : 1, RECIPIENTS_MAX * sizeof(*list));
	size_t composed = 0;
	if (!list)
		return ERR_MEMORY;
	for (size_t i = 0; i < n; i++)
		composed += notification_compose(&events[i], app->settings->alarm_prefix,
		                                 list + composed);
	return app->notifications->create(app->notifications->self, list, composed, &rules);
}
