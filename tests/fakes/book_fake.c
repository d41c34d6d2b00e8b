/* SPDX-License-Identifier: MIT */
/* book_fake - a book_store in memory. A night is taken if an active booking contains it. */
#include "tests/fakes/book_fake.h"

#include "tests/fakes/book_fake_parts.h"

#include <stdlib.h>
#include <string.h>

static struct book_fake_row *
row_of(struct book_fake *fake, uint64_t id)
{
	return id && id <= fake->n_books ? &fake->books[id - 1] : NULL;
}

struct offer *
book_fake_offer(struct book_fake *fake, uint64_t room_id)
{
	for (size_t i = 0; i < fake->n_offers; i++)
		if (fake->offers[i].room_id == room_id)
			return &fake->offers[i];
	return NULL;
}

const struct book *
book_fake_holder(const struct book_fake *fake, uint64_t room_id, struct stay stay)
{
	for (size_t i = 0; i < fake->n_books; i++) {
		const struct book *book = &fake->books[i].book;
		if (book->room_id == room_id && book_holds_nights(book->status) &&
		    !fake->books[i].purged && stay_overlaps(book->stay, stay))
			return book;
	}
	return NULL;
}

static uint64_t
count_unpaid(const struct book_fake *fake, bool of_guest, uint64_t guest_id)
{
	uint64_t n = 0;
	for (size_t i = 0; i < fake->n_books; i++) {
		const struct book *book = &fake->books[i].book;
		n += (!of_guest || book->guest_id == guest_id) &&
		     (book->status == BOOK_REQUESTED || book->status == BOOK_PAYMENT_PENDING);
	}
	return n;
}

static bool
is_same(const char *one, const char *other)
{
	return *one && strcmp(one, other) == 0;
}

static struct unpaid_counts
counts_of(const struct book_fake *fake, const struct book_hold *hold)
{
	const struct book *wanted = &hold->book;
	struct unpaid_counts counts = {.of_guest = 0};
	if (wanted->guest_id)
		counts.of_guest = count_unpaid(fake, true, wanted->guest_id);
	for (size_t i = 0; !wanted->guest_id && i < fake->n_books; i++) {
		const struct book *book = &fake->books[i].book;
		if (book->status != BOOK_REQUESTED && book->status != BOOK_PAYMENT_PENDING)
			continue;
		counts.of_client += is_same(hold->client, fake->books[i].client);
		counts.of_email +=
			!book->guest_id && is_same(wanted->contact.email, book->contact.email);
		counts.of_phone +=
			!book->guest_id && is_same(wanted->contact.phone, book->contact.phone);
	}
	return counts;
}

static enum contact_mailing
mailing_of(const struct book_fake *fake, const struct book_hold *hold)
{
	const uint64_t guest_id = hold->book.guest_id;
	uint64_t n = 0;
	for (size_t i = 0; i < fake->n_books; i++) {
		const struct book *book = &fake->books[i].book;
		n += book->contact.mailing == MAILING_FEW &&
		     book->created_at > fake->now - 24 * 3600 * INT64_C(1000) &&
		     (guest_id ? book->guest_id == guest_id
		               : is_same(hold->client, fake->books[i].client));
	}
	return contact_mailing_within(hold->book.contact.mailing, n);
}

/* ---- keys ---- */

static enum err
key_find(struct book_fake *fake, const struct idempotency *key, struct book *ret_book)
{
	for (size_t i = 0; *key->key && i < fake->n_keys; i++) {
		const struct book_fake_key *kept = &fake->keys[i];
		if (!kept->book_id || strcmp(kept->key.key, key->key) != 0 ||
		    strcmp(kept->key.scope, key->scope) != 0)
			continue;
		if (memcmp(kept->key.fingerprint, key->fingerprint, sizeof(key->fingerprint)) != 0)
			return ERR_KEY_REUSED;
		*ret_book = row_of(fake, kept->book_id)->book;
		return OK;
	}
	return ERR_NOT_FOUND;
}

static void
key_add(struct book_fake *fake, const struct idempotency *key, uint64_t book_id)
{
	if (*key->key)
		fake->keys[fake->n_keys++] =
			(struct book_fake_key){.key = *key, .book_id = book_id, .at = fake->now};
}

static enum err
book_fake_replay(void *self, const struct idempotency *key, struct book *ret_book)
{
	struct book_fake *fake = self;
	return fake->fails ? fake->fails : key_find(fake, key, ret_book);
}

/* ---- changes ---- */

static enum err
step_add(struct book_fake_row *row, enum book_status from, const char *why,
         const struct origin *origin)
{
	return book_step_of(&row->book, from, why, origin, &row->steps[row->n_steps++]);
}

