/* SPDX-License-Identifier: MIT */
// unread - how many messages the reader has not read, in the navigation and on the tabs of the messages.
import { get } from "./api.js";
import { me, text } from "./locale.js";

/** Of number 0, which is nobody in particular, and of who cannot be asked now there are none. */
async function unreadOf(recipientId) {
	if (!Number(recipientId))
		return 0;
	const found = await get("/notifications", { recipientId, unread: true, size: 1 }).catch(() => null);
	return found?.page.totalElements ?? 0;
}

function show(place, n) {
	if (!place)
		return;
	place.hidden = n === 0;
	place.textContent = text("notifications.count", { n });
}

/** Shows the numbers. The link leads to the guest's messages, or to the host's if only they are new. */
export async function showUnread() {
	const [guest, host] = await Promise.all([unreadOf(me.guest), me.host === me.guest ? 0 : unreadOf(me.host)]);
	const place = document.getElementById("unread");
	show(place, guest + host);
	show(document.getElementById("unread-guest"), guest);
	show(document.getElementById("unread-host"), me.host === me.guest ? guest : host);
	place.closest("a").search = guest || !host ? "" : "?role=host";
}
