//! A maker of authenticators: an authority, and what it vouches with (WebAuthn 8.2.1).

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair},
};
use rcgen::{BasicConstraints, CertificateParams, CustomExtension, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use serde_cbor_2::Value;
use tempfile::TempDir;

use super::passkey;

/// `id-fido-gen-ce-aaguid`
const AAGUID_OID: [u64; 10] = [1, 3, 6, 1, 4, 1, 45724, 1, 1, 4];

pub struct Authority {
    directory: TempDir,
    issuer: Issuer<'static, KeyPair>,
    pub der: Vec<u8>,
}

impl Authority {
    pub fn new() -> Self {
        let mut parameters = CertificateParams::default();
        parameters.distinguished_name.push(DnType::CommonName, "Makers' root");
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate().unwrap();
        let root = parameters.self_signed(&key).unwrap();
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("makers.pem"), root.pem()).unwrap();
        Self { directory, der: root.der().to_vec(), issuer: Issuer::new(parameters, key) }
    }

    /// Its certificate in PEM.
    pub fn file(&self) -> PathBuf {
        self.directory.path().join("makers.pem")
    }

    /// A maker that this one vouches for, of the model of the software authenticator.
    pub fn maker(&self) -> passkey::Maker {
        let mut parameters = CertificateParams::default();
        let name = &mut parameters.distinguished_name;
        name.push(DnType::CountryName, "SE");
        name.push(DnType::OrganizationName, "Maker");
        name.push(DnType::OrganizationalUnitName, "Authenticator Attestation");
        name.push(DnType::CommonName, "Attestation");
        parameters.is_ca = IsCa::ExplicitNoCa;
        let aaguid = [&[0x04, 0x10], &passkey::AAGUID[..]].concat();
        parameters.custom_extensions = vec![CustomExtension::from_oid_content(&AAGUID_OID, aaguid)];
        let key = KeyPair::generate().unwrap();
        let leaf = parameters.signed_by(&key, &self.issuer).unwrap().der().to_vec();
        let signs = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &key.serialize_der()).unwrap();
        Arc::new(move |signed| {
            let signature = signs.sign(&SystemRandom::new(), signed).unwrap();
            let text = |text: &str| Value::Text(text.to_owned());
            Value::Map(BTreeMap::from([
                (text("alg"), Value::Integer(-7)),
                (text("sig"), Value::Bytes(signature.as_ref().to_vec())),
                (text("x5c"), Value::Array(vec![Value::Bytes(leaf.clone())])),
            ]))
        })
    }
}
