/* SPDX-License-Identifier: MIT */
// settings - the recipient's message settings: addresses and language.
import { get } from "./api.js";
import { enhance, fillUntouched } from "./form.js";
import { byId, explain, link } from "./page.js";
import { text } from "./locale.js";
import { recipientId, roleQuery } from "./recipient.js";

const form = byId("settings");

function fill(settings, put = (field, value) => { field.value = value; }) {
	form.hidden = false;
	for (const name of ["email", "webhookUrl", "language"])
		put(form.elements[name], settings[name] ?? "");
	byId("secret").hidden = !settings.webhookSecret;
	byId("secret").querySelector("code").textContent = settings.webhookSecret ?? "";
}

async function begin() {
	form.elements.recipientId.value = recipientId;
	enhance(form, {
		done(settings) {
			fill(settings);
			byId("notice").textContent = text("settings.saved");
		},
	});
	try {
		fill(await get("/notifications/settings", { recipientId }), fillUntouched);
	} catch (problem) {
		explain(byId("problem"), problem);
	}
}

link(byId("back"), `/notifications.html${roleQuery}`);
if (form) // number 0 has no settings
	await begin();
