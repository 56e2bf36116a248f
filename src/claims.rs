//! What a client is told of somebody: by scope, by name and by its own rules. One place for every token and endpoint.

use serde_json::{Map, Value};

use crate::{
    app::App,
    protocol::{
        claim_rule::{self, Absent, ClaimRule, Facts, GROUPS, Given, Outcome, Source, Target},
        claims::{self, Person},
        claims_request::{self, ClaimsRequest},
        client::Client,
        scope::{self, ScopeSet},
        subject::{SubjectType, pairwise},
    },
    store::{self, Connection, group, user::User},
};

/// What may be told of one person to one client.
#[derive(Debug)]
pub struct Released {
    person: Person,
    granted: ScopeSet,
    asked: Option<ClaimsRequest>,
    release_unverified_email: bool,
    /// What the client's rules come to, and the groups that a scope brings.
    pub outcomes: Vec<Outcome>,
}

impl Released {
    /// For these scopes, and what was asked for by name, at these places. Reads the database only where groups are told there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read<C: Connection>(
        connection: &C,
        app: &App,
        (client, user): (&Client, &User),
        (granted, asked): (&ScopeSet, Option<&ClaimsRequest>),
        places: &[Target],
    ) -> Result<Self, store::Error> {
        let is_told = |targets: &[Target]| targets.iter().any(|target| places.contains(target));
        let rules = client.details.claims.iter().filter(|rule| is_told(rule.targets()));
        let rules: Vec<_> = rules.cloned().collect();
        let own = groups_by_scope(&client.details.claims, granted, asked).filter(|targets| is_told(targets));
        let find = |source: &str| app.expressions.find(source);
        let names_groups =
            |rule: &ClaimRule| rule.expression.as_deref().and_then(find).is_some_and(|it| it.names_groups);
        let groups = if own.is_some() || rules.iter().any(|rule| rule.needs_groups() || names_groups(rule)) {
            let rows = group::list_with_ids_of_user(connection, user.id, app.now()).await?;
            rows.into_iter().map(|(_, name, _)| name).collect()
        } else {
            Vec::new()
        };
        let person = user.person();
        let facts = Facts {
            released: &person.release(granted, client.release_unverified_email),
            groups: &groups,
            roles: &user.roles,
            granted,
            client_id: &client.client_id,
        };
        let mut outcomes = claim_rule::release(&rules, &facts, find);
        let groups = |targets| {
            let given = Given { value: groups.into(), source: Source::Scope { scope: scope::GROUPS.to_owned() } };
            Outcome { name: GROUPS.to_owned(), targets, value: Ok(given) }
        };
        outcomes.extend(own.map(groups));
        Ok(Self {
            person,
            granted: granted.clone(),
            asked: asked.cloned(),
            release_unverified_email: client.release_unverified_email,
            outcomes,
        })
    }

    /// For an ID token: what was asked for by name, and what rules tell there; what scopes bring is for userinfo, but where there
    /// is no access token to ask it with (OIDC Core 5.4).
    #[must_use]
    pub fn id_token(&self, has_access_token: bool) -> Map<String, Value> {
        let asked = self.asked.as_ref().map(|asked| &asked.id_token);
        let is_asked = |name: &str| asked.is_some_and(|asked| asked.contains_key(name));
        let is_allowed =
            |name: &str| claims_request::is_allowed(name, &self.granted) && (is_asked(name) || !has_access_token);
        self.with(is_allowed, Target::IdToken)
    }

    /// For userinfo: what scopes bring, what was asked for by name (5.5), and what rules tell there.
    #[must_use]
    pub fn userinfo(&self) -> Map<String, Value> {
        let asked = self.asked.as_ref().map(|asked| &asked.userinfo);
        let is_allowed = |name: &str| {
            let by_scope = claims::scope_of(name).is_some_and(|scope| self.granted.contains(scope));
            let by_name = asked.is_some_and(|asked| asked.contains_key(name));
            by_scope || (by_name && claims_request::is_allowed(name, &self.granted))
        };
        self.with(is_allowed, Target::UserInfo)
    }

    /// For JWT access tokens, and introspection of others: what rules tell there.
    #[must_use]
    pub fn access_token(&self) -> Map<String, Value> {
        claim_rule::at(&self.outcomes, Target::AccessToken)
    }

    /// Every claim that the client could be told, where, and why not: rules first.
    #[must_use]
    pub fn explain(&self) -> Vec<Outcome> {
        let by_rule =
            |name: &str| self.outcomes.iter().any(|one| one.name == name && one.targets.contains(&Target::UserInfo));
        let mut all = self.outcomes.clone();
        for name in claims::supported().into_iter().filter(|name| !by_rule(name)) {
            let Some(scope) = claims::scope_of(name) else { continue };
            let value = if self.granted.contains(scope) {
                let mut there = self.person.release_where(|other| other == name, self.release_unverified_email);
                let is_hidden = scope == scope::EMAIL && self.person.email.is_some();
                let source = Source::Scope { scope: scope.to_owned() };
                let given = there.remove(name).map(|value| Given { value, source });
                given.ok_or(if is_hidden { Absent::Unverified } else { Absent::NoValue })
            } else {
                Err(Absent::ScopeMissing { scope: scope.to_owned() })
            };
            all.push(Outcome { name: name.to_owned(), targets: vec![Target::UserInfo], value });
        }
        all
    }

    /// A rule of the client comes before the standard claim of that name.
    fn with(&self, is_allowed: impl Fn(&str) -> bool, target: Target) -> Map<String, Value> {
        let mut told = self.person.release_where(is_allowed, self.release_unverified_email);
        told.extend(claim_rule::at(&self.outcomes, target));
        told
    }
}

/// Where the scope, or the claim by name, brings groups; not where the client has a rule of its own for them.
fn groups_by_scope(rules: &[ClaimRule], granted: &ScopeSet, asked: Option<&ClaimsRequest>) -> Option<Vec<Target>> {
    if rules.iter().any(|rule| rule.name == GROUPS) || !claims_request::is_allowed(GROUPS, granted) {
        return None;
    }
    if granted.contains(scope::GROUPS) {
        return Some(vec![Target::IdToken, Target::UserInfo]);
    }
    let asked = asked?;
    let places = [(&asked.id_token, Target::IdToken), (&asked.userinfo, Target::UserInfo)];
    Some(places.into_iter().filter(|(names, _)| names.contains_key(GROUPS)).map(|(_, target)| target).collect())
}

/// The `sub` that this client sees (OIDC Core 8).
#[must_use]
pub fn subject(app: &App, client: &Client, sub: &str) -> String {
    match client.subject_type {
        SubjectType::Public => sub.to_owned(),
        SubjectType::Pairwise => pairwise(&*app.data_keys.pairwise, client.sector(), sub),
    }
}
