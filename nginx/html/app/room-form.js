/* SPDX-License-Identifier: MIT */
// room-form - what the forms that offer and change a room have in common.
import { Problem } from "./api.js";
import { clear, showProblem } from "./form.js";
import { decimal } from "./locale.js";

/** The room's members as its form has them. */
export function valuesOf({ name, city, description, capacity, price }) {
	return { name, city, description, capacity: String(capacity), amount: decimal(price) };
}

/** The API takes a room without a name, but nobody finds it again; false, and why, if it is left out. */
export function hasName(form, fields) {
	if (!fields.has("name") || fields.get("name").trim())
		return true;
	clear(form);
	showProblem(form, new Problem("validation", 422, { errors: [{ pointer: "/name", code: "required" }] }));
	return false;
}
