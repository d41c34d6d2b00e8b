// bookings - a list of bookings, of a guest or of a host's rooms, with what can be done with each.
import { actions, caller } from "./actions.js";
import { get } from "./api.js";
import { badge, byId, copy, explain, link, paginate, put } from "./page.js";
import { money, moment, roomName, stay, text } from "./reader.js";

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

/** What each booking allows now is known to book alone; with book away the list is shown without. */
async function allowed(role, rows) {
	const books = await Promise.all(rows.map((one) =>
		get(`/books/${one.bookId}`, caller(role)).catch(() => null)));
	return new Map(books.filter(Boolean).map((book) => [book.id, book]));
}

/** The book's own state is newer than the view's, if it could be asked. */
function newest(one, book) {
	return book && book.version > one.version ? { ...one, status: book.status } : one;
}

/** Shows a page of the list, and again whenever something was done. */
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
		byId("said").textContent = rows.length ? "" : text(emptyKey);
		byId("asOf").textContent = text("mypage.asOf", { time: moment(found.asOf) });
		paginate(found.page, (next) => bookings(role, emptyKey, next));
		explain(byId("problem"), null);
	} catch (problem) {
		explain(byId("problem"), problem);
	}
}
