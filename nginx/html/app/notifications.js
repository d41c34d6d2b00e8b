/* SPDX-License-Identifier: MIT */
// notifications - the recipient's messages, newest first.
import { get, post } from "./api.js";
import { enhance } from "./form.js";
import { byId, copy, explain, link, paginate, put } from "./page.js";
import { moment, text } from "./locale.js";
import { isHost, recipientId, roleQuery } from "./recipient.js";
import { showUnread } from "./unread.js";

let unread = []; // of the messages that are shown

const outgoing = (message) => message.deliveries.filter(({ channel }) => channel !== "inbox");

/** Whether a delivery is the first by its channel; mails may go to two addresses. */
const first = ({ channel }, at, all) => all.findIndex((one) => one.channel === channel) === at;

const named = (key, channel) => text(key, { channel: text(`channel.${channel}`) });

function deliveries(message) {
	return outgoing(message).map(({ channel, state }) => named(`delivery.${state}`, channel)).join(", ");
}

const prepare = (fields) => fields.set("recipientId", recipientId);

/** The form that sends a message again by one of its channels. */
function again(message, channel, reload) {
	const form = copy("again");
	form.action = `/notifications/${message.id}/deliveries`;
	form.elements.channel.value = channel;
	form.querySelector("button").textContent = named("delivery.again", channel);
	enhance(form, {
		prepare,
		async done() {
			await reload();
			byId("notice").textContent = named("delivery.asked", channel);
		},
	});
	return form;
}

function card(message, reload) {
	const item = copy("message");
	const form = item.querySelector("form");
	const place = item.querySelector("[data-put=book]");
	put(item, { time: moment(message.createdAt), message: message.message, deliveries: deliveries(message) });
	item.querySelector("time").dateTime = message.createdAt;
	item.classList.toggle("unread", !message.read);
	item.querySelector(".actions").append(...outgoing(message)
		.filter(({ state }) => state !== "waiting").filter(first).map(({ channel }) => again(message, channel, reload)));
	if (message.bookId)
		link(place, `/booking.html?id=${message.bookId}${message.role === "host" ? "&role=host" : ""}`);
	else
		place.remove();
	if (message.read) {
		form.remove();
		item.querySelector("[data-put=unread]").remove();
		return item;
	}
	form.action = `/notifications/${message.id}`;
	enhance(form, {
		prepare,
		async done() {
			await reload();
			byId("notice").textContent = text("notifications.marked");
		},
	});
	return item;
}

/** Marks those that the page shows, one after the other. */
async function readAll(event, page) {
	event.preventDefault();
	try {
		for (const { id } of unread)
			await post(`/notifications/${id}`, { recipientId, read: true });
		await show(page);
		byId("notice").textContent = text("notifications.marked");
		byId("notice").focus();
	} catch (problem) {
		explain(byId("problem"), problem);
	}
}

async function show(page = 0) {
	try {
		const found = await get("/notifications", { recipientId, page, size: 10 });
		const messages = found._embedded.notifications;
		byId("messages").replaceChildren(...messages.map((message) => card(message, () => show(page))));
		byId("notice").textContent = messages.length ? "" : text("notifications.empty");
		unread = messages.filter((message) => !message.read);
		byId("read-all").hidden = unread.length < 2;
		byId("read-all").onsubmit = (event) => readAll(event, page);
		showUnread();
		paginate(found.page, show);
		explain(byId("problem"), null);
	} catch (problem) {
		explain(byId("problem"), problem);
	}
}

if (isHost)
	link(byId("settings"), `/settings.html${roleQuery}`);
await show();
