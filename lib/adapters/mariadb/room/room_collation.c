/* SPDX-License-Identifier: MIT */
/* room_collation - characters by the classes of equal ones, as MariaDB tells their weights. */
#include "adapters/mariadb/room/room_collation.h"

#include "base/intern.h"
#include "base/mem.h"
#include "base/text.h"

#include <pthread.h>
#include <string.h>

#define CHARACTERS   0x110000u
#define PAGE         256u
#define WEIGHTS_SIZE 129 /* of one character: U+FDFA has 18 weights of four digits */

enum { WEIGHTS_OF };

struct room_collation {
	pthread_mutex_t lock;
	struct intern classes; /* the weights of each class; a class is a number from 1 */
	uint32_t *pages[CHARACTERS / PAGE]; /* classes by character; 0: not asked yet */
	size_t bytes;
};

/* ---- statements ---- */

struct weights {
	char digits[WEIGHTS_SIZE];
};

struct character {
	const char *text;
};

static const struct db_field character_fields[] = {DB_FIELD(struct character, text)};
static const struct db_field weights_fields[] = {DB_FIELD(struct weights, digits)};

/* clang-format off */
static const struct db_statement statements[] = {
	[WEIGHTS_OF] = {
		"SELECT LEFT(HEX(WEIGHT_STRING(CONVERT(? USING utf8mb4)"
		" COLLATE utf8mb4_unicode_520_ci)), 128)",
		DB_TAKES(character_fields), DB_GIVES(struct weights, weights_fields)},
};
/* clang-format on */

const struct db_table room_collation_table = {"room_collation", DB_CONTEXTS("room"),
                                              DB_STATEMENTS(statements)};

/* ---- memory ---- */

enum err
room_collation_new(struct room_collation **ret_collation)
{
	struct room_collation *collation = calloc(1, sizeof(*collation));
	if (!collation)
		return ERR_MEMORY;
	pthread_mutex_init(&collation->lock, NULL); /* cannot fail on Linux */
	*ret_collation = collation;
	return OK;
}

void
room_collation_free(struct room_collation *collation)
{
	if (!collation)
		return;
	for (size_t page = 0; page < ARRAY_SIZE(collation->pages); page++)
		free(collation->pages[page]);
	intern_done(&collation->classes);
	pthread_mutex_destroy(&collation->lock);
	free(collation);
}

size_t
room_collation_bytes(struct room_collation *collation)
{
	pthread_mutex_lock(&collation->lock);
	const size_t bytes = sizeof(*collation) + collation->bytes + collation->classes.bytes;
	pthread_mutex_unlock(&collation->lock);
	return bytes;
}

/* ---- characters ---- */

static enum err
class_add(struct room_collation *collation, uint32_t character, const char *weights)
{
	uint32_t **page = &collation->pages[character / PAGE];
	if (!*page) {
		*page = calloc(PAGE, sizeof(**page));
		if (!*page)
			return ERR_MEMORY;
		collation->bytes += PAGE * sizeof(**page);
	}
	return intern_add(&collation->classes, weights, &(*page)[character % PAGE]);
}

/* The lock is free meanwhile, so that texts without new characters do not wait; another thread may ask the same. */
static enum err
class_ask(struct room_collation *collation, struct db_conn *conn, uint32_t character,
          const char *bytes, size_t n)
{
	char text[5];
	struct weights weights = {""};
	memcpy(text, bytes, n);
	text[n] = '\0';
	pthread_mutex_unlock(&collation->lock);
	enum err err = db_find(conn, &room_collation_table, WEIGHTS_OF, &(struct character){text},
	                       &weights);
	pthread_mutex_lock(&collation->lock);
	return err == OK ? class_add(collation, character, weights.digits) : err;
}

/* The class of the character at *at, which is moved behind it. */
static enum err
class_next(struct room_collation *collation, struct db_conn *conn, const char **at,
           uint32_t *ret_class)
{
	const char *bytes = *at;
	const uint32_t character = text_next(at);
	if (character >= CHARACTERS || *at - bytes > 4)
		return ERR_BUG_HERE();
	for (;;) {
		const uint32_t *page = collation->pages[character / PAGE];
		*ret_class = page ? page[character % PAGE] : 0;
		if (*ret_class)
			return OK;
		enum err err =
			conn ? class_ask(collation, conn, character, bytes, (size_t)(*at - bytes))
			     : ERR_NOT_FOUND;
		if (err != OK)
			return err;
	}
}

/* ---- texts ---- */

/* A class as UTF-8 writes a character, so that no code is a part of another one. */
static enum err
code_add(struct buf *to, uint32_t code)
{
	const unsigned char bytes[] = {(unsigned char)(code < 0x800     ? 0xc0 | code >> 6
	                                               : code < 0x10000 ? 0xe0 | code >> 12
	                                                                : 0xf0 | code >> 18),
	                               (unsigned char)(0x80 | (code >> 12 & 0x3f)),
	                               (unsigned char)(0x80 | (code >> 6 & 0x3f)),
	                               (unsigned char)(0x80 | (code & 0x3f))};
	if (code < 0x80)
		return buf_add(to, &(char){(char)code}, 1);
	enum err err = buf_add(to, &bytes[0], 1);
	const size_t from = code < 0x800 ? 3 : code < 0x10000 ? 2 : 1;
	return err == OK ? buf_add(to, &bytes[from], sizeof(bytes) - from) : err;
}

enum err
room_collation_fold(struct room_collation *collation, struct db_conn *conn, const char *text,
                    struct buf *ret_folded)
{
	enum err err = OK;
	uint32_t class = 0;
	pthread_mutex_lock(&collation->lock);
	while (err == OK && *text) {
		err = class_next(collation, conn, &text, &class);
		if (err == OK)
			err = code_add(ret_folded, class);
	}
	pthread_mutex_unlock(&collation->lock);
	return err;
}

static enum err
space_find(struct room_collation *collation, struct db_conn *conn, char ret_weight[5])
{
	const char *space = " ";
	uint32_t class;
	enum err err = class_next(collation, conn, &space, &class);
	return err == OK ? text_copy(ret_weight, 5, intern_text(&collation->classes, class)) : err;
}

enum err
room_collation_space(struct room_collation *collation, struct db_conn *conn, char ret_weight[5])
{
	pthread_mutex_lock(&collation->lock);
	enum err err = space_find(collation, conn, ret_weight);
	pthread_mutex_unlock(&collation->lock);
	return err;
}

static enum err
weights_add(struct room_collation *collation, struct db_conn *conn, const char *text,
            struct buf *weights)
{
	uint32_t class = 0;
	char space[5];
	enum err err = space_find(collation, conn, space);
	while (err == OK && *text) {
		err = class_next(collation, conn, &text, &class);
		if (err != OK)
			return err;
		const char *digits = intern_text(&collation->classes, class);
		err = buf_add(weights, digits, strlen(digits));
	}
	while (err == OK && weights->len >= 4 &&
	       memcmp(weights->data + weights->len - 4, space, 4) == 0)
		weights->data[weights->len -= 4] = '\0';
	return err;
}

enum err
room_collation_weights(struct room_collation *collation, struct db_conn *conn, const char *text,
                       struct buf *ret_weights)
{
	buf_reset(ret_weights);
	enum err err = buf_add(ret_weights, "", 0); /* even of an empty text there is a string */
	if (err != OK)
		return err;
	pthread_mutex_lock(&collation->lock);
	err = weights_add(collation, conn, text, ret_weights);
	pthread_mutex_unlock(&collation->lock);
	return err;
}
