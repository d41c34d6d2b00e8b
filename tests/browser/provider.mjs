// SPDX-License-Identifier: MIT
// provider - npm's oidc-provider with one client; whoever comes to sign in is who the form says.
//
//	node provider.mjs < {"port", "client", "secret", "redirect", "modules"}
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { readFileSync } from "node:fs";

const given = JSON.parse(readFileSync(0, "utf8"));
const found = createRequire(given.modules + "/").resolve("oidc-provider");
const { Provider } = await import(pathToFileURL(found).href);

const provider = new Provider(`http://127.0.0.1:${given.port}`, {
	clients: [{
		client_id: given.client,
		client_secret: given.secret,
		redirect_uris: [given.redirect],
		response_types: ["code"],
		grant_types: ["authorization_code"],
	}],
	claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
	cookies: { keys: ["signs the provider's own cookies"] },
	features: { devInteractions: { enabled: false } },
	pkce: { required: () => true },
	interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
	findAccount: (_, id) => ({
		accountId: id,
		claims: () => ({ sub: id, email: `${id}@example.org`, email_verified: true, name: id }),
	}),
	async loadExistingGrant(ctx) {
		const { clientId } = ctx.oidc.client;
		const grant = new provider.Grant({ clientId, accountId: ctx.oidc.session.accountId });
		grant.addOIDCScope("openid email profile");
		await grant.save();
		return grant;
	},
});

const page = '<!DOCTYPE html><html lang="en"><title>Provider</title>' +
	'<form method="post"><label>Who? <input name="person" required></label><button>Sign in</button></form></html>';

provider.use(async (ctx, next) => {
	if (!ctx.path.startsWith("/interaction/"))
		return next();
	if (ctx.method === "GET") {
		ctx.body = page;
		return;
	}
	let body = "";
	for await (const part of ctx.req)
		body += part;
	ctx.respond = false;
	await provider.interactionFinished(ctx.req, ctx.res, { login: { accountId: new URLSearchParams(body).get("person") } });
});
provider.listen(given.port, "127.0.0.1", () => console.log("ready"));
