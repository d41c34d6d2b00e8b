/* SPDX-License-Identifier: MIT */
#include "domain/erased.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BOOK_WORD    "book "
#define ACCOUNT_WORD "account "

const char *
erased_write(const struct erased *erased, char ret_line[ERASED_LINE_SIZE])
{
	char at[INSTANT_TEXT];
	if (erased->kind == ERASED_BOOK)
		snprintf(ret_line, ERASED_LINE_SIZE, BOOK_WORD "%s", erased->reference);
	else
		snprintf(ret_line, ERASED_LINE_SIZE, ACCOUNT_WORD "%" PRIu64 " %s",
		         erased->account_id, instant_format(erased->created_at, at));
	return ret_line;
}

static enum err
book_read(const char *text, struct erased *ret_erased)
{
	ret_erased->kind = ERASED_BOOK;
	if (!book_reference_is_valid(text))
		return ERR_INVALID;
	return text_copy(ret_erased->reference, sizeof(ret_erased->reference), text);
}

static enum err
account_read(char *text, struct erased *ret_erased)
{
	char *space = strchr(text, ' ');
	ret_erased->kind = ERASED_ACCOUNT;
	if (!space)
		return ERR_INVALID;
	*space = '\0';
	enum err err = text_to_u64(text, INT64_MAX, &ret_erased->account_id);
	return err == OK ? instant_parse(space + 1, &ret_erased->created_at) : err;
}

enum err
erased_read(const char *line, struct erased *ret_erased)
{
	char text[ERASED_LINE_SIZE];
	const size_t len = strcspn(line, "\r\n");
	*ret_erased = (struct erased){.reference = ""};
	if (len >= sizeof(text) || line[len + strspn(line + len, "\r\n")])
		return ERR_INVALID;
	memcpy(text, line, len);
	text[len] = '\0';
	if (strncmp(text, BOOK_WORD, strlen(BOOK_WORD)) == 0)
		return book_read(text + strlen(BOOK_WORD), ret_erased);
	if (strncmp(text, ACCOUNT_WORD, strlen(ACCOUNT_WORD)) == 0)
		return account_read(text + strlen(ACCOUNT_WORD), ret_erased);
	return ERR_INVALID;
}

bool
erased_is_account(const struct erased *erased, uint64_t id, instant_t created_at)
{
	return erased->kind == ERASED_ACCOUNT && erased->account_id == id &&
	       erased->created_at == created_at;
}
