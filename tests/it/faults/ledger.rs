//! What a server acknowledged, and the oracle that asks for it afterwards.

use claviger::protocol::client_metadata::ClientMetadata;
use poem::http::{Method, StatusCode};
use serde_json::json;
use tokio::sync::watch;

use crate::harness::{
    Browser, Registered, SoftPasskey,
    place::Place,
    remote::{CUT, Remote},
};

/// Somebody and all that was acknowledged to them.
#[derive(Default)]
pub struct Account {
    pub passkey: Option<SoftPasskey>,
    pub registered: bool,
    /// Codes that were given and not redeemed with an acknowledgement.
    pub in_doubt: Vec<String>,
    /// Codes that were acknowledged as used, with the access token.
    pub redeemed: Vec<(String, String)>,
    /// Cookies of sessions whose end was acknowledged.
    pub signed_out: Vec<Browser>,
}

/// A public client that the command line made.
pub fn client(place: &Place) -> Registered {
    let redirect_uri = "https://a.example/cb";
    let made = place.json(&["client", "create", "--name", "A", "--public", "--redirect-uri", redirect_uri]);
    let client_id = made["client_id"].as_str().unwrap().to_owned();
    let metadata = ClientMetadata {
        redirect_uris: vec![redirect_uri.to_owned()],
        token_endpoint_auth_method: Some("none".to_owned()),
        ..ClientMetadata::default()
    };
    let client = metadata.into_client(uuid::Uuid::nil(), client_id.clone()).unwrap();
    Registered { client, client_id, secret: None, redirect_uri: redirect_uri.to_owned() }
}

/// Lives until an answer is missing: signs up, signs in to the app again and again, signs out. Every acknowledged step is
/// in the account when this returns, and counted when it happens.
pub async fn live(remote: &Remote, client: &Registered, name: &str, steps: &watch::Sender<usize>) -> Account {
    let mut account = Account::default();
    let mut browser = Browser::remote(remote);
    let mut passkey = SoftPasskey::new();
    if browser.open("/sign-up").await.status == CUT {
        return account;
    }
    let signed_up = browser.sign_up(name, &mut passkey).await;
    account.registered = signed_up.status == StatusCode::OK;
    account.passkey = Some(passkey);
    while account.registered {
        steps.send_modify(|steps| *steps += 1);
        if step(&mut browser, client, &mut account).await.is_none() {
            break;
        }
    }
    account
}

/// One sign-in to the app; every third time signs out and in again. `None` when an answer is missing.
async fn step(browser: &mut Browser, client: &Registered, account: &mut Account) -> Option<()> {
    let mut location = location(browser.authorize(&client.query("")).await)?;
    if location.contains("/consent") {
        whole(browser.get(&location).await)?;
        let decided = whole(browser.call(&location, &json!({ "decision": "allow" })).await)?;
        location = self::location(browser.get(decided.json()["location"].as_str()?).await)?;
    }
    let code = url::Url::parse(&location).ok()?.query_pairs().find(|(name, _)| name == "code")?.1.into_owned();
    account.in_doubt.push(code.clone());
    let answer = whole(client.redeem(browser, &code).await)?;
    let token = answer.json()["access_token"].as_str()?.to_owned();
    account.in_doubt.pop();
    account.redeemed.push((code, token));
    if account.redeemed.len().is_multiple_of(3) {
        let before = browser.clone();
        let page = whole(browser.open("/oauth2/logout").await)?;
        let sealed = page.body.split("data-logout=\"").nth(1)?.split('"').next()?.to_owned();
        let body = json!({ "logout": sealed, "decision": "sign_out" });
        // RP-initiated logout kills what the session gave; without an answer nobody knows whether it did.
        account.redeemed.clear();
        whole(browser.call("/oauth2/logout/confirm", &body).await)?;
        account.signed_out.push(before);
        let mut passkey = account.passkey.take()?;
        let signed_in = whole(browser.sign_in_whole(&mut passkey).await);
        account.passkey = Some(passkey);
        signed_in?;
    }
    Some(())
}

fn whole(answer: crate::harness::Answer) -> Option<crate::harness::Answer> {
    (answer.status == StatusCode::OK).then_some(answer)
}

fn location(answer: crate::harness::Answer) -> Option<String> {
    answer.header("location")
}

/// Whoever was told yes still has it, whoever was told no more is still out, and nothing is given twice.
pub async fn verify(remote: &Remote, client: &Registered, accounts: Vec<Account>) {
    for mut account in accounts {
        let Some(mut passkey) = account.passkey.take().filter(|_| account.registered) else { continue };
        let answer = Browser::remote(remote).sign_in(&mut passkey).await;
        assert_eq!(answer.status, StatusCode::OK, "an acknowledged passkey signs nobody in: {}", answer.body);
        for mut browser in account.signed_out {
            let answer = browser.open("/account").await;
            assert_ne!(answer.status, StatusCode::OK, "an acknowledged sign-out was undone");
        }
        let somebody = Browser::remote(remote);
        for (code, token) in account.redeemed {
            let bearer = format!("Bearer {token}");
            let headers = [("authorization", &*bearer)];
            let userinfo = somebody.clone().send(Method::GET, "/oauth2/userinfo", &headers, vec![]).await;
            assert_eq!(userinfo.status, StatusCode::OK, "an acknowledged token is dead: {}", userinfo.body);
            let again = client.redeem(&somebody, &code).await;
            assert_eq!(again.code(), "invalid_grant", "a used code was good again");
        }
        for code in account.in_doubt {
            let answers = [client.redeem(&somebody, &code).await, client.redeem(&somebody, &code).await];
            let given = answers.iter().filter(|answer| answer.status == StatusCode::OK).count();
            assert!(given <= 1, "a code was good twice");
        }
    }
}
