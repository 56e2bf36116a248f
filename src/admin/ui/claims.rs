//! `/admin/clients/{client_id}/claims`: what an app is told, by which rules, and of whom.

use askama::Template;
use poem::Response;
use serde_json::json;

use super::open;
use crate::{
    admin::{
        acting::Acting,
        api::conditional,
        objects::ClientObject,
        preview::{self, Claim, Preview},
    },
    http::{Call, Code, Frame, House, PageError, Problem, render},
    protocol::{
        administration::Area,
        claim_rule::{Absent, ClaimRule, GROUPS, ROLES, Target},
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
    let looked = match &user {
        Some(user) => Some(look(&opened.acting, &found, user, &scope).await),
        None => None,
    };
    let (told, problem) = match looked {
        Some(Ok(preview)) => (Some(Told::new(&opened.frame, preview)), None),
        Some(Err(problem)) => (None, Some(opened.frame.t(words(&problem)?))),
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
        name: found.client_name,
        back: opened.frame.path(&urls::ADMIN_CLIENT.replace(":client_id", &client_id)),
        portal: opened.portal,
        frame: opened.frame,
    }))
}

/// Why nobody is shown.
fn words(problem: &Problem) -> Result<&'static str, PageError> {
    match problem.code() {
        "not_found" => Ok("admin-preview-nobody"),
        "forbidden" => Ok("admin-preview-forbidden"),
        "invalid_request" => Ok("admin-preview-scopes"),
        _ => Err(PageError::internal()),
    }
}

async fn look(acting: &Acting<'_>, client: &Client, user: &str, scope: &str) -> Result<Preview, Problem> {
    let person = preview::person(acting, Some(user)).await?;
    let scopes = ScopeSet::parse(scope).ok_or(Code::InvalidRequest)?;
    preview::preview(acting, client, &person, Some(&scopes)).await
}

fn targets(frame: &Frame, targets: &[Target]) -> Vec<String> {
    targets.iter().map(|target| frame.t(&format!("admin-target-{}", target.as_str().replace('_', "-")))).collect()
}

impl Rule {
    fn new(frame: &Frame, rule: &ClaimRule, without: String) -> Self {
        let (kind, text) = match rule {
            ClaimRule { from: Some(from), .. } if from == GROUPS => ("admin-claim-groups", String::new()),
            ClaimRule { from: Some(from), .. } if from == ROLES => ("admin-claim-roles", String::new()),
            ClaimRule { from: Some(from), .. } => ("admin-claim-from", from.clone()),
            ClaimRule { value: Some(value), .. } => ("admin-claim-value", value.to_string()),
            ClaimRule { values: Some(values), otherwise, .. } => {
                let lines = values.iter().map(|one| format!("{} = {}", one.group, one.value));
                let rest = otherwise.iter().map(|value| format!("{} = {value}", frame.t("admin-claim-otherwise")));
                ("admin-claim-values", lines.chain(rest).collect::<Vec<_>>().join("\n"))
            }
            ClaimRule { expression, .. } => ("admin-claim-expression", expression.clone().unwrap_or_default()),
        };
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
        Self { is_there: claim.value.is_some(), value, targets: targets(frame, &claim.targets), name: claim.name }
    }
}