static enum err
event_add(struct book_fake *fake, const struct book *book, const struct origin *origin)
{
	enum err err = event_about_book(book, origin, &fake->events[fake->n_events]);
	fake->n_events += err == OK;
	return err == ERR_NOT_FOUND ? OK : err;
}

enum err
book_fake_transition(struct book_fake *fake, struct book_fake_row *row, enum book_action action,
                     uint64_t pay_id, const char *why, const struct origin *origin)
{
	const enum book_status from = row->book.status;
	struct audit_entry entry;
	enum err err = book_transit(&row->book, action, pay_id, fake->now);
	if (row->book.erased && !book_needs_token(row->book.status))
		row->token[0] = '\0';
	if (err == OK)
		err = step_add(row, from, why, origin);
	if (err == OK && book_audit(&row->book, action, origin, &entry))
		audit_fake_add(&fake->audit, &entry);
	return err == OK ? event_add(fake, &row->book, origin) : err;
}

static enum err
refusal_of(struct book_fake *fake, const struct book_hold *hold, struct hold_result *result)
{
	const struct book *book = &hold->book;
	result->offer = *book_fake_offer(fake, book->room_id);
	enum err err = offer_check(&result->offer, hold->night_price, book->currency);
	if (err != OK)
		return err;
	for (day_t night = book->stay.start; night < book->stay.end; night++)
		if (book_fake_holder(fake, book->room_id, (struct stay){night, night + 1}))
			result->taken[result->n_taken++] = night;
	if (result->n_taken)
		return ERR_TAKEN;
	const struct unpaid_counts counts = counts_of(fake, hold);
	if ((book->guest_id || hold->nobody_counts) &&
	    book_guest_limit_reached(&counts, hold->guest_limit))
		return ERR_TOO_MANY;
	if (book_limit_reached(count_unpaid(fake, false, 0), hold->pending_limit))
		return ERR_PAY_UNAVAILABLE;
	return OK;
}

static const struct book *
own_of(const struct book_fake *fake, const struct book *wanted)
{
	const struct book *own = book_fake_holder(fake, wanted->room_id, wanted->stay);
	return own && wanted->guest_id && own->guest_id == wanted->guest_id &&
	                       own->stay.start == wanted->stay.start &&
	                       own->stay.end == wanted->stay.end
	               ? own
	               : NULL;
}

static enum err
book_fake_hold(void *self, const struct book_hold *hold, struct hold_result *ret_result)
{
	struct book_fake *fake = self;
	*ret_result = (struct hold_result){.kind = HOLD_REFUSED};
	if (fake->fails)
		return fake->fails;
	if (!book_fake_offer(fake, hold->book.room_id))
		return ERR_NOT_FOUND;
	enum err err = key_find(fake, &hold->key, &ret_result->book);
	if (err == OK)
		ret_result->kind = HOLD_REPLAYED;
	if (err != ERR_NOT_FOUND)
		return err;
	const struct book *own = own_of(fake, &hold->book);
	if (own) {
		ret_result->kind = HOLD_OWN;
		ret_result->book = *own;
		return OK;
	}
	err = refusal_of(fake, hold, ret_result);
	if (err != OK)
		return err;
	const enum contact_mailing mailing = mailing_of(fake, hold);
	struct book_fake_row *row = &fake->books[fake->n_books++];
	*row = (struct book_fake_row){.book = hold->book};
	row->book.contact.mailing = mailing;
	memcpy(row->client, hold->client, sizeof(row->client));
	memcpy(row->token, hold->token, sizeof(row->token));
	row->book.id = fake->n_books;
	book_begin(&row->book, fake->now, hold->hold_s);
	key_add(fake, &hold->key, row->book.id);
	ret_result->kind = HOLD_MADE;
	ret_result->book = row->book;
	return step_add(row, BOOK_REQUESTED, BOOK_WHY_HELD, &hold->origin);
}

static uint64_t
count_pending(const struct book_fake *fake)
{
	uint64_t n = 0;
	for (size_t i = 0; i < fake->n_books; i++)
		n += fake->books[i].book.status == BOOK_PAYMENT_PENDING;
	return n;
}

