//! Random walks of three browsers and two people through every way in: whatever comes in whatever order, a session is that of
//! whoever has just shown a passkey or used a link here, and a code is that person's.

use std::collections::HashSet;

use claviger::crypto::random::{Rng, SeededRng};
use poem::http::StatusCode;
use serde_json::{Value, json};

use crate::harness::{Answer, Browser, Registered, SoftPasskey, TestApp, client::payload};

const SESSION: &str = "claviger_sid";
const NAMES: [&str; 2] = ["alice", "bob"];

/// What a walk has tried that must have happened for it to show anything.
#[derive(Default, Debug)]
struct Seen {
    sign_ins: usize,
    step_ups: usize,
    enrolments: usize,
    codes: usize,
    sign_outs: usize,
    refusals: usize,
}

struct Visitor {
    browser: Browser,
    /// Whose session there should be.
    who: Option<usize>,
}

struct Walk<'a> {
    app: &'a TestApp,
    client: &'a Registered,
    rng: SeededRng,
    passkeys: [SoftPasskey; 2],
    visitors: Vec<Visitor>,
    /// Bodies of ceremonies that nobody may have finished, who made them, and which browser began them.
    ceremonies: Vec<(Value, usize, usize)>,
    /// Those of them that were finished where they began, well or not.
    tried: HashSet<usize>,
    /// Requests that may wait.
    requests: Vec<String>,
    seen: Seen,
}

