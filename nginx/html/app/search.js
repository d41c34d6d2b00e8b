/* SPDX-License-Identifier: MIT */
// search - the rooms that match the query of the page's URL.
import { get } from "./api.js";
import { clear, showProblem } from "./form.js";
import { query, byId, copy, link, paginate, put } from "./page.js";
import { counted, lastArrival, later, money, nights, NIGHTS_MAX, roomName, text, today } from "./locale.js";

const form = byId("search");
const list = byId("rooms");
let latest = 0; // the number of the last search; responses to older ones are dropped
const FIELDS = ["startDate", "endDate", "guests", "q", "maxAmount"];
const FIRST = "price,asc"; // the order, unless the guest chooses another

function criteria() {
	return Object.fromEntries([...new FormData(form)].filter(([, value]) => value.trim() !== ""));
}

function roomLink(room, wanted) {
	const kept = ["startDate", "endDate", "guests"].filter((name) => wanted[name]);
	return `/room.html?${new URLSearchParams([["id", room.id], ...kept.map((name) => [name, wanted[name]])])}`;
}

function card(room, wanted) {
	const item = copy("room");
	const total = room.total && counted("search.whole", nights(wanted.startDate, wanted.endDate),
		{ total: money(room.total, room.currency) });
	put(item, {
		name: roomName(room.id, room.name), city: room.city, description: room.description,
		capacity: counted("search.capacity", room.capacity),
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

/** With dates the rooms are free; without, nobody knows, and the page says so. */
function show(found, wanted) {
	const dated = Boolean(wanted.startDate);
	say(counted(dated ? "search.found" : "search.rooms", found.page.totalElements));
	byId("undated").hidden = dated || !found.page.totalElements;
	list.replaceChildren(...found._embedded.rooms.map((room) => card(room, wanted)));
	paginate(found.page, (page) => go({ ...wanted, page }));
}

async function search(wanted) {
	const turn = ++latest;
	clear(form);
	say(text("loading"));
	byId("undated").hidden = true;
	form.ariaBusy = "true";
	try {
		const found = await get("/rooms", { sort: FIRST, ...wanted, size: 12 });
		if (turn === latest)
			show(found, wanted);
	} catch (problem) {
		if (turn !== latest)
			return;
		say("");
		byId("pager").hidden = true;
		list.replaceChildren();
		showProblem(form, problem);
	} finally {
		if (turn === latest)
			form.ariaBusy = "false";
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
	form.elements.sort.value = wanted.sort ?? FIRST;
	return search(wanted);
}

form.noValidate = true;
form.elements.startDate.min = today();
form.elements.startDate.max = lastArrival();
form.elements.endDate.max = later(lastArrival(), NIGHTS_MAX);
form.elements.sort.addEventListener("change", () => go(criteria()));
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
