/* SPDX-License-Identifier: MIT */
/*
 * handlers - the handlers of fcgi-alarm; each file has the name of its handler.
 */
#ifndef FCGI_ALARM_HANDLERS_H
#define FCGI_ALARM_HANDLERS_H

#include "fcgi/router.h"

handler_fn contact_confirm, delivery_create, notification_list, notification_read,
	notification_update, notification_settings_read, notification_settings_update,
	recipient_erase;

#endif
