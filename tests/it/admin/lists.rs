//! Lists: filters, order, pages.

use claviger::protocol::role::Role;
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Program, people::user};
use crate::harness::{SoftPasskey, TestApp};

async fn names(program: &Program, query: &str) -> Vec<String> {
    all(program, "/users", "username", query).await
}

/// That member of every row of a list.
async fn all(program: &Program, list: &str, key: &str, query: &str) -> Vec<String> {
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let page = program.read(&format!("{list}?{query}{after}")).await;
        all.extend(page["items"].as_array().unwrap().iter().map(|one| one[key].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(cursor) => after = format!("&after={cursor}"),
            None => return all,
        }
    }
}

#[tokio::test]
async fn pages_are_gone_through_whole_in_either_order() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let made = ["delta", "alpha", "echo", "bravo", "charlie"];
    for name in made {
        program.make("/users", &user(name)).await;
        app.clock.advance(chrono::Duration::milliseconds(2));
    }
    let mut sorted = made.map(str::to_owned).to_vec();
    sorted.sort();
    let reversed = |list: &[String]| list.iter().rev().cloned().collect::<Vec<_>>();
    for limit in 1..=6 {
        assert_eq!(names(&program, &format!("limit={limit}")).await, sorted);
        assert_eq!(names(&program, &format!("limit={limit}&sort=-username")).await, reversed(&sorted));
        assert_eq!(names(&program, &format!("limit={limit}&sort=created_at")).await, made);
        assert_eq!(
            names(&program, &format!("limit={limit}&sort=-created_at")).await,
            reversed(&made.map(str::to_owned))
        );
    }
    // What comes and goes meanwhile moves nothing else.
    let page = program.read("/users?limit=2").await;
    program.make("/users", &user("aaa")).await;
    let rest = program.read(&format!("/users?limit=2&after={}", page["next"].as_str().unwrap())).await;
    assert_eq!(rest["items"][0]["username"], "charlie");
}

#[tokio::test]
async fn people_are_found_by_the_beginning_of_name_and_address() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    for (name, email) in [("alice", "x@one.example"), ("alfred", "y@two.example"), ("bob", "alone@example.org")] {
        program.make("/users", &json!({ "username": name, "email": email })).await;
    }
    assert_eq!(names(&program, "q=al").await, ["alfred", "alice", "bob"]);
    assert_eq!(names(&program, "q=AL&limit=1").await, ["alfred", "alice", "bob"]);
    // Whom a name tells apart comes before whom an address does, however it is written.
    for (name, email) in
        [("aaron", "Al.Aaron@example.org"), ("alma", "AL.ma@example.org"), ("zoe", "al.Zoe@example.org")]
    {
        program.make("/users", &json!({ "username": name, "email": email })).await;
    }
    let found = ["alfred", "alice", "alma", "aaron", "zoe", "bob"];
    for limit in 1..=7 {
        assert_eq!(names(&program, &format!("q=al&limit={limit}")).await, found);
        let turned = names(&program, &format!("q=Al&sort=-username&limit={limit}")).await;
        assert_eq!(turned, ["alma", "alice", "alfred", "bob", "zoe", "aaron"]);
        let by_age = names(&program, &format!("q=al&sort=created_at&limit={limit}")).await;
        assert_eq!(by_age, ["alice", "alfred", "bob", "aaron", "alma", "zoe"]);
    }
    assert_eq!(names(&program, "q=al&enabled=false").await, Vec::<String>::new());
    assert_eq!(names(&program, "q=ali").await, ["alice"]);
    for wild in ["%25", "_", "*", "l", "%5B", "%27"] {
        assert!(names(&program, &format!("q={wild}")).await.is_empty(), "{wild}");
    }
    let bob = app.user_id("bob").await;
    program.call(Method::PATCH, &format!("/users/{bob}"), &json!({ "enabled": false })).await;
    assert_eq!(names(&program, "enabled=false").await, ["bob"]);
    assert_eq!(names(&program, "enabled=true&q=a").await, ["aaron", "alfred", "alice", "alma", "zoe"]);
}

