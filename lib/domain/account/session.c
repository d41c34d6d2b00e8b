/* SPDX-License-Identifier: MIT */
#include "domain/account/session.h"

#define SECOND_MS INT64_C(1000)

static int64_t
idle_ms(bool is_staff)
{
	return (is_staff ? SESSION_STAFF_IDLE_S : SESSION_GUEST_IDLE_S) * SECOND_MS;
}

static int64_t
life_ms(bool is_staff)
{
	return (is_staff ? SESSION_STAFF_LIFE_S : SESSION_GUEST_LIFE_S) * SECOND_MS;
}

instant_t
session_ends_at(const struct session *session, const struct account *account)
{
	const bool is_staff = account->is_host || account->is_operator;
	const instant_t idle = session->seen_at + idle_ms(is_staff);
	const instant_t old = session->created_at + life_ms(is_staff);
	return idle < old ? idle : old;
}

struct session_cutoff
session_cutoff(bool is_staff, instant_t now)
{
	return (struct session_cutoff){.unseen_since = now - idle_ms(is_staff),
	                               .older_than = now - life_ms(is_staff)};
}

bool
session_is_alive(const struct session *session, const struct account *account, instant_t now)
{
	return now < session_ends_at(session, account);
}

bool
session_is_to_touch(const struct session *session, instant_t now)
{
	return now - session->seen_at >= SESSION_TOUCH_S * SECOND_MS;
}
