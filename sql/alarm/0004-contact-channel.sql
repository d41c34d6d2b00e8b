-- alarm: mails to the contact of a booking beside the recipient's own, and no settings of number 0.

ALTER TABLE delivery
	MODIFY COLUMN channel ENUM('inbox', 'email', 'webhook', 'contact') NOT NULL
		COMMENT 'How it is delivered; contact: by mail to the contact of the booking, where email goes to another address.';

ALTER TABLE destination
	MODIFY COLUMN channel ENUM('inbox', 'email', 'webhook', 'contact') NOT NULL
		COMMENT 'The channel of the deliveries that are sent there.';

-- What waits for an address that number 0 had saved goes to the contact of its booking instead.
UPDATE delivery SET target = ''
	WHERE channel = 'email' AND state = 'waiting' AND notification_id IN
	(SELECT id FROM notification WHERE recipient_id = 0 AND role = 'guest' AND book_id IS NOT NULL);

-- contract: number 0 is nobody in particular; what anybody saved for it ruled the mails of all others.
DELETE FROM delivery
	WHERE state = 'waiting' AND channel IN ('email', 'webhook') AND notification_id IN
	(SELECT id FROM notification WHERE recipient_id = 0)
	AND NOT (channel = 'email' AND target = '');

-- contract: the same; nothing reads the row any more.
DELETE FROM recipient WHERE recipient_id = 0;
