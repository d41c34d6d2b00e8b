/* SPDX-License-Identifier: MIT */
#include "adapters/mariadb/alarm/delivery_store.h"

#include "adapters/json/event.h"
#include "adapters/mariadb/alarm/notification_row.h"
#include "base/mem.h"

#include <string.h>

enum {
	DESTINATION_NEXT,
	DESTINATION_LEASE,
	DESTINATION_LEASED,
	DESTINATION_RELEASE,
	JOB_LIST,
	JOB_LEASE,
	JOB_DROP,
	JOB_OUTCOME,
	MAILS_SENT,
	BACKLOG_FIND,
};

/* ---- statements ---- */

struct destination {
	enum channel channel;
	char name[DESTINATION_SIZE];
	uint32_t failures;
	uint32_t lease_s;
	instant_t leased_until;
};

static const struct db_field channel_fields[] = {
	DB_ENUM(struct destination, channel, channel_name, CHANNEL_MAX),
};

static const struct db_field next_fields[] = {
	DB_FIELD(struct destination, name),
	DB_FIELD(struct destination, failures),
};

static const struct db_field destination_lease_fields[] = {
	DB_FIELD(struct destination, lease_s),
	DB_FIELD(struct destination, name),
};

static const struct db_field destination_name_fields[] = {DB_FIELD(struct destination, name)};

static const struct db_field leased_fields[] = {DB_FIELD(struct destination, leased_until)};

struct release {
	bool unreachable;
	uint32_t pause_ms;
	const char *name;
	instant_t leased_until;
};

static const struct db_field release_fields[] = {
	DB_FIELD(struct release, unreachable),
	DB_FIELD(struct release, pause_ms),
	DB_FIELD(struct release, name),
	DB_FIELD(struct release, leased_until),
};

struct job_query {
	const char *destination;
	uint32_t max;
};

static const struct db_field job_query_fields[] = {
	DB_FIELD(struct job_query, destination),
	DB_FIELD(struct job_query, max),
};

/* A job as it is stored. */
struct job_row {
	struct delivery_job job;
	struct buf body;
	struct delivery_addresses addresses; /* of the contact, and where the other mail goes */
	struct address_facts facts;          /* without the contact's e-mail */
	uint32_t lease_s;
};

static const struct db_field job_fields[] = {
	DB_FIELD(struct job_row, job.notification_id),
	DB_ENUM(struct job_row, job.channel, channel_name, CHANNEL_MAX),
	DB_FIELD(struct job_row, job.attempts),
	DB_FIELD(struct job_row, job.age_s),
	DB_FIELD(struct job_row, job.since),
	DB_FIELD(struct job_row, job.copies),
	DB_FIELD(struct job_row, job.target),
	DB_FIELD(struct job_row, job.secret),
	DB_ENUM(struct job_row, job.role, role_name, ROLE_HOST + 1),
	DB_ENUM(struct job_row, job.language, notification_language_word, LANGUAGE_MAX),
	DB_FIELD(struct job_row, job.message),
	DB_FIELD(struct job_row, job.room_name),
	DB_NULLABLE(struct job_row, job.key_version),
	DB_FIELD(struct job_row, body),
	DB_FIELD(struct job_row, addresses.contact_known),
	DB_FIELD(struct job_row, addresses.contact_email),
	DB_FIELD(struct job_row, addresses.email),
	DB_FIELD(struct job_row, facts.own_email),
	DB_FIELD(struct job_row, facts.own_unconfirmed),
	DB_ENUM(struct job_row, facts.contact_mailing, contact_mailing_name, MAILING_MAX),
	DB_FIELD(struct job_row, facts.contact_confirmed),
};

static const struct db_field job_lease_fields[] = {
	DB_FIELD(struct job_row, lease_s),
	DB_FIELD(struct job_row, job.notification_id),
	DB_ENUM(struct job_row, job.channel, channel_name, CHANNEL_MAX),
	DB_FIELD(struct job_row, job.attempts),
};

static const struct db_field job_drop_fields[] = {
	DB_FIELD(struct job_row, job.notification_id),
	DB_ENUM(struct job_row, job.channel, channel_name, CHANNEL_MAX),
	DB_FIELD(struct job_row, job.attempts),
};

struct stored_outcome {
	struct delivery_outcome outcome;
	uint64_t notification_id;
	enum channel channel;
	uint32_t attempts;
};

