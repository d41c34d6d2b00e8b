/* SPDX-License-Identifier: MIT */
// calendar - the free and taken nights of two months, as tables.
import { element } from "./page.js";
import { day, later, text } from "./locale.js";

const MONTHS = 2;

const firstOf = (date) => `${date.slice(0, 7)}-01`;

/** The first day of the month so many months later. */
export function monthsLater(date, n) {
	const [year, month] = date.split("-").map(Number);
	return new Date(Date.UTC(year, month - 1 + n, 1)).toISOString().slice(0, 10);
}

/** What a night is to a guest; "free" needs no words in each cell, because most nights are. */
function stateOf(date, taken, { first, last }) {
	if (first && date < first)
		return "past";
	if (taken.has(date))
		return "taken";
	return date > last ? "beyond" : "free";
}

function cell(date, taken, bookable) {
	const made = element("td", String(Number(date.slice(8))));
	const is = stateOf(date, taken, bookable);
	made.className = `day ${is}`;
	if (is !== "free")
		made.append(element("span", ` ${text(`room.${is}`)}`, "unseen"));
	return made;
}

function head() {
	const row = document.createElement("tr");
	for (let n = 0; n < 7; n++) { // 2023-01-01 was a Sunday
		const name = element("th", day(later("2023-01-01", n), { weekday: "short" }));
		name.scope = "col";
		row.append(name);
	}
	const made = document.createElement("thead");
	made.append(row);
	return made;
}

function weeks(first, taken, bookable) {
	const body = document.createElement("tbody");
	const end = monthsLater(first, 1);
	let row;
	for (let date = first; date < end; date = later(date, 1)) {
		const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
		if (!row || weekday === 0) {
			row = document.createElement("tr");
			body.append(row);
			for (let n = 0; n < weekday; n++)
				row.append(document.createElement("td"));
		}
		row.append(cell(date, taken, bookable));
	}
	return body;
}

function month(first, taken, bookable) {
	const table = document.createElement("table");
	table.append(element("caption", day(first, { year: "numeric", month: "long" })), head(), weeks(first, taken, bookable));
	return table;
}

/** The range of dates that the calendar shows from a date on, ... */
export function range(date) {
	const from = firstOf(date);
	return { from, to: monthsLater(from, MONTHS) };
}

/** ... and its tables, given the taken nights and the first and last day on which a stay can start. */
export function tables(from, taken, bookable) {
	const nights = new Set(taken);
	return Array.from({ length: MONTHS }, (_, n) => month(monthsLater(from, n), nights, bookable));
}
