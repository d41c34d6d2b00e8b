/* SPDX-License-Identifier: MIT */
// form - sends a form without leaving the page and shows its faults beside the fields.
import { Problem, post } from "./api.js";
import { keep, restore } from "./kept.js";
import { element, sentence, signInLink } from "./page.js";
import { text } from "./locale.js";

// Forms have an amount as people write it in place of the price in the smallest unit.
const DECIMAL = { price: "amount", maxPrice: "maxAmount" };

/** A new idempotency key: a form sent twice with the same key is processed once. */
function newKey() {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function describe(field, id) {
	const ids = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
	return { add: [id, ...ids].join(" "), rest: ids.join(" ") };
}

export const labelOf = (field) => field.labels[0].firstChild.textContent.trim();

/** Removes what showProblem() added. */
export function clear(form) {
	for (const fault of form.querySelectorAll(".fault")) {
		const field = fault.parentElement.querySelector("input, select, textarea");
		const { rest } = describe(field, fault.id);
		rest ? field.setAttribute("aria-describedby", rest) : field.removeAttribute("aria-describedby");
		field.removeAttribute("aria-invalid");
		fault.remove();
	}
	form.querySelector(".problem[role=alert]")?.remove();
}

/** The field that a fault points at, if it is visible. */
function pointedAt(form, fault) {
	const name = fault.pointer.slice(1);
	const field = form.elements.namedItem(name) ?? form.elements.namedItem(DECIMAL[name] ?? "");
	return field?.id ? field : null;
}

const faultText = (fault) => text(`fault.${fault.code}`, {}, fault.detail);

function mark(field, fault) {
	const id = `${field.id}-fault`;
	if (field.hasAttribute("aria-invalid"))
		return;
	const place = element("span", faultText(fault), "fault");
	place.id = id;
	field.setAttribute("aria-describedby", describe(field, id).add);
	field.setAttribute("aria-invalid", "true");
	field.parentElement.append(place);
}

/** One line of the summary: a link to the field, or its name if the form does not show it. */
function line(form, fault) {
	const item = document.createElement("li");
	const field = pointedAt(form, fault);
	const name = field?.labels[0]?.firstChild.textContent.trim()
		?? text(`field.${fault.pointer.slice(1)}`);
	if (!field) {
		item.textContent = `${name}: ${faultText(fault)}`;
		return item;
	}
	const anchor = element("a", `${name}: ${faultText(fault)}`);
	anchor.href = `#${field.id}`;
	item.append(anchor);
	return item;
}

/** Shows a problem at the top of the form and its faults beside the fields; the first gets focus. */
export function showProblem(form, problem) {
	const box = element("div", "", "problem");
	const faults = problem.body?.errors ?? [];
	const summary = sentence(problem);
	const signIn = signInLink(problem);
	box.setAttribute("role", "alert");
	box.tabIndex = -1;
	box.append(element("p", text("problem.title"), "title"), element("p", summary));
	if (signIn.length) {
		keep(form);
		box.append(element("p", text("signin.kept")), ...signIn);
	}
	if (faults.length) {
		const list = document.createElement("ul");
		list.append(...faults.map((fault) => line(form, fault)));
		box.append(list);
	}
	form.prepend(box);
	const marked = faults.map((fault) => [pointedAt(form, fault), fault]).filter(([field]) => field);
	marked.forEach(([field, fault]) => mark(field, fault));
	(marked[0]?.[0] ?? box).focus();
}

/** Asks for confirmation in a dialog; the question is an element. */
function confirmed(question) {
	const dialog = document.createElement("dialog");
	const choices = document.createElement("form");
	const title = element("h2", text("confirm.title"));
	const no = element("button", text("confirm.no"), "plain");
	const yes = element("button", text("confirm.yes"), "danger");
	title.id = "confirm-title";
	dialog.setAttribute("aria-labelledby", title.id);
	choices.method = "dialog";
	no.value = "no";
	no.autofocus = true;
	yes.value = "yes";
	choices.append(no, yes);
	dialog.append(title, question, choices);
	document.body.append(dialog);
	return new Promise((resolve) => {
		dialog.addEventListener("close", () => {
			dialog.remove();
			resolve(dialog.returnValue === "yes");
		});
		dialog.showModal();
	});
}

/** The key changes once the outcome is known: the same key would only replay that outcome. */
function renewKey(form) {
	const key = form.elements.namedItem("idempotencyKey");
	if (key)
		key.value = newKey();
}

/** Says on the button and to screen readers that the form is being sent; returns how to end that. */
function busy(form, button) {
	const said = form.querySelector("[role=status].busy") ?? element("span", "", "busy unseen");
	const label = button.textContent;
	const words = button.dataset.busy ?? text("busy");
	said.setAttribute("role", "status");
	form.append(said);
	form.ariaBusy = "true";
	button.textContent = words;
	said.textContent = words;
	return () => {
		form.ariaBusy = "false";
		said.textContent = "";
		if (button.textContent === words)
			button.textContent = label;
	};
}

/** Where reading goes on if what had the focus is gone: the news, or else the page's title. */
function keepFocus() {
	const { activeElement } = document;
	if (activeElement && activeElement !== document.body)
		return;
	const [place] = ["#notice:not(:empty)", "#state", "h1"].map((one) => document.querySelector(one)).filter(Boolean);
	place.tabIndex = -1;
	place.focus();
}

async function send(form, { prepare, tag, done, failed }) {
	const fields = new FormData(form);
	if (prepare?.(fields) === false)
		return;
	clear(form);
	const demanded = tag?.();
	if (demanded)
		fields.delete("ifMatch"); // the header says it
	try {
		const answer = await post(form.getAttribute("action"), fields, demanded);
		renewKey(form);
		await done(answer);
	} catch (problem) {
		if (!(problem instanceof Problem))
			throw problem;
		if (!problem.isUnknown)
			renewKey(form);
		showProblem(form, problem);
		await failed?.(problem);
	}
}

/** The question as an element; nothing if there is none to ask, and false if nothing may be sent. */
async function questionOf({ confirm }) {
	return typeof confirm === "string" ? element("p", text(confirm)) : await confirm?.();
}

async function submit(form, button, actions) {
	if (form.ariaBusy === "true")
		return;
	let finish = busy(form, button);
	try {
		const question = await questionOf(actions);
		if (question) {
			finish();
			if (!await confirmed(question))
				return;
			finish = busy(form, button);
		}
		if (question !== false)
			await send(form, actions);
	} finally {
		finish();
		keepFocus();
	}
}

/** Whether the reader has changed the field since the page came, perhaps before this script ran. */
function isTouched(field) {
	if (field.options)
		return field.selectedIndex !== Math.max([...field.options].findIndex((option) => option.defaultSelected), 0);
	return field.value !== field.defaultValue;
}

/** Fills a field of a page that has just come, but never over what the reader has entered meanwhile. */
export function fillUntouched(field, value) {
	if (!isTouched(field))
		field.value = value;
}

/**
 * Sends a form without leaving the page. confirm: the text key of a question to ask first, or a function
 * that makes an element of it, or says false to send nothing; prepare: may add fields, or return false
 * to send nothing; tag: the ETag of what is changed, for If-Match; done: gets the body of the response;
 * failed: gets the problem, already shown. The button says data-busy, or a text for all, meanwhile.
 */
export function enhance(form, actions) {
	restore(form);
	form.noValidate = true; // the server validates, and the messages are translated
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		submit(form, event.submitter ?? form.querySelector("[type=submit]"), actions);
	});
}
