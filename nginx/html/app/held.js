/* SPDX-License-Identifier: MIT */
// held - the host's bookings that keep nights after a day, all of them.
import { get } from "./api.js";
import { me } from "./locale.js";

const SIZE = 100;
const HELD = ["Booked", "PaymentPending", "Requested"];

async function ofStatus(status, filters, page = 0) {
	const found = await get("/books", {
		role: "host", hostId: me.host, ...filters, status, size: SIZE, page, sort: "startDate" });
	const rest = page + 1 < found.page.totalPages ? await ofStatus(status, filters, page + 1) : [];
	return [...found._embedded.books, ...rest];
}

/** Those that end after this day. more: further filters, such as roomId. */
export async function held(after, more = {}) {
	return (await Promise.all(HELD.map((status) => ofStatus(status, { startDate: after, ...more })))).flat();
}
