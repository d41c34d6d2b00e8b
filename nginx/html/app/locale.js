/* SPDX-License-Identifier: MIT */
// locale - the page's language and people, and how texts, money and times are written.

const {
	guest, host, timezone, zones, currency: own, currencyDecimals, nightsMax, daysAhead,
} = document.body.dataset;
export const language = document.documentElement.lang;
export const me = { guest, host };

const { default: texts } = await import(`/text/${language}.js`);

/** The text of a key with its {words} filled in; the fallback, or the key itself, if there is none. */
export function text(key, words = {}, fallback = key) {
	const all = { nightsMax, daysAhead, ...words };
	return (texts[key] ?? fallback).replace(/\{(\w+)\}/g, (whole, name) => all[name] ?? whole);
}

/** A text by number: KEY.0, KEY.1 or KEY.n, whichever there is. */
export function counted(key, n, words = {}) {
	return text(`${key}.${n}`, { n: new Intl.NumberFormat(language).format(n), ...words }, texts[`${key}.n`]);
}

/** The decimals of a currency: ISO 4217's, which the server tells of its own. */
function decimals(currency) {
	const { maximumFractionDigits } =
		new Intl.NumberFormat(language, { style: "currency", currency }).resolvedOptions();
	return currency === own ? Number(currencyDecimals) : maximumFractionDigits;
}

/** Money in the currency's smallest unit, as people write it. */
export function money(amount, currency) {
	const digits = decimals(currency);
	return new Intl.NumberFormat(language, {
		style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits,
	}).format(amount / 10 ** digits);
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

/** The date of an instant in the hotel's time zone, such as 2027-05-05. */
function dateOf(instant) {
	return new Intl.DateTimeFormat("en-CA", {
		timeZone: timezone, year: "numeric", month: "2-digit", day: "2-digit",
	}).format(instant);
}

const zoneWords = new Map(zones.split(",").map((zone) => zone.split("=")));

/** What the hotel's clocks are called, as the server writes it: KST. */
function zoneOf(instant) {
	const { value } = new Intl.DateTimeFormat("en", { timeZone: timezone, timeZoneName: "longOffset" })
		.formatToParts(instant).find(({ type }) => type === "timeZoneName");
	const offset = value.slice("GMT".length) || "+00:00";
	return zoneWords.get(offset) ?? `(UTC${offset})`;
}

/** Date and time of an instant by the hotel's clocks, with the zone: readers may be elsewhere. */
export function moment(instant) {
	const at = new Date(instant);
	const time = new Intl.DateTimeFormat(language, {
		timeZone: timezone, hour: "2-digit", minute: "2-digit", hourCycle: "h23",
	}).format(at);
	return text("moment", { day: day(dateOf(at)), time: `${time} ${zoneOf(at)}` });
}

/** A <time> with a moment in it, and a text after it. */
export function timeOf(instant, rest = "") {
	const made = document.createElement("time");
	made.dateTime = instant;
	made.textContent = moment(instant) + rest;
	return made;
}

/** Today's date in the hotel's time zone. */
export const today = () => dateOf(new Date());

/** What can be booked: arrivals from today to so many days later, and so many nights. */
export const NIGHTS_MAX = Number(nightsMax);
export const lastArrival = () => later(today(), Number(daysAhead));

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
