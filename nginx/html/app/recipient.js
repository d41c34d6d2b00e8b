/* SPDX-License-Identifier: MIT */
// recipient - whose messages the page shows: those to the guest, or those to the host.
import { query } from "./page.js";
import { me } from "./locale.js";

export const isHost = query.role === "host";
export const recipientId = isHost ? me.host : me.guest;
export const roleQuery = isHost ? "?role=host" : "";
