/* SPDX-License-Identifier: MIT */
#include "fcgi/caller_read.h"

#include <json-c/json.h>
#include <string.h>

struct acting {
	unsigned role; /* the index into role_names */
};

static const struct field role_field[] = {
	FIELD(acting, role, CHOICE, "role", OPTIONAL, .choices = role_names), FIELD_END};
static const struct field guest_field[] = {FIELD(caller, id, ID, "guestId", OPTIONAL), FIELD_END};
static const struct field host_field[] = {FIELD(caller, id, ID, "hostId", OPTIONAL), FIELD_END};
static const struct field recipient_field[] = {FIELD(caller, id, ID, "recipientId", OPTIONAL),
                                               FIELD_END};

/* Reads from the query, then from the body, which wins. */
static enum err
either_read(const struct request *req, const struct field table[], void *to, struct response *res)
{
	enum err err = request_query(req, table, to, res);
	enum err also = request_fields(req, table, to, res);
	return err == OK ? also : err;
}

/* ---- the request says who it is -------------------------------------------------------------- */

static enum err
guest_or_host_read(const struct request *req, struct caller *caller, struct response *res)
{
	struct acting acting = {.role = 0};
	enum err err = either_read(req, role_field, &acting, res);
	caller->roles = role_at(acting.role);
	const bool is_host = caller->roles == ROLE_HOST;
	enum err also = either_read(req, is_host ? host_field : guest_field, caller, res);
	return err == OK ? also : err;
}

static enum err
named_read(const struct request *req, struct caller *caller, struct response *res)
{
	switch (req->route->caller) {
	case CALLER_GUEST_OR_HOST: return guest_or_host_read(req, caller, res);
	case CALLER_GUEST:
		caller->roles = ROLE_GUEST;
		return either_read(req, guest_field, caller, res);
	case CALLER_HOST:
		caller->roles = ROLE_HOST;
		return either_read(req, host_field, caller, res);
	case CALLER_RECIPIENT:
		caller->roles = ROLE_GUEST | ROLE_HOST;
		return either_read(req, recipient_field, caller, res);
	case CALLER_ACCOUNT:
	case CALLER_NONE: return OK;
	}
	return ERR_BUG_HERE();
}

/* ---- credentials say it ---------------------------------------------------------------------- */

static enum err
forbidden(struct response *res, const char *what)
{
	response_detail(res, "%s", what);
	return ERR_FORBIDDEN;
}

/* The roles that a request asks for, which its account has to have. */
static enum err
roles_ask(const struct request *req, unsigned *ret_roles, struct response *res)
{
	struct acting acting = {.role = 0};
	enum err err = OK;
	switch (req->route->caller) {
	case CALLER_GUEST_OR_HOST:
		err = either_read(req, role_field, &acting, res);
		*ret_roles = role_at(acting.role);
		return err;
	case CALLER_GUEST: *ret_roles = ROLE_GUEST; return OK;
	case CALLER_HOST: *ret_roles = ROLE_HOST; return OK;
	case CALLER_RECIPIENT: *ret_roles = ROLE_GUEST | ROLE_HOST; return OK;
	case CALLER_ACCOUNT:
	case CALLER_NONE: *ret_roles = 0; return OK;
	}
	return ERR_BUG_HERE();
}

/* Every account is a guest's. An operator reads everything, and writes as anybody else. */
static unsigned
roles_of(const struct request *req, unsigned asked)
{
	const struct caller *shown = &req->credentials.caller;
	const bool reads = req->method == GET || req->method == HEAD;
	const unsigned has = shown->id ? shown->roles | ROLE_GUEST : shown->roles;
	return has & (asked | ROLE_KEY_HOLDER | (reads ? ROLE_OPERATOR : 0));
}

/* An operator who names a guest, a host or a recipient reads what that one reads. */
static enum err
operator_read(const struct request *req, struct caller *caller, struct response *res)
{
	const bool reads = req->method == GET || req->method == HEAD;
	struct caller named = {.id = 0};
	if (!reads || !(req->credentials.caller.roles & ROLE_OPERATOR))
		return ERR_NOT_FOUND;
	enum err err = named_read(req, &named, res);
	if (err == OK && !named.id)
		return ERR_NOT_FOUND;
	if (err == OK)
		*caller = named;
	return err;
}

static enum err
proven_read(const struct request *req, struct caller *caller, struct response *res)
{
	unsigned asked = 0;
	enum err err = operator_read(req, caller, res);
	if (err != ERR_NOT_FOUND)
		return err;
	err = roles_ask(req, &asked, res);
	*caller = req->credentials.caller;
	caller->roles = roles_of(req, asked);
	if (err != OK || req->route->open || !asked || (caller->roles & (asked | ROLE_OPERATOR)))
		return err;
	if ((caller->roles & ROLE_KEY_HOLDER) && (asked & ROLE_GUEST))
		return OK;
	return forbidden(res, caller->id ? "This is for hosts. Ask an operator for that role."
	                                 : "The key of a booking opens that booking, and nothing "
	                                   "else.");
}

/* A page that was made for somebody who was signed in says so: what it sends is not done for nobody. */
static bool
is_of_somebody(const struct request *req)
{
	struct json_object *value = NULL;
	return json_object_object_get_ex(req->body, SIGNED_IN_FIELD, &value) && value &&
	       strcmp(json_object_get_string(value), "true") == 0;
}

/* Nobody: who only looks at what is open, or books without an account. */
static enum err
nobody_read(const struct request *req, struct caller *caller, struct response *res)
{
	const struct route *route = req->route;
	*caller = (struct caller){.proven = true, .roles = route->anyone ? ROLE_GUEST : 0};
	if (route->open || route->caller >= CALLER_ACCOUNT ||
	    (route->anyone && !is_of_somebody(req)))
		return OK;
	response_detail(res, "Sign in, or send an access token or the booking's key as "
	                     "Authorization: Bearer.");
	return ERR_UNAUTHORIZED;
}

/* Who acts, without what a cookie adds. */
static enum err
account_read(const struct request *req, struct caller *caller, struct response *res)
{
	const struct credentials *credentials = &req->credentials;
	if (credentials->caller.roles & ROLE_SERVICE) {
		*caller = credentials->caller;
		return OK;
	}
	/* A booking's key makes nobody somebody. */
	if (credentials->caller.proven && (credentials->caller.id || !req->route->anyone))
		return proven_read(req, caller, res);
	if (credentials->may_name && !credentials->caller.proven)
		return named_read(req, caller, res);
	return nobody_read(req, caller, res);
}

/* The key of a cookie opens its booking beside whatever else the request shows. */
enum err
caller_read(const struct request *req, struct caller *caller, struct response *res)
{
	const struct caller *cookie = &req->credentials.cookie;
	enum err err = account_read(req, caller, res);
	if (!cookie->roles || req->route->anyone || req->route->caller == CALLER_HOST ||
	    (caller->roles & ROLE_KEY_HOLDER))
		return err;
	if (err == ERR_UNAUTHORIZED) {
		*res->detail = '\0';
		err = OK;
	}
	caller->roles |= cookie->roles;
	caller->key_book_id = cookie->key_book_id;
	caller->key_version = cookie->key_version;
	return err;
}
