//! While no enabled administrator has a passkey, every start makes a link for one.

use chrono::Duration;

use super::error::CliError;
use crate::{
    app::App,
    audit::{self, Entry, Event, Origin},
    protocol::{claims::StandardClaims, role::Role, username::Username},
    store::{
        self, Tx,
        enrollment_link::Kind,
        user::{self, Identifiers, NewUser, User},
    },
    webauthn::{
        good_enough,
        link::{self, Link},
    },
};

const LIFETIME: Duration = Duration::hours(24);

/// The link, or `None` when an administrator can sign in.
pub(super) async fn link(app: &App) -> Result<Option<Link>, CliError> {
    let made = app
        .store
        .write(async |tx| {
            user::lock_administrators(tx).await?;
            if user::has_administrator(tx, good_enough::for_everybody(app, tx).await?).await? {
                return Ok(None);
            }
            let waiting = user::list(tx).await?.into_iter().find(|user| {
                let stays = user.enabled && user.delete_after.is_none();
                stays && user.is_administrator()
            });
            let Some(user) = (match waiting {
                Some(user) => Some(user),
                None => create(tx, app).await?,
            }) else {
                return Ok(None);
            };
            let whom = (user.id, user.username.as_str());
            link::create(tx, app, link::By::itself(&Origin::default()), Kind::Administrator, whom, LIFETIME)
                .await
                .map(Some)
        })
        .await;
    made.map_err(CliError::from)
}

/// An account named `admin`, or `admin-2` and so on where the name is somebody's.
async fn create(tx: &Tx, app: &App) -> Result<Option<User>, store::Error> {
    let names = std::iter::once("admin".to_owned()).chain((2..100).map(|n| format!("admin-{n}")));
    for username in names.filter_map(|name| Username::parse(&name)) {
        let ids = Identifiers::generate(&*app.rng, app.now());
        let new = NewUser {
            username,
            display_name: None,
            email: None,
            email_verified: false,
            claims: StandardClaims::default(),
            roles: vec![Role::Administrator],
        };
        if user::insert(tx, &ids, &new, app.now()).await? {
            let entry = Entry { subject: Some(ids.id), ..Entry::default() };
            audit::record(tx, (&*app.rng, app.now()), &Origin::default(), Event::UserCreated, entry);
            return user::find_by_id(tx, ids.id).await;
        }
    }
    Ok(None)
}
