/* SPDX-License-Identifier: MIT */
// held - the host's bookings that keep nights, from a day on; book's list has no filter by date.
import { get } from "./api.js";
import { me } from "./locale.js";

const SIZE = 100;
const HELD = ["Booked", "PaymentPending", "Requested"];

/** Of one status, whose first night is not before a day; the latest comes first. */
async function ofStatus(status, since, more, page = 0) {
	const found = await get("/books", {
		role: "host", hostId: me.host, ...more, status, size: SIZE, page, sort: "startDate,desc" });
	const books = found._embedded.books;
	const coming = books.filter((book) => book.startDate >= since);
	const goesOn = coming.length === books.length && page + 1 < found.page.totalPages;
	return goesOn ? [...coming, ...await ofStatus(status, since, more, page + 1)] : coming;
}

/** All that keep nights and begin on this day or later. more: further filters, such as roomId. */
export async function held(since, more = {}) {
	return (await Promise.all(HELD.map((status) => ofStatus(status, since, more)))).flat();
}