#[tokio::test]
async fn apps_and_groups_are_found_and_sorted_however_they_are_written() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    for name in ["Zulip", "gitea", "Grafana", "grist"] {
        program.make("/groups", &json!({ "name": name })).await;
        program.make("/clients", &json!({ "client_name": name, "redirect_uris": ["https://app.example/cb"] })).await;
    }
    for (list, key) in [("/groups", "name"), ("/clients", "client_name")] {
        for limit in 1..=5 {
            let found = async |query: &str| {
                let mut found = all(&program, list, key, &format!("{query}&limit={limit}")).await;
                // The program that asks is an app, too.
                found.retain(|name| !name.starts_with("tool-"));
                found
            };
            assert_eq!(found(&format!("sort={key}")).await, ["gitea", "Grafana", "grist", "Zulip"]);
            assert_eq!(found("q=GR").await, ["Grafana", "grist"]);
            assert_eq!(found(&format!("q=g&sort=-{key}")).await, ["grist", "Grafana", "gitea"]);
        }
    }
    let mut root = app.person("root", &[Role::Administrator]).await;
    let page = root.browser.open("/admin/users").await.body;
    let offered: Vec<_> = page.split("data-list value=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(offered[..4], ["gitea", "Grafana", "grist", "Zulip"]);
}

/// As many as one looks through; a program gets more at once.
#[tokio::test]
async fn pages_of_the_browser_have_twenty_five_rows() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let group = program.make("/groups", &json!({ "name": "group" })).await["id"].as_str().unwrap().to_owned();
    for number in 10..37 {
        let name = format!("a-{number}");
        program.make("/groups", &json!({ "name": name })).await;
        program.make("/clients", &json!({ "client_name": name, "redirect_uris": ["https://app.example/cb"] })).await;
        program.make("/users", &json!({ "username": name, "groups": ["group"] })).await;
    }
    let mut root = app.person("root", &[Role::Administrator]).await;
    for _ in 0..27 {
        root.browser.cookies.clear();
        root.browser.open("/sign-in").await;
        assert_eq!(root.browser.sign_in(&mut root.passkey).await.status, StatusCode::OK);
    }
    let rows = |page: &str| page.matches("<li class=\"item\">").count();
    let of_group = format!("groups/{group}");
    for list in ["users", "groups", "clients", "invitations", "sessions", "audit", &of_group] {
        let path = format!("/admin/{list}");
        let first = root.browser.open(&path).await.body;
        let next =
            first.split("href=\"?after=").nth(1).unwrap_or_else(|| panic!("{list} ends")).split('"').next().unwrap();
        let second = root.browser.open(&format!("{path}?after={next}")).await.body;
        assert!(rows(&first) == 25 && rows(&second) >= 2, "{list}: {} and {}", rows(&first), rows(&second));
        assert_eq!(rows(&root.browser.open(&format!("{path}?limit=27")).await.body), 27, "{list}");
    }
    assert_eq!(program.read("/groups").await["items"].as_array().unwrap().len(), 28);
}

/// Names that differ in capital letters alone stand as they were made, so that an app's ETag is the same at every look.
#[tokio::test]
async fn names_that_are_the_same_but_for_capitals_keep_their_order() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let mut body = user("alice");
    body["groups"] = json!([]);
    for name in ["ops", "OPS", "Ops", "oPS"] {
        program.make("/groups", &json!({ "name": name })).await;
        body["groups"].as_array_mut().unwrap().insert(0, json!(name));
    }
    program.make("/users", &body).await;
    let made = ["ops", "OPS", "Ops", "oPS"];
    let client = json!({ "client_name": "App", "redirect_uris": ["https://app.example/cb"], "groups": body["groups"] });
    assert_eq!(program.make("/clients", &client).await["groups"], json!(made));
    let of_user = format!("/users/{}/groups", app.user_id("alice").await);
    assert_eq!(all(&program, &of_user, "name", "").await, made);
}

