//! Chromium's virtual authenticator, over the DevTools protocol. It belongs to one tab.

use std::time::Instant;

use serde_json::{Value, json};
use thirtyfour::WebDriver;

use super::{PATIENCE, POLL};

pub struct Authenticator {
    driver: WebDriver,
    id: String,
}

impl Authenticator {
    /// Of the device itself; its passkeys are synced.
    pub async fn add(driver: &WebDriver) -> Self {
        Self::with(driver, "internal", true).await
    }

    /// A key on a ring; its passkeys stay on it.
    pub async fn add_security_key(driver: &WebDriver) -> Self {
        Self::with(driver, "usb", false).await
    }

    async fn with(driver: &WebDriver, transport: &str, synced: bool) -> Self {
        let cdp = driver.cdp();
        cdp.send_raw("WebAuthn.enable", json!({ "enableUI": false })).await.unwrap();
        let options = json!({
            "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": transport, "hasResidentKey": true,
            "hasUserVerification": true, "isUserVerified": true, "automaticPresenceSimulation": true,
            "defaultBackupEligibility": synced, "defaultBackupState": synced,
        });
        let added = cdp.send_raw("WebAuthn.addVirtualAuthenticator", json!({ "options": options })).await.unwrap();
        Self { driver: driver.clone(), id: added["authenticatorId"].as_str().unwrap().to_owned() }
    }

    async fn send(&self, method: &str, mut parameters: Value) -> Value {
        parameters["authenticatorId"] = self.id.clone().into();
        self.driver.cdp().send_raw(method, parameters).await.unwrap()
    }

    /// Whether the owner shows that it is them.
    pub async fn verifies(&self, verified: bool) {
        self.send("WebAuthn.setUserVerified", json!({ "isUserVerified": verified })).await;
    }

    /// Lies in its answers.
    pub async fn lies(&self, bogus_signature: bool, bad_uv: bool) {
        let bits = json!({ "isBogusSignature": bogus_signature, "isBadUV": bad_uv });
        self.send("WebAuthn.setResponseOverrideBits", bits).await;
    }

    /// Takes the device away.
    pub async fn remove(self) {
        self.send("WebAuthn.removeVirtualAuthenticator", json!({})).await;
    }

    pub async fn credentials(&self) -> Vec<Value> {
        self.send("WebAuthn.getCredentials", json!({})).await["credentials"].as_array().unwrap().clone()
    }

    /// Waits until it has no passkey any more.
    pub async fn forgets(&self) {
        let until = Instant::now() + PATIENCE;
        while !self.credentials().await.is_empty() {
            assert!(Instant::now() < until, "the passkey is still offered");
            tokio::time::sleep(POLL).await;
        }
    }

    /// Waits until its passkey is called so.
    pub async fn knows(&self, display_name: &str) {
        let until = Instant::now() + PATIENCE;
        while self.credentials().await[0]["userDisplayName"] != display_name {
            assert!(Instant::now() < until, "{:?}", self.credentials().await);
            tokio::time::sleep(POLL).await;
        }
    }

    /// Puts a key that another device made into this one.
    pub async fn insert(&self, credential: &Value) {
        self.send("WebAuthn.addCredential", json!({ "credential": credential })).await;
    }
}
