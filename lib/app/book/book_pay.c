/* book_pay - a guest pays a held book now. */
#include "app/book/book_outcome.h"

#include <stdio.h>

bool
book_can_pay(const struct book *book, const struct caller *caller)
{
	return book->status == BOOK_PAYMENT_PENDING && (caller->roles & ROLE_GUEST) &&
	       caller->id == book->guest_id;
}

static enum err
attempt_to_pay(const struct app *app, const struct book_pay *pay, struct book_outcome *ret_outcome)
{
	struct book book;
	char token[TOKEN_SIZE];
	enum err err = app->books->attempt(app->books->self, pay->id, pay->token, &book, token);
	if (err == ERR_STATE_CONFLICT)
		ret_outcome->book = book;
	if (err != OK)
		return err;
	return book_settle_by_paying(app, &book, token, &pay->key, &pay->origin, pay->deadline_ms,
	                             &ret_outcome->book);
}

enum err
book_pay(const struct app *app, const struct book_pay *pay, struct faults *faults,
         struct book_outcome *ret_outcome)
{
	struct caller guest = {.id = pay->origin.caller.id,
	                       .roles = pay->origin.caller.roles & ROLE_GUEST};
	*ret_outcome = (struct book_outcome){0};
	enum err err = book_replay(app, &pay->key, ret_outcome);
	if (err == OK)
		return book_stored_outcome(&ret_outcome->book);
	if (err != ERR_NOT_FOUND)
		return err;
	book_check_token(app, pay->token, "the one given before", faults);
	if (faults->n)
		return ERR_INVALID;
	err = app->books->find(app->books->self, pay->id, &guest, &ret_outcome->book);
	if (err != OK)
		return err;
	if (ret_outcome->book.status == BOOK_PAYMENT_PENDING)
		err = attempt_to_pay(app, pay, ret_outcome);
	if (err != OK && err != ERR_STATE_CONFLICT)
		return err;
	return book_stored_outcome(&ret_outcome->book);
}
