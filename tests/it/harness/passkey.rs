//! A software authenticator on the `passkey` crate, that can be told to misbehave.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use passkey::{
    authenticator::{
        Authenticator, CredentialStore, DiscoverabilitySupport, StoreInfo, UiHint, UserCheck, UserValidationMethod,
    },
    client::{Client, DefaultClientData, WebauthnError},
    crypto::{
        SecretKeyT,
        hash::Sha256Backend,
        rust_crypto::{RustCryptoBackend, RustCryptoSecretKey, RustCryptoSha2},
    },
    types::{
        Passkey,
        ctap2::{
            Aaguid, Ctap2Error, StatusCode,
            make_credential::{Options, PublicKeyCredentialRpEntity, PublicKeyCredentialUserEntity},
        },
        encoding::{base64url, try_from_base64url},
        webauthn::{CredentialCreationOptions, CredentialRequestOptions, PublicKeyCredentialDescriptor},
    },
};
use serde_json::{Value, json};
use url::Url;

pub const AAGUID: [u8; 16] = *b"claviger-testkey";

/// Shared, because a client swallows its authenticator and that its store.
#[derive(Clone, Default)]
struct Keys(Arc<Mutex<Vec<Passkey>>>);

#[async_trait::async_trait]
impl CredentialStore for Keys {
    type PasskeyItem = Passkey;

    async fn find_credentials(
        &self,
        ids: Option<&[PublicKeyCredentialDescriptor]>,
        rp_id: &str,
        _user_handle: Option<&[u8]>,
    ) -> Result<Vec<Passkey>, StatusCode> {
        let wanted = |key: &&Passkey| match ids {
            Some(ids) => ids.iter().any(|known| known.id == key.credential_id),
            None => key.user_handle.is_some(),
        };
        let keys = self.0.lock().unwrap();
        Ok(keys.iter().rev().filter(|key| key.rp_id == rp_id).filter(wanted).cloned().collect())
    }

    async fn save_credential(
        &mut self,
        key: Passkey,
        _user: PublicKeyCredentialUserEntity,
        _rp: PublicKeyCredentialRpEntity,
        _options: Options,
    ) -> Result<(), StatusCode> {
        self.0.lock().unwrap().push(key);
        Ok(())
    }

    async fn update_credential(&mut self, key: &Passkey) -> Result<(), StatusCode> {
        let mut keys = self.0.lock().unwrap();
        keys.iter_mut().filter(|known| known.credential_id == key.credential_id).for_each(|known| *known = key.clone());
        Ok(())
    }

    async fn get_info(&self) -> StoreInfo {
        StoreInfo { discoverability: DiscoverabilitySupport::Full }
    }
}

struct Person {
    verifies: bool,
}

#[async_trait::async_trait]
impl UserValidationMethod for Person {
    type PasskeyItem = Passkey;

    async fn check_user<'a>(
        &self,
        hint: UiHint<'a, Passkey>,
        _presence: bool,
        _verification: bool,
    ) -> Result<UserCheck, Ctap2Error> {
        match hint {
            UiHint::InformExcludedCredentialFound(_) => Err(Ctap2Error::CredentialExcluded),
            _ => Ok(UserCheck { presence: true, verification: self.verifies }),
        }
    }

    fn is_presence_enabled(&self) -> bool {
        true
    }

    fn is_verification_enabled(&self) -> Option<bool> {
        self.verifies.then_some(true)
    }
}

/// One device with its keys.
pub struct SoftPasskey {
    keys: Keys,
    /// False: verifies nobody, and its client does not care.
    pub verifies: bool,
    /// True: counts signatures, as hardware does.
    pub counts: bool,
    /// True: its keys never leave it.
    pub bound: bool,
    /// Vouches for it: the statement over what is signed (WebAuthn 8.2).
    pub maker: Option<Maker>,
    /// What it calls the statement of its maker, if not packed.
    pub format: Option<&'static str>,
}

/// Makes a packed attestation statement.
pub type Maker = Arc<dyn Fn(&[u8]) -> serde_cbor_2::Value + Send + Sync>;

/// BE and BS.
const BACKUP: u8 = 0b1_1000;

impl SoftPasskey {
    pub fn new() -> Self {
        Self { keys: Keys::default(), verifies: true, counts: false, bound: false, maker: None, format: None }
    }

    fn client_options(&self, mut options: Value) -> Value {
        if !self.verifies {
            let place = if options.get("rp").is_some() { &mut options["authenticatorSelection"] } else { &mut options };
            place["userVerification"] = "discouraged".into();
        }
        json!({ "publicKey": options })
    }

    fn authenticator(&self) -> Authenticator<Keys, Person, RustCryptoBackend> {
        let person = Person { verifies: self.verifies };
        let mut device = Authenticator::new(Aaguid::from(AAGUID), self.keys.clone(), person, RustCryptoBackend);
        device.set_make_credentials_with_signature_counter(self.counts);
        device
    }

