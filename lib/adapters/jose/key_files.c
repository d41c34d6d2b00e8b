/* SPDX-License-Identifier: MIT */
#include "adapters/jose/key_files.h"

#include "adapters/jose/base64url.h"
#include "adapters/jose/jose_config.h"
#include "adapters/jose/key_set.h"
#include "base/mem.h"

#include <fcntl.h>
#include <jansson.h>
#include <jose/jwk.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECOND_MS        1000
#define THUMBPRINT_BYTES 32 /* SHA-256, RFC 7638 */
#define PRIVATE_MODE     0600
#define PUBLIC_MODE      0644

/* ---- files ----------------------------------------------------------------------------------- */

static enum err
text_write(int fd, const char *text)
{
	const size_t len = strlen(text);
	const ssize_t n = write(fd, text, len);
	if (n < 0)
		return ERR_SYSTEM_HERE();
	if ((size_t)n != len)
		return ERR_SYSTEM_CODE(ENOSPC);
	return fsync(fd) == 0 ? OK : ERR_SYSTEM_HERE();
}

/* Replaces the file by one of this text, so that a reader sees the one or the other. */
static enum err
file_replace(const char *path, mode_t mode, const char *text)
{
	char temporary[300];
	const int n = snprintf(temporary, sizeof(temporary), "%s.new", path);
	if (n < 0 || (size_t)n >= sizeof(temporary))
		return ERR_TOO_LARGE;
	(void)unlink(temporary);
	int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0)
		return ERR_SYSTEM_HERE();
	enum err err = fchmod(fd, mode) == 0 ? text_write(fd, text) : ERR_SYSTEM_HERE();
	if (close(fd) != 0 && err == OK)
		err = ERR_SYSTEM_HERE();
	if (err == OK && rename(temporary, path) != 0)
		err = ERR_SYSTEM_HERE();
	if (err != OK)
		(void)unlink(temporary);
	return err;
}

static enum err
json_store(const char *path, mode_t mode, const json_t *json)
{
	CLEANUP(free_p) char *text = json_dumps(json, JSON_COMPACT);
	return text ? file_replace(path, mode, text) : ERR_MEMORY;
}

static enum err
json_fetch(const char *path, json_t **ret_json)
{
	json_error_t error;
	*ret_json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	return *ret_json ? OK : ERR_UNAVAILABLE;
}

/* ---- keys ------------------------------------------------------------------------------------ */

/* A new private key; its kid is its thumbprint. */
static enum err
key_generate(instant_t now, json_t **ret_key)
{
	unsigned char thumbprint[THUMBPRINT_BYTES];
	char kid[BASE64URL_SIZE(THUMBPRINT_BYTES)];
	jose_cfg_auto_t *cfg = jose_config();
	json_auto_t *key = json_pack("{s:s, s:s, s:I}", "alg", TOKEN_ALG, "use", "sig", "iat",
	                             (json_int_t)(now / SECOND_MS));
	if (!cfg || !key)
		return ERR_MEMORY;
	if (!jose_jwk_gen(cfg, key) || jose_jwk_thp_buf(cfg, key, "S256", thumbprint,
	                                                sizeof(thumbprint)) != sizeof(thumbprint))
		return ERR_BUG_HERE();
	base64url_write(thumbprint, sizeof(thumbprint), kid);
	if (json_object_set_new(key, "kid", json_string(kid)) != 0)
		return ERR_MEMORY;
	*ret_key = json_incref(key);
	return OK;
}

static const char *
kid_of(json_t *key)
{
	const char *kid = "";
	return json_unpack(key, "{s:s}", "kid", &kid) == 0 ? kid : "";
}

static instant_t
time_of(json_t *key, const char *name)
{
	json_int_t seconds = 0;
	return json_unpack(key, "{s:I}", name, &seconds) == 0 ? seconds * SECOND_MS : 0;
}

/* Appends the public half of a key to a list, unless it is there. */
static enum err
public_append(json_t *list, json_t *key)
{
	jose_cfg_auto_t *cfg = jose_config();
	json_auto_t *half = json_deep_copy(key);
	for (size_t i = 0; i < json_array_size(list); i++)
		if (strcmp(kid_of(json_array_get(list, i)), kid_of(key)) == 0)
			return OK;
	if (!cfg || !half || !jose_jwk_pub(cfg, half))
		return ERR_MEMORY;
	return json_array_append(list, half) == 0 ? OK : ERR_MEMORY;
}