static enum err
book_fake_apply(void *self, const struct book_change *change, struct book *ret_book)
{
	struct book_fake *fake = self;
	struct book_fake_row *row = row_of(fake, change->id);
	if (fake->fails)
		return fake->fails;
	if (!row)
		return ERR_NOT_FOUND;
	*ret_book = row->book;
	enum err err = key_find(fake, &change->key, ret_book);
	if (err != ERR_NOT_FOUND)
		return err;
	err = book_change_check(change, &row->book);
	if (err != OK)
		return err;
	const enum book_action action =
		book_action_within(change->action, count_pending(fake), change->pending_limit);
	const bool drop = book_change_drops_key(change, action);
	err = book_fake_transition(fake, row, action, change->pay_id, change->why, &change->origin);
	if (err != OK)
		return err;
	for (size_t i = 0; drop && i < fake->n_keys; i++)
		if (fake->keys[i].book_id == change->id)
			fake->keys[i].book_id = 0;
	key_add(fake, &change->key, change->id);
	*ret_book = row->book;
	return OK;
}

static enum err
book_fake_claim(void *self, const struct book_claim *claim, struct book *ret_book)
{
	struct book_fake *fake = self;
	struct book_fake_row *row = row_of(fake, claim->id);
	bool is_own = false;
	if (fake->fails)
		return fake->fails;
	enum err err = key_find(fake, &claim->key, ret_book);
	if (err != ERR_NOT_FOUND || !row)
		return err;
	err = book_check_claim(&row->book, &claim->claimant, &claim->condition, &is_own);
	if (err == OK || err == ERR_VERSION_CONFLICT)
		*ret_book = row->book;
	if (err != OK || is_own)
		return err;
	book_claim_by(&row->book, claim->claimant.account_id, fake->now);
	key_add(fake, &claim->key, claim->id);
	*ret_book = row->book;
	err = step_add(row, row->book.status, BOOK_WHY_CLAIMED, &claim->origin);
	if (err == OK)
		err = event_about_claim(&row->book, &claim->origin, &fake->events[fake->n_events]);
	fake->n_events += err == OK;
	return err;
}

static enum err
book_fake_claimable(void *self, const struct claimant *claimant, uint64_t ret_ids[], size_t max,
                    size_t *ret_n)
{
	const struct book_fake *fake = self;
	size_t n = 0;
	for (size_t i = 0; i < fake->n_books && n < max; i++)
		if (book_is_claimable(&fake->books[i].book, claimant))
			ret_ids[n++] = fake->books[i].book.id;
	*ret_n = n;
	return fake->fails;
}

/* What the contact has left in keys and in events that would still wait. */
static void
traces_erase(struct book_fake *fake, uint64_t book_id)
{
	for (size_t i = 0; i < fake->n_keys; i++)
		if (fake->keys[i].book_id == book_id)
			memset(fake->keys[i].key.fingerprint, 0,
			       sizeof(fake->keys[i].key.fingerprint));
	for (size_t i = 0; i < fake->n_events; i++)
		if (fake->events[i].correlation_id == book_id)
			event_erase(&fake->events[i]);
}

static void
note_add(struct book_fake *fake, const struct book *book)
{
	struct erased erased = {.kind = ERASED_BOOK};
	memcpy(erased.reference, book->reference, sizeof(erased.reference));
	erased_notes_fake_add(&fake->erased, &erased);
}

static struct book_fake_row *
row_to_erase(struct book_fake *fake, const struct book_erasure *erasure)
{
	if (erasure->id)
		return row_of(fake, erasure->id);
	for (size_t i = 0; i < fake->n_books; i++)
		if (strcmp(fake->books[i].book.reference, erasure->reference) == 0)
			return &fake->books[i];
	return NULL;
}

static enum err
row_erase(struct book_fake *fake, struct book_fake_row *row, const struct book_erasure *erasure)
{
	book_erase(&row->book, fake->now);
	if (!book_needs_token(row->book.status))
		row->token[0] = '\0';
	traces_erase(fake, row->book.id);
	if (!erasure->again)
		note_add(fake, &row->book);
	return step_add(row, row->book.status, BOOK_WHY_ERASED, &erasure->origin);
}

static enum err
book_fake_erase(void *self, const struct book_erasure *erasure, struct book *ret_book,
                bool *ret_done)
{
	struct book_fake *fake = self;
	struct book_fake_row *row = row_to_erase(fake, erasure);
	if (fake->fails)
		return fake->fails;
	if (!row)
		return ERR_NOT_FOUND;
	enum err err = book_check_erase(&row->book, erasure->today, erasure->again);
	*ret_done = err == OK && !row->book.erased;
	if (*ret_done)
		err = row_erase(fake, row, erasure);
	*ret_book = row->book;
	if (err != OK || !*ret_done)
		return err;
	err = event_about_erasure(&row->book, &erasure->origin, &fake->events[fake->n_events]);
	fake->n_events += err == OK;
	return err;
}

