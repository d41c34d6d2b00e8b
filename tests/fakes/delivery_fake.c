/* SPDX-License-Identifier: MIT */
/* delivery_fake - the delivery_store of a notification_fake. */
#include "tests/fakes/notification_fake.h"

#include "adapters/json/event.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static instant_t
fake_now(const struct notification_fake *fake)
{
	return instant_now() + fake->ahead_ms;
}

/* ---- targets ---- */

void
delivery_fake_contact(struct notification_fake *fake, const struct event *event)
{
	size_t at = 0;
	if (event_kinds[event->type].aggregate != AGGREGATE_BOOK)
		return;
	while (at < fake->n_contacts && fake->contacts[at].book_id != event->data.book.id)
		at++;
	if (at < fake->n_contacts && fake->contacts[at].sequence >= event->sequence)
		return;
	fake->contacts[at].book_id = event->data.book.id;
	fake->contacts[at].sequence = event->sequence;
	memcpy(fake->contacts[at].email, event->data.book.contact.email, EMAIL_SIZE);
	fake->contacts[at].mailing = event->data.book.contact.mailing;
	fake->contacts[at].holder = holder_of_book(&event->data.book);
	fake->n_contacts += at == fake->n_contacts;
}

bool
delivery_fake_is_erased(const struct notification_fake *fake, uint64_t book_id)
{
	for (size_t i = 0; i < fake->n_contacts; i++)
		if (fake->contacts[i].book_id == book_id)
			return fake->contacts[i].erased;
	return false;
}

void
delivery_fake_erase(struct notification_fake *fake, const struct event *event)
{
	delivery_fake_contact(fake, event);
	for (size_t i = 0; i < fake->n_contacts; i++) {
		if (fake->contacts[i].book_id != event->data.book.id)
			continue;
		fake->contacts[i].email[0] = '\0';
		fake->contacts[i].erased = true;
	}
}

/* NULL: no event of the booking has arrived. */
static const char *
contact_of(const struct notification_fake *fake, uint64_t book_id)
{
	for (size_t i = 0; i < fake->n_contacts; i++)
		if (fake->contacts[i].book_id == book_id)
			return fake->contacts[i].email;
	return NULL;
}

static enum delivery_target
target_of(const struct notification_fake *fake, const struct notification *notification,
          const struct notification_rules *rules, enum channel channel, char ret_target[URL_SIZE])
{
	const struct notification_settings *settings =
		notification_fake_settings(fake, notification->recipient_id);
	const char *contact = contact_of(fake, notification->book_id);
	struct delivery_addresses addresses = {.by_email = rules->by_email,
	                                       .contact_known = contact};
	if (settings) {
		memcpy(addresses.email, settings->email, EMAIL_SIZE);
		memcpy(addresses.webhook_url, settings->webhook_url, URL_SIZE);
	}
	if (contact)
		memcpy(addresses.contact_email, contact, EMAIL_SIZE);
	const struct delivery_subject subject = {.role = notification->role,
	                                         .recipient_id = notification->recipient_id,
	                                         .book_id = notification->book_id};
	return delivery_target(channel, &subject, &addresses, ret_target);
}

/* The target of a delivery that waits for the contact of its booking is "" until that is known.
 * Returns whether the delivery is dropped then. */
static bool
contact_take(struct notification_fake *fake, const struct outgoing_fake *outgoing,
             char ret_target[URL_SIZE])
{
	const char *contact =
		contact_of(fake, fake->notifications[outgoing->notification_id - 1].book_id);
	struct delivery_addresses addresses = {.contact_known = contact};
	memcpy(ret_target, outgoing->target, URL_SIZE);
	if (*outgoing->target || !contact)
		return false;
	for (size_t i = 0; i < fake->n_outgoing; i++)
		if (fake->outgoing[i].notification_id == outgoing->notification_id &&
		    fake->outgoing[i].channel == CHANNEL_EMAIL)
			memcpy(addresses.email, fake->outgoing[i].target, EMAIL_SIZE);
	memcpy(addresses.contact_email, contact, EMAIL_SIZE);
	if (contact_is_dropped(outgoing->channel, &addresses))
		return true;
	memcpy(ret_target, contact, EMAIL_SIZE);
	return false;
}

