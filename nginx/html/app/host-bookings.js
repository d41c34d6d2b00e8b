/* SPDX-License-Identifier: MIT */
// host-bookings - the bookings of the host's rooms.
import { bookings } from "./bookings.js";

await bookings("host", "guests.empty");
