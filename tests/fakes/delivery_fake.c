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

/* ---- where it goes ---- */

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
	fake->n_contacts += at == fake->n_contacts;
}

/* NULL: nothing is known of the booking. */
static const char *
contact_of(const struct notification_fake *fake, uint64_t book_id)
{
	for (size_t i = 0; i < fake->n_contacts; i++)
		if (fake->contacts[i].book_id == book_id)
			return fake->contacts[i].email;
	return NULL;
}

/* NULL: it does not go by this channel. "": it may, once the contact is known. */
static const char *
target_of(const struct notification_fake *fake, const struct notification *told,
          enum channel channel)
{
	const struct notification_settings *wish =
		notification_fake_settings(fake, told->recipient_id);
	if (channel == CHANNEL_WEBHOOK)
		return wish && *wish->webhook_url ? wish->webhook_url : NULL;
	if (wish && *wish->email)
		return wish->email;
	if (told->role != ROLE_GUEST || !told->book_id)
		return NULL;
	const char *contact = contact_of(fake, told->book_id);
	return !contact ? "" : *contact ? contact : NULL;
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
deliver(struct notification_fake *fake, struct notification *told, enum channel channel,
        const char *target, enum language language)
{
	struct outgoing_fake *outgoing = outgoing_of(fake, told->id, channel);
	struct delivery *delivery = notification_fake_delivery(told, channel);
	const instant_t now = fake_now(fake);
	if (!delivery)
		delivery = &told->deliveries[told->n_deliveries++];
	*delivery =
		(struct delivery){.channel = channel, .state = DELIVERY_WAITING, .next_at = now};
	*outgoing = (struct outgoing_fake){.notification_id = told->id,
	                                   .channel = channel,
	                                   .language = language,
	                                   .since = now};
	snprintf(outgoing->target, URL_SIZE, "%s", target);
	delivery_destination(channel, target, told->id, outgoing->destination);
	destination_of(fake, outgoing->destination)->channel = channel;
}

static enum language
language_of(const struct notification_fake *fake, uint64_t recipient_id, enum language fallback)
{
	const struct notification_settings *wish = notification_fake_settings(fake, recipient_id);
	return wish && wish->language != LANGUAGE_MAX ? wish->language : fallback;
}

void
delivery_fake_add(struct notification_fake *fake, struct notification *told,
                  const struct tell_rules *rules)
{
	for (int channel = CHANNEL_EMAIL; channel < CHANNEL_MAX; channel++) {
		const char *target = target_of(fake, told, (enum channel)channel);
		if (target && (channel != CHANNEL_EMAIL || rules->by_email))
			deliver(fake, told, (enum channel)channel, target,
			        language_of(fake, told->recipient_id, rules->fallback));
	}
}

enum err
delivery_fake_again(void *self, const struct delivery_again *again,
                    struct notification *ret_notification)
{
	struct notification_fake *fake = self;
	struct notification *told = &fake->told[again->notification_id - 1];
	const instant_t now = fake_now(fake);
	if (again->notification_id > fake->n_told || !told->id ||
	    told->recipient_id != again->recipient_id)
		return ERR_NOT_FOUND;
	const char *target = target_of(fake, told, again->channel);
	if (!target || !*target || (again->channel == CHANNEL_EMAIL && !again->rules.by_email))
		return ERR_INVALID;
	if (!*fake->events[told->id - 1].id)
		return ERR_STATE_CONFLICT;
	struct delivery *delivery = notification_fake_delivery(told, again->channel);
	struct outgoing_fake *outgoing =
		delivery ? outgoing_of(fake, told->id, again->channel) : NULL;
	if (outgoing && delivery->state == DELIVERY_WAITING) {
		if (outgoing->leased_until <= now)
			delivery->next_at = outgoing->asked_at = now;
	} else if (outgoing && outgoing->asked_at > now - again->pause_s * INT64_C(1000)) {
		return ERR_TOO_MANY;
	} else {
		deliver(fake, told, again->channel, target,
		        language_of(fake, told->recipient_id, again->rules.fallback));
		outgoing_of(fake, told->id, again->channel)->asked_at = outgoing ? now : 0;
	}
	*ret_notification = *told;
	return OK;
}

/* ---- claiming ---- */

static bool
is_due(struct notification_fake *fake, const struct outgoing_fake *outgoing, const char *name)
{
	const struct delivery *delivery = notification_fake_delivery(
		&fake->told[outgoing->notification_id - 1], outgoing->channel);
	return delivery && strcmp(outgoing->destination, name) == 0 &&
	       delivery->state == DELIVERY_WAITING && delivery->next_at <= fake_now(fake);
}

/* The one that is due since longest and not claimed yet; NULL: none. */
static struct outgoing_fake *
outgoing_next(struct notification_fake *fake, const char *name)
{
	struct outgoing_fake *next = NULL;
	instant_t least = INT64_MAX;
	for (size_t i = 0; i < fake->n_outgoing; i++) {
		struct outgoing_fake *one = &fake->outgoing[i];
		if (!is_due(fake, one, name) || one->leased_until > fake_now(fake))
			continue;
		const instant_t at = notification_fake_delivery(
					     &fake->told[one->notification_id - 1], one->channel)
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
drop(struct notification *told, enum channel channel)
{
	struct delivery *delivery = notification_fake_delivery(told, channel);
	*delivery = told->deliveries[--told->n_deliveries];
}

static enum err
job_make(struct notification_fake *fake, struct outgoing_fake *outgoing, struct delivery_job *job)
{
	const struct notification *told = &fake->told[outgoing->notification_id - 1];
	const struct notification_settings *wish =
		notification_fake_settings(fake, told->recipient_id);
	struct buf body = BUF_INIT(EVENT_BODY_MAX);
	*job = (struct delivery_job){
		.notification_id = told->id,
		.channel = outgoing->channel,
		.age_s = (uint64_t)(fake_now(fake) - outgoing->since) / 1000,
		.role = told->role,
		.language = outgoing->language,
		.event = fake->events[told->id - 1],
	};
	memcpy(job->message, told->message, MESSAGE_SIZE);
	memcpy(job->target, outgoing->target, URL_SIZE);
	if (!*job->target && contact_of(fake, told->book_id))
		snprintf(job->target, URL_SIZE, "%s", contact_of(fake, told->book_id));
	if (wish)
		memcpy(job->secret, wish->webhook_secret, SECRET_SIZE);
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
	while (batch->n < max && (outgoing = outgoing_next(fake, next->name))) {
		struct notification *told = &fake->told[outgoing->notification_id - 1];
		if (!*outgoing->target && contact_of(fake, told->book_id) &&
		    !*contact_of(fake, told->book_id)) {
			drop(told, channel);
			continue;
		}
		enum err err = job_make(fake, outgoing, &batch->jobs[batch->n]);
		if (err != OK)
			return err;
		outgoing->leased_until = fake_now(fake) + lease_s * INT64_C(1000);
		batch->jobs[batch->n++].attempts =
			++notification_fake_delivery(told, channel)->attempts;
	}
	next->busy_until = fake_now(fake) + lease_s * INT64_C(1000);
	memcpy(batch->destination, next->name, DESTINATION_SIZE);
	batch->failures = next->failures;
	return OK;
}

static enum err
delivery_fake_settle(void *self, const struct delivery_job *job,
                     const struct delivery_outcome *outcome)
{
	struct notification_fake *fake = self;
	struct delivery *delivery =
		notification_fake_delivery(&fake->told[job->notification_id - 1], job->channel);
	if (fake->fails != OK || !delivery || delivery->attempts != job->attempts ||
	    delivery->state != DELIVERY_WAITING)
		return fake->fails;
	delivery->attempts -= !outcome->tried;
	if (outcome->tried)
		memcpy(delivery->reason, outcome->reason, REASON_SIZE);
	delivery->state = outcome->state;
	delivery->delivered_at = outcome->state == DELIVERY_DELIVERED ? fake_now(fake) : INT64_C(0);
	delivery->next_at = outcome->state == DELIVERY_WAITING ? fake_now(fake) + outcome->pause_ms
	                                                       : INT64_C(0);
	outgoing_of(fake, job->notification_id, job->channel)->leased_until = 0;
	return OK;
}

static enum err
delivery_fake_release(void *self, const char *destination, bool away, uint32_t pause_ms)
{
	struct notification_fake *fake = self;
	struct destination_fake *one = destination_of(fake, destination);
	if (fake->fails == OK) {
		one->failures = away ? one->failures + 1 : 0;
		one->busy_until = fake_now(fake) + pause_ms;
	}
	return fake->fails;
}

/* ---- forgetting ---- */

bool
delivery_fake_waits(const struct notification *told)
{
	for (size_t i = 0; i < told->n_deliveries; i++)
		if (told->deliveries[i].state == DELIVERY_WAITING)
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
		struct notification *told = &fake->told[outgoing->notification_id - 1];
		struct delivery *delivery = notification_fake_delivery(told, outgoing->channel);
		if (!delivery || delivery->state == DELIVERY_WAITING || outgoing->since >= before)
			continue;
		drop(told, outgoing->channel);
		deliveries++;
	}
	for (size_t i = 0; fake->fails == OK && i < fake->n_told && events < max; i++) {
		struct event *event = &fake->events[i];
		if (!*event->id || event->time >= before || delivery_fake_waits(&fake->told[i]))
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
			&fake->told[outgoing->notification_id - 1], outgoing->channel);
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
	                               .settle = delivery_fake_settle,
	                               .release = delivery_fake_release,
	                               .backlog = delivery_fake_backlog};
}
