/* options - how settings say that the broker is reached. */
#include "adapters/amqp/broker.h"

#include "config/settings.h"

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
