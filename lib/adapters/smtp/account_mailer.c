/* SPDX-License-Identifier: MIT */
#include "adapters/smtp/account_mailer.h"

#include "app/account/account_mail_texts.h"
#include "app/alarm/mail.h"

#include <stdio.h>

/* A later attempt has another token, so it is another mail. ERR_BUG: a text is too long. */
static enum err
mail_fill(const struct account_mail *from, const char *sender, struct mail *mail)
{
	const struct account *account = &from->job->account;
	const struct account_mail_text *text = account_mail_text(from->job->kind, from->language);
	mail->language = from->language;
	mail->date = instant_now();
	mail->footer = text->footer;
	mail->n_facts = 1;
	mail->facts[0].label = text->link;
	enum err err = uuid_v7(mail->id);
	if (err == OK)
		err = text_copy(mail->from, sizeof(mail->from), sender);
	if (err == OK)
		err = text_copy(mail->to, sizeof(mail->to),
		                *from->job->email ? from->job->email : account->email);
	if (err == OK)
		err = text_copy(mail->subject, sizeof(mail->subject), text->subject);
	if (err == OK)
		err = text_copy(mail->facts[0].value, FACT_SIZE, from->link);
	snprintf(mail->message, sizeof(mail->message), "%s%s%s", text->before, account->name,
	         text->after);
	return err == ERR_TOO_LARGE ? ERR_BUG_HERE() : err;
}

static enum err
outcome_of(enum attempt_outcome outcome)
{
	switch (outcome) {
	case ATTEMPT_DELIVERED: return OK;
	case ATTEMPT_REJECTED:
	case ATTEMPT_PERMANENT: return ERR_INVALID;
	case ATTEMPT_RETRY:
	case ATTEMPT_UNREACHABLE:
	case ATTEMPT_MAX: break;
	}
	return ERR_UNAVAILABLE;
}

static enum err
account_mailer_send(void *self, const struct account_mail *from)
{
	const struct account_mailer_options *options = self;
	struct mail mail = {.n_facts = 0};
	struct attempt_result result;
	enum err err = mail_fill(from, options->from, &mail);
	if (err != OK)
		return err;
	const struct outgoing_message message = {.mail = &mail, .timeout_ms = options->timeout_ms};
	options->sender->send(options->sender->self, &message, &result);
	return outcome_of(result.outcome);
}

struct account_mailer
account_mailer_smtp(struct account_mailer_options *options)
{
	return (struct account_mailer){.self = options, .send = account_mailer_send};
}
