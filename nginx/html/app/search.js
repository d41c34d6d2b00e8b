// search - rooms that are free, as the address of the page asks for them.
import { get } from "./api.js";
import { clear, showProblem } from "./form.js";
import { asked, byId, copy, link, paginate, put } from "./page.js";
import { counted, later, money, nights, roomName, text, today } from "./reader.js";

const form = byId("search");
const list = byId("rooms");
let latest = 0; // the number of the last search: an answer to an older one comes too late
const FIELDS = ["startDate", "endDate", "guests", "q", "maxPrice"];

function wish() {
	return Object.fromEntries([...new FormData(form)].filter(([, value]) => value.trim() !== ""));
}

function roomLink(room, wished) {
	const carried = ["startDate", "endDate", "guests"].filter((name) => wished[name]);
	return `/room.html?${new URLSearchParams([["id", room.id], ...carried.map((name) => [name, wished[name]])])}`;
}

function card(room, wished) {
	const item = copy("room");
	const total = room.total && text("search.whole", {
		total: money(room.total, room.currency),
		nights: counted("nights", nights(wished.startDate, wished.endDate)),
	});
	put(item, {
		name: roomName(room.id, room.name), city: room.city, description: room.description,
		capacity: text("search.capacity", { n: room.capacity }),
		price: text("search.night", { price: money(room.price, room.currency) }), total,
	});
	link(item.querySelector("h3 a"), roomLink(room, wished));
	return item;
}

function say(words) {
	byId("found").textContent = words;
	byId("found").hidden = !words;
}

function show(found, wished) {
	say(counted("search.found", found.page.totalElements));
	list.replaceChildren(...found._embedded.rooms.map((room) => card(room, wished)));
	paginate(found.page, (page) => go({ ...wished, page }));
}

async function search(wished) {
	const turn = ++latest;
	clear(form);
	say(text("loading"));
	try {
		const found = await get("/rooms", { ...wished, size: 12 });
		if (turn === latest)
			show(found, wished);
	} catch (problem) {
		if (turn !== latest)
			return;
		say("");
		byId("pager").hidden = true;
		list.replaceChildren();
		showProblem(form, problem);
	}
}

/** Another search is another address: it can be kept, sent and gone back to. */
function go(wished) {
	history.pushState(null, "", `/?${new URLSearchParams(wished)}`);
	return search(wished);
}

function begin(wished) {
	for (const name of FIELDS)
		form.elements[name].value = wished[name] ?? "";
	return search(wished);
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
	go(wish());
});
addEventListener("popstate", () => begin(Object.fromEntries(new URLSearchParams(location.search))));
begin(asked);
