/* SPDX-License-Identifier: MIT */
/* book_claim - an account takes over bookings that were made without one. */
#include "app/book/book.h"

/* Without a verified e-mail nothing is said about what there is. */
static enum err
refusal_for(const struct claimant *claimant, enum err err)
{
	return err == ERR_NOT_FOUND && !*claimant->email ? ERR_FORBIDDEN : err;
}

enum err
book_claim(const struct app *app, const struct book_claim *claim, struct book_result *ret_result)
{
	*ret_result = (struct book_result){0};
	if (!claim->claimant.account_id)
		return ERR_UNAUTHORIZED;
	enum err err = app->books->replay(app->books->self, &claim->key, &ret_result->book);
	ret_result->replayed = err == OK;
	if (err != ERR_NOT_FOUND)
		return err;
	err = app->books->claim(app->books->self, claim, &ret_result->book);
	return refusal_for(&claim->claimant, err);
}

/* A booking that somebody else got hold of meanwhile is left out. */
static enum err
claim_one(const struct app *app, const struct claimant *claimant, uint64_t id,
          const struct origin *origin, struct book_claims *claims)
{
	const struct book_claim claim = {.id = id, .claimant = *claimant, .origin = *origin};
	enum err err = app->books->claim(app->books->self, &claim, &claims->books[claims->n]);
	claims->n += err == OK;
	return err == ERR_NOT_FOUND ? OK : err;
}

enum err
book_claim_all(const struct app *app, const struct claimant *claimant, const struct origin *origin,
               struct book_claims *ret_claims)
{
	uint64_t ids[BOOK_CLAIMS_MAX + 1];
	size_t n = 0;
	ret_claims->n = 0;
	ret_claims->more = false;
	if (!claimant->account_id)
		return ERR_UNAUTHORIZED;
	if (!*claimant->email)
		return ERR_FORBIDDEN;
	enum err err =
		app->books->claimable(app->books->self, claimant, ids, BOOK_CLAIMS_MAX + 1, &n);
	ret_claims->more = n > BOOK_CLAIMS_MAX;
	for (size_t i = 0; err == OK && i < n && i < BOOK_CLAIMS_MAX; i++)
		err = claim_one(app, claimant, ids[i], origin, ret_claims);
	return err;
}
