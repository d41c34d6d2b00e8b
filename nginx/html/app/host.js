/* SPDX-License-Identifier: MIT */
// host - the host's rooms, and the form that registers a room.
import { get } from "./api.js";
import { enhance } from "./form.js";
import { badge, byId, copy, explain, link, paginate, put } from "./page.js";
import { hasName } from "./room-form.js";
import { counted, me, money, roomName, text } from "./locale.js";

function card(room) {
	const item = copy("room");
	put(item, {
		name: roomName(room.id, room.name), city: room.city,
		capacity: counted("search.capacity", room.capacity),
		price: text("search.night", { price: money(room.price, room.currency) }),
	});
	badge(item.querySelector("[data-put=status]"), room.status);
	link(item.querySelector("h2 a"), `/host-room.html?id=${room.id}`);
	return item;
}

async function show(page = 0) {
	try {
		const found = await get("/rooms", { role: "host", hostId: me.host, page, size: 12, sort: "id,desc" });
		byId("rooms").replaceChildren(...found._embedded.rooms.map(card));
		if (!found.page.totalElements)
			byId("notice").textContent = text("host.empty");
		paginate(found.page, show);
	} catch (problem) {
		explain(byId("problem"), problem);
	}
}

const form = byId("register");

if (form) // an account without the role of a host has words in its place
	enhance(form, {
		prepare: (fields) => hasName(form, fields),
		async done() {
			form.reset();
			byId("notice").textContent = text("host.registered");
			await show();
			byId("notice").scrollIntoView({ block: "center" });
		},
	});
await show();
