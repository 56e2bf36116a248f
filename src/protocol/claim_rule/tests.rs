use serde_json::{Map, Value, json};

use super::*;
use crate::protocol::{role::Role, scope::ScopeSet};

fn rules(value: Value) -> Vec<ClaimRule> {
    serde_json::from_value(value).unwrap()
}

fn checked(rule: Value) -> Result<(), String> {
    check(&rules(json!([rule])))
}

/// What one rule comes to for somebody in the groups `staff` and `writers`, an auditor, with the scopes `openid email`.
fn told(rule: Value) -> Result<Value, Absent> {
    let released: Map<String, Value> = serde_json::from_value(json!({"email": "a@b.example"})).unwrap();
    let facts = Facts {
        released: &released,
        groups: &["staff".to_owned(), "writers".to_owned()],
        roles: &[Role::Auditor],
        granted: &ScopeSet::parse("openid email").unwrap(),
        client_id: "app",
    };
    let compile = |source: &str| Expression::compile(source).ok().map(std::sync::Arc::new);
    release(&rules(json!([rule])), &facts, compile).remove(0).value.map(|given| given.value)
}

#[test]
fn what_the_protocol_says_is_nobodys_to_make_up() {
    for name in RESERVED {
        assert!(checked(json!({"name": name, "value": 1})).unwrap_err().contains("reserved"), "{name}");
    }
    assert_eq!(checked(json!({"name": "email", "from": "email", "targets": ["id_token"]})), Ok(()));
    assert!(checked(json!({"name": "email", "from": "nickname"})).is_err());
    assert!(checked(json!({"name": "sub", "from": "sub"})).is_err(), "no claim about a person");
    for name in ["groups", "https://hasura.io/jwt/claims", "preferred_username", "roles"] {
        assert_eq!(checked(json!({"name": name, "value": 1})), Ok(()), "{name}");
    }
}

#[test]
fn a_rule_has_one_source_and_good_values() {
    let long = "x".repeat(MAX_VALUE + 1);
    let bad = [
        json!({"name": "a"}),
        json!({"name": "a", "value": 1, "from": "groups"}),
        json!({"name": "a", "value": 1, "otherwise": 1}),
        json!({"name": "a", "value": 1, "targets": []}),
        json!({"name": "a", "value": long}),
        json!({"name": "a", "value": "\u{0}"}),
        json!({"name": "a b", "value": 1}),
        json!({"name": "", "value": 1}),
        json!({"name": "a", "from": "sub"}),
        json!({"name": "a", "from": "password"}),
        json!({"name": "a", "values": []}),
        json!({"name": "a", "values": [{"group": "g", "value": null}]}),
        json!({"name": "a", "expression": "1 +"}),
    ];
    for rule in bad {
        assert!(checked(rule.clone()).is_err(), "{rule}");
    }
    let twice = rules(json!([{"name": "a", "value": 1}, {"name": "a", "value": 2}]));
    assert!(check(&twice).is_err());
    let many = rules((0..=MAX_RULES).map(|n| json!({"name": format!("c{n}"), "value": 1})).collect());
    assert!(check(&many).is_err());
}

#[test]
fn each_source_says_its_own() {
    assert_eq!(told(json!({"name": "g", "from": "groups"})), Ok(json!(["staff", "writers"])));
    assert_eq!(told(json!({"name": "r", "from": "roles"})), Ok(json!(["auditor"])));
    assert_eq!(told(json!({"name": "upn", "from": "email"})), Ok(json!("a@b.example")));
    assert_eq!(told(json!({"name": "t", "value": {"id": 7}})), Ok(json!({"id": 7})));
}

#[test]
fn of_several_groups_the_first_named_decides() {
    let role = |otherwise: Option<&str>| {
        json!({"name": "role", "otherwise": otherwise, "values": [
            {"group": "admins", "value": "Admin"}, {"group": "writers", "value": "Editor"}, {"group": "staff", "value": "Viewer"},
        ]})
    };
    assert_eq!(told(role(None)), Ok(json!("Editor")));
    let none = json!({"name": "role", "values": [{"group": "admins", "value": "Admin"}]});
    assert_eq!(told(none.clone()), Err(Absent::NoGroup));
    let mut otherwise = none;
    otherwise["otherwise"] = json!("Guest");
    assert_eq!(told(otherwise), Ok(json!("Guest")));
}

#[test]
fn a_rule_sees_no_more_of_a_person_than_the_client_may() {
    let absent = Absent::ScopeMissing { scope: "phone".to_owned() };
    assert_eq!(told(json!({"name": "tel", "from": "phone_number"})), Err(absent));
    assert!(matches!(
        told(json!({"name": "tel", "expression": "user.phone_number"})),
        Err(Absent::ExpressionFailed { .. })
    ));
    assert_eq!(told(json!({"name": "mail", "expression": "user.email"})), Ok(json!("a@b.example")));
}

#[test]
fn expressions_know_groups_roles_scopes_and_the_client() {
    let cases = [
        ("'writers' in groups ? 'Editor' : 'Viewer'", json!("Editor")),
        ("groups.filter(g, g.startsWith('st'))", json!(["staff"])),
        ("groups.map(g, 'org-' + g)", json!(["org-staff", "org-writers"])),
        ("groups.filter(g, g != 'staff').map(g, {'name': g})", json!([{"name": "writers"}])),
        ("'auditor' in roles && 'email' in scopes", json!(true)),
        ("client_id + '/' + user.email", json!("app/a@b.example")),
        ("has(user.phone_number) ? user.phone_number : 'none'", json!("none")),
        ("size(groups)", json!(2)),
        ("groups.filter(g, g != 'x').map(g, 'a' + g + 'b')", json!(["astaffb", "awritersb"])),
    ];
    for (source, value) in cases {
        assert_eq!(told(json!({"name": "x", "expression": source})), Ok(value), "{source}");
    }
    assert_eq!(told(json!({"name": "x", "expression": "null"})), Err(Absent::NoValue));
    for failing in ["groups[7]", "user.nothing", "1 / 0", "'a' + 1"] {
        let told = told(json!({"name": "x", "expression": failing}));
        assert!(matches!(told, Err(Absent::ExpressionFailed { .. })), "{failing}: {told:?}");
    }
}

