/* SPDX-License-Identifier: MIT */
#include "composition/options.h"

#include <string.h>

struct db_options
db_options(const struct settings *settings)
{
	struct db_options options = {.port = settings->db_port,
	                             .pool = settings->db_pool,
	                             .wait_ms = settings->db_wait_ms};
	memcpy(options.socket, settings->db_socket, sizeof(options.socket));
	memcpy(options.host, settings->db_host, sizeof(options.host));
	memcpy(options.name, settings->db_name, sizeof(options.name));
	memcpy(options.user, settings->db_user, sizeof(options.user));
	memcpy(options.password, settings->db_password, sizeof(options.password));
	return options;
}

struct broker_options
broker_options(const struct settings *settings, const char *name, int stop_fd)
{
	return (struct broker_options){.host = settings->amqp_host,
	                               .vhost = settings->amqp_vhost,
	                               .user = settings->amqp_user,
	                               .password = settings->amqp_password,
	                               .name = name,
	                               .port = settings->amqp_port,
	                               .heartbeat_s = settings->amqp_heartbeat_s,
	                               .stop_fd = stop_fd};
}

struct http_options
http_options(const struct settings *settings, const char *url)
{
	return (struct http_options){.url = *url ? url : settings->internal_url,
	                             .socket = *url ? "" : settings->internal_socket,
	                             .token = settings->service_token};
}