static const struct db_field stored_outcome_fields[] = {
	DB_FIELD(struct stored_outcome, outcome.counted),
	DB_FIELD(struct stored_outcome, outcome.counted),
	DB_FIELD(struct stored_outcome, outcome.reason),
	DB_FIELD(struct stored_outcome, outcome.reason),
	DB_ENUM(struct stored_outcome, outcome.state, delivery_state_name, DELIVERY_STATE_MAX),
	DB_FIELD(struct stored_outcome, outcome.pause_ms),
	DB_FIELD(struct stored_outcome, notification_id),
	DB_ENUM(struct stored_outcome, channel, channel_name, CHANNEL_MAX),
	DB_FIELD(struct stored_outcome, attempts),
};

struct mails_query {
	const char *target;
	uint32_t for_s;
};

static const struct db_field mails_fields[] = {
	DB_FIELD(struct mails_query, target),
	DB_FIELD(struct mails_query, for_s),
};

static const struct db_field backlog_fields[] = {
	DB_FIELD(struct delivery_backlog, waiting[CHANNEL_EMAIL]),
	DB_FIELD(struct delivery_backlog, waiting[CHANNEL_WEBHOOK]),
	DB_FIELD(struct delivery_backlog, waiting[CHANNEL_CONTACT]),
	DB_FIELD(struct delivery_backlog, failed[CHANNEL_EMAIL]),
	DB_FIELD(struct delivery_backlog, failed[CHANNEL_WEBHOOK]),
	DB_FIELD(struct delivery_backlog, failed[CHANNEL_CONTACT]),
	DB_NULLABLE(struct delivery_backlog, oldest[CHANNEL_EMAIL]),
	DB_NULLABLE(struct delivery_backlog, oldest[CHANNEL_WEBHOOK]),
	DB_NULLABLE(struct delivery_backlog, oldest[CHANNEL_CONTACT]),
};

/* clang-format off */
#define COUNTED(state, channel) \
	"COUNT(IF(state = '" state "' AND channel = '" channel "', 1, NULL))"

#define OLDEST(channel) \
	"MIN(IF(state = 'waiting' AND channel = '" channel "', since, NULL))"

static const struct db_statement statements[] = {
	[DESTINATION_NEXT] = {
		"SELECT x.name, x.failures FROM destination x"
		" WHERE x.channel = ? AND x.busy_until <= UTC_TIMESTAMP(3) AND EXISTS"
		" (SELECT 1 FROM delivery d WHERE d.destination = x.name AND d.state = 'waiting'"
		"   AND d.next_at <= UTC_TIMESTAMP(3))"
		" ORDER BY x.busy_until LIMIT 1 FOR UPDATE SKIP LOCKED",
		DB_TAKES(channel_fields), DB_GIVES(struct destination, next_fields)},
	[DESTINATION_LEASE] = {
		"UPDATE destination SET busy_until = UTC_TIMESTAMP(3) + INTERVAL ? SECOND"
		" WHERE name = ?",
		DB_TAKES(destination_lease_fields)},
	[DESTINATION_LEASED] = {
		"SELECT busy_until FROM destination WHERE name = ?",
		DB_TAKES(destination_name_fields), DB_GIVES(struct destination, leased_fields)},
	[DESTINATION_RELEASE] = {
		"UPDATE destination SET failures = IF(?, failures + 1, 0),"
		" busy_until = UTC_TIMESTAMP(3) + INTERVAL (? * 1000) MICROSECOND"
		" WHERE name = ? AND busy_until = ?",
		DB_TAKES(release_fields)},
	[JOB_LIST] = {
		"SELECT d.notification_id, d.channel, d.attempts,"
		" GREATEST(TIMESTAMPDIFF(SECOND, d.since, UTC_TIMESTAMP(3)), 0),"
		" d.since, d.copies, d.target,"
		" COALESCE(r.webhook_secret, ''), n.role, COALESCE(n.language, d.language, 'en'), n.message, n.room_name,"
		" c.key_version,"
		" COALESCE(a.body, ''), c.book_id IS NOT NULL, COALESCE(c.email, ''),"
		" COALESCE(LEFT(o.target, 254), ''), COALESCE(r.email, ''),"
		" COALESCE(r.unconfirmed, FALSE), COALESCE(c.mailing, 'few'), COALESCE(c.confirmed, FALSE)"
		" FROM delivery d JOIN notification n ON n.id = d.notification_id"
		" LEFT JOIN announcement a ON a.event_id = n.event_id"
		" LEFT JOIN recipient r ON r.recipient_id = n.recipient_id"
		" LEFT JOIN contact c ON c.book_id = n.book_id"
		" LEFT JOIN delivery o ON o.notification_id = n.id AND o.channel = 'email'"
		" WHERE d.destination = ? AND d.state = 'waiting' AND d.next_at <= UTC_TIMESTAMP(3)"
		" ORDER BY d.next_at, d.notification_id LIMIT ?",
		DB_TAKES(job_query_fields), DB_GIVES(struct job_row, job_fields)},
	[JOB_LEASE] = {
		"UPDATE delivery SET attempts = attempts + 1,"
		" leased_until = UTC_TIMESTAMP(3) + INTERVAL ? SECOND"
		" WHERE notification_id = ? AND channel = ? AND state = 'waiting' AND attempts = ?",
		DB_TAKES(job_lease_fields)},
	[JOB_DROP] = {
		"DELETE FROM delivery"
		" WHERE notification_id = ? AND channel = ? AND state = 'waiting' AND attempts = ?",
		DB_TAKES(job_drop_fields)},
	[JOB_OUTCOME] = {
		"UPDATE delivery SET attempts = IF(?, attempts, attempts - 1),"
		" reason = IF(? OR ? <> '', ?, reason), state = ?, leased_until = NULL,"
		" delivered_at = IF(state = 'delivered', UTC_TIMESTAMP(3), NULL),"
		" next_at = IF(state = 'waiting',"
		"  UTC_TIMESTAMP(3) + INTERVAL (? * 1000) MICROSECOND, NULL)"
		" WHERE notification_id = ? AND channel = ? AND state = 'waiting' AND attempts = ?",
		DB_TAKES(stored_outcome_fields)},
	[MAILS_SENT] = {
		"SELECT CAST(COALESCE(SUM(copies + (state = 'delivered')), 0) AS UNSIGNED) FROM delivery"
		" WHERE target = ? AND channel IN ('email', 'contact')"
		" AND COALESCE(delivered_at, since) > UTC_TIMESTAMP(3) - INTERVAL ? SECOND",
		DB_TAKES(mails_fields), DB_GIVES(uint64_t, db_u64_field)},
	[BACKLOG_FIND] = {
		"SELECT " COUNTED("waiting", "email") ", " COUNTED("waiting", "webhook") ", "
		COUNTED("waiting", "contact") ", " COUNTED("failed", "email") ", "
		COUNTED("failed", "webhook") ", " COUNTED("failed", "contact") ", "
		OLDEST("email") ", " OLDEST("webhook") ", " OLDEST("contact") " FROM delivery"
		" WHERE state IN ('waiting', 'failed')",
		DB_GIVES(struct delivery_backlog, backlog_fields)},
};
/* clang-format on */

