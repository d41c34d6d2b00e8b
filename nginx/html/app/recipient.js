// recipient - whose messages the page is about: the reader's as guest, or as host.
import { asked } from "./page.js";
import { me } from "./reader.js";

export const isHost = asked.role === "host";
export const recipientId = isHost ? me.host : me.guest;
export const roleQuery = isHost ? "?role=host" : "";
