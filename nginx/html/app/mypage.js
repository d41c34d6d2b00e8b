/* SPDX-License-Identifier: MIT */
// mypage - the guest's own bookings.
import { bookings } from "./bookings.js";

await bookings("guest", "mypage.empty");
