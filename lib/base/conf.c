/* SPDX-License-Identifier: MIT */
#include "base/conf.h"

#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SECRET_FILE_MAX 4096

static const char *
environment_get(char *const environment[], const char *name)
{
	size_t n = strlen(name);
	for (; *environment; environment++)
		if (strncmp(*environment, name, n) == 0 && (*environment)[n] == '=')
			return *environment + n + 1;
	return NULL;
}

/* Reads a secret's file without its last newline. */
static enum err
secret_read(const char *path, char ret_text[SECRET_FILE_MAX])
{
	FILE *file = fopen(path, "re");
	if (!file)
		return ERR_SYSTEM_HERE();
	size_t n = fread(ret_text, 1, SECRET_FILE_MAX, file);
	int failed = ferror(file);
	fclose(file);
	if (failed)
		return ERR_SYSTEM_HERE();
	if (n > 0 && ret_text[n - 1] == '\n')
		n--;
	if (n >= SECRET_FILE_MAX || memchr(ret_text, '\0', n))
		return ERR_INVALID;
	ret_text[n] = '\0';
	return OK;
}

static enum err
set_number(const struct conf_item *item, const char *text, void *at, struct buf *ret_faults)
{
	uint64_t number;
	if (text_to_u64(text, item->max, &number) != OK || number < item->min)
		return buf_addf(ret_faults,
		                "%s=\"%s\" is not a number from %" PRIu32 " to %" PRIu32 "\n",
		                item->name, text, item->min, item->max);
	uint32_t value = (uint32_t)number;
	memcpy(at, &value, sizeof(value));
	return OK;
}

static enum err
set_choice(const struct conf_item *item, const char *text, void *at, struct buf *ret_faults)
{
	enum err err;
	for (unsigned i = 0; item->choices[i]; i++) {
		if (strcmp(item->choices[i], text) == 0) {
			memcpy(at, &i, sizeof(i));
			return OK;
		}
	}
	err = buf_addf(ret_faults, "%s=\"%s\" is not one of:", item->name, text);
	for (unsigned i = 0; err == OK && item->choices[i]; i++)
		err = buf_addf(ret_faults, " %s", item->choices[i]);
	return err == OK ? buf_add(ret_faults, "\n", 1) : err;
}

/* Sets one member; a fault of the value is a line in ret_faults, not an error. */
static enum err
item_set(const struct conf_item *item, const char *text, void *to, struct buf *ret_faults)
{
	void *at = (char *)to + item->offset;
	switch (item->type) {
	case CONF_TEXT:
		if (text_copy(at, item->size, text) == OK)
			return OK;
		return buf_addf(ret_faults, "%s is longer than %zu bytes\n", item->name,
		                item->size - 1);
	case CONF_NUMBER: return set_number(item, text, at, ret_faults);
	case CONF_CHOICE: return set_choice(item, text, at, ret_faults);
	}
	return ERR_BUG_HERE();
}

static enum err
item_read(const struct conf_item *item, char *const environment[], void *to, struct buf *ret_faults)
{
	char secret[SECRET_FILE_MAX], file_name[128];
	const char *text = environment_get(environment, item->name);
	snprintf(file_name, sizeof(file_name), "%s_FILE", item->name);
	const char *path = item->secret ? environment_get(environment, file_name) : NULL;
	if (text && path)
		return buf_addf(ret_faults, "%s and %s are both set; unset one\n", item->name,
		                file_name);
	if (path) {
		enum err err = secret_read(path, secret);
		if (err != OK)
			return buf_addf(ret_faults, "%s=\"%s\" cannot be read: %s\n", file_name,
			                path,
			                err == ERR_SYSTEM ? strerror(errno)
			                                  : "too long, or contains a NUL");
		text = secret;
	}
	if (!text)
		text = item->fallback;
	if (!text)
		return buf_addf(ret_faults, "%s is not set: %s\n", item->name, item->meaning);
	return item_set(item, text, to, ret_faults);
}

static bool
is_known(const struct conf_item items[], size_t n, const char *const also_known[], const char *name,
         size_t len)
{
	for (size_t i = 0; i < n; i++) {
		size_t known = strlen(items[i].name);
		if (strncmp(items[i].name, name, known) != 0)
			continue;
		if (len == known)
			return true;
		if (items[i].secret && len == known + 5 && strncmp(name + known, "_FILE", 5) == 0)
			return true;
	}
	for (; also_known && *also_known; also_known++)
		if (strlen(*also_known) == len && strncmp(*also_known, name, len) == 0)
			return true;
	return false;
}

enum err
conf_read(const struct conf_item items[], size_t n, const char *prefix,
          const char *const also_known[], char *const environment[], void *to,
          struct buf *ret_faults)
{
	enum err err = OK;
	buf_reset(ret_faults);
	for (size_t i = 0; err == OK && i < n; i++)
		err = item_read(&items[i], environment, to, ret_faults);
	for (char *const *at = environment; err == OK && *at; at++) {
		size_t len = strcspn(*at, "=");
		if (strncmp(*at, prefix, strlen(prefix)) == 0 &&
		    !is_known(items, n, also_known, *at, len))
			err = buf_addf(ret_faults,
			               "%.*s is not a setting; README.md lists the settings\n",
			               (int)len, *at);
	}
	if (err != OK)
		return err;
	return ret_faults->len ? ERR_INVALID : OK;
}

static enum err
value_print(const struct conf_item *item, const void *from, struct buf *ret_text)
{
	const void *at = (const char *)from + item->offset;
	uint32_t number;
	if (item->secret)
		return buf_add(ret_text, "***", 3);
	if (item->type == CONF_TEXT)
		return buf_addf(ret_text, "%s", (const char *)at);
	memcpy(&number, at, sizeof(number));
	if (item->type == CONF_NUMBER)
		return buf_addf(ret_text, "%" PRIu32, number);
	return buf_addf(ret_text, "%s", item->choices[number]);
}

enum err
conf_print(const struct conf_item items[], size_t n, const void *from, struct buf *ret_text)
{
	enum err err = OK;
	for (size_t i = 0; err == OK && i < n; i++) {
		err = buf_addf(ret_text, "%s=", items[i].name);
		if (err == OK)
			err = value_print(&items[i], from, ret_text);
		if (err == OK)
			err = buf_addf(ret_text, "\n\tdefault: %s\n\t%s\n",
			               items[i].fallback ? items[i].fallback : "(required)",
			               items[i].meaning);
	}
	return err;
}