static struct destination_fake *
destination_of(struct notification_fake *fake, const char *name)
{
	for (size_t i = 0; i < fake->n_destinations; i++)
		if (strcmp(fake->destinations[i].name, name) == 0)
			return &fake->destinations[i];
	struct destination_fake *new = &fake->destinations[fake->n_destinations++];
	snprintf(new->name, sizeof(new->name), "%s", name);
	return new;
}

static struct outgoing_fake *
outgoing_of(struct notification_fake *fake, uint64_t id, enum channel channel)
{
	for (size_t i = 0; i < fake->n_outgoing; i++)
		if (fake->outgoing[i].notification_id == id && fake->outgoing[i].channel == channel)
			return &fake->outgoing[i];
	return &fake->outgoing[fake->n_outgoing++];
}

static void
deliver(struct notification_fake *fake, struct notification *notification, enum channel channel,
        const char *target, enum language language)
{
	struct outgoing_fake *outgoing = outgoing_of(fake, notification->id, channel);
	struct delivery *delivery = notification_fake_delivery(notification, channel);
	const instant_t now = fake_now(fake);
	if (!delivery)
		delivery = &notification->deliveries[notification->n_deliveries++];
	*delivery =
		(struct delivery){.channel = channel, .state = DELIVERY_WAITING, .next_at = now};
	*outgoing = (struct outgoing_fake){.notification_id = notification->id,
	                                   .channel = channel,
	                                   .language = language,
	                                   .since = now};
	snprintf(outgoing->target, URL_SIZE, "%s", target);
	delivery_destination(channel, target, notification->id, outgoing->destination);
	destination_of(fake, outgoing->destination)->channel = channel;
}

enum language
notification_fake_language(const struct notification_fake *fake, uint64_t recipient_id,
                           enum language asked, const struct notification_rules *rules)
{
	const struct notification_settings *settings =
		notification_fake_settings(fake, recipient_id);
	return notification_language(recipient_id, settings ? settings->language : LANGUAGE_MAX,
	                             asked, rules->fallback);
}

void
delivery_fake_add(struct notification_fake *fake, struct notification *notification,
                  enum language language, const struct notification_rules *rules)
{
	for (int channel = CHANNEL_EMAIL; channel < CHANNEL_MAX; channel++) {
		char target[URL_SIZE];
		if (target_of(fake, notification, rules, (enum channel)channel, target) !=
		    TARGET_NONE)
			deliver(fake, notification, (enum channel)channel, target, language);
	}
}

static void
step_take(struct notification_fake *fake, enum redelivery_step step,
          struct notification *notification, const struct redelivery_request *asked,
          enum channel channel, const char *target)
{
	const instant_t now = fake_now(fake);
	if (step == REDELIVERY_SEND_NOW)
		notification_fake_delivery(notification, channel)->next_at = now;
	const uint32_t copies = step == REDELIVERY_RESTART
	                                ? outgoing_of(fake, notification->id, channel)->copies
	                                : 0;
	if (step == REDELIVERY_ADD || step == REDELIVERY_RESTART)
		deliver(fake, notification, channel, target,
		        notification_fake_language(fake, notification->recipient_id, LANGUAGE_MAX,
		                                   &asked->rules));
	if (step == REDELIVERY_RESTART)
		outgoing_of(fake, notification->id, channel)->copies = copies + 1;
	if (step == REDELIVERY_SEND_NOW || step == REDELIVERY_RESTART)
		outgoing_of(fake, notification->id, channel)->asked_at = now;
}

static enum err
channel_ask(struct notification_fake *fake, struct notification *notification,
            const struct redelivery_request *again, enum channel channel)
{
	const instant_t now = fake_now(fake);
	char target[URL_SIZE];
	enum redelivery_step step;
	const struct delivery *delivery = notification_fake_delivery(notification, channel);
	struct redelivery_facts facts = {
		.target = target_of(fake, notification, &again->rules, channel, target),
		.event_kept = *fake->events[notification->id - 1].id,
		.exists = delivery};
	if (delivery) {
		const struct outgoing_fake *outgoing = outgoing_of(fake, notification->id, channel);
		facts.state = delivery->state;
		facts.leased = outgoing->leased_until > now;
		facts.asked_recently = outgoing->asked_at > now - again->pause_s * INT64_C(1000);
	}
	enum err err = redelivery_decide(&facts, &step);
	if (err == OK)
		step_take(fake, step, notification, again, channel, target);
	return err;
}

