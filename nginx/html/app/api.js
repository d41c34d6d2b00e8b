/* SPDX-License-Identifier: MIT */
// api - calls the HTTP API: returns the body of a success and throws a Problem otherwise.

const ANSWER_WITHIN_MS = 15000; // the server takes 10 s at most

/** Why a request failed: the slug, and the whole problem document (RFC 9457) of the server. */
export class Problem extends Error {
	constructor(slug, status = 0, body = {}) {
		super(slug);
		this.slug = slug;
		this.status = status;
		this.body = body;
	}

	/** Whether the outcome of the request is unknown: the same request may be sent again. */
	get isUnknown() {
		return this.status === 0 || this.status >= 500 || this.slug === "idempotency-in-progress";
	}
}

const tags = new WeakMap();

/** The ETag with which a body came; nothing if it had none. */
export const tagOf = (body) => body && tags.get(body);

async function request(path, options) {
	try {
		const response = await fetch(path, {
			...options,
			signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
			headers: { ...options.headers, Accept: "application/hal+json, application/problem+json" },
		});
		return [response, response.status === 204 ? {} : await response.json()];
	} catch {
		throw new Problem("unreachable");
	}
}

async function bodyOf(path, options) {
	const [response, body] = await request(path, options);
	tags.set(body, response.headers.get("ETag"));
	if (response.ok)
		return body;
	const slug = response.status === 502 || response.status === 504 ? "unknown" : body.type?.split("/").pop();
	throw new Problem(slug || "internal", response.status, body);
}

/** GET with a query; empty members are left out. */
export function get(path, query = {}) {
	const given = Object.entries(query).filter(([, value]) => value !== "" && value != null);
	return bodyOf(given.length ? `${path}?${new URLSearchParams(given)}` : path, { cache: "no-cache" });
}

/** Posts the fields exactly as the form does without JavaScript; only if it still has the ETag, if one is given. */
export function post(path, fields, tag) {
	const headers = tag ? { "If-Match": tag } : {};
	return bodyOf(path, { method: "POST", body: new URLSearchParams(fields), headers });
}
