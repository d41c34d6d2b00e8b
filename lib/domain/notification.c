/* notification - the words for languages, channels and states of delivery. */
#include "domain/notification.h"

static const char *const language_names[LANGUAGE_MAX] = {
	[LANGUAGE_KO] = "ko",
	[LANGUAGE_EN] = "en",
};

static const char *const channel_names[CHANNEL_MAX] = {[CHANNEL_INBOX] = "inbox"};

static const char *const delivery_state_names[DELIVERY_STATE_MAX] = {
	[DELIVERY_WAITING] = "waiting",
	[DELIVERY_DELIVERED] = "delivered",
};

const char *
language_name(enum language language)
{
	return (unsigned)language < LANGUAGE_MAX ? language_names[language] : "?";
}

const char *
channel_name(enum channel channel)
{
	return (unsigned)channel < CHANNEL_MAX ? channel_names[channel] : "?";
}

const char *
delivery_state_name(enum delivery_state state)
{
	return (unsigned)state < DELIVERY_STATE_MAX ? delivery_state_names[state] : "?";
}
