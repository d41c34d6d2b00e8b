/* SPDX-License-Identifier: MIT */
// settings - the recipient's message settings: addresses and language.
import { get, tagOf } from "./api.js";
import { compare } from "./conflict.js";
import { enhance, fillUntouched } from "./form.js";
import { byId, explain, link } from "./page.js";
import { text } from "./locale.js";
import { recipientId, roleQuery } from "./recipient.js";

const form = byId("settings");
let settings; // as the form was filled with them

const valuesOf = ({ email, webhookUrl, language }) =>
	({ email: email ?? "", webhookUrl: webhookUrl ?? "", language: language ?? "" });

const load = () => get("/notifications/settings", { recipientId });

function fill(shown, put = (field, value) => { field.value = value; }) {
	settings = shown;
	form.hidden = false;
	for (const [name, value] of Object.entries(valuesOf(settings)))
		put(form.elements[name], value);
	byId("unconfirmed").hidden = settings.emailConfirmed !== false;
	byId("secret").hidden = !settings.webhookSecret;
	byId("secret").querySelector("code").textContent = settings.webhookSecret ?? "";
}

/** The settings have been saved elsewhere: shows what differs, and goes on from what is saved now. */
async function changedMeanwhile() {
	const now = await load();
	form.querySelector(".problem").append(compare(form, valuesOf(settings ?? now), valuesOf(now)));
	settings = now;
}

async function begin() {
	form.elements.recipientId.value = recipientId;
	enhance(form, {
		tag: () => tagOf(settings),
		done(saved) {
			fill(saved);
			byId("notice").textContent = text("settings.saved");
		},
		async failed(problem) {
			if (problem.slug === "version-conflict")
				await changedMeanwhile();
		},
	});
	try {
		fill(await load(), fillUntouched);
	} catch (problem) {
		explain(byId("problem"), problem);
	}
}

link(byId("back"), `/notifications.html${roleQuery}`);
if (form) // number 0 has no settings
	await begin();
