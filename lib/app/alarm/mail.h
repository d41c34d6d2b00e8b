/* SPDX-License-Identifier: MIT */
/*
 * mail - a notification as an e-mail: its addresses and contents. The adapter encodes and sends it.
 */
#ifndef APP_ALARM_MAIL_H
#define APP_ALARM_MAIL_H

#include "app/alarm/notification_texts.h"
#include "app/alarm/ports.h"
#include "app/booking_keys.h"

#define SUBJECT_SIZE  TEXT_SIZE(300)
#define FACT_SIZE     TEXT_SIZE(120)
#define CALENDAR_SIZE TEXT_SIZE(200)

/* A row of the table below the message. */
struct mail_fact {
	const char *label;
	char value[FACT_SIZE];
};

/* The stay, for the recipient's calendar. */
struct mail_calendar {
	bool present;
	bool canceled;     /* removes the entry from the calendar */
	uint64_t book_id;  /* identifies the entry, together with the reference */
	uint64_t sequence; /* higher is newer */
	char reference[REFERENCE_SIZE];
	struct stay stay;
	char summary[CALENDAR_SIZE];
};

struct mail {
	char from[EMAIL_SIZE], to[EMAIL_SIZE];
	char id[DELIVERY_ID_SIZE]; /* the same at every attempt */
	instant_t date;            /* also the same: of the event, or of the request for a copy */
	enum language language;
	char subject[SUBJECT_SIZE];
	char message[MESSAGE_SIZE];
	struct mail_fact facts[MAIL_LABEL_MAX];
	size_t n_facts;
	const char *footer;
	struct mail_calendar calendar;
	char request_id[65]; /* of the event; "": unknown */
	char traceparent[56];
};

/* The id of a delivery: the same at every attempt, so that the receiver can recognise a duplicate.
 * A mail that the recipient requested again is another mail, and so is one to the contact beside
 * the one to the recipient; a webhook is about the same event however often it is requested. */
void delivery_id(const struct delivery_job *job, char ret_id[DELIVERY_ID_SIZE]);

/* Composes the mail of a delivery. The same job gives the same mail. */
void mail_compose(const struct delivery_job *job, const char *from, struct mail *ret_mail);

/* Adds the link by which the guest of a booking without an account sees, pays and cancels it: the key in
 * it is computed now, is stored nowhere, and proves who shows it to have read the mail. Other mails stay as they are. site: the URL of this system.
 * keys NULL: there are none. */
void mail_link_add(const struct delivery_job *job, const char *site,
                   const struct booking_keys *keys, struct mail *mail);

#endif
