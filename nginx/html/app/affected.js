/* SPDX-License-Identifier: MIT */
// affected - the bookings that would be cancelled with a room, and what they come to.
import { get } from "./api.js";
import { counted, me, money, nights, text, today } from "./locale.js";

const SIZE = 100;
const HELD = ["Booked", "PaymentPending", "Requested"]; // as book's rule has it: they keep nights

/** The host's bookings of the room in one status that have not begun, latest first. */
async function ofStatus(roomId, status, page = 0) {
	const found = await get("/books", {
		role: "host", hostId: me.host, roomId, status, size: SIZE, page, sort: "startDate,desc" });
	const books = found._embedded.books;
	const coming = books.filter((book) => book.startDate >= today());
	const more = coming.length === books.length && page + 1 < found.page.totalPages;
	return more ? [...coming, ...await ofStatus(roomId, status, page + 1)] : coming;
}

export async function affected(roomId) {
	return (await Promise.all(HELD.map((status) => ofStatus(roomId, status)))).flat();
}

/** Their number, and the words for a sentence: bookings, nights, and the amount that goes back. */
export function figures(books) {
	const paid = books.filter((book) => book.status === "Booked");
	const amount = paid.reduce((sum, book) => sum + book.price, 0);
	return {
		bookings: books.length,
		words: {
			bookings: counted("bookings", books.length),
			nights: counted("nights", books.reduce((sum, book) => sum + nights(book.startDate, book.endDate), 0)),
			amount: paid.length ? money(amount, paid[0].currency) : text("hostroom.affected.unpaid"),
		},
	};
}