impl Walk<'_> {
    fn below(&self, end: usize) -> usize {
        let mut byte = [0];
        self.rng.fill(&mut byte);
        usize::from(byte[0]) % end
    }

    fn request(&self) -> Option<String> {
        (!self.requests.is_empty()).then(|| self.requests[self.below(self.requests.len())].clone())
    }

    /// One step of one visitor; then everybody's session is looked at.
    async fn step(&mut self) {
        let at = self.below(self.visitors.len());
        let before = self.visitors[at].browser.cookies.get(SESSION).cloned();
        let may_sign_in = match self.below(20) {
            0..4 => self.authorize(at).await,
            4..8 => self.begin(at).await,
            8..13 => self.finish(at).await,
            13..15 => self.resume(at).await,
            15..18 => self.decide(at).await,
            18 => self.use_link(at).await,
            _ => self.sign_out(at).await,
        };
        let after = self.visitors[at].browser.cookies.get(SESSION).cloned();
        assert!(may_sign_in || after.is_none() || after == before, "a session came of nothing");
        for visitor in &mut self.visitors {
            let page = visitor.browser.open("/account").await;
            let shown = (page.status == StatusCode::OK).then(|| NAMES.iter().position(|name| page.body.contains(name)));
            assert_eq!(shown.flatten(), visitor.who, "{} {}", page.status, page.body);
        }
        self.app.advance(20);
    }

    async fn authorize(&mut self, at: usize) -> bool {
        let extra = ["", "prompt=login", "prompt=none", "max_age=0", "prompt=consent", "max_age=60"][self.below(6)];
        let answer = self.visitors[at].browser.authorize(&self.client.query(extra)).await;
        self.arrived(at, &answer).await;
        false
    }

    /// Keeps the request that waits, and holds a code against whoever should be here.
    async fn arrived(&mut self, at: usize, answer: &Answer) {
        if answer.status != StatusCode::SEE_OTHER {
            self.seen.refusals += 1;
            return;
        }
        let location = answer.location();
        let request = location.split("request=").nth(1).or_else(|| location.split("/interaction/").nth(1));
        if let Some(request) = request {
            self.requests.push(request.split(['/', '&']).next().unwrap().to_owned());
        }
        if location.starts_with(&self.client.redirect_uri)
            && let Some(code) = answer.redirected("code")
        {
            let told = self.client.redeem(&self.visitors[at].browser, &code).await.json();
            let who = NAMES[self.visitors[at].who.expect("a code came without a session")];
            assert_eq!(payload(told["id_token"].as_str().unwrap())["sub"], *self.app.find_user(who).await.sub);
            self.seen.codes += 1;
        }
    }

    /// A sign-in, for a request or for none, or a step-up: anybody's passkey, and not finished yet.
    async fn begin(&mut self, at: usize) -> bool {
        let asked = match (self.below(3), self.request()) {
            (0, _) => json!({ "step_up": { "action": "export" } }),
            (1, Some(request)) => json!({ "request": request }),
            _ => json!({}),
        };
        let person = self.below(2);
        let browser = &mut self.visitors[at].browser;
        browser.open("/sign-in").await;
        let begun = browser.call("/webauthn/authentication/begin", &asked).await;
        if begun.status != StatusCode::OK {
            self.seen.refusals += 1;
            return false;
        }
        let begun = begun.json();
        // Those who are asked for by name are whoever is signed in.
        let is_asked = begun["publicKey"]["allowCredentials"] != json!([]);
        let person = self.visitors[at].who.filter(|_| is_asked).unwrap_or(person);
        let origin = self.visitors[at].browser.origin.clone();
        let credential = self.passkeys[person].get(begun["publicKey"].clone(), &origin).await;
        self.ceremonies.push((json!({ "ceremony": begun["ceremony"], "credential": credential }), person, at));
        false
    }

    /// The latest ceremony of this browser, or any of anybody's.
    async fn finish(&mut self, at: usize) -> bool {
        if self.ceremonies.is_empty() {
            return false;
        }
        let own = self.ceremonies.iter().rposition(|(_, _, of)| *of == at).filter(|_| self.below(4) > 0);
        let chosen = own.unwrap_or_else(|| self.below(self.ceremonies.len()));
        let (body, person, of) = self.ceremonies[chosen].clone();
        let is_good = of == at && self.tried.insert(chosen);
        let visitor = &mut self.visitors[at];
        visitor.browser.open("/sign-in").await;
        let answer = visitor.browser.call("/webauthn/authentication/finish", &body).await;
        assert!(is_good || answer.status != StatusCode::OK, "{}", answer.body);
        let is_step_up = answer.status == StatusCode::OK && answer.json()["step_up"].is_string();
        match answer.status == StatusCode::OK {
            true if is_step_up => self.seen.step_ups += 1,
            true => {
                visitor.who = Some(person);
                self.seen.sign_ins += 1;
                return true;
            }
            false => self.seen.refusals += 1,
        }
        false
    }

    async fn resume(&mut self, at: usize) -> bool {
        if let Some(request) = self.request() {
            let answer = self.visitors[at].browser.open(&format!("/oauth2/authorize/{request}")).await;
            self.arrived(at, &answer).await;
        }
        false
    }

    async fn decide(&mut self, at: usize) -> bool {
        if let Some(request) = self.request() {
            let decision = ["allow", "allow", "deny"][self.below(3)];
            let path = format!("/interaction/{request}/consent");
            let browser = &mut self.visitors[at].browser;
            browser.open("/sign-in").await;
            let answer = browser.call(&path, &json!({ "decision": decision })).await;
            self.seen.refusals += usize::from(answer.status != StatusCode::OK);
            let answer = self.visitors[at].browser.open(&format!("/oauth2/authorize/{request}")).await;
            self.arrived(at, &answer).await;
        }
        false
    }

    /// A link of one of the two, which signs in where nobody else is.
    async fn use_link(&mut self, at: usize) -> bool {
        let person = self.below(2);
        let link = self.app.link_of(self.app.user_id(NAMES[person]).await).await;
        let visitor = &mut self.visitors[at];
        let answer = visitor.browser.enroll(&link, &mut SoftPasskey::new()).await;
        let may = visitor.who.is_none_or(|who| who == person);
        assert_eq!(answer.status == StatusCode::OK, may, "{}", answer.body);
        if may {
            visitor.who = Some(person);
            self.seen.enrolments += 1;
        }
        may
    }

    async fn sign_out(&mut self, at: usize) -> bool {
        let visitor = &mut self.visitors[at];
        let page = visitor.browser.open("/oauth2/logout").await;
        let Some((_, rest)) = page.body.split_once("data-logout=\"") else { return false };
        let logout = rest.split('"').next().unwrap();
        let body = json!({ "logout": logout, "decision": "sign_out" });
        let answer = visitor.browser.call("/oauth2/logout/confirm", &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        visitor.who = None;
        self.seen.sign_outs += 1;
        false
    }
}

#[tokio::test]
async fn no_detour_makes_a_session() {
    let app = TestApp::with(&[("CLAVIGER_RATE_LIMIT__ENABLED", "false")]).await;
    let client = app.public_client("a").await;
    let mut passkeys = [SoftPasskey::new(), SoftPasskey::new()];
    for (name, passkey) in NAMES.iter().zip(&mut passkeys) {
        assert_eq!(app.browser().sign_up(name, passkey).await.status, StatusCode::OK);
    }
    let visitors = (0..3).map(|_| Visitor { browser: app.browser(), who: None }).collect();
    let (rng, seen) = (SeededRng::new(20), Seen::default());
    let (ceremonies, tried, requests) = (vec![], HashSet::new(), vec![]);
    let mut walk = Walk { app: &app, client: &client, rng, passkeys, visitors, ceremonies, tried, requests, seen };
    for _ in 0..600 {
        walk.step().await;
    }
    let Seen { sign_ins, step_ups, enrolments, codes, sign_outs, refusals } = walk.seen;
    let all = [sign_ins, step_ups, enrolments, codes, sign_outs, refusals];
    assert!(all.iter().all(|count| *count > 3), "{:?}", walk.seen);
}
