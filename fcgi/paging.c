/* SPDX-License-Identifier: MIT */
#include "fcgi/paging.h"

#include "adapters/json/json.h"
#include "base/mem.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

#include <string.h>

#define PAGE_MAX 10000000 /* keeps page x size within what a database counts to */

static const struct field page_fields[] = {
	FIELD(paging, page, NUMBER, "page", OPTIONAL, .max = PAGE_MAX),
	FIELD(paging, size, NUMBER, "size", OPTIONAL, .min = 1, .max = PAGE_SIZE_MAX),
	FIELD_END,
};

/* Finds the first len bytes of text among the sorts. */
static bool
sort_find(const char *const sorts[], const char *text, size_t len, unsigned *ret_sort)
{
	for (unsigned i = 0; sorts[i]; i++) {
		if (strlen(sorts[i]) == len && memcmp(sorts[i], text, len) == 0) {
			*ret_sort = i;
			return true;
		}
	}
	return false;
}

static enum err
sort_read(const char *text, const char *const sorts[], struct paging *paging, struct response *res)
{
	CLEANUP(buf_done) struct buf names = BUF_INIT(256);
	size_t len = strcspn(text, ",");
	const char *direction = text[len] ? text + len + 1 : "asc";
	bool descending = strcmp(direction, "desc") == 0;
	if (sort_find(sorts, text, len, &paging->sort) &&
	    (descending || strcmp(direction, "asc") == 0)) {
		paging->descending = descending;
		return OK;
	}
	enum err err = OK;
	for (unsigned i = 0; err == OK && sorts[i]; i++)
		err = buf_addf(&names, "%s%s", i ? ", " : "", sorts[i]);
	if (err != OK)
		return err;
	faults_add(&res->faults, "/sort", "choice",
	           "sort must be one of %s, optionally followed by ,asc or ,desc", names.data);
	return ERR_INVALID;
}

enum err
request_paging(const struct request *req, const char *const sorts[], bool descending,
               struct paging *ret_paging, struct response *res)
{
	struct paging paging = {.size = PAGE_SIZE_DEFAULT, .descending = descending};
	struct json_object *sort = NULL;
	enum err err = request_query(req, page_fields, &paging, res), also = OK;
	if (json_object_object_add(req->known, "sort", NULL) != 0)
		return ERR_MEMORY;
	json_object_object_get_ex(req->query, "sort", &sort);
	if (json_object_get_string_len(sort) > 0)
		also = sort_read(json_object_get_string(sort), sorts, &paging, res);
	if (err == OK)
		err = also;
	if (err == OK)
		*ret_paging = paging;
	return err;
}

static const struct field keyset_fields[] = {
	FIELD(keyset_page, after, ID, "after", OPTIONAL),
	FIELD(keyset_page, size, NUMBER, "size", OPTIONAL, .min = 1, .max = PAGE_SIZE_MAX),
	FIELD_END,
};

enum err
request_keyset_page(const struct request *req, struct keyset_page *ret_page, struct response *res)
{
	struct keyset_page page = {.size = PAGE_SIZE_MAX};
	enum err err = request_query(req, keyset_fields, &page, res);
	if (err == OK)
		*ret_page = page;
	return err;
}
