/* SPDX-License-Identifier: MIT */
// host-room - one room for its host: change it, delete it, list its bookings.
import { get } from "./api.js";
import { enhance } from "./form.js";
import { query, byId, element, explain, link } from "./page.js";
import { me, roomName, stay, text } from "./locale.js";

const number = Number(query.id) || 0;
const form = byId("change");

function fill(room) {
	byId("title").textContent = roomName(room.id, room.name);
	for (const name of ["name", "city", "description", "capacity", "price"])
		form.elements[name].value = room[name];
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

function booking(book) {
	const item = document.createElement("li");
	item.append(link(document.createElement("a"), `/booking.html?id=${book.id}&role=host`, book.reference),
		` ${stay(book.startDate, book.endDate)} `, element("span", text(`status.${book.status}`), `badge ${book.status}`));
	return item;
}

async function showBookings() {
	const found = await get("/books", { role: "host", hostId: me.host, roomId: number, size: 20 });
	byId("bookings").replaceChildren(...found._embedded.books.map(booking));
	byId("of-room").hidden = found.page.totalElements === 0;
}

enhance(form, {
	done(room) {
		fill(room);
		say("hostroom.changed");
	},
});
enhance(byId("delete"), {
	confirm: "confirm.delete",
	async done() {
		deleted();
		await showBookings();
	},
});

try {
	const room = await get(`/rooms/${number}`);
	fill(room);
	if (room.status === "Deleted")
		deleted();
	await showBookings();
} catch (problem) {
	byId("forms").hidden = true;
	explain(byId("problem"), problem);
}
