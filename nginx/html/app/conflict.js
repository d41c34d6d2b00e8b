/* SPDX-License-Identifier: MIT */
// conflict - what somebody else has saved while a form was open, beside what the form says.
import { element } from "./page.js";
import { labelOf } from "./form.js";
import { text } from "./locale.js";

/** A value as the form shows it. */
const shown = (field, value) =>
	[...field.options ?? []].find((option) => option.value === value)?.text ?? (value || text("conflict.empty"));

function choice(field, words, value, take, checked) {
	const label = document.createElement("label");
	const radio = document.createElement("input");
	Object.assign(radio, { type: "radio", name: `keep-${field.id}`, checked });
	radio.addEventListener("change", () => take(value));
	label.append(radio, element("span", `${text(words)} `), element("q", shown(field, value), "text"));
	return label;
}

/** Both values of a field to choose from; the one of the form is chosen. */
function decision(field, mine, saved) {
	const set = document.createElement("fieldset");
	const take = (value) => {
		field.value = value;
	};
	set.append(element("legend", labelOf(field)),
		choice(field, "conflict.mine", mine, take, true),
		choice(field, "conflict.saved", saved, take, false));
	return set;
}

/** A field that was not touched takes over what was saved. */
function takenOver(field, saved) {
	field.value = saved;
	const line = element("p", `${labelOf(field)}: ${text("conflict.taken")} `);
	line.append(element("q", shown(field, saved), "text"));
	return line;
}

/** Compares the form, which was filled with some values by name, with those that are saved now. */
export function compare(form, filled, saved) {
	const box = document.createElement("div");
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
