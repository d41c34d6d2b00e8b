/* SPDX-License-Identifier: MIT */
// signed-out - what was entered in this tab goes with who has signed out. The header Clear-Site-Data does the
// same, but not in every browser, and not without TLS elsewhere than on loopback.
if (new URLSearchParams(location.search).get("status") === "Saved")
	sessionStorage.clear();
