/*
 * handlers - what fcgi-alarm answers; each is in the file of its name.
 */
#ifndef FCGI_ALARM_HANDLERS_H
#define FCGI_ALARM_HANDLERS_H

#include "fcgi/router.h"

handler_fn delivery_create, notification_list, notification_read, notification_update,
	settings_show, settings_write;

#endif
