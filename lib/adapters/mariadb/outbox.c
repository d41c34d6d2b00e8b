/* outbox - events on their way out: stored with the change, taken away by a relay. */
#include "adapters/mariadb/outbox.h"

#include "adapters/json/event.h"
#include "base/mem.h"

#include <string.h>

enum { OUTBOX_ADD, OUTBOX_CLAIMABLE, OUTBOX_LEASE, OUTBOX_REMOVE, OUTBOX_RELEASE, OUTBOX_BACKLOG };

/* An event as its row has it when it is stored. */
struct leaving {
	enum event_type type;
	const char *message_id;
	uint64_t correlation_id;
	instant_t time;
	struct buf body;
};

/* And when it is claimed: row.body is not a column, body is. */
struct claimed {
	struct outbox_row row;
	struct buf body;
};

struct lease {
	const char *owner;
	uint32_t lease_s;
	uint64_t id;
};

struct backlog {
	uint64_t rows;
	instant_t oldest;
};

static const char *
type_name(unsigned type)
{
	return type < EVENT_TYPE_MAX ? event_kinds[type].name : "?";
}

static const struct db_field leaving_fields[] = {
	DB_ENUM(struct leaving, type, type_name, EVENT_TYPE_MAX),
	DB_FIELD(struct leaving, message_id),
	DB_NULLABLE(struct leaving, correlation_id),
	DB_FIELD(struct leaving, time),
	DB_FIELD(struct leaving, body),
};

static const struct db_field claimed_fields[] = {
	DB_FIELD(struct claimed, row.id),
	DB_ENUM(struct claimed, row.type, type_name, EVENT_TYPE_MAX),
	DB_FIELD(struct claimed, row.message_id),
	DB_NULLABLE(struct claimed, row.correlation_id),
	DB_FIELD(struct claimed, row.time),
	DB_FIELD(struct claimed, body),
};

static const struct db_field lease_fields[] = {
	DB_FIELD(struct lease, owner),
	DB_FIELD(struct lease, lease_s),
	DB_FIELD(struct lease, id),
};

static const struct db_field release_fields[] = {
	DB_FIELD(struct lease, id),
	DB_FIELD(struct lease, owner),
};

static const struct db_field backlog_fields[] = {
	DB_FIELD(struct backlog, rows),
	DB_NULLABLE(struct backlog, oldest),
};

/* clang-format off */
static const struct db_statement statements[] = {
	[OUTBOX_ADD] = {
		"INSERT INTO outbox (type, message_id, correlation_id, time, body) VALUES (?, ?, ?, ?, ?)",
		DB_TAKES(leaving_fields)},
	[OUTBOX_CLAIMABLE] = {
		"SELECT id, type, message_id, correlation_id, time, body FROM outbox"
		" WHERE leased_until IS NULL OR leased_until <= NOW(3)"
		" ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED",
		DB_TAKES(db_u32_field), DB_GIVES(struct claimed, claimed_fields)},
	[OUTBOX_LEASE] = {
		"UPDATE outbox SET owner = ?, leased_until = NOW(3) + INTERVAL ? SECOND WHERE id = ?",
		DB_TAKES(lease_fields)},
	[OUTBOX_REMOVE] = {"DELETE FROM outbox WHERE id = ?", DB_TAKES(db_u64_field)},
	[OUTBOX_RELEASE] = {
		"UPDATE outbox SET owner = NULL, leased_until = NULL WHERE id = ? AND owner = ?",
		DB_TAKES(release_fields)},
	[OUTBOX_BACKLOG] = {
		"SELECT COUNT(*), MIN(time) FROM outbox", DB_GIVES(struct backlog, backlog_fields)},
};
/* clang-format on */

const struct db_table outbox_table = {"outbox", DB_CONTEXTS("book", "pay", "room"),
                                      DB_STATEMENTS(statements)};

enum err
outbox_add(struct db_conn *conn, const struct event *event)
{
	struct leaving leaving = {.type = event->type,
	                          .message_id = event->id,
	                          .correlation_id = event->correlation_id,
	                          .time = event->time,
	                          .body = BUF_INIT(EVENT_BODY_MAX)};
	enum err err = event_write(event, &leaving.body);
	if (err == OK)
		err = db_run(conn, &outbox_table, OUTBOX_ADD, &leaving, NULL);
	buf_done(&leaving.body);
	return err;
}

static enum err
made_add(struct db_conn *conn, enum err made, const struct event *event)
{
	if (made == ERR_NOT_FOUND)
		return OK;
	return made == OK ? outbox_add(conn, event) : made;
}

