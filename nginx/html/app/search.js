/* SPDX-License-Identifier: MIT */
// search - the rooms that match the query of the page's URL.
import { get } from "./api.js";
import { clear, showProblem } from "./form.js";
import { query, byId, copy, link, paginate, put } from "./page.js";
import { counted, later, money, nights, roomName, text, today } from "./locale.js";

const form = byId("search");
const list = byId("rooms");
let latest = 0; // the number of the last search; responses to older ones are dropped
const FIELDS = ["startDate", "endDate", "guests", "q", "maxPrice"];

function criteria() {
	return Object.fromEntries([...new FormData(form)].filter(([, value]) => value.trim() !== ""));
}

function roomLink(room, wanted) {
	const kept = ["startDate", "endDate", "guests"].filter((name) => wanted[name]);
	return `/room.html?${new URLSearchParams([["id", room.id], ...kept.map((name) => [name, wanted[name]])])}`;
}

function card(room, wanted) {
	const item = copy("room");
	const total = room.total && text("search.whole", {
		total: money(room.total, room.currency),
		nights: counted("nights", nights(wanted.startDate, wanted.endDate)),
	});
	put(item, {
		name: roomName(room.id, room.name), city: room.city, description: room.description,
		capacity: text("search.capacity", { n: room.capacity }),
		price: text("search.night", { price: money(room.price, room.currency) }), total,
	});
	link(item.querySelector("h3 a"), roomLink(room, wanted));
	return item;
}

function say(words) {
	byId("found").hidden = !words;
	if (words)
		byId("found").textContent = words;
}

function show(found, wanted) {
	say(counted("search.found", found.page.totalElements));
	list.replaceChildren(...found._embedded.rooms.map((room) => card(room, wanted)));
	paginate(found.page, (page) => go({ ...wanted, page }));
}

async function search(wanted) {
	const turn = ++latest;
	clear(form);
	say(text("loading"));
	try {
		const found = await get("/rooms", { ...wanted, size: 12 });
		if (turn === latest)
			show(found, wanted);
	} catch (problem) {
		if (turn !== latest)
			return;
		say("");
		byId("pager").hidden = true;
		list.replaceChildren();
		showProblem(form, problem);
	}
}

/** Each search has its own URL, for bookmarks and the back button. */
function go(wanted) {
	history.pushState(null, "", `/?${new URLSearchParams(wanted)}`);
	return search(wanted);
}

function begin(wanted) {
	for (const name of FIELDS)
		form.elements[name].value = wanted[name] ?? "";
	return search(wanted);
}

form.noValidate = true;
form.elements.startDate.min = today();
form.elements.startDate.addEventListener("change", ({ target }) => {
	const end = form.elements.endDate;
	end.min = target.value && later(target.value, 1);
	if (target.value && !(end.value > target.value))
		end.value = later(target.value, 1);
});
form.addEventListener("submit", (event) => {
	event.preventDefault();
	go(criteria());
});
addEventListener("popstate", () => begin(Object.fromEntries(new URLSearchParams(location.search))));
begin(query);
