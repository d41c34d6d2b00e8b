/* SPDX-License-Identifier: MIT */
// host-bookings - the bookings of the host's rooms: those to come by arrival, or others by status.
import { actions, caller } from "./actions.js";
import { get } from "./api.js";
import { held } from "./held.js";
import { query, badge, byId, copy, explain, link, paginate, put } from "./page.js";
import { counted, later, money, roomName, stay, text, today } from "./locale.js";

const SIZE = 12;
const STATUS_OF = { cancelled: "BookCanceled", all: "" };
const form = byId("filter");

/** What a booking to come means today. */
function when(book) {
	if (book.status !== "Booked")
		return null;
	if (book.startDate === today())
		return "arrives";
	if (book.endDate === today())
		return "departs";
	return book.startDate < today() && today() < book.endDate ? "stays" : null;
}

/** The view knows the room's name and the state of the payment; without it the rest is shown. */
const withView = (book) => get(`/mypages/${book.id}`, caller("host")).catch(() => null);

function contact(place, scheme, address) {
	if (address)
		link(place, `${scheme}:${address}`, address);
	else
		place.closest("div").remove();
}

function row(book, view, reload, failed) {
	const item = copy("row");
	const today = when(book);
	item.id = `booking-${book.id}`;
	put(item, {
		title: roomName(book.roomId, view?.roomName),
		when: today && text(`guests.${today}`),
		pay: view && text(`pay.${view.payStatus ?? "none"}`),
		stay: stay(book.startDate, book.endDate),
		reference: book.reference,
		guest: [book.contact.name, counted("guests", book.guests)].filter(Boolean).join(", "),
		price: money(book.price, book.currency),
	});
	badge(item.querySelector("[data-put=status]"), book.status);
	contact(item.querySelector("[data-put=phone]"), "tel", book.contact.phone);
	contact(item.querySelector("[data-put=email]"), "mailto", book.contact.email);
	link(item.querySelector("h2 a"), `/booking.html?id=${book.id}&role=host`);
	item.querySelector("[data-put=actions]").append(...actions(book, "host", reload, failed));
	return item;
}

/* ---- which ones ---- */

/** Those to come, in the order of arrival; who leaves today is among them. */
async function upcoming(page) {
	const books = await held(later(today(), -1));
	const [member, direction] = form.elements.sort.value.split(",");
	books.sort((one, other) => (one[member] < other[member] ? -1 : one[member] > other[member]) || one.id - other.id);
	if (direction === "desc")
		books.reverse();
	byId("today").textContent = text("guests.today", Object.fromEntries(["arrives", "stays", "departs"].map(
		(one) => [one, counted(`guests.count.${one}`, books.filter((book) => when(book) === one).length)])));
	return {
		books: books.slice(page * SIZE, (page + 1) * SIZE),
		page: { number: page, totalPages: Math.ceil(books.length / SIZE), totalElements: books.length },
	};
}

async function others(page) {
	const found = await get("/books", { ...caller("host"), status: STATUS_OF[form.elements.show.value],
		page, size: SIZE, sort: form.elements.sort.value });
	return { books: found._embedded.books, page: found.page };
}

/* ---- the page ---- */

/** Shows a page of the list. */
async function show(page = 0) {
	const reload = async (changed) => {
		await show(page);
		byId("notice").textContent = text("guests.cancelled", { reference: changed.reference });
	};
	const failed = async (problem) => {
		await show(page);
		explain(byId("problem"), problem);
	};
	try {
		const found = await (form.elements.show.value === "upcoming" ? upcoming(page) : others(page));
		const views = await Promise.all(found.books.map(withView));
		byId("bookings").replaceChildren(...found.books.map((book, n) => row(book, views[n], reload, failed)));
		byId("notice").textContent = found.books.length ? "" : text("guests.empty");
		paginate(found.page, show);
		explain(byId("problem"), null);
	} catch (problem) {
		explain(byId("problem"), problem);
	}
}

/** The address says what is shown. */
for (const choice of [form.elements.show, form.elements.sort])
	if ([...choice.options].some(({ value }) => value === query[choice.name]))
		choice.value = query[choice.name];
await show();
