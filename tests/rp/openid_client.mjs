// A relying party on openid-client: registers itself, signs a person in, uses every endpoint, signs them out.
// It prints `app: URL`; the pages it serves say what came of each step.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as client from 'openid-client';

const { ISSUER, CERTIFICATE, KEY } = process.env;
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const insecure = { execute: [client.allowInsecureRequests] };

// What the provider tells it behind the browser's back.
let heard;
const logoutToken = new Promise((done) => { heard = done; });
const body = async (request) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
};
const backchannel = createSecureServer(
  { cert: readFileSync(CERTIFICATE), key: readFileSync(KEY) },
  async (request, response) => {
    heard(new URLSearchParams(await body(request)).get('logout_token'));
    response.end();
  },
);
const secure = await listen(backchannel);

const state = {};
const escape = (text) => text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);
const page = (response, id, value) => {
  response.setHeader('content-type', 'text/html');
  response.end(`<!doctype html><html lang="en"><title>rp</title><pre id="${id}">${escape(JSON.stringify(value))}</pre>
    <a id="sign-out" href="/sign-out">Sign out</a>`);
};

const start = async (response, origin) => {
  const { config } = state;
  state.verifier = client.randomPKCECodeVerifier();
  state.nonce = client.randomNonce();
  state.state = client.randomState();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: `${origin}/callback`,
    scope: 'openid profile offline_access',
    code_challenge: await client.calculatePKCECodeChallenge(state.verifier),
    code_challenge_method: 'S256',
    nonce: state.nonce,
    state: state.state,
    prompt: 'consent',
  });
  response.writeHead(303, { location: url.href }).end();
};

const callback = async (request, response, origin) => {
  const { config } = state;
  const tokens = await client.authorizationCodeGrant(config, new URL(request.url, origin), {
    pkceCodeVerifier: state.verifier,
    expectedNonce: state.nonce,
    expectedState: state.state,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
  const introspected = await client.tokenIntrospection(config, refreshed.access_token);
  await client.tokenRevocation(config, refreshed.refresh_token);
  const revoked = await client.tokenIntrospection(config, refreshed.access_token);
  state.id_token = tokens.id_token;
  state.claims = claims;
  page(response, 'result', {
    name: userinfo.preferred_username,
    refreshed: refreshed.claims().sub === claims.sub && refreshed.claims().auth_time === claims.auth_time,
    active: introspected.active,
    revoked: revoked.active === false,
  });
};

const signOut = (response, origin) => {
  const url = client.buildEndSessionUrl(state.config, {
    id_token_hint: state.id_token,
    post_logout_redirect_uri: `${origin}/signed-out`,
    state: 'bye',
  });
  response.writeHead(303, { location: url.href }).end();
};

const signedOut = async (request, response, origin) => {
  const metadata = state.config.serverMetadata();
  const { payload, protectedHeader } = await jwtVerify(
    await logoutToken,
    createRemoteJWKSet(new URL(metadata.jwks_uri)),
    { issuer: metadata.issuer, audience: state.config.clientMetadata().client_id, typ: 'logout+jwt' },
  );
  page(response, 'gone', {
    state: new URL(request.url, origin).searchParams.get('state'),
    told: payload.sid === state.claims.sid && payload.sub === state.claims.sub,
    typ: protectedHeader.typ,
    events: Object.keys(payload.events),
  });
};

const app = createServer(async (request, response) => {
  const origin = `http://${request.headers.host}`;
  try {
    const { pathname } = new URL(request.url, origin);
    if (pathname === '/') await start(response, origin);
    else if (pathname === '/callback') await callback(request, response, origin);
    else if (pathname === '/sign-out') signOut(response, origin);
    else if (pathname === '/signed-out') await signedOut(request, response, origin);
    else response.writeHead(404).end();
  } catch (error) {
    page(response, 'failed', { message: error.message, cause: String(error.cause), body: error.error_description });
  }
});
const origin = `http://127.0.0.1:${await listen(app)}`;
state.config = await client.dynamicClientRegistration(
  new URL(ISSUER),
  {
    client_name: 'openid-client',
    redirect_uris: [`${origin}/callback`],
    post_logout_redirect_uris: [`${origin}/signed-out`],
    backchannel_logout_uri: `https://localhost:${secure}/`,
    grant_types: ['authorization_code', 'refresh_token'],
  },
  client.ClientSecretBasic(),
  insecure,
);
console.log(`app: ${origin}`);
