// host-bookings - who comes to the host's rooms.
import { bookings } from "./bookings.js";

await bookings("host", "guests.empty");
