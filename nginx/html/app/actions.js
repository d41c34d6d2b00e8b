// actions - what can be done with a booking now: exactly what its links say.
import { enhance } from "./form.js";
import { copy } from "./page.js";
import { me } from "./reader.js";

/** The caller as the API wants to be told: a guest, or a host. */
export function caller(role) {
	return role === "host" ? { role: "host", hostId: me.host } : { guestId: me.guest };
}

function action(rel, book, role, done, failed) {
	const form = copy(rel);
	form.action = book._links[rel].href;
	for (const [name, value] of Object.entries(caller(role))) {
		const field = document.createElement("input");
		Object.assign(field, { type: "hidden", name, value });
		form.append(field);
	}
	enhance(form, { confirm: rel === "cancel" ? "confirm.cancel" : null, done, failed });
	return form;
}

/** A form for each action that the booking's links allow, and what follows when it was done or not. */
export function actions(book, role, done, failed) {
	const offered = role === "host" ? ["cancel"] : ["pay", "cancel"];
	return offered.filter((rel) => book._links[rel]).map((rel) => action(rel, book, role, done, failed));
}
