/* SPDX-License-Identifier: MIT */
// kept - what somebody has entered into a form, kept in the tab while they sign in again.

const PREFIX = "form ";

const nameOf = (form) => PREFIX + location.pathname + " " + form.getAttribute("action");

/** What people enter themselves, and no secret. */
const entered = (form) => [...form.elements].filter((field) =>
	field.name && !["hidden", "password", "submit", "button"].includes(field.type));

/** Keeps the entries of a form until the same page restores them. */
export function keep(form) {
	const entries = entered(form).map((field) => [field.name, field.type === "checkbox" ? field.checked : field.value]);
	sessionStorage.setItem(nameOf(form), JSON.stringify(entries));
}

/** Enters again what was kept, once. */
export function restore(form) {
	const name = nameOf(form);
	const entries = JSON.parse(sessionStorage.getItem(name) ?? "[]");
	sessionStorage.removeItem(name);
	for (const [key, value] of entries) {
		const field = form.elements.namedItem(key);
		if (field?.type === "checkbox")
			field.checked = value;
		else if (field)
			field.value = value;
	}
	if (entries.length)
		form.dispatchEvent(new Event("change"));
}
