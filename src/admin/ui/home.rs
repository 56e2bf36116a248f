//! `/admin`: what there is to do, and how it goes.

use std::fmt::Write;

use askama::Template;
use chrono::Duration;
use poem::Response;

use super::{Line, Opened, open};
use crate::{
    admin::numbers::{self, DAYS},
    clock::Time,
    http::{Call, Frame, House, PageError, render},
    protocol::{
        administration::{Area, Right},
        role::Role,
    },
    store::{
        self, audit_log,
        client::Weak,
        page::{Order, Window},
        signing_key,
        statistics::{Day, People},
        user,
    },
    urls,
};

/// The query of people who are one lost device away from being locked out.
const ONE_PASSKEY: &str = "?enabled=true&passkeys=1";

/// Apps that the list of things to do names.
const NAMED: usize = 5;

/// Lines below the charts.
const LINES: u64 = 8;

#[derive(Template)]
#[template(path = "admin/admin_home.html")]
struct HomePage {
    frame: Frame,
    portal: House,
    charts: Vec<Chart>,
    tasks: Vec<Task>,
    lines: Vec<Line>,
}

/// A number, and how it came about.
struct Chart {
    name: &'static str,
    number: i64,
    /// The `points` of an SVG polyline in a box of 290 by 56.
    points: String,
    /// Day and number, for who does not see the line.
    told: String,
}

/// What a chart draws of each day.
type OfDay = fn(&Day) -> i64;

/// Something to look at.
struct Task {
    is_done: bool,
    text: String,
    link: Option<String>,
    /// What it is about, where that is several: where, and what.
    each: Vec<(String, String)>,
}

/// Shows the page.
///
/// # Errors
/// A page.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let opened = match open(&call, Area::Statistics).await? {
        Ok(opened) => opened,
        Err(sign_in) => return Ok(sign_in),
    };
    let store = call.app.store.read();
    let counted = numbers::read(&call.app).await?;
    let numbers = &counted.numbers;
    let since = numbers::since(call.now());
    let sum = |of: OfDay| numbers.days.iter().map(of).sum();
    let charts: [(_, _, OfDay); 3] = [
        ("admin-chart-sign-ins", sum(|day| day.sign_ins), |day| day.sign_ins),
        ("admin-chart-people", numbers.active_people, |day| day.people),
        ("admin-chart-failures", sum(|day| day.failures), |day| day.failures),
    ];
    let chart = |(name, number, of)| chart((name, number), &numbers.days, since, of);
    let lines = if opened.acting.may(Area::Audit, Right::Read) {
        let window = Window { order: Order::NEWEST, after: None, limit: LINES };
        let rows = audit_log::page(&store, &audit_log::Filter::default(), &window).await?;
        super::lines(&call, &opened.frame, &rows).await?
    } else {
        Vec::new()
    };
    Ok(render(&HomePage {
        charts: charts.into_iter().map(chart).collect(),
        tasks: tasks(&call, &opened, &numbers.people).await?,
        lines,
        portal: opened.portal,
        frame: opened.frame,
    }))
}

fn chart((name, number): (&'static str, i64), days: &[Day], since: Time, of_day: OfDay) -> Chart {
    let of = |at: i64| {
        let date = (since + Duration::days(at)).format("%Y-%m-%d").to_string();
        let day = days.iter().find(|day| day.date == date);
        (date, day.map_or(0, of_day))
    };
    let all: Vec<_> = (0..DAYS).map(of).collect();
    let most = all.iter().map(|(_, number)| *number).max().unwrap_or_default().max(1);
    let mut points = String::new();
    for (at, (_, number)) in all.iter().enumerate() {
        let _ = write!(points, "{},{} ", at * 10, 53 - number * 50 / most);
    }
    let told = all.iter().filter(|(_, number)| *number > 0).map(|(date, number)| format!("{date}: {number}"));
    Chart { name, number, points: points.trim_end().to_owned(), told: told.collect::<Vec<_>>().join(", ") }
}

/// What keeps a service from losing its people and its keepers.
async fn tasks(call: &Call, opened: &Opened<'_>, people: &People) -> Result<Vec<Task>, store::Error> {
    let (app, frame) = (&call.app, &opened.frame);
    // Nobody is led to where they may not go.
    let link = |area, path: &str| opened.acting.may(area, Right::Read).then(|| frame.path(path));
    let store = app.store.read();
    let wanted = user::Wanted { role: Some(Role::Administrator), enabled: Some(true), ..user::Wanted::default() };
    let window = Window { order: Order::TEXT, after: None, limit: 2 };
    let administrators = user::page(&store, &wanted, &window, call.now()).await?.len();
    let one = usize::try_from(people.with_one_passkey).unwrap_or(usize::MAX);
    let keys = signing_key::list(&store, &app.data_keys.signing_keys).await?;
    let active = keys.iter().filter(|key| key.state == signing_key::State::Active);
    let oldest = active.filter_map(|key| key.activated_at).min().unwrap_or_else(|| call.now());
    let left = (oldest + app.config.raw.keys.rotation.get() - call.now()).num_days();
    let is_timely = left >= 0;
    let open = store::client::list_weak(&store).await?;
    let weak = open.len();
    let weak_app = |one: Weak| {
        let why = if one.lacks_pkce { "admin-task-no-pkce" } else { "admin-task-unverified" };
        let url = link(Area::Clients, &urls::ADMIN_CLIENT.replace(":client_id", &one.client_id))?;
        Some((url, frame.about(why, &one.client_name)))
    };
    Ok(vec![
        Task {
            is_done: administrators > 1,
            text: frame.t(if administrators > 1 { "admin-task-two" } else { "admin-task-second" }),
            link: link(Area::Users, urls::ADMIN_USERS).filter(|_| administrators < 2),
            each: Vec::new(),
        },
        Task {
            is_done: one == 0,
            text: if one == 0 {
                frame.t("admin-task-passkeys")
            } else {
                frame.words.count("admin-task-one-passkey", one)
            },
            link: link(Area::Users, urls::ADMIN_USERS).filter(|_| one > 0).map(|people| people + ONE_PASSKEY),
            each: Vec::new(),
        },
        Task {
            is_done: app.mail.is_some(),
            text: frame.t(if app.mail.is_some() { "admin-task-mail" } else { "admin-task-no-mail" }),
            link: None,
            each: Vec::new(),
        },
        Task {
            is_done: is_timely,
            text: match usize::try_from(left) {
                Ok(days) => frame.words.count("admin-task-keys", days),
                Err(_) => frame.t("admin-task-old-keys"),
            },
            link: link(Area::Keys, urls::ADMIN_KEYS).filter(|_| !is_timely),
            each: Vec::new(),
        },
        Task {
            is_done: weak == 0,
            text: if weak == 0 { frame.t("admin-task-clients") } else { frame.words.count("admin-task-weak", weak) },
            link: None,
            each: open.into_iter().take(NAMED).filter_map(weak_app).collect(),
        },
    ])
}
