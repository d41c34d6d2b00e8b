/* SPDX-License-Identifier: MIT */
// bookings - the list of a guest's bookings, or of the bookings of a host's rooms, with actions.
import { actions, caller } from "./actions.js";
import { get } from "./api.js";
import { badge, byId, copy, element, explain, link, paginate, put } from "./page.js";
import { me, money, moment, roomName, stay, text } from "./locale.js";

const SIZE = 10;
const NEWEST = "bookId,desc";

/** Nothing where the status says it: no payment was made. */
function payText({ status, payStatus }) {
	return ["Rejected", "Expired"].includes(status) ? "" : text(`pay.${payStatus ?? "none"}`);
}

const isGood = ({ status }) => status === "Booked" || status === "PaymentPending";

/** Leaves out declined attempts at a stay that was booked afterwards. */
function withoutAttempts(rows) {
	const sameStay = (a, b) => a.roomId === b.roomId && a.startDate === b.startDate && a.endDate === b.endDate;
	return rows.filter((one) => one.status !== "Rejected" || !rows.some((other) =>
		isGood(other) && sameStay(one, other) && other.bookId > one.bookId));
}

function row(book, links, role, reload, failed) {
	const item = copy("row");
	const own = role === "host" ? { guest: book.guestName } : {};
	put(item, {
		title: roomName(book.roomId, book.roomName),
		pay: book.isAlone ? "" : payText(book),
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

/** The rows of the view; without it those of the book service, which has no names and payments. */
async function load(role, page) {
	const wanted = { ...caller(role), page, size: SIZE };
	try {
		const found = await get("/mypages", { ...wanted, sort: NEWEST });
		const books = await allowed(role, found._embedded.mypages);
		const rows = found._embedded.mypages.map((one) => newest(one, books.get(one.bookId)));
		return { found, books, rows: role === "host" ? rows : withoutAttempts(rows) };
	} catch (problem) {
		const found = await get("/books", { ...wanted, sort: "id,desc" }).catch(() => {
			throw problem;
		});
		const books = found._embedded.books;
		return {
			found, problem, books: new Map(books.map((book) => [book.id, book])),
			rows: books.map((book) => ({ ...book, bookId: book.id, guestName: book.contact.name, isAlone: true })),
		};
	}
}

function noticeOf(role, emptyKey, found) {
	if (found.page.totalElements)
		return "";
	const hint = role === "host" ? "" : ` ${text("booking.whose", { number: me.guest })}`;
	return text(emptyKey) + hint;
}

/** Shows a page of the list and reloads it after each action. */
export async function bookings(role, emptyKey, page = 0) {
	const reload = () => bookings(role, emptyKey, page);
	const failed = async (problem) => {
		await reload();
		explain(byId("problem"), problem);
	};
	try {
		const { found, rows, books, problem } = await load(role, page);
		byId("bookings").replaceChildren(...rows.map((one) =>
			row(one, books.get(one.bookId), role, reload, failed)));
		byId("notice").textContent = noticeOf(role, emptyKey, found);
		byId("asOf").textContent = found.asOf ? text("mypage.asOf", { time: moment(found.asOf) }) : "";
		paginate(found.page, (next) => bookings(role, emptyKey, next));
		explain(byId("problem"), problem, element("p", text("mypage.away")));
	} catch (problem) {
		explain(byId("problem"), problem);
	}
}
