/* outbox - events on their way out. */
#include "adapters/mariadb/outbox.h"

#include "adapters/json/event.h"
#include "base/mem.h"

enum { OUTBOX_ADD };

/* An event as its row has it. */
struct leaving {
	enum event_type type;
	const char *message_id;
	uint64_t correlation_id;
	instant_t time;
	struct buf body;
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

static const struct db_statement statements[] = {
	[OUTBOX_ADD] = {"INSERT INTO outbox (type, message_id, correlation_id, time, body)"
                        " VALUES (?, ?, ?, ?, ?)",
                        DB_TAKES(leaving_fields)},
};

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
