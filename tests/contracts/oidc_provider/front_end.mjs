// node front_end.mjs <issuer> <client id> <redirect URI> <login> <password>
// A front end on a library that others wrote: it judges our metadata, answers and refusals.
import * as oauth from "oauth4webapi";

const [issuer, clientId, redirectUri, login, password] = process.argv.slice(2);
const http = { [oauth.allowInsecureRequests]: true };
const client = { client_id: clientId };
const proof = oauth.None();

const found = await oauth.discoveryRequest(new URL(issuer), { algorithm: "oauth2", ...http });
const server = await oauth.processDiscoveryResponse(new URL(issuer), found);
const verifier = oauth.generateRandomCodeVerifier();
const state = oauth.generateRandomState();
const question = new URL(server.authorization_endpoint);
question.search = new URLSearchParams({
  response_type: "code", client_id: clientId, redirect_uri: redirectUri, state,
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256",
});

const page = await fetch(question);
const cookie = page.headers.get("set-cookie").split(";")[0];
const request = (await page.text()).match(/name="request" value="([^"]+)"/)[1];
const back = await fetch(question.origin + "/oauth/authorize", {
  method: "POST", redirect: "manual", headers: { cookie },
  body: new URLSearchParams({ request, login, password }),
});
const given = oauth.validateAuthResponse(server, client, new URL(back.headers.get("location")), state);

const exchange = () => oauth.authorizationCodeGrantRequest(
  server, client, proof, given, redirectUri, verifier, http);
const first = await oauth.processAuthorizationCodeResponse(server, client, await exchange());
const second = await oauth.processRefreshTokenResponse(server, client,
  await oauth.refreshTokenGrantRequest(server, client, proof, first.refresh_token, http));
const me = await oauth.protectedResourceRequest(
  second.access_token, "GET", new URL(issuer + "/v1/me"), undefined, undefined, http);
const { email } = await me.json();
await oauth.processRevocationResponse(
  await oauth.revocationRequest(server, client, proof, second.refresh_token, http));
const ended = await fetch(issuer + "/v1/me", {
  headers: { authorization: `Bearer ${second.access_token}` } });
let refused;
try {
  await oauth.processAuthorizationCodeResponse(server, client, await exchange());
} catch (error) {
  refused = error.error;
}
console.log(JSON.stringify({ email, scope: first.scope, ended: ended.status, refused }));
