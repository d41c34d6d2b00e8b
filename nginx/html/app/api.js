// api - the hotel's HTTP: the answer as an object, everything else as a Problem.

const ANSWER_WITHIN_MS = 15000; // a request has 10 s

/** Why something was not done: the slug, and the whole problem (RFC 9457) as the server put it. */
export class Problem extends Error {
	constructor(slug, status = 0, body = {}) {
		super(slug);
		this.slug = slug;
		this.status = status;
		this.body = body;
	}

	/** Whether nobody knows what became of the request: it may be sent again as it was. */
	get isUnknown() {
		return this.status === 0 || this.status >= 500 || this.slug === "idempotency-in-progress";
	}
}

async function exchange(path, options) {
	try {
		const response = await fetch(path, {
			...options,
			signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
			headers: { Accept: "application/hal+json, application/problem+json" },
		});
		return [response, response.status === 204 ? {} : await response.json()];
	} catch {
		throw new Problem("unreachable");
	}
}

async function answer(path, options) {
	const [response, body] = await exchange(path, options);
	if (response.ok)
		return body;
	const slug = response.status === 502 || response.status === 504 ? "unknown" : body.type?.split("/").pop();
	throw new Problem(slug || "internal", response.status, body);
}

/** GET with a query; members that are empty are left out. */
export function get(path, query = {}) {
	const given = Object.entries(query).filter(([, value]) => value !== "" && value != null);
	return answer(given.length ? `${path}?${new URLSearchParams(given)}` : path, { cache: "no-cache" });
}

/** Posts the fields exactly as the form would without script. */
export function post(path, fields) {
	return answer(path, { method: "POST", body: new URLSearchParams(fields) });
}
