/* SPDX-License-Identifier: MIT */
#include "tests/fakes/audit_fake.h"

#include <string.h>

#define DAY_MS INT64_C(86400000)

void
audit_fake_add(struct audit_fake *fake, const struct audit_entry *entry)
{
	if (!entry || fake->n == AUDIT_FAKE_MAX)
		return;
	fake->entries[fake->n].entry = *entry;
	fake->entries[fake->n++].at = fake->now;
}

void
audit_fake_add_own(struct audit_fake *fake, const struct audit_entry *entry, uint64_t account_id)
{
	struct audit_entry own;
	if (!entry)
		return;
	own = *entry;
	audit_entry_own(&own, account_id);
	audit_fake_add(fake, &own);
}

static enum err
add(void *self, const struct audit_entry *entry)
{
	struct audit_fake *fake = self;
	if (fake->fails == OK)
		audit_fake_add(fake, entry);
	return fake->fails;
}

static enum err
purge(void *self, instant_t before, size_t max, size_t *ret_n)
{
	struct audit_fake *fake = self;
	const instant_t kept = fake->now - AUDIT_KEPT_DAYS * DAY_MS;
	size_t n = 0;
	while (n < fake->n && n < max && fake->entries[n].at < before && fake->entries[n].at < kept)
		n++;
	memmove(fake->entries, fake->entries + n, (fake->n - n) * sizeof(*fake->entries));
	fake->n -= n;
	*ret_n = n;
	return fake->fails;
}

struct audit
audit_fake_port(struct audit_fake *fake)
{
	return (struct audit){.self = fake, .add = add, .purge = purge};
}

size_t
audit_fake_count(const struct audit_fake *fake, enum audit_what what)
{
	size_t n = 0;
	for (size_t i = 0; i < fake->n; i++)
		n += fake->entries[i].entry.what == what;
	return n;
}

const struct audit_entry *
audit_fake_last(const struct audit_fake *fake, enum audit_what what)
{
	for (size_t i = fake->n; i > 0; i--)
		if (fake->entries[i - 1].entry.what == what)
			return &fake->entries[i - 1].entry;
	return NULL;
}