static bool
is_erasable(const struct book *book, const struct erasable_query *query)
{
	const bool is_asked = query->guest_id ? book->guest_id == query->guest_id
	                                      : book->stay.end <= query->until;
	return is_asked && !book->erased && book_check_erase(book, query->until, false) == OK;
}

static enum err
book_fake_erasable(void *self, const struct erasable_query *query, uint64_t ret_ids[], size_t max,
                   size_t *ret_n)
{
	const struct book_fake *fake = self;
	size_t n = 0;
	for (size_t i = 0; i < fake->n_books && n < max; i++)
		if (is_erasable(&fake->books[i].book, query))
			ret_ids[n++] = fake->books[i].book.id;
	*ret_n = n;
	return fake->fails;
}

static enum err
book_fake_attempt(void *self, uint64_t id, const char *token, const struct precondition *condition,
                  struct book *ret_book, char ret_token[TOKEN_SIZE])
{
	struct book_fake *fake = self;
	struct book_fake_row *row = row_of(fake, id);
	if (fake->fails)
		return fake->fails;
	if (!row)
		return ERR_NOT_FOUND;
	*ret_book = row->book;
	enum err err = precondition_check(condition, row->book.version);
	if (err != OK)
		return err;
	if (row->book.status != BOOK_PAYMENT_PENDING)
		return ERR_STATE_CONFLICT;
	if (*token)
		memccpy(row->token, token, '\0', sizeof(row->token) - 1);
	row->attempts++;
	row->attempted_at = fake->now;
	memcpy(ret_token, row->token, TOKEN_SIZE);
	return OK;
}

/* ---- reading ---- */

static enum err
book_fake_find(void *self, uint64_t id, const struct caller *caller, struct book *ret_book)
{
	struct book_fake *fake = self;
	const struct book_fake_row *row = row_of(fake, id);
	if (fake->fails)
		return fake->fails;
	if (!row || (caller && !book_belongs_to(&row->book, caller)))
		return ERR_NOT_FOUND;
	*ret_book = row->book;
	return OK;
}

static int64_t
sort_value(const struct book *book, unsigned sort)
{
	return sort == BOOK_SORT_START_DATE   ? book->stay.start
	       : sort == BOOK_SORT_PRICE      ? (int64_t)book->price
	       : sort == BOOK_SORT_UPDATED_AT ? book->updated_at
	                                      : (int64_t)book->id;
}

static bool
comes_before(const struct book *a, const struct book *b, const struct paging *paging)
{
	const int64_t of_a = sort_value(a, paging->sort), of_b = sort_value(b, paging->sort);
	const bool less = of_a != of_b ? of_a < of_b : a->id < b->id;
	return less != paging->descending;
}

static enum err
book_fake_list(void *self, const struct book_list *list,
               void (*visit)(void *arg, const struct book *book), void *arg, uint64_t *ret_total)
{
	struct book_fake *fake = self;
	const struct book *found[BOOK_FAKE_MAX];
	size_t n = 0, first = (size_t)list->paging.page * list->paging.size;
	for (size_t i = 0; i < fake->n_books; i++) {
		const struct book *book = &fake->books[i].book;
		const struct parties parties = book_parties(book);
		if (!caller_lists(&list->caller, list->filter.book_id, &parties) ||
		    !stay_filter_takes(&list->filter, book->id, book->room_id, book->host_id,
		                       book->guest_id, book->stay) ||
		    (list->status != BOOK_STATUS_MAX && book->status != list->status))
			continue;
		size_t at = n++;
		for (; at && comes_before(book, found[at - 1], &list->paging); at--)
			found[at] = found[at - 1];
		found[at] = book;
	}
	for (size_t i = first; !fake->fails && i < n && i < first + list->paging.size; i++)
		visit(arg, found[i]);
	*ret_total = n;
	return fake->fails;
}

static enum err
book_fake_timeline(void *self, uint64_t id, void (*visit)(void *arg, const struct book_step *step),
                   void *arg)
{
	struct book_fake *fake = self;
	const struct book_fake_row *row = row_of(fake, id);
	for (size_t i = 0; !fake->fails && row && i < row->n_steps; i++)
		visit(arg, &row->steps[i]);
	return fake->fails;
}

static enum err
book_fake_pending(void *self, uint64_t *ret_pending)
{
	struct book_fake *fake = self;
	*ret_pending = count_pending(fake);
	return fake->fails;
}

/* ---- the settler ---- */

