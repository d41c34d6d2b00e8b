/* notification_tell - who is told what of an event. */
#include "app/alarm/notification.h"

#include "app/alarm/notification_texts.h"
#include "app/alarm/notification_words.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

/* "prefix, text". */
static void
write_message(const char *prefix, const char *text, const struct words *words,
              char ret_message[MESSAGE_SIZE])
{
	size_t len = (size_t)snprintf(ret_message, MESSAGE_SIZE, "%s, ", prefix);
	words_write(text, words, ret_message + len, MESSAGE_SIZE - len);
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
