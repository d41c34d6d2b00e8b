/* notification - the words for languages, channels and states of delivery, and the rules of trying
 * again. */
#include "domain/alarm/notification.h"

#include "base/base64.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define EMAIL_LANES   2  /* mails under way at once */
#define REFUSED_TRIES 8u /* of what the other side does not want */

static const char *const language_names[LANGUAGE_MAX] = {
	[LANGUAGE_KO] = "ko",
	[LANGUAGE_EN] = "en",
};

static const char *const channel_names[CHANNEL_MAX] = {
	[CHANNEL_INBOX] = "inbox",
	[CHANNEL_EMAIL] = "email",
	[CHANNEL_WEBHOOK] = "webhook",
};

static const char *const delivery_state_names[DELIVERY_STATE_MAX] = {
	[DELIVERY_WAITING] = "waiting",
	[DELIVERY_DELIVERED] = "delivered",
	[DELIVERY_FAILED] = "failed",
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

uint32_t
retry_pause_ms(const struct retrying *retrying, uint32_t attempts, uint32_t random)
{
	uint32_t pause_ms = retrying->first_ms;
	for (uint32_t i = 1; i < attempts && pause_ms < retrying->most_ms; i++)
		pause_ms = pause_ms > retrying->most_ms / 2 ? retrying->most_ms : pause_ms * 2;
	return pause_ms - random % (pause_ms / 2 + 1);
}

bool
retry_is_due(const struct retrying *retrying, enum attempt_outcome outcome, uint32_t attempts,
             uint64_t age_s, uint32_t pause_ms)
{
	switch (outcome) {
	case ATTEMPT_RETRY:
	case ATTEMPT_UNREACHABLE: break;
	case ATTEMPT_REJECTED:
		if (attempts >= REFUSED_TRIES)
			return false;
		break;
	case ATTEMPT_DELIVERED:
	case ATTEMPT_PERMANENT:
	case ATTEMPT_MAX: return false;
	}
	return age_s + pause_ms / 1000 < retrying->for_s;
}

bool
email_is_fit(const char *text)
{
	static const char local[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789.!#$%&'*+/=?^_`{|}~-";
	static const char domain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "0123456789.-";
	size_t n = strspn(text, local);
	const char *host = text + n + 1;
	if (n == 0 || n > 64 || text[n] != '@' || text[0] == '.' || text[n - 1] == '.')
		return false;
	size_t len = strspn(host, domain);
	return len > 0 && !host[len] && !strchr(".-", host[0]) && !strchr(".-", host[len - 1]) &&
	       !strstr(text, "..");
}

/* How long the part up to the path is, "https://example.com:8443"; 0: this is no such URL. */
static size_t
origin_length(const char *url)
{
	size_t scheme = strncmp(url, "https://", 8) == 0  ? 8
	                : strncmp(url, "http://", 7) == 0 ? 7
	                                                  : 0;
	size_t host = scheme ? strcspn(url + scheme, "/?#") : 0;
	return host ? scheme + host : 0;
}

bool
webhook_url_is_fit(const char *url)
{
	static const char host[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789.-_:[]/";
	const size_t n = origin_length(url);
	if (!n || n >= DESTINATION_SIZE || strspn(url, host) < n || strchr("/:", url[n - 1]))
		return false;
	for (const char *c = url; *c; c++)
		if (*c <= ' ' || *c > '~' || strchr("\"<>\\^`{|}", *c))
			return false;
	return true;
}

void
webhook_secret(const unsigned char random[WEBHOOK_SECRET_BYTES], char ret_secret[SECRET_SIZE])
{
	char text[BASE64_SIZE(WEBHOOK_SECRET_BYTES)];
	snprintf(ret_secret, SECRET_SIZE, WEBHOOK_SECRET_BEGIN "%s",
	         base64_write(random, WEBHOOK_SECRET_BYTES, text));
}

void
delivery_destination(enum channel channel, const char *target, uint64_t notification_id,
                     char ret_destination[DESTINATION_SIZE])
{
	if (channel == CHANNEL_EMAIL)
		snprintf(ret_destination, DESTINATION_SIZE, "email/%" PRIu64,
		         notification_id % EMAIL_LANES);
	else
		snprintf(ret_destination, DESTINATION_SIZE, "%.*s", (int)origin_length(target),
		         target);
}