const struct db_table delivery_table = {"delivery", DB_CONTEXTS("alarm"),
                                        DB_STATEMENTS(statements)};

/* ---- claiming ---- */

struct claim {
	struct db_conn *conn;
	uint32_t lease_s;
	struct delivery_batch *batch;
	struct job_row row; /* the one that is being read */
};

static void
batch_empty(struct delivery_batch *batch)
{
	for (size_t i = 0; i < batch->n; i++)
		free(batch->jobs[i].body);
	batch->n = 0;
}

/* A body that cannot be read stays NULL, which the sender treats as a permanent failure. */
static enum err
job_fill(const struct job_row *row, struct delivery_job *job)
{
	struct address_facts facts = row->facts;
	memcpy(facts.contact_email, row->addresses.contact_email, EMAIL_SIZE);
	*job = row->job;
	job->standing = address_standing(job->target, &facts);
	job->attempts++;
	job->body = NULL;
	job->body_len = 0;
	if (!row->body.len)
		return OK;
	enum err err = event_read(row->body.data, row->body.len, &job->event);
	if (err != OK)
		return err == ERR_POISON ? OK : err;
	job->body = malloc(row->body.len + 1);
	if (!job->body)
		return ERR_MEMORY;
	memcpy(job->body, row->body.data, row->body.len + 1);
	job->body_len = row->body.len;
	return OK;
}

/* A delivery that waits for the contact of its booking has no target until that is known. Returns
 * whether the delivery is dropped then. */
static bool
contact_take(struct job_row *row)
{
	if (*row->job.target || !row->addresses.contact_known)
		return false;
	if (contact_is_dropped(row->job.channel, &row->addresses))
		return true;
	memcpy(row->job.target, row->addresses.contact_email, EMAIL_SIZE);
	return false;
}

static enum err
job_claim(void *arg_row, void *arg)
{
	struct job_row *row = arg_row;
	struct claim *claim = arg;
	struct delivery_batch *batch = claim->batch;
	row->lease_s = claim->lease_s;
	if (contact_take(row))
		return db_run(claim->conn, &delivery_table, JOB_DROP, row, NULL);
	enum err err = db_change(claim->conn, &delivery_table, JOB_LEASE, row);
	if (err == ERR_UNCHANGED)
		return OK; /* the recipient has just asked for it again */
	if (err == OK)
		err = job_fill(row, &batch->jobs[batch->n]);
	if (err == OK)
		batch->n++;
	return err;
}