enum err
delivery_fake_again(void *self, const struct redelivery_request *again,
                    struct notification *ret_notification, bool *ret_replayed)
{
	struct notification_fake *fake = self;
	struct notification *notification = &fake->notifications[again->notification_id - 1];
	if (again->notification_id > fake->n_notifications || !notification->id ||
	    notification->recipient_id != again->recipient_id)
		return ERR_NOT_FOUND;
	*ret_notification = *notification;
	enum err err = notification_fake_key_find(fake, &again->key);
	*ret_replayed = err == OK;
	if (err == ERR_NOT_FOUND)
		err = precondition_check(&again->condition, notification_tag(notification));
	if (err != OK || *ret_replayed)
		return err;
	err = channel_ask(fake, notification, again, again->channel);
	if (err == OK && again->channel == CHANNEL_EMAIL)
		(void)!channel_ask(fake, notification, again, CHANNEL_CONTACT);
	if (err != OK)
		return err;
	notification_fake_key_add(fake, &again->key);
	*ret_notification = *notification;
	return OK;
}

/* ---- claiming ---- */

static bool
is_due(struct notification_fake *fake, const struct outgoing_fake *outgoing, const char *name)
{
	const struct delivery *delivery = notification_fake_delivery(
		&fake->notifications[outgoing->notification_id - 1], outgoing->channel);
	return delivery && strcmp(outgoing->destination, name) == 0 &&
	       delivery->state == DELIVERY_WAITING && delivery->next_at <= fake_now(fake);
}

/* The one that has been due for longest and is not claimed; NULL: none. */
static struct outgoing_fake *
outgoing_next(struct notification_fake *fake, const char *name)
{
	struct outgoing_fake *next = NULL;
	instant_t least = INT64_MAX;
	for (size_t i = 0; i < fake->n_outgoing; i++) {
		struct outgoing_fake *one = &fake->outgoing[i];
		if (!is_due(fake, one, name) || one->leased_until > fake_now(fake))
			continue;
		const instant_t at =
			notification_fake_delivery(&fake->notifications[one->notification_id - 1],
		                                   one->channel)
				->next_at;
		next = at < least ? one : next;
		least = at < least ? at : least;
	}
	return next;
}

static struct destination_fake *
destination_next(struct notification_fake *fake, enum channel channel)
{
	struct destination_fake *next = NULL;
	for (size_t d = 0; d < fake->n_destinations; d++) {
		struct destination_fake *one = &fake->destinations[d];
		bool due = false;
		for (size_t i = 0; i < fake->n_outgoing; i++)
			due |= is_due(fake, &fake->outgoing[i], one->name);
		if (due && one->channel == channel && one->busy_until <= fake_now(fake) &&
		    (!next || one->busy_until < next->busy_until))
			next = one;
	}
	return next;
}

static void
drop(struct notification *notification, enum channel channel)
{
	struct delivery *delivery = notification_fake_delivery(notification, channel);
	*delivery = notification->deliveries[--notification->n_deliveries];
}

/* The mails that wait, with webhooks or without, and the addresses of what has ended. */
void
delivery_fake_forget(struct notification_fake *fake, struct notification *notification,
                     bool webhooks)
{
	for (size_t i = 0; i < fake->n_outgoing; i++) {
		struct outgoing_fake *one = &fake->outgoing[i];
		struct delivery *delivery = notification_fake_delivery(notification, one->channel);
		if (one->notification_id != notification->id || !delivery)
			continue;
		if (delivery->state != DELIVERY_WAITING)
			one->target[0] = one->destination[0] = '\0';
		else if (webhooks || one->channel != CHANNEL_WEBHOOK)
			drop(notification, one->channel);
	}
}