#[tokio::test]
async fn people_are_found_by_how_many_passkeys_they_have() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    program.make("/users", &user("nobody-yet")).await;
    app.person("one", &[]).await;
    app.person("two", &[]).await;
    let mut three = app.person("three", &[Role::Administrator]).await;
    let added = three.browser.add_passkey(&mut three.passkey, &mut SoftPasskey::new()).await;
    assert_eq!(added.status, StatusCode::OK, "{}", added.body);
    assert_eq!(names(&program, "passkeys=0").await, ["nobody-yet"]);
    assert_eq!(names(&program, "passkeys=1&limit=1").await, ["one", "two"]);
    assert_eq!(names(&program, "passkeys=2").await, ["three"]);
    assert_eq!(names(&program, "passkeys=4000000000").await, Vec::<String>::new());
    let path = format!("/users/{}", app.user_id("two").await);
    program.call(Method::PATCH, &path, &json!({ "enabled": false })).await;
    // The home page counts the same people that it leads to.
    let one = program.read("/statistics").await["people"]["with_one_passkey"].clone();
    let found = names(&program, "enabled=true&passkeys=1").await;
    assert_eq!((one, &found[..]), (json!(found.len()), &["one".to_owned()][..]));
    let home = three.browser.open("/admin").await.body;
    assert!(home.contains("href=\"/admin/users?enabled=true&#38;passkeys=1\""), "{home}");
    let page = three.browser.open("/admin/users?enabled=true&passkeys=1").await.body;
    assert!(page.contains(">one</a>") && !page.contains(">three</a>"), "{page}");
    assert_eq!(names(&program, "role=administrator").await, ["three"]);
    let passkeys = program.read(&format!("/users/{}/credentials", app.user_id("one").await)).await;
    let path =
        format!("/users/{}/credentials/{}", app.user_id("one").await, passkeys["items"][0]["id"].as_str().unwrap());
    program.call(Method::DELETE, &path, &Value::Null).await;
    assert_eq!(names(&program, "passkeys=0").await, ["nobody-yet", "one"]);
}

#[tokio::test]
async fn what_is_no_query_of_the_list_is_told() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    program.make("/users", &user("alice")).await;
    program.make("/users", &user("bob")).await;
    let cursor = program.read("/users?limit=1").await["next"].as_str().unwrap().to_owned();
    let table = [
        "limit=0".to_owned(),
        "limit=201".to_owned(),
        "limit=x".to_owned(),
        "sort=email".to_owned(),
        "sort=username&sort=username".to_owned(),
        "where=1".to_owned(),
        "enabled=yes".to_owned(),
        "role=root".to_owned(),
        "group=x".to_owned(),
        "after=x".to_owned(),
        format!("after={cursor}x"),
        format!("sort=-username&after={cursor}"),
        format!("q=a&after={cursor}"),
    ];
    for query in table {
        let answer = program.call(Method::GET, &format!("/users?{query}"), &Value::Null).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "invalid_request"), "{query}");
        assert!(answer.json()["detail"].is_string(), "{query}");
    }
    let elsewhere = program.call(Method::GET, &format!("/groups?limit=1&after={cursor}"), &Value::Null).await;
    assert_eq!(elsewhere.code(), "invalid_request");
    app.advance(86_400);
    let late = app.program(None).await.call(Method::GET, &format!("/users?limit=1&after={cursor}"), &Value::Null).await;
    assert_eq!(late.code(), "invalid_request");
}

/// Of everybody, of one person; those that are over are not among them, and each is ended from there.
#[tokio::test]
async fn sessions_of_everybody_are_listed() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let mut alice = app.person("alice", &[]).await;
    app.advance(1);
    let bob = app.person("bob", &[]).await;
    let all = program.read("/sessions").await["items"].clone();
    let users: Vec<_> = all.as_array().unwrap().iter().map(|one| one["user_id"].clone()).collect();
    assert_eq!(users, [json!(bob.id), json!(alice.id)], "the newest first");
    let first = program.read("/sessions?limit=1").await;
    let next = first["next"].as_str().unwrap();
    assert_eq!(program.read(&format!("/sessions?limit=1&after={next}")).await["items"][0], all[1]);
    let own = program.read(&format!("/sessions?user={}", alice.id)).await["items"].clone();
    assert_eq!((own.as_array().unwrap().len(), &own[0]), (1, &all[1]));
    let path = format!("/users/{}/sessions/{}", alice.id, own[0]["id"].as_str().unwrap());
    assert_eq!(program.call(Method::DELETE, &path, &Value::Null).await.status, StatusCode::NO_CONTENT);
    assert_eq!(alice.browser.open("/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(program.read("/sessions").await["items"], json!([all[0]]));
    app.advance(13 * 3600);
    let later = app.program(None).await;
    assert_eq!(later.read("/sessions").await["items"], json!([]), "idle for too long");
}