enum err
outbox_add_room(struct db_conn *conn, enum event_type type, const struct room *room,
                const struct origin *origin)
{
	struct event event;
	const enum err made = event_about_room(type, room, origin, &event);
	return made_add(conn, made, &event);
}

enum err
outbox_add_book(struct db_conn *conn, const struct book *book, const struct origin *origin)
{
	struct event event;
	const enum err made = event_about_book(book, origin, &event);
	return made_add(conn, made, &event);
}

enum err
outbox_add_payment(struct db_conn *conn, const struct payment *payment, const struct origin *origin)
{
	struct event event;
	const enum err made = event_about_payment(payment, origin, &event);
	return made_add(conn, made, &event);
}

/* ---- the relay's side ---- */

struct claim_work {
	uint32_t max;
	struct lease lease;
	struct claimed claimed; /* the row that is being read */
	struct outbox_row *rows;
	size_t n;
	struct db_conn *conn;
};

static void
rows_free(struct outbox_row rows[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(rows[i].body);
}

static enum err
row_claim(void *row, void *arg)
{
	const struct claimed *claimed = row;
	struct claim_work *work = arg;
	struct outbox_row *to = &work->rows[work->n];
	*to = claimed->row;
	to->body_len = claimed->body.len;
	to->body = malloc(claimed->body.len + 1);
	if (!to->body)
		return ERR_MEMORY;
	work->n++;
	memcpy(to->body, claimed->body.len ? claimed->body.data : "", claimed->body.len);
	to->body[to->body_len] = '\0';
	work->lease.id = to->id;
	return db_change(work->conn, &outbox_table, OUTBOX_LEASE, &work->lease);
}

static enum err
claim_work(struct db_conn *conn, void *arg)
{
	struct claim_work *work = arg;
	rows_free(work->rows, work->n);
	work->n = 0;
	work->conn = conn;
	return db_each(conn, &outbox_table, OUTBOX_CLAIMABLE, &work->max, &work->claimed, row_claim,
	               work);
}

/* An outcome that nobody knows leaves rows claimed until the lease runs out, no more. */
static enum err
outbox_claim(void *self, const char *owner, uint32_t lease_s, size_t max,
             struct outbox_row ret_rows[], size_t *ret_n)
{
	struct claim_work work = {.max = max < UINT32_MAX ? (uint32_t)max : UINT32_MAX,
	                          .lease = {.owner = owner, .lease_s = lease_s},
	                          .claimed = {.body = BUF_INIT(EVENT_BODY_MAX)},
	                          .rows = ret_rows};
	enum err err = db_transact(self, claim_work, &work);
	buf_done(&work.claimed.body);
	if (err != OK) {
		rows_free(work.rows, work.n);
		return err;
	}
	*ret_n = work.n;
	return OK;
}

struct ids_work {
	unsigned statement;
	const char *owner;
	const uint64_t *ids;
	size_t n;
};

/* A row that is gone or another's by now is passed over. */
static enum err
ids_work(struct db_conn *conn, void *arg)
{
	const struct ids_work *work = arg;
	enum err err = OK;
	for (size_t i = 0; err == OK && i < work->n; i++) {
		const struct lease lease = {.owner = work->owner, .id = work->ids[i]};
		const void *args = work->owner ? (const void *)&lease : &work->ids[i];
		err = db_run(conn, &outbox_table, work->statement, args, NULL);
	}
	return err;
}

static enum err
outbox_confirm(void *self, const uint64_t ids[], size_t n)
{
	struct ids_work work = {.statement = OUTBOX_REMOVE, .ids = ids, .n = n};
	return n ? db_transact_again(self, ids_work, &work) : OK;
}

static enum err
outbox_release(void *self, const char *owner, const uint64_t ids[], size_t n)
{
	struct ids_work work = {.statement = OUTBOX_RELEASE, .owner = owner, .ids = ids, .n = n};
	return n ? db_transact_again(self, ids_work, &work) : OK;
}

static enum err
backlog_work(struct db_conn *conn, void *arg)
{
	return db_find(conn, &outbox_table, OUTBOX_BACKLOG, NULL, arg);
}

static enum err
outbox_backlog(void *self, uint64_t *ret_rows, instant_t *ret_oldest)
{
	struct backlog backlog;
	enum err err = db_look(self, backlog_work, &backlog);
	if (err != OK)
		return err;
	*ret_rows = backlog.rows;
	*ret_oldest = backlog.oldest;
	return OK;
}

struct outbox
outbox_mariadb(struct db *db)
{
	return (struct outbox){
		.self = db,
		.claim = outbox_claim,
		.confirm = outbox_confirm,
		.release = outbox_release,
		.backlog = outbox_backlog,
	};
}