#[test]
fn no_expression_takes_long_or_goes_deep() {
    let refused = |source: &str| Expression::compile(source).unwrap_err();
    assert_eq!(refused(&"1+".repeat(300)), InvalidExpression::TooLong);
    assert_eq!(refused(&format!("{}1{}", "(".repeat(41), ")".repeat(41))), InvalidExpression::TooDeep);
    assert_eq!(refused(&"true ? 1 : ".repeat(41)), InvalidExpression::TooDeep);
    for open in ["(", "[", "!("] {
        let close = open.replace(['(', '!'], ")").replace('[', "]").replace("))", ")");
        let nested = format!("{}1{}", open.repeat(40), close.repeat(40));
        let _ = Expression::compile(&nested);
        let _ = told(json!({"name": "x", "expression": nested}));
    }
    for boundless in [
        "groups.map(a, groups.map(b, groups))",
        "groups.all(a, [[groups.exists(b, b == a)]] == [])",
        "groups.map(a, groups)",
        "['a'].map(x, [x] + scopes)",
        "['a'].map(x,x+x).map(x,x+x).map(x,x+x)",
        "['a'].map(x,x+x+x).map(x,x+x+x+x)",
    ] {
        assert_eq!(refused(boundless), InvalidExpression::TooMuch, "{boundless}");
    }
    let listed = format!("[user,user].map(x,[{}]).map(y,[{}])", "x,".repeat(70) + "x", "y,".repeat(70) + "y");
    assert_eq!(refused(&listed), InvalidExpression::TooMuch);
    let doubled = format!("['a']{}", ".map(x,x+x)".repeat(12));
    assert_eq!(refused(&doubled), InvalidExpression::TooMuch);
    assert_eq!(refused("password"), InvalidExpression::UnknownName("password".to_owned()));
    assert_eq!(refused("groups.map(a, a + b)"), InvalidExpression::UnknownName("b".to_owned()));
    for strange in ["", "\u{0}", "'", "((", "}{", "a.b.", "groups.map(", "\"\\u{110000}\"", "0x", "1e999999", "💣"] {
        assert!(
            Expression::compile(strange).is_err() || told(json!({"name": "x", "expression": strange})).is_err(),
            "{strange:?}"
        );
    }
    assert_eq!(refused(&format!("{}1", "1+".repeat(240))), InvalidExpression::TooDeep);
    assert_eq!(refused(&format!("groups{}", "[0]".repeat(150))), InvalidExpression::TooDeep);
    let long = format!("{}1", "1+".repeat(45));
    assert_eq!(told(json!({"name": "x", "expression": long})), Ok(json!(46)));
    for operator in ["!", "-"] {
        let _ = Expression::compile(&format!("{}1", operator.repeat(490)));
    }
}

#[test]
fn a_claim_is_told_where_it_says() {
    let all = rules(json!([
        {"name": "a", "value": 1},
        {"name": "b", "value": 2, "targets": ["access_token"]},
        {"name": "c", "from": "phone_number"},
    ]));
    let facts =
        Facts { released: &Map::new(), groups: &[], roles: &[], granted: &ScopeSet::default(), client_id: "app" };
    let outcomes = release(&all, &facts, |_| None);
    assert_eq!(json!(at(&outcomes, Target::IdToken)), json!({"a": 1}));
    assert_eq!(json!(at(&outcomes, Target::UserInfo)), json!({"a": 1}));
    assert_eq!(json!(at(&outcomes, Target::AccessToken)), json!({"b": 2}));
}

#[test]
fn a_claim_says_what_brings_it() {
    let released: Map<String, Value> = serde_json::from_value(json!({"email": "a@b.example"})).unwrap();
    let facts = Facts {
        released: &released,
        groups: &["staff".to_owned()],
        roles: &[Role::Auditor],
        granted: &ScopeSet::parse("openid email").unwrap(),
        client_id: "app",
    };
    let compile = |source: &str| Expression::compile(source).ok().map(std::sync::Arc::new);
    let of_groups = |group: &str| json!([{"group": "none", "value": 1}, {"group": group, "value": 2}]);
    let expected = [
        (json!({"name": "a", "value": 1}), json!({"source": "value"})),
        (json!({"name": "a", "values": of_groups("staff")}), json!({"source": "group", "group": "staff"})),
        (json!({"name": "a", "values": of_groups("x"), "otherwise": 3}), json!({"source": "otherwise"})),
        (json!({"name": "a", "expression": "client_id"}), json!({"source": "expression"})),
        (json!({"name": "a", "from": "groups"}), json!({"source": "groups"})),
        (json!({"name": "a", "from": "roles"}), json!({"source": "roles"})),
        (json!({"name": "a", "from": "email"}), json!({"source": "claim", "claim": "email"})),
    ];
    for (rule, source) in expected {
        let given = release(&rules(json!([rule])), &facts, compile).remove(0).value.unwrap();
        assert_eq!(json!(given.source), source, "{rule}");
    }
}
