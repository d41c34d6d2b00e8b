/* SPDX-License-Identifier: MIT */
/* account_mail_fake - the queue of account_fake's mails. */
#include "tests/fakes/account_fake.h"

#include <string.h>

uint32_t
account_fake_mail_wait_ms(const struct account_fake *fake, uint64_t account_id,
                          enum account_mail_kind kind, instant_t now)
{
	uint32_t sent = 0;
	instant_t last_at = 0;
	for (size_t i = 0; i < fake->n_mails; i++) {
		const struct account_mail_job *job = &fake->mails[i].job;
		if (job->account.id != account_id || job->kind != kind ||
		    now - job->created_at >= ACCOUNT_MAIL_DAY_MS)
			continue;
		sent++;
		last_at = job->created_at > last_at ? job->created_at : last_at;
	}
	return account_mail_wait_ms(sent, last_at, now);
}

void
account_fake_mail_put(struct account_fake *fake, uint64_t account_id, enum account_mail_kind kind,
                      const char *email, instant_t now, instant_t due_at)
{
	struct account_mail_job *job = &fake->mails[fake->n_mails].job;
	*job = (struct account_mail_job){.id = fake->n_mails + 1, .kind = kind, .created_at = now};
	job->account.id = account_id;
	memcpy(job->email, email, strlen(email) + 1);
	fake->mails[fake->n_mails++].due_at = due_at;
}

void
account_fake_mail_ask(struct account_fake *fake, uint64_t account_id, enum account_mail_kind kind,
                      instant_t now)
{
	if (!account_fake_mail_wait_ms(fake, account_id, kind, now))
		account_fake_mail_put(fake, account_id, kind, "", now, now);
}

static enum err
account_mail_fake_ask(void *self, uint64_t account_id, enum account_mail_kind kind, instant_t now)
{
	struct account_fake *fake = self;
	if (fake->fails == OK)
		account_fake_mail_ask(fake, account_id, kind, now);
	return fake->fails;
}

static enum err
account_mail_fake_claim(void *self, instant_t now, uint32_t lease_s,
                        struct account_mail_job *ret_job)
{
	struct account_fake *fake = self;
	size_t next = fake->n_mails;
	for (size_t i = 0; i < fake->n_mails; i++)
		if (fake->mails[i].due_at && fake->mails[i].due_at <= now &&
		    (next == fake->n_mails || fake->mails[i].due_at < fake->mails[next].due_at))
			next = i;
	if (fake->fails != OK || next == fake->n_mails)
		return fake->fails != OK ? fake->fails : ERR_NOT_FOUND;
	struct account_mail_job *job = &fake->mails[next].job;
	job->attempts++;
	fake->mails[next].due_at = now + lease_s * INT64_C(1000);
	*ret_job = *job;
	ret_job->account = account_fake_find(fake, job->account.id)->account;
	return OK;
}

static enum err
due_set(struct account_fake *fake, const struct account_mail_job *job, instant_t due_at)
{
	if (fake->fails == OK && fake->mails[job->id - 1].job.attempts == job->attempts)
		fake->mails[job->id - 1].due_at = due_at;
	return fake->fails;
}

static enum err
account_mail_fake_finish(void *self, const struct account_mail_job *job)
{
	return due_set(self, job, 0);
}

static enum err
account_mail_fake_postpone(void *self, const struct account_mail_job *job, instant_t until)
{
	return due_set(self, job, until);
}

static enum err
account_mail_fake_backlog(void *self, uint64_t *ret_n, instant_t *ret_oldest)
{
	struct account_fake *fake = self;
	*ret_n = 0;
	*ret_oldest = 0;
	for (size_t i = 0; i < fake->n_mails; i++) {
		const instant_t created_at = fake->mails[i].job.created_at;
		if (!fake->mails[i].due_at)
			continue;
		++*ret_n;
		if (!*ret_oldest || created_at < *ret_oldest)
			*ret_oldest = created_at;
	}
	return fake->fails;
}

static enum err
account_mail_fake_purge(void *self, instant_t now, size_t max, size_t *ret_n)
{
	struct account_fake *fake = self;
	size_t mails = 0, tokens = 0;
	for (size_t i = 0; i < fake->n_mails && mails < max; i++) {
		struct account_mail_job *job = &fake->mails[i].job;
		if (!job->account.id || now - job->created_at < ACCOUNT_MAIL_DAY_MS)
			continue;
		job->account.id = 0;
		fake->mails[i].due_at = 0;
		mails++;
	}
	for (size_t i = 0; i < fake->n_tokens && tokens < max; i++) {
		if (!fake->tokens[i].hash[0] ||
		    one_time_token_is_alive(fake->tokens[i].created_at, now))
			continue;
		fake->tokens[i].hash[0] = '\0';
		tokens++;
	}
	for (size_t i = 0; i < fake->n_accounts; i++) {
		struct account_row_fake *row = &fake->accounts[i];
		if (!*row->next_email || now - row->next_at < ACCOUNT_MAIL_DAY_MS)
			continue;
		row->next_email[0] = row->next_hash[0] = '\0';
		tokens++;
	}
	*ret_n = mails + tokens;
	return fake->fails;
}

struct account_mail_queue
account_mail_fake_port(struct account_fake *fake)
{
	return (struct account_mail_queue){
		.self = fake,
		.ask = account_mail_fake_ask,
		.claim = account_mail_fake_claim,
		.finish = account_mail_fake_finish,
		.postpone = account_mail_fake_postpone,
		.backlog = account_mail_fake_backlog,
		.purge = account_mail_fake_purge,
	};
}
