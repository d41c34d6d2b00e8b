/* SPDX-License-Identifier: MIT */
// affected - the bookings that would be cancelled with a room, and what they come to.
import { held } from "./held.js";
import { counted, money, nights, text, today } from "./locale.js";

/** The bookings of a room that have not begun, as book's rule has it. */
export async function affected(roomId) {
	return (await held(today(), { roomId })).filter((book) => book.startDate >= today());
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
