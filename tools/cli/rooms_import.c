/* SPDX-License-Identifier: MIT */
#include "adapters/csv/csv_table.h"
#include "adapters/json/room_fields.h"
#include "app/room/room.h"
#include "base/buf.h"
#include "base/mem.h"
#include "tools/cli/cli.h"
#include "tools/common/file.h"

#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define FILE_MAX \
	(64u * 1024 * 1024) /* bytes: more than ROOMS_REGISTER_MAX of the largest rooms take */

struct import {
	struct room *rooms;
	size_t *lines; /* of each room in the file */
	size_t n, size, faults;
};

static void
import_done(struct import *import)
{
	free(import->rooms);
	free(import->lines);
}

/* ---- from lines to rooms ---- */

static enum err
room_for_one_more(struct import *import)
{
	if (import->n < import->size)
		return OK;
	const size_t size = import->size ? import->size * 2 : 64;
	struct room *rooms = reallocarray(import->rooms, size, sizeof(*rooms));
	import->rooms = rooms ? rooms : import->rooms;
	size_t *lines = reallocarray(import->lines, size, sizeof(*lines));
	import->lines = lines ? lines : import->lines;
	if (!rooms || !lines)
		return ERR_MEMORY;
	import->size = size;
	return OK;
}

static enum err
row(void *arg, size_t line, void **ret_to)
{
	struct import *import = arg;
	if (import->n == ROOMS_REGISTER_MAX)
		return ERR_TOO_LARGE;
	enum err err = room_for_one_more(import);
	if (err != OK)
		return err;
	struct room *room = &import->rooms[import->n];
	import->lines[import->n++] = line;
	memset(room, 0, sizeof(*room));
	*ret_to = room;
	return OK;
}

static void
fault(void *arg, const struct csv_table_fault *fault)
{
	struct import *import = arg;
	import->faults++;
	fprintf(stderr, "line %zu%s%s: %s: %s\n", fault->line, *fault->column ? ", " : "",
	        fault->column, fault->code, fault->detail);
}

/* Fills import->rooms, or prints what is wrong. The exit status. */
static int
csv_table_take(const struct app *app, const struct buf *text, struct import *import)
{
	const struct csv_table_reader reader = {.table = room_fields_new,
	                                        .currency = app->settings->currency,
	                                        .arg = import,
	                                        .row = row,
	                                        .fault = fault};
	enum err err = csv_table_read(&reader, text->data, text->len);
	if (err == ERR_INVALID) {
		fprintf(stderr, "%zu fault%s; nothing was registered\n", import->faults,
		        import->faults == 1 ? "" : "s");
		return EXIT_FAULTY;
	}
	if (err == ERR_TOO_LARGE || (err == OK && import->n == 0)) {
		fprintf(stderr,
		        "hotel-cli: %s rooms; a file may have 1 to %d; nothing was registered\n",
		        err == OK ? "no" : "too many", ROOMS_REGISTER_MAX);
		return EXIT_FAULTY;
	}
	return err == OK ? EXIT_SUCCESS : cli_failed(err);
}

/* ---- from rooms to the use case ---- */

static const char *
plural(size_t n)
{
	return n == 1 ? "" : "s";
}

/* The same file of the same host is the same request: its hash is the idempotency key. */
static enum err
key_of(const struct buf *text, uint64_t host_id, struct idempotency *ret_key)
{
	if (sodium_init() < 0)
		return ERR_SYSTEM_CODE(0);
	*ret_key = (struct idempotency){.key = ""};
	crypto_generichash(ret_key->fingerprint, sizeof(ret_key->fingerprint),
	                   (const unsigned char *)text->data, text->len, NULL, 0);
	sodium_bin2hex(ret_key->key, sizeof(ret_key->key), ret_key->fingerprint,
	               sizeof(ret_key->fingerprint));
	snprintf(ret_key->scope, sizeof(ret_key->scope), "%" PRIu64 " rooms import", host_id);
	return OK;
}

static int
rooms_register_print(const struct app *app, struct import *import, const struct buf *text,
                     uint64_t host_id)
{
	bool replayed = false;
	struct rooms_register request = {.rooms = import->rooms,
	                                 .n = import->n,
	                                 .origin = {.caller = {.id = host_id, .roles = ROLE_HOST}}};
	enum err err = key_of(text, host_id, &request.key);
	if (err == OK)
		err = room_register_all(app, &request, &replayed);
	if (err != OK)
		return cli_failed(err);
	if (replayed)
		printf("%zu room%s registered from the same file before; nothing was done\n",
		       import->n, import->n == 1 ? " was" : "s were");
	else
		printf("%zu room%s registered for host %" PRIu64 "\n", import->n, plural(import->n),
		       host_id);
	return EXIT_SUCCESS;
}

static int
dry_run_print(const struct app *app, const struct import *import, uint64_t host_id)
{
	for (size_t i = 0; i < import->n; i++) {
		struct room room = import->rooms[i];
		char price[MONEY_TEXT];
		room_begin(&room, host_id, app->settings->currency);
		printf("line %zu: %s a night, %u guest%s, \"%s\"%s%s\n", import->lines[i],
		       money_format(room.price, room.currency, price), room.capacity,
		       plural(room.capacity), room.name, *room.city ? ", " : "", room.city);
	}
	printf("%zu room%s would be registered for host %" PRIu64 "; nothing was done\n", import->n,
	       plural(import->n), host_id);
	return EXIT_SUCCESS;
}

int
rooms_import(const struct app *app, const struct cli_arguments *arguments)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(FILE_MAX);
	CLEANUP(import_done) struct import import = {.rooms = NULL};
	enum err err = file_read(arguments->file, &text);
	if (err != OK) {
		fprintf(stderr, "hotel-cli: %s: %s\n", arguments->file,
		        err == ERR_SYSTEM ? strerror(errno) : err_name(err));
		return EXIT_FAULTY;
	}
	int status = csv_table_take(app, &text, &import);
	if (status != EXIT_SUCCESS)
		return status;
	return arguments->dry_run ? dry_run_print(app, &import, arguments->host_id)
	                          : rooms_register_print(app, &import, &text, arguments->host_id);
}
