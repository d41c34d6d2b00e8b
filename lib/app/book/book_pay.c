/* SPDX-License-Identifier: MIT */
/* book_pay - a guest pays a held booking now. */
#include "app/book/book_settle.h"

#include <stdio.h>

/* Only a guest pays, or who holds the booking's key. */
static struct caller
payer_of(const struct caller *caller)
{
	struct caller payer = *caller;
	payer.roles &= ROLE_GUEST | ROLE_KEY_HOLDER;
	return payer;
}

bool
book_can_pay(const struct book *book, const struct caller *caller)
{
	const struct caller payer = payer_of(caller);
	return book->status == BOOK_PAYMENT_PENDING && book_belongs_to(book, &payer);
}

static enum err
pay_attempt(const struct app *app, const struct book_pay_request *pay,
            struct book_result *ret_result)
{
	struct book book;
	char token[TOKEN_SIZE];
	enum err err = app->books->attempt(app->books->self, pay->id, pay->token, &pay->condition,
	                                   &book, token);
	if (err == ERR_STATE_CONFLICT)
		ret_result->book = book;
	if (err != OK)
		return err;
	return book_settle_by_paying(app, &book, token, &pay->key, &pay->origin, pay->deadline_ms,
	                             &ret_result->book);
}

enum err
book_pay(const struct app *app, const struct book_pay_request *pay, struct faults *faults,
         struct book_result *ret_result)
{
	const struct caller guest = payer_of(&pay->origin.caller);
	*ret_result = (struct book_result){0};
	enum err err = app->books->replay(app->books->self, &pay->key, &ret_result->book);
	ret_result->replayed = err == OK;
	if (err == OK)
		return book_err_of_replay(&guest, book_err_of_status(&ret_result->book),
		                          ret_result);
	if (err != ERR_NOT_FOUND)
		return err;
	if (!app->acquirer->accepts(app->acquirer->self, pay->token)) {
		faults_add(faults, "/paymentToken", "token.unknown",
		           BOOK_TOKEN_UNKNOWN "the one given before");
		return ERR_INVALID;
	}
	err = app->books->find(app->books->self, pay->id, &guest, &ret_result->book);
	if (err == OK)
		err = precondition_check(&pay->condition, ret_result->book.version);
	if (err != OK)
		return err;
	if (ret_result->book.status == BOOK_PAYMENT_PENDING)
		err = pay_attempt(app, pay, ret_result);
	if (err != OK && err != ERR_STATE_CONFLICT)
		return err;
	return book_err_of_status(&ret_result->book);
}
