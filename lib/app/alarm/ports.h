/*
 * ports - what alarm needs from outside: its stores, and the ways out of the house. What is
 * true of all ports stands in ports.h.
 */
#ifndef APP_ALARM_PORTS_H
#define APP_ALARM_PORTS_H

#include "app/paging.h"
#include "domain/alarm/notification.h"

enum notification_sort {
	NOTIFICATION_SORT_ID,
	NOTIFICATION_SORT_CREATED_AT,
	NOTIFICATION_SORT_MAX
};

struct notification_list {
	uint64_t recipient_id;
	uint64_t book_id; /* 0: of any */
	bool unread_only;
	struct paging paging;
};

/* How telling is done here. */
struct tell_rules {
	enum language fallback; /* of a recipient who has chosen none */
	bool by_email;          /* whether mail can be sent at all */
};

/* Asks for one more delivery of a notification. */
struct delivery_again {
	uint64_t notification_id, recipient_id;
	enum channel channel;
	struct tell_rules rules;
	uint32_t pause_s; /* since it was delivered last, or asked for */
};

struct notification_store {
	void *self;

	/*
	 * Consumer: makes the notifications, in the language each recipient has chosen or else the
	 * fallback, delivers them to the inbox, and has them wait for delivery by mail and webhook
	 * where the recipient's settings, as they are now, say so; a guest who chose no address is
	 * written to at the contact of the booking. Remembers each booking's contact as its newest
	 * event has it. A notification that was made before (event and role) is left alone, so is
	 * one of what happened before the horizon of notifications_purge(). All of them or none.
	 */
	enum err (*tell)(void *self, const struct telling tellings[], size_t n,
	                 const struct tell_rules *rules);

	enum err (*list)(void *self, const struct notification_list *list,
	                 void (*visit)(void *arg, const struct notification *notification),
	                 void *arg, uint64_t *ret_total);

	/* ERR_NOT_FOUND (also: another recipient's). */
	enum err (*find)(void *self, uint64_t id, uint64_t recipient_id,
	                 struct notification *ret_notification);
	enum err (*mark)(void *self, uint64_t id, uint64_t recipient_id, bool read,
	                 struct notification *ret_notification);

	/* Settings nobody made are found as empty ones. */
	enum err (*settings_find)(void *self, uint64_t recipient_id,
	                          struct notification_settings *ret_settings);

	/* Replaces all but the webhook's secret: the store makes one with the first URL and keeps
	 * it. ret_settings: as they are then. */
	enum err (*settings_put)(void *self, const struct notification_settings *settings,
	                         struct notification_settings *ret_settings);

	/*
	 * Has a notification wait for its delivery by a channel once more, to where the settings
	 * lead now. One that waits already is tried at once, unless it is under way. ERR_NOT_FOUND
	 * (also: another recipient's), ERR_INVALID (the settings lead nowhere by this channel),
	 * ERR_STATE_CONFLICT (its event was forgotten), ERR_TOO_MANY (asked again within pause_s).
	 */
	enum err (*again)(void *self, const struct delivery_again *again,
	                  struct notification *ret_notification);

	/*
	 * Forgets notifications of what happened before, at most so many, oldest first; one with a
	 * delivery that waits stays. From then on tell() leaves alone whatever happened before, so
	 * that an old event that comes again is not told again. ret_n: how many.
	 */
	enum err (*notifications_purge)(void *self, instant_t before, size_t max, size_t *ret_n);

	/* Forgets deliveries by mail and webhook that came to their end and came up before, and
	 * the events that are older, unless one waits to be delivered; at most so many of each.
	 * ret_n: how many of both together. */
	enum err (*deliveries_purge)(void *self, instant_t before, size_t max, size_t *ret_n);
};

/* A delivery that was claimed, with all that is needed to carry it. */
struct delivery_job {
	uint64_t notification_id;
	enum channel channel;
	uint32_t attempts; /* this one counts; and it tells a claim from the ones before it */
	uint64_t age_s;    /* since the delivery came up */
	char target[URL_SIZE];
	char secret[SECRET_SIZE]; /* webhook */
	enum role role;
	enum language language;
	char message[MESSAGE_SIZE];
	struct event event;
	char *body; /* the event on the wire; owned by the job */
	size_t body_len;
};

/* Deliveries that go to one destination and are due. */
struct delivery_batch {
	char destination[DESTINATION_SIZE];
	uint32_t failures; /* how often in a row the destination was away */
	struct delivery_job *jobs;
	size_t n;
};

/* What becomes of a claimed delivery. */
struct delivery_outcome {
	enum delivery_state state;
	uint32_t pause_ms;        /* DELIVERY_WAITING: until the next try */
	bool tried;               /* false: this claim is no attempt */
	char reason[REASON_SIZE]; /* "" if delivered, or not tried */
};

struct delivery_backlog {
	uint64_t waiting[CHANNEL_MAX], failed[CHANNEL_MAX];
	instant_t oldest[CHANNEL_MAX]; /* since when the oldest waits; 0: none does */
};

struct delivery_store {
	void *self;

	/*
	 * Claims up to max deliveries by a channel, oldest first, all for one destination: the one
	 * among those with something due that was served longest ago. For lease_s seconds nobody
	 * else claims anything for that destination. Nothing stays locked. jobs holds max; the
	 * caller frees each body. With nothing to do the destination is "". What turns out to have
	 * no address (the booking has no contact) is dropped, so that n may be 0 all the same.
	 */
	enum err (*claim)(void *self, enum channel channel, uint32_t lease_s, size_t max,
	                  struct delivery_batch *batch);

	/* Notes what became of one. A claim that is no longer the last changes nothing. */
	enum err (*settle)(void *self, const struct delivery_job *job,
	                   const struct delivery_outcome *outcome);

	/* Gives the destination free; if it was away, after a pause. */
	enum err (*release)(void *self, const char *destination, bool away, uint32_t pause_ms);

	/* For metrics. */
	enum err (*backlog)(void *self, struct delivery_backlog *ret_backlog);
};

#define DELIVERY_ID_SIZE (UUID_TEXT + 8) /* "0190...-guest" */

/* What is outcome to the other side. */
struct outgoing_message {
	const struct delivery_job *job;
	const struct mail *mail;   /* e-mail: what is written; NULL otherwise */
	char id[DELIVERY_ID_SIZE]; /* the same at every try: of the event and the role */
	uint32_t timeout_ms;
};

/* One channel's way out. Safe to call from several threads. It cannot fail: whatever happened, the
 * result says what that means. */
struct channel_sender {
	void *self;
	void (*send)(void *self, const struct outgoing_message *message,
	             struct attempt_result *ret_result);
};

#endif
