//! `/admin/clients/{client_id}/claims`: what an app is told, by which rules, and of whom.

use askama::Template;
use poem::Response;
use serde_json::json;

use super::{
    draft::{self, Draft, Kind},
    open,
};
use crate::{
    admin::{
        acting::Acting,
        api::conditional,
        objects::ClientObject,
        preview::{self, Claim, Preview},
        rules::clients,
    },
    http::{Call, Code, Frame, House, PageError, Problem, render},
    protocol::{
        administration::Area,
        claim_rule::{Absent, ClaimRule, Source, Target},
        client::Client,
        scope::ScopeSet,
    },
    store::client,
    urls,
};

#[derive(Template)]
#[template(path = "admin/admin_claims.html")]
struct ClaimsPage {
    frame: Frame,
    portal: House,
    may_write: bool,
    may_tell_apis: bool,
    name: String,
    path: String,
    tag: String,
    whole: String,
    rules: Vec<Rule>,
    /// What the form for another rule says.
    draft: Draft,
    kinds: Vec<Kind>,
    /// The rule that is tried, as JSON.
    tried: Option<String>,
    user: String,
    scope: String,
    /// Why there is nothing to look at.
    problem: Option<String>,
    preview: Option<Told>,
    back: String,
}

/// A rule, and the app without it.
struct Rule {
    name: String,
    kind: String,
    text: String,
    targets: Vec<String>,
    without: String,
}

/// What the app would be told.
struct Told {
    username: String,
    refusal: Option<String>,
    blocks: Vec<(String, String)>,
    claims: Vec<ToldClaim>,
}

struct ToldClaim {
    name: String,
    value: String,
    is_there: bool,
    /// What brings it.
    because: Option<String>,
    targets: Vec<String>,
}

/// The rules of an app, and a look at what they come to.
///
/// # Errors
/// A page.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let opened = match open(&call, Area::Clients).await? {
        Ok(opened) => opened,
        Err(sign_in) => return Ok(sign_in),
    };
    let client_id = call.segment::<String>("client_id").ok_or(Code::NotFound)?;
    let store = call.app.store.read();
    let found = client::find_by_client_id(&store, &client_id).await?.ok_or(Code::NotFound)?;
    let is_mighty = opened.acting.allow_everything().is_ok();
    let query = call.query().map_err(|_| Code::InvalidRequest)?;
    let user = query.find("user").map(str::to_owned);
    let scope = query.find("scope").map_or_else(|| found.scopes.without_accounts().to_string(), str::to_owned);
    let tried = query.find("rule").map(str::to_owned);
    let draft = tried.as_deref().and_then(Draft::parse).unwrap_or_default();
    let looked = match &user {
        Some(user) => Some(look(&opened.acting, (&found, tried.as_deref()), user, &scope).await),
        None => None,
    };
    let (told, problem) = match looked {
        Some(Ok(preview)) => (Some(Told::new(&opened.frame, preview)), None),
        Some(Err(problem)) => (None, Some(words(&opened.frame, &problem)?)),
        None => (None, None),
    };
    let object = json!(ClientObject::read(&store, &found).await?);
    let rules = &found.details.claims;
    let rule = |(at, rule): (usize, &ClaimRule)| {
        let mut without = object.clone();
        without["claims"] =
            json!(rules.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, r)| r).collect::<Vec<_>>());
        Rule::new(&opened.frame, rule, without.to_string())
    };
    let acting = &opened.acting;
    Ok(render(&ClaimsPage {
        may_write: opened.may(Area::Clients) && (!found.is_mighty() || is_mighty),
        may_tell_apis: is_mighty,
        path: format!("/clients/{client_id}"),
        tag: conditional::tag(&object)?,
        whole: object.to_string(),
        rules: rules.iter().enumerate().map(rule).collect(),
        user: user.or_else(|| acting.user().map(|user| user.username.clone())).unwrap_or_default(),
        scope,
        problem,
        preview: told,
        kinds: draft::kinds(&opened.frame, &draft),
        draft,
        tried,
        name: found.client_name,
        back: opened.frame.path(&urls::ADMIN_CLIENT.replace(":client_id", &client_id)),
        portal: opened.portal,
        frame: opened.frame,
    }))
}