    pub async fn try_create(&mut self, options: Value, origin: &str) -> Result<Value, WebauthnError> {
        let request: CredentialCreationOptions = serde_json::from_value(self.client_options(options)).unwrap();
        let mut client = Client::new(self.authenticator()).allows_insecure_localhost(true);
        let made = client.register(&Url::parse(origin).unwrap(), request, DefaultClientData).await?;
        Ok(json!({
            "id": made.id, "rawId": base64url(&made.raw_id), "type": "public-key",
            "response": {
                "clientDataJSON": base64url(&made.response.client_data_json),
                "attestationObject": base64url(&made.response.attestation_object),
                "transports": made.response.transports,
            },
            "clientExtensionResults": made.client_extension_results,
        }))
    }

    pub async fn create(&mut self, options: Value, origin: &str) -> Value {
        let mut made = self.try_create(options, origin).await.expect("a passkey");
        if self.bound || self.maker.is_some() {
            self.remake(&mut made["response"]);
        }
        made
    }

    pub async fn try_get(&mut self, options: Value, origin: &str) -> Result<Value, WebauthnError> {
        let request: CredentialRequestOptions = serde_json::from_value(self.client_options(options)).unwrap();
        let mut client = Client::new(self.authenticator()).allows_insecure_localhost(true);
        let made = client.authenticate(&Url::parse(origin).unwrap(), request, DefaultClientData).await?;
        Ok(json!({
            "id": made.id, "rawId": base64url(&made.raw_id), "type": "public-key",
            "response": {
                "clientDataJSON": base64url(&made.response.client_data_json),
                "authenticatorData": base64url(&made.response.authenticator_data),
                "signature": base64url(&made.response.signature),
                "userHandle": made.response.user_handle.as_ref().map(|handle| base64url(handle)),
            },
            "clientExtensionResults": made.client_extension_results,
        }))
    }

    pub async fn get(&mut self, options: Value, origin: &str) -> Value {
        let mut made = self.try_get(options, origin).await.expect("an assertion");
        if self.bound {
            self.forge(&mut made, |data| data[32] &= !BACKUP, |_| {});
        }
        made
    }

    /// The registration as a device would send it whose keys stay, or whose maker vouches for it.
    fn remake(&self, response: &mut Value) {
        let mut object: BTreeMap<String, serde_cbor_2::Value> =
            serde_cbor_2::from_slice(&bytes(&response["attestationObject"])).unwrap();
        let Some(serde_cbor_2::Value::Bytes(data)) = object.get_mut("authData") else { panic!("no authData") };
        if self.bound {
            data[32] &= !BACKUP;
        }
        let signed = [&data[..], &RustCryptoSha2::sha256(&bytes(&response["clientDataJSON"]))[..]].concat();
        let (format, statement) = match &self.maker {
            Some(maker) => (self.format.unwrap_or("packed"), maker(&signed)),
            None => ("none", serde_cbor_2::Value::Map(BTreeMap::new())),
        };
        object.insert("fmt".to_owned(), serde_cbor_2::Value::Text(format.to_owned()));
        object.insert("attStmt".to_owned(), statement);
        response["attestationObject"] = base64url(&serde_cbor_2::to_vec(&object).unwrap()).into();
    }

    /// The signature of a self attestation over a registration response.
    pub fn attest(&self, credential: &Value) -> Vec<u8> {
        let id = bytes(&credential["rawId"]);
        let response = &credential["response"];
        let object: BTreeMap<String, serde_cbor_2::Value> =
            serde_cbor_2::from_slice(&bytes(&response["attestationObject"])).unwrap();
        let serde_cbor_2::Value::Bytes(data) = &object["authData"] else { panic!("no authData") };
        self.sign(&id, data, &bytes(&response["clientDataJSON"]))
    }

    fn sign(&self, id: &[u8], data: &[u8], client_data: &[u8]) -> Vec<u8> {
        let signed = [data, &RustCryptoSha2::sha256(client_data)[..]].concat();
        let keys = self.keys.0.lock().unwrap();
        let key = keys.iter().find(|key| *key.credential_id == *id).unwrap().key.clone();
        RustCryptoSecretKey::from_cose_key(&key).unwrap().sign(&signed)
    }

    /// Edits authenticator data and client data of an assertion, then signs anew: wrong, but well signed.
    pub fn forge(
        &self,
        credential: &mut Value,
        edit: impl FnOnce(&mut Vec<u8>),
        edit_client_data: impl FnOnce(&mut Vec<u8>),
    ) {
        let id = bytes(&credential["rawId"]);
        let response = &mut credential["response"];
        let (mut data, mut client_data) = (bytes(&response["authenticatorData"]), bytes(&response["clientDataJSON"]));
        edit(&mut data);
        edit_client_data(&mut client_data);
        let signature = self.sign(&id, &data, &client_data);
        response["authenticatorData"] = base64url(&data).into();
        response["clientDataJSON"] = base64url(&client_data).into();
        response["signature"] = base64url(&signature).into();
    }
}

/// The bytes of a base64url string.
pub fn bytes(value: &Value) -> Vec<u8> {
    try_from_base64url(value.as_str().unwrap()).unwrap()
}
