/* SPDX-License-Identifier: MIT */
// booking - one booking; the page refreshes itself while the booking is being processed.
import { actions, caller } from "./actions.js";
import { get } from "./api.js";
import { query, byId, element, explain, link } from "./page.js";
import { counted, me, money, moment, roomName, stay, text, timeOf } from "./locale.js";

const POLL_MS = 1500;
const FOLLOW_MS = 120000; // what takes longer is shown at the next visit
const MOVING = ["Requested", "PaymentPending"];
const SETTLED = { Booked: "PayApproved", BookCanceled: "PayCanceled" };
const IMPLIED = { Booked: "PayApproved", Rejected: "PayDeclined" }; // until the view knows the payment

const role = query.role === "host" ? "host" : "guest";
const number = Number(query.id) || 0;
let seen = ""; // the version that is shown
let rooms = {}; // names by id

/** Null if a service is down, so that the rest of the page still works. */
const ifThere = (promise) => promise.catch(() => null);

function payText(book, row) {
	if (book.status === "BookCanceled" && row?.payStatus === "PayApproved")
		return text("pay.refunding");
	return text(`pay.${row?.payStatus ?? IMPLIED[book.status] ?? "none"}`);
}

function fact(name, value) {
	const detail = document.createElement("dd");
	detail.append(value);
	return [element("dt", name), detail];
}

function contact(book) {
	const { name, email, phone } = book.contact;
	return [name, email, phone, counted("guests", book.guests)].filter(Boolean).join(", ");
}

function facts(book, row, room) {
	const anchor = link(document.createElement("a"), `/room.html?id=${book.roomId}`, roomName(book.roomId, room?.name));
	return [
		fact(text("booking.number"), String(book.id)),
		fact(text("booking.room"), anchor),
		fact(text("booking.stay"), stay(book.startDate, book.endDate)),
		fact(text("booking.price"), money(book.price, book.currency)),
		fact(text("booking.payment"), payText(book, row)),
		fact(text("booking.contact"), contact(book)),
	].flat();
}

function step({ at, to, by, why }) {
	const item = document.createElement("li");
	item.append(timeOf(at, ` · ${text(`by.${by.role}`)}`), element("strong", text(`status.${to}`)), element("span", text(`why.${why}`, {}, why)));
	return item;
}

/** What a guest does next with a booking that needs nothing more. */
function leading(book) {
	if (role === "host" || book.status !== "Booked")
		return [];
	return [link(element("a", "", "button"), "/mypage.html", text("booking.list"))];
}

function show(book, row, room, timeline) {
	const state = byId("state");
	const words = { until: book.payUntil ? moment(book.payUntil) : "" };
	byId("title").textContent = text("booking.reference", { reference: book.reference });
	document.title = `${text(`status.${book.status}`)} - ${book.reference} - MyHotel`;
	state.textContent = text(`status.${book.status}`);
	state.className = `badge ${book.status}`;
	byId("next").textContent = text(`${role === "host" ? "host" : "guest"}.next.${book.status}`, words);
	byId("actions").replaceChildren(...leading(book), ...actions(book, role, acted));
	if (book.status !== "PaymentPending")
		byId("tried").hidden = true;
	byId("facts").replaceChildren(...facts(book, row, room));
	byId("timeline").replaceChildren(...(timeline?.steps ?? []).map(step));
	byId("booking").hidden = false;
}

/** Loads the booking once. moving: its status may change soon; settled: its payment is final. */
async function load() {
	const who = caller(role);
	const [book, row] = await Promise.all([
		get(`/books/${number}`, who), ifThere(get(`/mypages/${number}`, who))]);
	const now = `${book.version} ${row?.payStatus}`;
	if (now !== seen) {
		rooms[book.roomId] ??= await ifThere(get(`/rooms/${book.roomId}`));
		show(book, row, rooms[book.roomId], await ifThere(get(`/books/${number}/timeline`, who)));
		seen = now;
	}
	explain(byId("problem"), null);
	const settled = !SETTLED[book.status] || !book.payId || row?.payStatus === SETTLED[book.status];
	return { moving: MOVING.includes(book.status), settled };
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let until = 0; // when polling ends
let following = false; // whether it is running

/** Where the link of a mail ends for somebody who has another number here. */
function whose({ status }) {
	const key = role === "host" ? "booking.whose.host" : "booking.whose";
	return status === 404 ? [element("p", text(key, { number: me[role] }))] : [];
}

/** Loads once more; returns whether polling makes sense after that. */
async function poll() {
	try {
		const { moving, settled } = await load();
		if (moving)
			until = Date.now() + FOLLOW_MS;
		return !settled || document.querySelectorAll("#actions form").length > 0;
	} catch (problem) {
		explain(byId("problem"), problem, ...whose(problem));
		return problem.status !== 404;
	}
}

/** Polls while the booking is being processed, and a while longer until its payment is known. */
async function follow() {
	until = Date.now() + FOLLOW_MS;
	if (following)
		return;
	following = true;
	while (await poll() && Date.now() < until)
		await pause(POLL_MS);
	following = false;
}

/** After an action: the new state at once, and what follows it later. */
async function acted(book) {
	const unpaid = book.status === "PaymentPending";
	byId("tried").textContent = unpaid ? text("booking.unpaid", { time: moment(new Date()) }) : "";
	byId("tried").hidden = !unpaid;
	await poll();
	follow();
}

if (role === "host")
	link(byId("back").firstElementChild, "/host-bookings.html", text("guests.title"));
if (number) {
	await follow();
} else {
	byId("problem").replaceChildren(element("p", text("booking.none")));
	byId("problem").hidden = false;
}
