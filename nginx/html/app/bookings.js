/* SPDX-License-Identifier: MIT */
// bookings - the list of a guest's bookings, or of the bookings of a host's rooms, with actions.
import { actions, caller } from "./actions.js";
import { get } from "./api.js";
import { badge, byId, copy, explain, link, paginate, put } from "./page.js";
import { money, moment, roomName, stay, text } from "./locale.js";

const SIZE = 10;
const NEWEST = "bookId,desc";

function row(book, links, role, reload, failed) {
	const item = copy("row");
	const own = role === "host" ? { guest: book.guestName } : {};
	put(item, {
		title: roomName(book.roomId, book.roomName),
		pay: text(`pay.${book.payStatus ?? "none"}`),
		stay: stay(book.startDate, book.endDate),
		price: money(book.price, book.currency),
		...own,
	});
	badge(item.querySelector("[data-put=status]"), book.status);
	link(item.querySelector("h2 a"), `/booking.html?id=${book.bookId}${role === "host" ? "&role=host" : ""}`);
	item.querySelector("[data-put=actions]").append(...(links ? actions(links, role, reload, failed) : []));
	return item;
}

/** The bookings with their links, which only the book service knows; without it there are no actions. */
async function allowed(role, rows) {
	const books = await Promise.all(rows.map((one) =>
		get(`/books/${one.bookId}`, caller(role)).catch(() => null)));
	return new Map(books.filter(Boolean).map((book) => [book.id, book]));
}

/** The view may lag behind: takes the status of the book service if that is newer. */
function newest(one, book) {
	return book && book.version > one.version ? { ...one, status: book.status } : one;
}

/** Shows a page of the list and reloads it after each action. */
export async function bookings(role, emptyKey, page = 0) {
	const reload = () => bookings(role, emptyKey, page);
	const failed = async (problem) => {
		await reload();
		explain(byId("problem"), problem);
	};
	try {
		const found = await get("/mypages", { ...caller(role), page, size: SIZE, sort: NEWEST });
		const rows = found._embedded.mypages;
		const books = await allowed(role, rows);
		byId("bookings").replaceChildren(...rows.map((one) =>
			row(newest(one, books.get(one.bookId)), books.get(one.bookId), role, reload, failed)));
		byId("notice").textContent = rows.length ? "" : text(emptyKey);
		byId("asOf").textContent = text("mypage.asOf", { time: moment(found.asOf) });
		paginate(found.page, (next) => bookings(role, emptyKey, next));
		explain(byId("problem"), null);
	} catch (problem) {
		explain(byId("problem"), problem);
	}
}
