//! Attestation objects (WebAuthn 6.5.4): one CBOR map, nothing after it, and an empty statement for `none`.

use std::collections::BTreeMap;

use serde_cbor_2::Value;

use super::{
    authenticator_data::{Attested, AuthenticatorData},
    ceremony::Refused,
};

/// The parts that we read ourselves; statements are for the library.
pub(super) struct AttestationObject {
    /// `fmt`.
    pub format: String,
    /// `authData`, parsed.
    pub data: AuthenticatorData,
    /// With AT set, which a registration always has.
    pub attested: Attested,
}

impl AttestationObject {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Refused> {
        const MALFORMED: Refused = Refused("attestationObject");
        // Refuses bytes after the item, and nesting beyond 128.
        let Ok(Value::Map(mut map)) = serde_cbor_2::from_slice(bytes) else { return Err(MALFORMED) };
        let mut take = |name: &str| map.remove(&Value::Text(name.to_owned()));
        let (Some(Value::Text(format)), Some(Value::Map(statement)), Some(Value::Bytes(data))) =
            (take("fmt"), take("attStmt"), take("authData"))
        else {
            return Err(MALFORMED);
        };
        check_statement(&format, &statement)?;
        let mut data = AuthenticatorData::parse(&data)?;
        let attested = data.attested.take().ok_or(Refused("attestedCredentialData"))?;
        Ok(Self { format, data, attested })
    }
}

fn check_statement(format: &str, statement: &BTreeMap<Value, Value>) -> Result<(), Refused> {
    if format == "none" && !statement.is_empty() { Err(Refused("attStmt of none")) } else { Ok(()) }
}
