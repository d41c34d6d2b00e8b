/* SPDX-License-Identifier: MIT */
// room - one room, its free and taken nights, and the form that books it.
import { get } from "./api.js";
import { monthsLater, range, tables } from "./calendar.js";
import { enhance } from "./form.js";
import { query, byId, element, explain, link } from "./page.js";
import {
	counted, day, lastArrival, later, money, nights, NIGHTS_MAX, roomName, text, today,
} from "./locale.js";

const form = byId("book");
const { startDate, endDate, guests } = form.elements;
let room;
let shown = range(startOf(query.startDate));
const taken = new Set(); // the nights that are known to be taken
let bookable = { first: today(), last: lastArrival() }; // the days on which a stay can start; first null: any past one

/** The first month that is shown: of the arrival, if it can be booked. */
function startOf(date) {
	return date >= today() && date <= lastArrival() ? date : today();
}

async function takenIn(from, to) {
	const calendar = await get(`/rooms/${room.id}/calendar`, { from, to });
	for (let night = from; night < to; night = later(night, 1))
		taken.delete(night);
	calendar.taken.forEach((night) => taken.add(night));
	bookable = calendar.bookable;
	startDate.min = bookable.first ?? "";
	startDate.max = bookable.last;
}

async function showCalendar() {
	await takenIn(shown.from, shown.to);
	byId("months").replaceChildren(...tables(shown.from, taken, bookable));
	document.querySelector("[data-months^='-']").disabled = Boolean(bookable.first) && shown.from <= bookable.first;
	document.querySelector("[data-months='2']").disabled = shown.to > bookable.last;
	byId("calendar").hidden = false;
}

/** The price of the stay; null if the dates are no stay. */
function total() {
	const n = nights(startDate.value, endDate.value);
	return n > 0 ? n * room.price : null;
}

function takenNights() {
	return [...taken].filter((night) => night >= startDate.value && night < endDate.value).sort();
}

/** Why the stay cannot be booked, as far as the page knows; null if nothing is against it. */
function objection() {
	const n = nights(startDate.value, endDate.value);
	const nightsTaken = takenNights();
	if (Number.isNaN(n))
		return null;
	if (bookable.first && startDate.value < bookable.first)
		return text("room.sum.past");
	if (startDate.value > bookable.last)
		return text("room.sum.far", { last: day(bookable.last) });
	if (n < 1)
		return text("room.sum.order");
	if (n > NIGHTS_MAX)
		return text("room.sum.long");
	return nightsTaken.length
		? counted("room.sum.taken", nightsTaken.length, { days: nightsTaken.map((night) => day(night)).join(", ") })
		: null;
}

function sumText() {
	return total() === null ? text("room.sum.none") : text("room.sum", {
		nights: counted("nights", nights(startDate.value, endDate.value)),
		price: money(room.price, room.currency),
		total: money(total(), room.currency),
	});
}

function showSum() {
	const against = objection();
	const first = startDate.value || today();
	endDate.min = later(first, 1);
	endDate.max = later(first, NIGHTS_MAX);
	byId("sum").classList.toggle("bad", Boolean(against));
	byId("sum").textContent = against ?? sumText();
}

/** The nights of the stay may lie outside of the months that are shown. */
async function checkStay() {
	const n = nights(startDate.value, endDate.value);
	if (n > 0 && n <= NIGHTS_MAX)
		await takenIn(startDate.value, endDate.value).catch(() => null); // the server decides anyway
	showSum();
}

/** The page's address keeps the stay, for a reload, a bookmark and the other language. */
function keepStay() {
	const kept = { id: room.id, startDate: startDate.value, endDate: endDate.value, guests: guests.value };
	const given = Object.entries(kept).filter(([, value]) => value !== "");
	history.replaceState(null, "", `/room.html?${new URLSearchParams(given)}`);
}

/* ---- the guest's own entries, kept in this tab ---- */

const CONTACT = ["name", "email", "phone"];

function keepContact() {
	for (const name of CONTACT)
		sessionStorage.setItem(name, form.elements[name].value);
}

function restoreContact() {
	for (const name of CONTACT)
		form.elements[name].value ||= sessionStorage.getItem(name) ?? "";
}

function showRoom() {
	const name = roomName(room.id, room.name);
	document.title = `${name} - MyHotel`;
	byId("name").textContent = name;
	byId("about").textContent =
		[room.city, counted("search.capacity", room.capacity)].filter(Boolean).join(" · ");
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
		form.querySelector("[role=alert]")?.remove();
		form.dispatchEvent(new Event("change"));
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
	form.querySelector("[role=alert]").append(anchor);
}

async function acceptPrice() {
	room = await get(`/rooms/${room.id}`);
	showRoom();
	form.querySelector("[role=alert]").append(
		element("p", text("price.changed", { total: money(total(), room.currency) })));
}

async function refused(problem) {
	if (problem.body._links?.book)
		leadTo(problem.body._links.book);
	if (problem.slug === "price-changed")
		await acceptPrice();
	if (problem.body.alternatives)
		await Promise.all([offerInstead(problem.body), showCalendar()]);
	showSum();
}

/* ---- the page ---- */

function begin() {
	startDate.value ||= later(today(), 1);
	if (!(endDate.value > startDate.value))
		endDate.value = later(startDate.value, 1);
	if (query.guests)
		guests.value = query.guests;
	startDate.addEventListener("change", () => {
		if (startDate.value && !(endDate.value > startDate.value))
			endDate.value = later(startDate.value, 1);
	});
	restoreContact();
	form.addEventListener("input", () => {
		keepContact();
		showSum();
	});
	form.addEventListener("change", async () => {
		keepStay();
		showSum();
		await checkStay();
	});
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
	byId("offer").hidden = true;
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
	if (room.status === "Open") {
		byId("offer").hidden = false;
		await Promise.all([showCalendar(), checkStay()]);
	} else {
		close();
	}
} catch (problem) {
	close(problem);
}
