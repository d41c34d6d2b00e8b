/*
 * mail - a notification as a letter: what is said, to whom; how it is written to the wire is the
 * adapter's matter.
 */
#ifndef APP_ALARM_MAIL_H
#define APP_ALARM_MAIL_H

#include "app/alarm/notification_texts.h"
#include "app/alarm/ports.h"

#define SUBJECT_SIZE  TEXT_SIZE(300)
#define FACT_SIZE     TEXT_SIZE(120)
#define CALENDAR_SIZE TEXT_SIZE(200)

/* A line of the list under the message. */
struct mail_fact {
	const char *label;
	char value[FACT_SIZE];
};

/* A stay for the reader's calendar. */
struct mail_calendar {
	bool there;
	bool canceled;     /* it is to be taken out again */
	uint64_t book_id;  /* with the reference the same for all news of one booking */
	uint64_t sequence; /* higher is newer */
	char reference[REFERENCE_SIZE];
	struct stay stay;
	char summary[CALENDAR_SIZE];
};

struct mail {
	char from[EMAIL_SIZE], to[EMAIL_SIZE];
	char id[DELIVERY_ID_SIZE]; /* the same at every try */
	instant_t date;            /* so is this */
	enum language language;
	char subject[SUBJECT_SIZE];
	char message[MESSAGE_SIZE];
	struct mail_fact facts[MAIL_LABEL_MAX];
	size_t n_facts;
	const char *footer;
	struct mail_calendar calendar;
	char request_id[65]; /* where the news comes from; "" if unknown */
	char traceparent[56];
};

/* The name of what is delivered of an event to a role: the same at every try. */
void delivery_id(const struct event *event, enum role role, char ret_id[DELIVERY_ID_SIZE]);

/* Writes the letter for a delivery. The same job gives the same letter. */
void mail_compose(const struct delivery_job *job, const char *from, struct mail *ret_mail);

#endif
