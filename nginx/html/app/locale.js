/* SPDX-License-Identifier: MIT */
// locale - the page's language and people, and how texts, money and times are written.

const { guest, host, timezone, currencyDecimals } = document.body.dataset;
export const language = document.documentElement.lang;
export const me = { guest, host };

const { default: texts } = await import(`/text/${language}.js`);

/** The text of a key with its {words} filled in; the fallback, or the key itself, if there is none. */
export function text(key, words = {}, fallback = key) {
	return (texts[key] ?? fallback).replace(/\{(\w+)\}/g, (whole, name) => words[name] ?? whole);
}

/** A text by number: KEY.0, KEY.1 or KEY.n, whichever there is. */
export function counted(key, n) {
	const words = { n: new Intl.NumberFormat(language).format(n) };
	return text(`${key}.${n}`, words, texts[`${key}.n`]);
}

/** Money in the currency's smallest unit, as people write it. */
export function money(amount, currency) {
	const format = new Intl.NumberFormat(language, { style: "currency", currency });
	return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
}

/** An amount in the smallest unit of the system's currency, as its forms have it: 15.00. */
export function decimal(amount) {
	const n = Number(currencyDecimals);
	const digits = String(amount).padStart(n + 1, "0");
	return n ? `${digits.slice(0, -n)}.${digits.slice(-n)}` : digits;
}

/** A date such as 2027-05-05. It has no time, so it is the same everywhere. */
export function day(date, options = { dateStyle: "medium" }) {
	return new Intl.DateTimeFormat(language, { ...options, timeZone: "UTC" })
		.format(new Date(`${date}T00:00:00Z`));
}

/** The time of day of an instant, in the browser's time zone. */
export function clock(instant) {
	return new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
		.format(new Date(instant));
}

/** Date and time of an instant, in the browser's time zone. */
export function moment(instant) {
	return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" })
		.format(new Date(instant));
}

/** Today's date in the hotel's time zone. */
export function today() {
	return new Intl.DateTimeFormat("en-CA", {
		timeZone: timezone, year: "numeric", month: "2-digit", day: "2-digit",
	}).format(new Date());
}

/** The date so many days later. */
export function later(date, days) {
	const at = new Date(`${date}T00:00:00Z`);
	at.setUTCDate(at.getUTCDate() + days);
	return at.toISOString().slice(0, 10);
}

/** How many nights there are from one date to another; NaN if one is missing. */
export function nights(start, end) {
	return Math.round((Date.parse(end) - Date.parse(start)) / 86400000);
}

/** "5 May 2027 - 8 May 2027 (3 nights)" */
export function stay(start, end) {
	return `${day(start)} – ${day(end)} (${counted("nights", nights(start, end))})`;
}

/** A room by its name; by its number if it has none that can be seen. */
export function roomName(id, name) {
	return /[^\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u.test(name ?? "") ? name : text("room.unnamed", { id });
}