static bool
due_kind_of(struct book_fake *fake, const struct due_query *query, const struct book *book,
            enum due_kind *ret_kind)
{
	const struct offer *offer = book_fake_offer(fake, book->room_id);
	if (book->status == BOOK_PAYMENT_PENDING && book->pay_until <= fake->now)
		*ret_kind = DUE_EXPIRED;
	else if (book->status == BOOK_REQUESTED && book->updated_at + query->stale_ms <= fake->now)
		*ret_kind = DUE_STALE;
	else if (book_holds_nights(book->status) && offer && offer->closed &&
	         book->stay.start >= query->today)
		*ret_kind = DUE_CLOSED;
	else
		return false;
	return true;
}

static struct book_fake_row *
retry_next(struct book_fake *fake, const struct due_query *query)
{
	struct book_fake_row *next = NULL;
	for (size_t i = 0; i < fake->n_books; i++) {
		struct book_fake_row *row = &fake->books[i];
		if (row->book.status == BOOK_PAYMENT_PENDING && row->book.pay_until > fake->now &&
		    (!row->attempted_at || row->attempted_at + query->retry_ms <= fake->now) &&
		    (!next || row->attempts < next->attempts))
			next = row;
	}
	return next;
}

static void
due_add(struct due_book ret_due[], size_t *n, enum due_kind kind, const struct book_fake_row *row)
{
	ret_due[*n] = (struct due_book){.kind = kind, .book = row->book};
	memcpy(ret_due[*n].token, row->token, TOKEN_SIZE);
	ret_due[*n].attempts = row->attempts;
	(*n)++;
}

static enum err
book_fake_due(void *self, const struct due_query *query, struct due_book ret_due[], size_t *ret_n)
{
	struct book_fake *fake = self;
	struct book_fake_row *retry;
	enum due_kind kind;
	size_t n = 0;
	for (size_t i = 0; !query->only_retries && i < fake->n_books && n < query->max; i++)
		if (due_kind_of(fake, query, &fake->books[i].book, &kind))
			due_add(ret_due, &n, kind, &fake->books[i]);
	for (size_t i = 0; i < query->max_retries && n < query->max; i++) {
		retry = retry_next(fake, query);
		if (!retry)
			break;
		due_add(ret_due, &n, DUE_RETRY, retry);
		retry->attempts++;
		retry->attempted_at = fake->now;
	}
	*ret_n = n;
	return fake->fails;
}

/* The ids ascend with the places. */
static enum err
book_fake_snapshot(void *self, const struct keyset_page *page,
                   void (*visit)(void *arg, const struct book *book), void *arg)
{
	struct book_fake *fake = self;
	for (size_t i = page->after, n = 0; !fake->fails && i < fake->n_books && n < page->size;
	     i++) {
		enum event_type type;
		if (event_type_of_book(&fake->books[i].book, &type) != OK)
			continue;
		visit(arg, &fake->books[i].book);
		n++;
	}
	return fake->fails;
}

/* ---- purging ---- */

static enum err
book_fake_nights_purge(void *self, day_t before, size_t max, size_t *ret_n)
{
	struct book_fake *fake = self;
	size_t n = 0;
	for (size_t i = 0; fake->fails == OK && i < fake->n_books && n < max; i++) {
		struct book_fake_row *row = &fake->books[i];
		if (row->purged || row->book.stay.end > before ||
		    !book_holds_nights(row->book.status))
			continue;
		row->purged = true;
		n++;
	}
	*ret_n = n;
	return fake->fails;
}

static enum err
book_fake_keys_purge(void *self, instant_t before, size_t max, size_t *ret_n)
{
	struct book_fake *fake = self;
	size_t n = 0;
	for (size_t i = 0; fake->fails == OK && i < fake->n_keys && n < max; i++) {
		if (!fake->keys[i].book_id || fake->keys[i].at >= before)
			continue;
		fake->keys[i].book_id = 0;
		n++;
	}
	*ret_n = n;
	return fake->fails;
}

struct book_store
book_fake_port(struct book_fake *fake)
{
	return (struct book_store){
		.self = fake,
		.replay = book_fake_replay,
		.hold = book_fake_hold,
		.apply = book_fake_apply,
		.claim = book_fake_claim,
		.claimable = book_fake_claimable,
		.erase = book_fake_erase,
		.erasable = book_fake_erasable,
		.attempt = book_fake_attempt,
		.find = book_fake_find,
		.list = book_fake_list,
		.snapshot = book_fake_snapshot,
		.timeline = book_fake_timeline,
		.due = book_fake_due,
		.pending = book_fake_pending,
		.offer_find = book_fake_offer_find,
		.offer_put = book_fake_offer_put,
		.offers_apply = book_fake_offers_apply,
		.room_close = book_fake_room_close,
		.alternatives = book_fake_alternatives,
		.nights_purge = book_fake_nights_purge,
		.keys_purge = book_fake_keys_purge,
	};
}
