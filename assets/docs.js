// Developer pages: Swagger UI, and calls that are really made, with a token for this page (code and PKCE, RFC 7636).
"use strict";
(async () => {
  const ui = document.getElementById("ui");
  const form = document.getElementById("try");
  const { document: path, issuer, page, token: endpoint, authorize, resource, userinfo } = ui.dataset;
  let accessToken = null;
  const answer = new URLSearchParams(location.search);
  // The code is good once, and leaves the address first.
  if (answer.has("state")) history.replaceState(null, "", location.pathname);

  const tell = (text, bad) => {
    const status = document.getElementById("try-status");
    if (text) document.getElementById("try-panel").open = true;
    status.textContent = text;
    status.className = text ? `note${bad ? " bad" : ""}` : "";
  };
  // Where storage is blocked there is nothing to come back to.
  const memory = (action) => {
    try {
      return action();
    } catch {
      return null;
    }
  };
  const encode = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  const random = () => encode(crypto.getRandomValues(new Uint8Array(32)));

  // Off to sign in; what is needed on the way back waits in this tab.
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { client_id, scope } = form.elements;
    const waiting = { state: random(), verifier: random(), clientId: client_id.value.trim(), scope: scope.value.trim() };
    memory(() => sessionStorage.setItem("try", JSON.stringify(waiting)));
    memory(() => localStorage.setItem("client_id", waiting.clientId));
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(waiting.verifier));
    const query = new URLSearchParams({
      response_type: "code", client_id: waiting.clientId, redirect_uri: page, scope: waiting.scope, state: waiting.state,
      code_challenge: encode(new Uint8Array(digest)), code_challenge_method: "S256", prompt: "consent",
      ...(resource && { resource }),
    });
    location.assign(`${authorize}?${query}`);
  });

  async function redeem(waiting, code) {
    const body = new URLSearchParams({
      grant_type: "authorization_code", code, redirect_uri: page, client_id: waiting.clientId, code_verifier: waiting.verifier,
    });
    const response = await fetch(endpoint, { method: "POST", body });
    const tokens = await response.json();
    if (!response.ok) return tell(`${tokens.error}: ${tokens.error_description ?? ""}`, true);
    accessToken = tokens.access_token;
    tell(`${form.dataset.ready} ${tokens.scope ?? "–"}`);
  }

  // Descriptions as paragraphs with `code`: no HTML is ever parsed, so Trusted Types have nothing to refuse.
  const plainText = ({ React }) => {
    const inline = (text) => text.split("`").map((part, at) => (at % 2 ? React.createElement("code", { key: at }, part) : part));
    const Markdown = ({ source, className = "" }) =>
      source
        ? React.createElement("div", { className: `markdown ${className}` },
            source.split(/\n{2,}/).map((text, at) => React.createElement("p", { key: at }, inline(text))))
        : null;
    return { components: { Markdown, AuthorizeBtnContainer: () => null, AuthorizeOperationBtnContainer: () => null } };
  };
  const spec = await (await fetch(path)).json();
  SwaggerUIBundle({
    dom_id: "#ui",
    spec: { ...spec, servers: [{ url: issuer }] },
    deepLinking: true,
    validatorUrl: null,
    plugins: [plainText],
    // The token goes to what it is meant for, and the browser's own session to nothing.
    requestInterceptor: (request) => {
      const isMeant = resource ? request.url.startsWith(`${resource}/`) : request.url.split("?")[0] === userinfo;
      if (accessToken && isMeant) request.headers.Authorization = `Bearer ${accessToken}`;
      request.credentials = "omit";
      return request;
    },
  });

  // Back again.
  const waiting = JSON.parse(memory(() => sessionStorage.getItem("try")));
  form.elements.client_id.value = answer.get("client_id") ?? memory(() => localStorage.getItem("client_id")) ?? "";
  if (waiting) form.elements.scope.value = waiting.scope;
  if (answer.has("state")) {
    memory(() => sessionStorage.removeItem("try"));
    const isOurs = waiting && answer.get("state") === waiting.state && answer.get("iss") === issuer;
    if (!isOurs) tell(form.dataset.foreign, true);
    else if (answer.has("error")) tell(`${answer.get("error")}: ${answer.get("error_description") ?? ""}`, true);
    else await redeem(waiting, answer.get("code")).catch((error) => tell(error.message, true));
  }
})();
