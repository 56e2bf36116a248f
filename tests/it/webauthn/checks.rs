//! The 107 checks of ceremonies, each by its name over HTTP: what must be refused with a 4xx problem, what accepted.

mod authentication;
mod bend;
mod registration;

/// What a check expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    Refused,
    Accepted,
}

/// One test per line: `name: Expected => |credential| { … }`.
macro_rules! checks {
    ($run:path: $($name:ident: $expected:ident => $bend:expr;)+) => {
        $(#[tokio::test]
        async fn $name() {
            $run(super::Expected::$expected, $bend).await;
        })+
        /// How many there are, for the count over all.
        pub(super) const COUNT: usize = [$(stringify!($name)),+].len();
    };
}
use checks;

#[test]
fn there_are_one_hundred_and_seven() {
    assert_eq!(registration::COUNT + authentication::COUNT, 107);
}
