// A program on a client that was generated from openapi/admin.json: what it does not declare does not compile.
import createClient from 'openapi-fetch';
import type { paths } from './admin.js';

declare const process: { env: Record<string, string> };
const { ISSUER, CLIENT_ID, CLIENT_SECRET } = process.env;

const resource = `${ISSUER}/api/admin/v1`;
const answer = await fetch(`${ISSUER}/oauth2/token`, {
  method: 'POST',
  headers: { authorization: `Basic ${btoa(`${CLIENT_ID}:${CLIENT_SECRET}`)}` },
  body: new URLSearchParams({ grant_type: 'client_credentials', resource }),
});
const { access_token } = await answer.json();
const admin = createClient<paths>({ baseUrl: ISSUER, headers: { authorization: `Bearer ${access_token}` } });

const must = <T>(result: { data?: T; error?: unknown }): T => {
  if (result.data === undefined) throw new Error(JSON.stringify(result.error));
  return result.data;
};

const group = must(await admin.POST('/api/admin/v1/groups', { body: { name: 'staff' } }));
const made = must(await admin.POST('/api/admin/v1/users', { body: { username: 'alice', groups: ['staff'] } }));
const again = await admin.POST('/api/admin/v1/groups', { body: { name: 'staff' } });
const page = must(await admin.GET('/api/admin/v1/groups', { params: { query: { limit: 10, sort: '-name' } } }));
const members = must(await admin.GET('/api/admin/v1/groups/{group}/members', { params: { path: { group: group.id } } }));
console.log(`done: ${JSON.stringify({
  invited: made.user.username,
  groups: page.items.map((one) => one.name),
  taken: again.error?.code,
  members: members.items.length,
})}`);
