/* SPDX-License-Identifier: MIT */
// host-room - one room for its host: change it, delete it, list its bookings.
import { affected, figures } from "./affected.js";
import { Problem, get, tagOf } from "./api.js";
import { compare } from "./conflict.js";
import { enhance, fillUntouched, showProblem } from "./form.js";
import { query, byId, element, explain, link } from "./page.js";
import { hasName, valuesOf } from "./room-form.js";
import { me, roomName, stay, text } from "./locale.js";

const number = Number(query.id) || 0;
const form = byId("change");
const deletion = byId("delete");
let room; // as the form was filled with it

function fill(shown, put = (field, value) => { field.value = value; }) {
	room = shown;
	byId("forms").hidden = room.status !== "Open";
	const name = roomName(room.id, room.name);
	document.title = `${name} - ${text("hostroom.title")} - MyHotel`;
	byId("title").textContent = name;
	for (const [member, value] of Object.entries(valuesOf(room)))
		put(form.elements[member], value);
	byId("see").hidden = false;
	link(byId("see").firstElementChild, `/room.html?id=${room.id}`);
}

function say(key) {
	byId("notice").textContent = text(key);
}

function deleted() {
	byId("forms").hidden = true;
	say("hostroom.deleted");
}

/* ---- changing it ---- */

/** Line breaks as the server stores them. */
const written = (value) => value.replace(/\r\n?/g, "\n");

/** Leaves only what was changed in the fields; false if that is nothing. */
function onlyChanges(fields) {
	if (!room) // not loaded yet: the form has its version in ifMatch, and a room without a name stays so
		return !form.elements.name.defaultValue || hasName(form, fields);
	const unchanged = Object.entries(valuesOf(room)).filter(([member, value]) => written(fields.get(member)) === value);
	for (const [member] of unchanged)
		fields.delete(member);
	byId("notice").textContent = "";
	if (unchanged.length < Object.keys(valuesOf(room)).length)
		return hasName(form, fields);
	say("hostroom.unchanged");
	return false;
}

/** Somebody else has saved the room: shows what differs, and goes on from what is saved now. */
async function changedMeanwhile() {
	const now = await get(`/rooms/${number}`);
	form.querySelector(".problem").append(compare(form, valuesOf(room), valuesOf(now)));
	room = now;
}

enhance(form, {
	prepare: onlyChanges,
	tag: () => tagOf(room),
	done(changed) {
		fill(changed);
		say("hostroom.changed");
	},
	async failed(problem) {
		if (problem.slug === "version-conflict")
			await changedMeanwhile();
	},
});

/* ---- deleting it ---- */

/** What goes with the room, as a sentence; null if the booking service does not say. */
async function consequences() {
	try {
		return figures(await affected(number));
	} catch {
		return null;
	}
}

/** Asks before it deletes; says at once why it cannot. */
async function question() {
	const wanted = deletion.elements.cancelBookings.checked;
	const found = await consequences();
	if (found?.bookings && !wanted) {
		showProblem(deletion, new Problem("room-has-bookings"));
		deletion.querySelector(".problem").append(element("p", text("hostroom.affected", found.words)));
		return false;
	}
	if (found?.bookings)
		return element("p", text("confirm.delete.bookings", found.words));
	return element("p", text(found ? "confirm.delete" : `confirm.delete.unknown.${wanted}`));
}

async function showConsequences() {
	const found = await consequences();
	byId("affected").textContent = found
		? text(found.bookings ? "hostroom.affected" : "hostroom.affected.none", found.words) : text("hostroom.affected.unknown");
}

enhance(deletion, {
	confirm: question,
	tag: () => tagOf(room),
	async done() {
		deleted();
		await showBookings();
	},
	async failed(problem) {
		if (problem.slug === "version-conflict")
			fill(await get(`/rooms/${number}`), fillUntouched);
	},
});

/* ---- its bookings ---- */

function booking(book) {
	const item = document.createElement("li");
	item.append(link(document.createElement("a"), `/booking.html?id=${book.id}&role=host`, book.reference),
		` ${stay(book.startDate, book.endDate)} `, element("span", text(`status.${book.status}`), `badge ${book.status}`));
	return item;
}

async function showBookings() {
	const found = await get("/books", {
		role: "host", hostId: me.host, roomId: number, size: 20, sort: "startDate,desc" });
	byId("bookings").replaceChildren(...found._embedded.books.map(booking));
	byId("of-room").hidden = found.page.totalElements === 0;
}

try {
	fill(await get(`/rooms/${number}`), fillUntouched);
	if (room.status === "Deleted")
		deleted();
	else
		await showConsequences();
	await showBookings();
} catch (problem) {
	byId("forms").hidden = !room;
	explain(byId(room ? "bookings-problem" : "problem"), problem);
}