/* Claims the destination that was served longest ago; its name is "" if none is due. */
static enum err
destination_claim(struct db_conn *conn, struct destination *destination)
{
	destination->name[0] = '\0';
	enum err err = db_find(conn, &delivery_table, DESTINATION_NEXT, destination, destination);
	if (err == OK)
		err = db_change_locked(conn, &delivery_table, DESTINATION_LEASE, destination);
	if (err == OK)
		return db_find(conn, &delivery_table, DESTINATION_LEASED, destination, destination);
	if (err != ERR_NOT_FOUND)
		return err;
	destination->name[0] = '\0';
	return OK;
}

/* After ERR_UNKNOWN the destination may be claimed; the lease ends that. */
static enum err
delivery_store_claim(void *self, enum channel channel, uint32_t lease_s, size_t max,
                     struct delivery_batch *batch)
{
	struct destination destination = {.channel = channel, .lease_s = lease_s};
	const struct job_query query = {.destination = destination.name, .max = (uint32_t)max};
	CLEANUP(free_p) struct claim *claim = calloc(1, sizeof(*claim));
	batch->n = 0;
	batch->destination[0] = '\0';
	if (!claim)
		return ERR_MEMORY;
	claim->lease_s = lease_s;
	claim->batch = batch;
	claim->row.body = (struct buf)BUF_INIT(EVENT_BODY_MAX);
	struct db_try try = db_begin(self, DB_WRITE);
	while (db_next(&try)) {
		batch_empty(batch);
		claim->conn = try.conn;
		try.err = destination_claim(try.conn, &destination);
		if (try.err == OK && *destination.name)
			try.err = db_each(try.conn, &delivery_table, JOB_LIST, &query, &claim->row,
			                  job_claim, claim);
	}
	buf_done(&claim->row.body);
	if (try.err == OK) {
		memcpy(batch->destination, destination.name, DESTINATION_SIZE);
		batch->failures = destination.failures;
		batch->leased_until = destination.leased_until;
	} else {
		batch_empty(batch);
	}
	return try.err;
}

/* ---- outcomes ---- */

static enum err
run(struct db *db, unsigned statement, const void *args)
{
	struct db_try try = db_begin(db, DB_IDEMPOTENT);
	while (db_next(&try))
		try.err = db_run(try.conn, &delivery_table, statement, args, NULL);
	return try.err;
}

static enum err
delivery_store_store_outcome(void *self, const struct delivery_job *job,
                             const struct delivery_outcome *outcome)
{
	const struct stored_outcome stored = {.outcome = *outcome,
	                                      .notification_id = job->notification_id,
	                                      .channel = job->channel,
	                                      .attempts = job->attempts};
	return run(self, JOB_OUTCOME, &stored);
}

static enum err
delivery_store_release(void *self, const struct delivery_batch *batch, bool unreachable,
                       uint32_t pause_ms)
{
	const struct release release = {.unreachable = unreachable,
	                                .pause_ms = pause_ms,
	                                .name = batch->destination,
	                                .leased_until = batch->leased_until};
	return run(self, DESTINATION_RELEASE, &release);
}

static enum err
delivery_store_mails_sent(void *self, const char *target, uint64_t *ret_n)
{
	const struct mails_query query = {.target = target, .for_s = MAIL_DAY_S};
	uint64_t n = 0;
	struct db_try try = db_begin(self, DB_READ);
	while (db_next(&try))
		try.err = db_find(try.conn, &delivery_table, MAILS_SENT, &query, &n);
	if (try.err == OK)
		*ret_n = n;
	return try.err;
}

static enum err
delivery_store_backlog(void *self, struct delivery_backlog *ret_backlog)
{
	struct delivery_backlog backlog = {.oldest = {0}};
	struct db_try try = db_begin(self, DB_READ);
	while (db_next(&try))
		try.err = db_find(try.conn, &delivery_table, BACKLOG_FIND, NULL, &backlog);
	if (try.err == OK)
		*ret_backlog = backlog;
	return try.err;
}

struct delivery_store
delivery_store_mariadb(struct db *db)
{
	return (struct delivery_store){
		.self = db,
		.claim = delivery_store_claim,
		.store_outcome = delivery_store_store_outcome,
		.release = delivery_store_release,
		.mails_sent = delivery_store_mails_sent,
		.backlog = delivery_store_backlog,
	};
}
