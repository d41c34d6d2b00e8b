/* SPDX-License-Identifier: MIT */
#include "adapters/http/oidc_metadata.h"

#include "adapters/json/members.h"
#include "domain/account/oidc.h"

#include <string.h>

static const struct member table[] = {
	MEMBER(oidc_metadata, issuer, TEXT, "issuer"),
	MEMBER(oidc_metadata, authorization, TEXT, "authorization_endpoint"),
	MEMBER(oidc_metadata, token, TEXT, "token_endpoint"),
	MEMBER(oidc_metadata, keys, TEXT, "jwks_uri"),
	MEMBER(oidc_metadata, user, TEXT_NEW, "userinfo_endpoint"),
	MEMBER_END};

/* Whether a list of texts is there and has this one. */
static bool
list_has(const struct json_object *json, const char *name, const char *wanted)
{
	struct json_object *list = NULL;
	if (!json_object_object_get_ex(json, name, &list) ||
	    !json_object_is_type(list, json_type_array))
		return false;
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *item = json_object_array_get_idx(list, i);
		if (json_object_is_type(item, json_type_string) &&
		    strcmp(json_object_get_string(item), wanted) == 0)
			return true;
	}
	return false;
}

static enum err
refuse(const char *why, const char **ret_why)
{
	*ret_why = why;
	return ERR_INVALID;
}

enum err
oidc_metadata_read(const struct json_object *json, const char *issuer,
                   struct oidc_metadata *ret_metadata, const char **ret_why)
{
	static const char methods[] = "token_endpoint_auth_methods_supported";
	struct oidc_metadata metadata = {.user = ""};
	if (!json || !json_object_is_type(json, json_type_object) ||
	    members_read(table, json, &metadata) != OK)
		return refuse("the provider's metadata lack an endpoint, or one is too long",
		              ret_why);
	if (strcmp(metadata.issuer, issuer) != 0)
		return refuse("the provider's metadata are of another issuer than "
		              "HOTEL_OIDC_ISSUER",
		              ret_why);
	if (!oidc_url_is_allowed(metadata.authorization) || !oidc_url_is_allowed(metadata.token) ||
	    !oidc_url_is_allowed(metadata.keys) ||
	    (*metadata.user && !oidc_url_is_allowed(metadata.user)))
		return refuse("an endpoint of the provider is not https", ret_why);
	metadata.secret_in_body = !list_has(json, methods, "client_secret_basic") &&
	                          list_has(json, methods, "client_secret_post");
	*ret_metadata = metadata;
	return OK;
}

enum err
oidc_encode(struct buf *to, const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~";
	enum err err = OK;
	while (err == OK && *text) {
		const size_t n = strspn(text, plain);
		err = n ? buf_add(to, text, n) : buf_addf(to, "%%%02X", (unsigned char)*text);
		text += n ? n : 1;
	}
	return err;
}

enum err
oidc_parameter_add(struct buf *to, const char *name, const char *value)
{
	enum err err = buf_addf(to, "%s%s=", to->len ? "&" : "", name);
	return err == OK ? oidc_encode(to, value) : err;
}