/// Why nobody is shown. What is wrong with a rule is exact; it is for whoever administers.
fn words(frame: &Frame, problem: &Problem) -> Result<String, PageError> {
    match problem.code() {
        "not_found" => Ok(frame.t("admin-preview-nobody")),
        "forbidden" => Ok(frame.t("admin-preview-forbidden")),
        "invalid_request" => Ok(frame.t("admin-preview-scopes")),
        "invalid_client_metadata" => Ok(problem.words().to_owned()),
        _ => Err(PageError::internal()),
    }
}

/// By the client's rules; with one that is tried, as if it were added.
async fn look(
    acting: &Acting<'_>,
    (client, tried): (&Client, Option<&str>),
    user: &str,
    scope: &str,
) -> Result<Preview, Problem> {
    let person = preview::person(acting, Some(user)).await?;
    let scopes = ScopeSet::parse(scope).ok_or(Code::InvalidRequest)?;
    let Some(tried) = tried else { return preview::preview(acting, client, &person, Some(&scopes)).await };
    let mut client = client.clone();
    let rule = serde_json::from_str(tried).unwrap_or_default();
    let rules = client.details.claims.iter().map(|rule| json!(rule)).chain([rule]);
    client.details.claims = clients::claims(rules.collect())?;
    preview::preview(acting, &client, &person, Some(&scopes)).await
}

fn targets(frame: &Frame, targets: &[Target]) -> Vec<String> {
    targets.iter().map(|target| frame.t(&format!("admin-target-{}", target.as_str().replace('_', "-")))).collect()
}

fn because(frame: &Frame, source: &Source) -> String {
    match source {
        Source::Scope { scope } => frame.about("admin-source-scope", scope),
        Source::Claim { claim } => frame.about("admin-source-claim", claim),
        Source::Value => frame.t("admin-source-value"),
        Source::Group { group } => frame.about("admin-source-group", group),
        Source::Otherwise => frame.t("admin-source-otherwise"),
        Source::Expression => frame.t("admin-source-expression"),
        Source::Groups => frame.t("admin-source-groups"),
        Source::Roles => frame.t("admin-source-roles"),
    }
}

impl Rule {
    fn new(frame: &Frame, rule: &ClaimRule, without: String) -> Self {
        let (kind, text) = (draft::label(draft::kind(rule)), draft::text(rule, &frame.t("admin-claim-otherwise")));
        let targets = targets(frame, rule.targets());
        Self { name: rule.name.clone(), kind: frame.t(kind), text, targets, without }
    }
}

impl Told {
    fn new(frame: &Frame, preview: Preview) -> Self {
        let block = |name: &str, claims| (frame.t(name), format!("{claims:#}"));
        let refusal = preview.refusal.map(|code| frame.t(&format!("refusal-{}", code.replace('_', "-"))));
        Self {
            refusal: refusal.map(|why| frame.about("admin-preview-refused", &why)),
            blocks: vec![
                block("admin-target-id-token", json!(preview.id_token)),
                block("admin-target-userinfo", json!(preview.userinfo)),
                block("admin-target-access-token", json!(preview.access_token)),
            ],
            claims: preview.claims.into_iter().map(|claim| ToldClaim::new(frame, claim)).collect(),
            username: preview.username,
        }
    }
}

impl ToldClaim {
    fn new(frame: &Frame, claim: Claim) -> Self {
        let value = match (&claim.value, &claim.absent) {
            (Some(value), _) => value.to_string(),
            (None, Some(Absent::ScopeMissing { scope })) => frame.about("admin-preview-scope-missing", scope),
            (None, Some(Absent::ExpressionFailed { error })) => frame.about("admin-preview-expression-failed", error),
            (None, Some(Absent::Unverified)) => frame.t("admin-preview-unverified"),
            (None, Some(Absent::NoGroup)) => frame.t("admin-preview-no-group"),
            (None, Some(Absent::NoValue) | None) => frame.t("admin-preview-no-value"),
        };
        let because = claim.source.as_ref().map(|source| because(frame, source));
        let targets = targets(frame, &claim.targets);
        Self { is_there: claim.value.is_some(), value, because, targets, name: claim.name }
    }
}
