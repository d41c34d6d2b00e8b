/* SPDX-License-Identifier: MIT */
// actions - the forms for what the caller may do with a booking now, by its links.
import { enhance } from "./form.js";
import { copy } from "./page.js";
import { me } from "./locale.js";

/** The caller as parameters of the API: a guest, or a host. */
export function caller(role) {
	return role === "host" ? { role: "host", hostId: me.host } : { guestId: me.guest };
}

function action(rel, book, role, done, failed) {
	const form = copy(rel);
	form.action = book._links[rel].href.split("?")[0]; // the caller is in the fields
	for (const [name, value] of Object.entries(caller(role))) {
		const field = document.createElement("input");
		Object.assign(field, { type: "hidden", name, value });
		form.append(field);
	}
	enhance(form, { confirm: rel === "cancel" ? "confirm.cancel" : null, done, failed });
	return form;
}

/** A form for each action that the booking's links allow. done and failed are called afterwards. */
export function actions(book, role, done, failed) {
	const offered = role === "host" ? ["cancel"] : ["pay", "cancel"];
	return offered.filter((rel) => book._links[rel]).map((rel) => action(rel, book, role, done, failed));
}
