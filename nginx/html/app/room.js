/* SPDX-License-Identifier: MIT */
// room - one room, its free and taken nights, and the form that books it.
import { get } from "./api.js";
import { monthsLater, range, tables } from "./calendar.js";
import { enhance } from "./form.js";
import { query, byId, element, explain, link } from "./page.js";
import { counted, day, later, money, nights, roomName, text, today } from "./locale.js";

const form = byId("book");
const { startDate, endDate, guests } = form.elements;
let room;
let shown = range(query.startDate || today());

async function showCalendar() {
	const calendar = await get(`/rooms/${room.id}/calendar`, shown);
	byId("months").replaceChildren(...tables(shown.from, calendar.taken));
	document.querySelector("[data-months^='-']").disabled = shown.from <= today();
	byId("calendar").hidden = false;
}

/** The price of the stay; null if the dates are no stay. */
function total() {
	const n = nights(startDate.value, endDate.value);
	return n > 0 ? n * room.price : null;
}

function showSum() {
	endDate.min = later(startDate.value || today(), 1);
	byId("sum").textContent = total() === null ? text("room.sum.none") : text("room.sum", {
		nights: counted("nights", nights(startDate.value, endDate.value)),
		price: money(room.price, room.currency),
		total: money(total(), room.currency),
	});
}

function showRoom() {
	const name = roomName(room.id, room.name);
	document.title = `${name} - MyHotel`;
	byId("name").textContent = name;
	byId("about").textContent =
		[room.city, text("search.capacity", { n: room.capacity })].filter(Boolean).join(" · ");
	byId("description").textContent = room.description;
	byId("price").textContent = text("search.night", { price: money(room.price, room.currency) });
	guests.max = room.capacity;
	showSum();
}

/* ---- alternatives ---- */

function stayButton({ startDate: start, endDate: end }) {
	const button = element("button", text("alternatives.choose", { start: day(start), end: day(end) }), "plain");
	button.type = "button";
	button.addEventListener("click", () => {
		startDate.value = start;
		endDate.value = end;
		byId("instead").hidden = true;
		form.querySelector(".problem")?.remove();
		showSum();
		startDate.focus();
	});
	return button;
}

async function roomLink({ roomId }) {
	const other = await get(`/rooms/${roomId}`);
	const query = new URLSearchParams({ id: roomId, startDate: startDate.value, endDate: endDate.value });
	return link(document.createElement("a"), `/room.html?${query}`,
		`${roomName(other.id, other.name)}, ${text("search.night", { price: money(other.price, other.currency) })}`);
}

function listOf(title, nodes) {
	const list = document.createElement("ul");
	list.append(...nodes.map((node) => {
		const item = document.createElement("li");
		item.append(node);
		return item;
	}));
	return nodes.length ? [element("h4", title), list] : [];
}

async function offerInstead({ taken = [], alternatives }) {
	const place = byId("instead").querySelector("div");
	const stays = listOf(text("alternatives.stays"), alternatives.stays.map(stayButton));
	const rooms = listOf(text("alternatives.rooms"), await Promise.all(alternatives.rooms.map(roomLink)));
	const none = stays.length + rooms.length ? [] : [element("p", text("alternatives.none"))];
	place.replaceChildren(
		element("p", text("alternatives.taken", { days: taken.map((night) => day(night)).join(", ") })),
		...stays, ...rooms, ...none);
	byId("instead").hidden = false;
}

/** Links to the booking that a refusal is about; it is the caller's own. */
function leadTo(book) {
	const anchor = link(document.createElement("a"), `/booking.html?id=${book.href.match(/\d+/)[0]}`, text("booking.here"));
	form.querySelector(".problem").append(anchor);
}

async function acceptPrice() {
	room = await get(`/rooms/${room.id}`);
	showRoom();
	form.querySelector(".problem").append(
		element("p", text("price.changed", { total: money(total(), room.currency) })));
}

async function refused(problem) {
	if (problem.body._links?.book)
		leadTo(problem.body._links.book);
	if (problem.slug === "price-changed")
		await acceptPrice();
	if (problem.body.alternatives)
		await Promise.all([offerInstead(problem.body), showCalendar()]);
}

/* ---- the page ---- */

function begin() {
	startDate.min = today();
	startDate.value ||= later(today(), 1);
	if (!(endDate.value > startDate.value))
		endDate.value = later(startDate.value, 1);
	if (query.guests)
		guests.value = query.guests;
	startDate.addEventListener("change", () => {
		if (startDate.value && !(endDate.value > startDate.value))
			endDate.value = later(startDate.value, 1);
	});
	form.addEventListener("input", showSum);
	form.addEventListener("change", showSum);
	for (const button of document.querySelectorAll("[data-months]"))
		button.addEventListener("click", () => {
			shown = range(monthsLater(shown.from, Number(button.dataset.months)));
			showCalendar();
		});
	enhance(form, {
		prepare(fields) {
			byId("instead").hidden = true;
			if (total() !== null)
				fields.set("price", total()); // the server refuses any other price than the one shown
		},
		done: (book) => location.assign(`/booking.html?id=${book.id}`),
		failed: refused,
	});
}

function close(problem) {
	form.closest("section").hidden = true;
	const box = byId("gone");
	box.hidden = false;
	if (problem)
		explain(box, problem);
	else
		box.replaceChildren(element("p", text("room.deleted")));
}

try {
	room = await get(`/rooms/${Number(query.id) || 0}`);
	begin();
	showRoom();
	if (room.status === "Open")
		await showCalendar();
	else
		close();
} catch (problem) {
	close(problem);
}
