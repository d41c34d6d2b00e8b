/* SPDX-License-Identifier: MIT */
// conflict - what somebody else has saved in a room while its form was open, beside what the form says.
import { element } from "./page.js";
import { labelOf, valuesOf } from "./room-form.js";
import { text } from "./locale.js";

function choice(group, words, value, take, checked) {
	const label = document.createElement("label");
	const radio = document.createElement("input");
	Object.assign(radio, { type: "radio", name: group, checked });
	radio.addEventListener("change", () => take(value));
	label.append(radio, element("span", `${text(words)} `), element("q", value || text("conflict.empty"), "text"));
	return label;
}

/** Both values of a field to choose from; the host's is chosen. */
function decision(field, mine, saved) {
	const set = document.createElement("fieldset");
	const take = (value) => {
		field.value = value;
	};
	set.append(element("legend", labelOf(field)),
		choice(`keep-${field.id}`, "conflict.mine", mine, take, true),
		choice(`keep-${field.id}`, "conflict.saved", saved, take, false));
	return set;
}

/** A field that the host has not touched takes over what was saved. */
function takenOver(field, saved) {
	field.value = saved;
	const line = element("p", `${labelOf(field)}: ${text("conflict.taken")} `);
	line.append(element("q", saved || text("conflict.empty"), "text"));
	return line;
}

/** Compares the form, filled from `before`, with the room as it is saved now. */
export function compare(form, before, now) {
	const box = document.createElement("div");
	const [filled, saved] = [valuesOf(before), valuesOf(now)];
	box.className = "conflict";
	box.append(element("p", text("conflict.what")));
	for (const member of Object.keys(saved).filter((one) => saved[one] !== filled[one])) {
		const field = form.elements[member];
		if (field.value === filled[member])
			box.append(takenOver(field, saved[member]));
		else if (field.value !== saved[member])
			box.append(decision(field, field.value, saved[member]));
	}
	return box;
}
