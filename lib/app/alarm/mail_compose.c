/* SPDX-License-Identifier: MIT */
#include "app/alarm/mail.h"

#include "app/alarm/notification_words.h"
#include "domain/characters.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void
delivery_id(const struct delivery_job *job, char ret_id[DELIVERY_ID_SIZE])
{
	char copy[16] = "";
	if (job->copies && job->channel != CHANNEL_WEBHOOK)
		snprintf(copy, sizeof(copy), "-%" PRIu32, job->copies);
	snprintf(ret_id, DELIVERY_ID_SIZE, "%s-%s%s%s", job->event.id, role_name(job->role),
	         job->channel == CHANNEL_CONTACT ? "-contact" : "", copy);
}

static void
facts_add(struct mail *mail, const struct words *words)
{
	const char *const values[MAIL_LABEL_MAX] = {
		[MAIL_BOOK] = words->book,   [MAIL_ROOM] = words->room, [MAIL_STAY] = words->stay,
		[MAIL_PRICE] = words->price, [MAIL_LINK] = "", /* mail_link_add() */
	};
	for (int label = 0; label < MAIL_LABEL_MAX; label++) {
		struct mail_fact *fact = &mail->facts[mail->n_facts];
		if (!*values[label])
			continue;
		fact->label = mail_labels[label][mail->language];
		snprintf(fact->value, sizeof(fact->value), "%s", values[label]);
		mail->n_facts++;
	}
}

/* A confirmed booking is added to the calendar, a cancelled one is removed. */
static void
calendar_add(struct mail *mail, const struct event *event, const struct words *words)
{
	struct mail_calendar *calendar = &mail->calendar;
	if (event->type != EVENT_BOOKED && event->type != EVENT_BOOK_CANCELED)
		return;
	*calendar = (struct mail_calendar){.present = true,
	                                   .canceled = event->type == EVENT_BOOK_CANCELED,
	                                   .book_id = event->data.book.id,
	                                   .sequence = event->sequence,
	                                   .stay = event->data.book.stay};
	memcpy(calendar->reference, event->data.book.reference, REFERENCE_SIZE);
	words_write(calendar_summaries[mail->language], words, calendar->summary,
	            sizeof(calendar->summary));
}

void
mail_compose(const struct delivery_job *job, const char *from, struct mail *ret_mail)
{
	const struct event *event = &job->event;
	const struct event_texts *texts = &notification_texts[event->type];
	const char *subject = job->role == ROLE_HOST ? texts->host_subject[job->language]
	                                             : texts->guest_subject[job->language];
	struct words words;
	words_of_event(event, job->room_name, job->language, &words);
	*ret_mail = (struct mail){.date = job->copies ? job->since : event->time,
	                          .language = job->language,
	                          .footer = mail_footers[job->language]};
	delivery_id(job, ret_mail->id);
	snprintf(ret_mail->from, sizeof(ret_mail->from), "%s", from);
	snprintf(ret_mail->to, sizeof(ret_mail->to), "%.*s", EMAIL_SIZE - 1, job->target);
	words_write(subject ? subject : "", &words, ret_mail->subject, SUBJECT_SIZE);
	memcpy(ret_mail->message, job->message, MESSAGE_SIZE);
	characters_neutralise(ret_mail->message);
	memcpy(ret_mail->request_id, event->request_id, sizeof(event->request_id));
	memcpy(ret_mail->traceparent, event->traceparent, sizeof(event->traceparent));
	facts_add(ret_mail, &words);
	calendar_add(ret_mail, event, &words);
}

/* The job is about a booking of nobody in particular, and for its guest. An event from before a claim has
 * a key that counts no longer. */
static bool
needs_link(const struct delivery_job *job)
{
	const bool is_book = event_kinds[job->event.type].aggregate == AGGREGATE_BOOK;
	return is_book && job->role == ROLE_GUEST && job->event.data.book.guest_id == 0 &&
	       job->event.data.book.key_version >= job->key_version;
}

void
mail_link_add(const struct delivery_job *job, const char *site, const struct booking_keys *keys,
              struct mail *mail)
{
	const struct book *book = &job->event.data.book;
	char key[BOOKING_KEY_SIZE];
	if (!keys || !needs_link(job) || mail->n_facts == MAIL_LABEL_MAX)
		return;
	struct mail_fact *fact = &mail->facts[mail->n_facts];
	keys->make(keys->self, BOOKING_KEY_MAILED, book->id, book->key_version, key);
	const int n = snprintf(fact->value, sizeof(fact->value), "%s/b/%s/%s", site,
	                       book->reference, key);
	fact->label = mail_labels[MAIL_LINK][mail->language];
	mail->n_facts += n > 0 && n < (int)sizeof(fact->value);
}
