//! Ceremony state, sealed and sent along: beginning writes nothing.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    clock::Time,
    crypto::mac::{Tag, sha256},
    http::{Call, Code, Problem},
    protocol::{claims::StandardClaims, role::Role, step_up::Action, username::Username},
    session::Continuation,
    store::user::{Identifiers, NewUser},
};

/// The library's state has a layout of its own version: another version's is as good as expired.
const LIBRARY: &str = "webauthn-rs-core 0.6.2";

/// How long a spent challenge is remembered past its end.
const MARKER: chrono::Duration = chrono::Duration::minutes(10);

/// What every ceremony carries.
#[derive(Serialize, Deserialize)]
pub(super) struct Sealed<S, T> {
    library: String,
    /// The library's state.
    pub state: S,
    /// The challenge.
    pub challenge: Vec<u8>,
    /// The origin whose page began it.
    pub origin: String,
    /// When it ends.
    pub expires_at: Time,
    /// What it is for.
    pub purpose: T,
}

/// For whom a passkey is made.
#[derive(Serialize, Deserialize)]
pub(super) struct Registering {
    /// Who.
    pub whom: Whom,
    /// The authorization request to go on with.
    pub request: Option<Uuid>,
}

/// For whom.
#[derive(Serialize, Deserialize)]
pub(super) enum Whom {
    /// The holder of a link.
    Link {
        /// The link.
        id: Uuid,
        /// Its user.
        user_id: Uuid,
    },
    /// Whoever is signed in, for another passkey.
    Own {
        /// Who.
        user_id: Uuid,
        /// In which session.
        session_id: Uuid,
        /// The step-up that is spent on it.
        step_up: Tag,
    },
    /// Somebody whom FIDO's conformance tests name.
    Conformance {
        /// Who.
        user_id: Uuid,
    },
    /// Somebody new.
    SignUp {
        id: Uuid,
        sub: String,
        user_handle: Vec<u8>,
        username: String,
        display_name: Option<String>,
        email: Option<String>,
        /// The row of the token that lets them.
        #[serde(default)]
        token: Option<Uuid>,
    },
}

/// Who must answer, and what goes on afterwards.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Authenticating {
    /// Only this person.
    pub user_id: Option<Uuid>,
    /// The authorization request to go on with.
    pub request: Option<Uuid>,
    /// The client row of that request.
    pub client: Option<Uuid>,
    /// The page of ours to go on with.
    pub continuation: Option<Continuation>,
    /// What the passkey is shown once more for, instead of signing in.
    pub step_up: Option<SteppingUp>,
}

/// One thing to be done.
#[derive(Serialize, Deserialize)]
pub(super) struct SteppingUp {
    /// In which session.
    pub session_id: Uuid,
    /// What.
    pub action: Action,
    /// To what.
    pub target: Option<String>,
}

impl<S: Serialize + DeserializeOwned, T: Serialize + DeserializeOwned> Sealed<S, T> {
    /// Seals a begun ceremony to this browser.
    pub(super) fn seal(
        call: &Call,
        kind: &str,
        (state, challenge): (S, Vec<u8>),
        purpose: T,
    ) -> Result<String, Problem> {
        let flow = call.caller.flow.ok_or(Code::CsrfFailed)?;
        let expires_at = call.now() + call.app.config.raw.webauthn.challenge_lifetime.get();
        // Pages are let in with one of ours alone; FIDO's tests send none.
        let origin = call.header("origin").map_or_else(|| call.app.config.issuer.origin(), str::to_owned);
        let sealed = Self { library: LIBRARY.to_owned(), state, challenge, origin, expires_at, purpose };
        let sealer = &call.app.data_keys.sealer;
        sealer.seal(&*call.app.rng, kind, &flow.hash, expires_at, &sealed).map_err(|_| Code::Internal.into())
    }

    /// Opens what this browser was given for this kind of ceremony, in time.
    pub(super) fn open(call: &Call, kind: &str, now: Time, sealed: &str) -> Result<Self, Problem> {
        let flow = call.caller.flow.ok_or(Code::CsrfFailed)?;
        let opened: Option<Self> = call.app.data_keys.sealer.open(kind, &flow.hash, now, sealed);
        opened.filter(|sealed| sealed.library == LIBRARY).ok_or_else(|| Code::CeremonyExpired.into())
    }

    /// What is spent.
    pub(super) fn challenge_hash(&self) -> Tag {
        sha256(&self.challenge)
    }

    /// How long the spent challenge is kept.
    pub(super) fn keep_until(&self) -> Time {
        self.expires_at + MARKER
    }
}

impl Whom {
    /// Somebody new, with fresh identifiers.
    pub(super) fn sign_up(
        ids: Identifiers,
        username: &Username,
        (display_name, email): (Option<String>, Option<String>),
        token: Option<Uuid>,
    ) -> Self {
        Self::SignUp {
            id: ids.id,
            sub: ids.sub,
            user_handle: ids.user_handle.to_vec(),
            username: username.as_str().to_owned(),
            display_name,
            email,
            token,
        }
    }

    /// The account to be; `None` for somebody who has one.
    pub(super) fn new_user(&self) -> Option<(Identifiers, NewUser)> {
        let Self::SignUp { id, sub, user_handle, username, display_name, email, .. } = self else { return None };
        let ids = Identifiers { id: *id, sub: sub.clone(), user_handle: user_handle.as_slice().try_into().ok()? };
        let user = NewUser {
            username: Username::parse(username)?,
            display_name: display_name.clone(),
            email: email.clone(),
            email_verified: false,
            claims: StandardClaims::default(),
            roles: Vec::<Role>::new(),
        };
        Some((ids, user))
    }
}