static enum address_standing
standing_of(const struct notification_fake *fake, const struct notification *notification,
            const char *target)
{
	const struct notification_settings *settings =
		notification_fake_settings(fake, notification->recipient_id);
	struct address_facts facts = {.contact_mailing = MAILING_FEW};
	if (settings) {
		memcpy(facts.own_email, settings->email, EMAIL_SIZE);
		facts.own_unconfirmed = settings->unconfirmed;
	}
	for (size_t i = 0; i < fake->n_contacts; i++) {
		if (fake->contacts[i].book_id != notification->book_id)
			continue;
		memcpy(facts.contact_email, fake->contacts[i].email, EMAIL_SIZE);
		facts.contact_mailing = fake->contacts[i].mailing;
		facts.contact_confirmed = fake->contacts[i].confirmed;
	}
	return address_standing(target, &facts);
}

static enum err
job_make(struct notification_fake *fake, struct outgoing_fake *outgoing, const char *target,
         struct delivery_job *job)
{
	const struct notification *notification =
		&fake->notifications[outgoing->notification_id - 1];
	const struct notification_settings *settings =
		notification_fake_settings(fake, notification->recipient_id);
	struct buf body = BUF_INIT(EVENT_BODY_MAX);
	*job = (struct delivery_job){
		.notification_id = notification->id,
		.channel = outgoing->channel,
		.age_s = (uint64_t)(fake_now(fake) - outgoing->since) / 1000,
		.since = outgoing->since,
		.copies = outgoing->copies,
		.role = notification->role,
		.language = language_of(fake->labels[notification->id - 1].language),
		.event = fake->events[notification->id - 1],
		.key_version = notification->key_version,
	};
	memcpy(job->message, notification->message, MESSAGE_SIZE);
	memcpy(job->room_name, fake->labels[notification->id - 1].name, sizeof(job->room_name));
	memcpy(job->target, target, URL_SIZE);
	job->standing = standing_of(fake, notification, target);
	if (settings)
		memcpy(job->secret, settings->webhook_secret, SECRET_SIZE);
	enum err err = event_write(&job->event, &body);
	job->body = body.data;
	job->body_len = body.len;
	return err;
}

static enum err
delivery_fake_claim(void *self, enum channel channel, uint32_t lease_s, size_t max,
                    struct delivery_batch *batch)
{
	struct notification_fake *fake = self;
	batch->n = 0;
	batch->destination[0] = '\0';
	if (fake->fails != OK)
		return fake->fails;
	struct destination_fake *next = destination_next(fake, channel);
	if (!next)
		return OK;
	struct outgoing_fake *outgoing;
	char target[URL_SIZE];
	while (batch->n < max && (outgoing = outgoing_next(fake, next->name))) {
		struct notification *notification =
			&fake->notifications[outgoing->notification_id - 1];
		if (contact_take(fake, outgoing, target)) {
			drop(notification, channel);
			continue;
		}
		enum err err = job_make(fake, outgoing, target, &batch->jobs[batch->n]);
		if (err != OK)
			return err;
		outgoing->leased_until = fake_now(fake) + lease_s * INT64_C(1000);
		batch->jobs[batch->n++].attempts =
			++notification_fake_delivery(notification, channel)->attempts;
	}
	next->busy_until = fake_now(fake) + lease_s * INT64_C(1000);
	batch->leased_until = next->busy_until;
	memcpy(batch->destination, next->name, DESTINATION_SIZE);
	batch->failures = next->failures;
	return OK;
}

static enum err
delivery_fake_store_outcome(void *self, const struct delivery_job *job,
                            const struct delivery_outcome *outcome)
{
	struct notification_fake *fake = self;
	struct delivery *delivery = notification_fake_delivery(
		&fake->notifications[job->notification_id - 1], job->channel);
	if (fake->fails != OK || !delivery || delivery->attempts != job->attempts ||
	    delivery->state != DELIVERY_WAITING)
		return fake->fails;
	delivery->attempts -= !outcome->counted;
	if (outcome->counted || *outcome->reason)
		memcpy(delivery->reason, outcome->reason, REASON_SIZE);
	delivery->state = outcome->state;
	delivery->delivered_at = outcome->state == DELIVERY_DELIVERED ? fake_now(fake) : INT64_C(0);
	delivery->next_at = outcome->state == DELIVERY_WAITING ? fake_now(fake) + outcome->pause_ms
	                                                       : INT64_C(0);
	outgoing_of(fake, job->notification_id, job->channel)->leased_until = 0;
	return OK;
}

