/* SPDX-License-Identifier: MIT */
// page - the parts of a page: templates, texts in their places, problems, pages of a list.
import { text } from "./locale.js";
import { showUnread } from "./unread.js";

export const byId = (id) => document.getElementById(id);

/** The query of the page's own address. */
export const query = Object.fromEntries(new URLSearchParams(location.search));

/** A copy of a template's first element. */
export function copy(id) {
	return byId(id).content.firstElementChild.cloneNode(true);
}

/** An element with a text in it. */
export function element(name, content, className) {
	const made = document.createElement(name);
	made.textContent = content;
	if (className)
		made.className = className;
	return made;
}

/** Puts texts into the elements marked data-put and removes those without a text. */
export function put(node, texts) {
	for (const [name, content] of Object.entries(texts)) {
		const place = node.querySelector(`[data-put="${name}"]`);
		if (content == null || content === "")
			place.remove();
		else
			place.textContent = content;
	}
}

/** A link with its text. */
export function link(anchor, href, content) {
	anchor.href = href;
	if (content != null)
		anchor.textContent = content;
	return anchor;
}

/** A state as a badge: its word and its colour. */
export function badge(node, status) {
	node.textContent = text(`status.${status}`);
	node.classList.add(status);
}

/** The link to sign in on, which leads back here; nothing if that does not mend the problem. */
export function signInLink(problem) {
	if (problem.slug !== "unauthorized")
		return [];
	const here = new URLSearchParams({ status: "Expired", return: location.pathname + location.search });
	return [link(document.createElement("a"), `/signin.html?${here}`, text("signin.again"))];
}

/** Shows a problem in a box; without a problem the box is hidden. */
export function explain(box, problem, ...more) {
	box.hidden = !problem;
	if (problem)
		box.replaceChildren(element("h2", text("problem.title")),
			element("p", sentence(problem)), ...signInLink(problem), ...more);
}

/** The sentence of a problem. Any other error is a bug of the page and is thrown again. */
export function sentence(problem) {
	if (!problem.slug)
		throw problem;
	return text(`problem.${problem.slug}`, {}, text("problem.internal"));
}

/** Shows the page number of a list and the buttons to its other pages. */
export function paginate(page, go) {
	const nav = byId("pager");
	const [prev, place, next] = nav.children;
	nav.hidden = page.totalPages < 2;
	place.textContent = text("page.of", { page: page.number + 1, pages: page.totalPages });
	prev.disabled = page.number === 0;
	next.disabled = page.number + 1 >= page.totalPages;
	prev.onclick = () => go(page.number - 1);
	next.onclick = () => go(page.number + 1);
}

for (const anchor of document.querySelectorAll("header nav a, .tabs a"))
	if (anchor.pathname === location.pathname && (anchor.closest("nav") || anchor.search === location.search))
		anchor.setAttribute("aria-current", "page");
showUnread();