/* The list of the public file; a new one if there is no such file. */
static enum err
list_fetch(const char *path, json_t **ret_list)
{
	json_auto_t *set = NULL;
	json_t *list = NULL;
	if (access(path, F_OK) != 0) {
		*ret_list = json_array();
		return *ret_list ? OK : ERR_MEMORY;
	}
	enum err err = json_fetch(path, &set);
	if (err == OK && json_unpack(set, "{s:o}", "keys", &list) != 0)
		err = ERR_UNAVAILABLE;
	if (err == OK)
		*ret_list = json_incref(list);
	return err;
}

static enum err
list_store(const char *path, json_t *list)
{
	json_auto_t *set = json_pack("{s:O}", "keys", list);
	return set ? json_store(path, PUBLIC_MODE, set) : ERR_MEMORY;
}

static enum err
public_add(const struct key_files *files, json_t *key)
{
	json_auto_t *list = NULL;
	enum err err = list_fetch(files->public_keys, &list);
	if (err == OK)
		err = public_append(list, key);
	return err == OK ? list_store(files->public_keys, list) : err;
}

/* ---- what operators do ----------------------------------------------------------------------- */

/* The public half first: a token never has a key that nobody knows. */
enum err
key_files_make(const struct key_files *files, instant_t now)
{
	json_auto_t *key = NULL;
	const bool exists = access(files->private_key, F_OK) == 0;
	enum err err = exists ? json_fetch(files->private_key, &key) : key_generate(now, &key);
	if (err == OK)
		err = public_add(files, key);
	if (err == OK && !exists)
		err = json_store(files->private_key, PRIVATE_MODE, key);
	return err;
}

enum err
key_files_publish(const struct key_files *files, const char *next_key, instant_t now)
{
	json_auto_t *key = NULL;
	enum err err = key_generate(now, &key);
	if (err == OK)
		err = json_store(next_key, PRIVATE_MODE, key);
	return err == OK ? public_add(files, key) : err;
}

/* All keys but one end, and those that have ended go. */
static enum err
others_end(json_t *list, const char *kid, instant_t end, instant_t now)
{
	for (size_t i = json_array_size(list); i-- > 0;) {
		json_t *key = json_array_get(list, i);
		const instant_t until = time_of(key, "exp");
		if (strcmp(kid_of(key), kid) == 0)
			continue;
		if (end <= now || (until && until <= now)) {
			if (json_array_remove(list, i) != 0)
				return ERR_BUG_HERE();
		} else if (!until &&
		           json_object_set_new(key, "exp", json_integer(end / SECOND_MS)) != 0) {
			return ERR_MEMORY;
		}
	}
	return OK;
}

enum err
key_files_switch(const struct key_files *files, const char *next_key, bool at_once, instant_t now)
{
	json_auto_t *key = NULL, *list = NULL;
	const instant_t end = at_once ? now : now + (instant_t)KEY_RETIRED_S * SECOND_MS;
	enum err err = json_fetch(next_key, &key);
	if (err == OK)
		err = list_fetch(files->public_keys, &list);
	if (err == OK)
		err = public_append(list, key);
	if (err == OK && rename(next_key, files->private_key) != 0)
		err = ERR_SYSTEM_HERE();
	if (err == OK)
		err = others_end(list, kid_of(key), end, now);
	return err == OK ? list_store(files->public_keys, list) : err;
}

enum err
key_files_list(const struct key_files *files, void (*visit)(void *arg, const struct key_info *info),
               void *arg)
{
	json_auto_t *list = NULL;
	struct key_set own = {.n = 0};
	if (access(files->public_keys, F_OK) != 0)
		return ERR_UNAVAILABLE;
	enum err err = list_fetch(files->public_keys, &list);
	if (err == OK)
		err = key_set_read(files->private_key, &own);
	for (size_t i = 0; err == OK && i < json_array_size(list); i++) {
		json_t *key = json_array_get(list, i);
		struct key_info info = {.since = time_of(key, "iat"), .until = time_of(key, "exp")};
		snprintf(info.kid, sizeof(info.kid), "%s", kid_of(key));
		info.signs = strcmp(info.kid, own.keys[0].kid) == 0;
		visit(arg, &info);
	}
	key_set_done(&own);
	return err;
}