static enum err
delivery_fake_release(void *self, const struct delivery_batch *batch, bool unreachable,
                      uint32_t pause_ms)
{
	struct notification_fake *fake = self;
	struct destination_fake *one = destination_of(fake, batch->destination);
	if (fake->fails == OK && one->busy_until == batch->leased_until) {
		one->failures = unreachable ? one->failures + 1 : 0;
		one->busy_until = fake_now(fake) + pause_ms;
	}
	return fake->fails;
}

static enum err
delivery_fake_mails_sent(void *self, const char *target, uint64_t *ret_n)
{
	struct notification_fake *fake = self;
	const instant_t from = fake_now(fake) - MAIL_DAY_S * INT64_C(1000);
	uint64_t n = 0;
	for (size_t i = 0; i < fake->n_outgoing; i++) {
		const struct outgoing_fake *one = &fake->outgoing[i];
		const struct delivery *delivery = notification_fake_delivery(
			&fake->notifications[one->notification_id - 1], one->channel);
		if (!delivery || !channel_is_mail(one->channel) || strcmp(one->target, target) != 0)
			continue;
		if ((delivery->delivered_at ? delivery->delivered_at : one->since) > from)
			n += one->copies + (delivery->state == DELIVERY_DELIVERED);
	}
	*ret_n = n;
	return fake->fails;
}

/* ---- purging ---- */

bool
delivery_fake_waits(const struct notification *notification)
{
	for (size_t i = 0; i < notification->n_deliveries; i++)
		if (notification->deliveries[i].state == DELIVERY_WAITING)
			return true;
	return false;
}

enum err
delivery_fake_purge(void *self, instant_t before, size_t max, size_t *ret_n)
{
	struct notification_fake *fake = self;
	size_t deliveries = 0, events = 0;
	for (size_t i = 0; fake->fails == OK && i < fake->n_outgoing && deliveries < max; i++) {
		const struct outgoing_fake *outgoing = &fake->outgoing[i];
		struct notification *notification =
			&fake->notifications[outgoing->notification_id - 1];
		struct delivery *delivery =
			notification_fake_delivery(notification, outgoing->channel);
		if (!delivery || delivery->state == DELIVERY_WAITING || outgoing->since >= before)
			continue;
		drop(notification, outgoing->channel);
		deliveries++;
	}
	for (size_t i = 0; fake->fails == OK && i < fake->n_notifications && events < max; i++) {
		struct event *event = &fake->events[i];
		if (!*event->id || event->time >= before ||
		    delivery_fake_waits(&fake->notifications[i]))
			continue;
		event->id[0] = '\0';
		events++;
	}
	*ret_n = deliveries + events;
	return fake->fails;
}

static enum err
delivery_fake_backlog(void *self, struct delivery_backlog *ret_backlog)
{
	struct notification_fake *fake = self;
	*ret_backlog = (struct delivery_backlog){.oldest = {0}};
	for (size_t i = 0; i < fake->n_outgoing; i++) {
		const struct outgoing_fake *outgoing = &fake->outgoing[i];
		const struct delivery *delivery = notification_fake_delivery(
			&fake->notifications[outgoing->notification_id - 1], outgoing->channel);
		if (!delivery)
			continue;
		ret_backlog->waiting[outgoing->channel] += delivery->state == DELIVERY_WAITING;
		ret_backlog->failed[outgoing->channel] += delivery->state == DELIVERY_FAILED;
		if (delivery->state == DELIVERY_WAITING &&
		    (!ret_backlog->oldest[outgoing->channel] ||
		     outgoing->since < ret_backlog->oldest[outgoing->channel]))
			ret_backlog->oldest[outgoing->channel] = outgoing->since;
	}
	return fake->fails;
}

struct delivery_store
delivery_fake_port(struct notification_fake *fake)
{
	return (struct delivery_store){.self = fake,
	                               .claim = delivery_fake_claim,
	                               .store_outcome = delivery_fake_store_outcome,
	                               .release = delivery_fake_release,
	                               .mails_sent = delivery_fake_mails_sent,
	                               .backlog = delivery_fake_backlog};
}
