// booking - one booking as it stands now; while something is under way it follows by itself.
import { actions, caller } from "./actions.js";
import { get } from "./api.js";
import { asked, byId, element, explain, link } from "./page.js";
import { clock, counted, money, moment, roomName, stay, text } from "./reader.js";

const LOOK_MS = 1500;
const FOLLOW_MS = 120000; // a refund or a message that takes longer is seen at the next visit
const MOVING = ["Requested", "PaymentPending"];
const SETTLED = { Booked: "PayApproved", BookCanceled: "PayCanceled" };

const role = asked.role === "host" ? "host" : "guest";
const number = Number(asked.id) || 0;
let seen = ""; // what is shown already
let rooms = {}; // names by id

/** A part that is down takes away what it knows, not the page. */
const ifThere = (promise) => promise.catch(() => null);

function payText(book, row) {
	if (book.status === "BookCanceled" && row?.payStatus === "PayApproved")
		return text("pay.refunding");
	return text(`pay.${row?.payStatus ?? "none"}`);
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
	const time = element("time", `${moment(at)} · ${text(`by.${by.role}`)}`);
	time.dateTime = at;
	item.append(time, element("strong", text(`status.${to}`)), element("span", text(`why.${why}`, {}, why)));
	return item;
}

function show(book, row, room, timeline) {
	const state = byId("state");
	const words = { until: book.payUntil ? clock(book.payUntil) : "" };
	byId("title").textContent = text("booking.reference", { reference: book.reference });
	document.title = `${text(`status.${book.status}`)} - ${book.reference} - MyHotel`;
	state.textContent = text(`status.${book.status}`);
	state.className = `badge ${book.status}`;
	byId("next").textContent = text(`${role === "host" ? "host" : "guest"}.next.${book.status}`, words);
	byId("actions").replaceChildren(...actions(book, role, follow));
	byId("facts").replaceChildren(...facts(book, row, room));
	byId("timeline").replaceChildren(...(timeline?.steps ?? []).map(step));
	byId("booking").hidden = false;
}

/** Looks once; says whether there is something to wait for. */
async function look() {
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
let until = 0; // how long we follow,
let following = false; // if we do

/** One look of many: says whether another one may show more. */
async function lookAgain() {
	try {
		const { moving, settled } = await look();
		if (moving)
			until = Date.now() + FOLLOW_MS;
		return !settled || byId("actions").children.length > 0;
	} catch (problem) {
		explain(byId("problem"), problem);
		return problem.status !== 404;
	}
}

/** Follows a booking as long as it moves, and a while longer until its payment is known. */
async function follow() {
	until = Date.now() + FOLLOW_MS;
	if (following)
		return;
	following = true;
	while (await lookAgain() && Date.now() < until)
		await pause(LOOK_MS);
	following = false;
}

if (role === "host")
	link(byId("back").firstElementChild, "/host-bookings.html", text("guests.title"));
if (number) {
	await follow();
} else {
	byId("problem").replaceChildren(element("p", text("booking.none")));
	byId("problem").hidden = false;
}
