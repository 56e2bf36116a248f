//! What administration is divided into, and which roles reach what.

use super::{names::names, role::Role, scope::ScopeSet};

names! {
    /// A part of administration; the middle word of its scopes.
    Area {
        /// People.
        Users = "users",
        /// Groups and who belongs to them.
        Groups = "groups",
        /// Links to a first passkey.
        Invitations = "invitations",
        /// Passkeys.
        Credentials = "credentials",
        /// Sessions.
        Sessions = "sessions",
        /// Apps and their secrets.
        Clients = "clients",
        /// What people allowed apps.
        Consents = "consents",
        /// Signing keys.
        Keys = "keys",
        /// The audit log.
        Audit = "audit",
        /// Settings that change at run time.
        Settings = "settings",
        /// Numbers.
        Statistics = "statistics",
    }
}

names! {
    /// What somebody may do in a part of administration; the last word of its scopes.
    Right {
        /// Look.
        Read = "read",
        /// Change.
        Write = "write",
    }
}

impl Area {
    /// Whether there is anything in it to change.
    #[must_use]
    pub const fn is_written(self) -> bool {
        !matches!(self, Self::Audit | Self::Statistics)
    }

    /// `admin:<area>:<right>`.
    #[must_use]
    pub fn scope(self, right: Right) -> String {
        format!("admin:{}:{}", self.as_str(), right.as_str())
    }
}

/// Every scope of the administration API.
#[must_use]
pub fn scopes() -> ScopeSet {
    let of = |area: Area| {
        let rights = Right::ALL.into_iter().filter(move |right| *right == Right::Read || area.is_written());
        rights.map(move |right| area.scope(right))
    };
    let all: Vec<String> = Area::ALL.into_iter().flat_map(of).collect();
    all.iter().map(String::as_str).collect()
}

/// The area and the right that a scope names.
#[must_use]
pub fn parse(scope: &str) -> Option<(Area, Right)> {
    let (area, right) = scope.strip_prefix("admin:")?.split_once(':')?;
    let found = (Area::parse(area)?, Right::parse(right)?);
    (found.1 == Right::Read || found.0.is_written()).then_some(found)
}

impl Role {
    /// Whether who holds this role may do that there.
    #[must_use]
    pub const fn may(self, area: Area, right: Right) -> bool {
        match self {
            Self::Administrator => true,
            Self::Auditor => matches!(right, Right::Read),
            Self::UserManager => match area {
                Area::Users
                | Area::Groups
                | Area::Invitations
                | Area::Credentials
                | Area::Sessions
                | Area::Consents => true,
                Area::Statistics => matches!(right, Right::Read),
                Area::Clients | Area::Keys | Area::Audit | Area::Settings => false,
            },
            Self::ClientManager => match area {
                Area::Clients => true,
                Area::Groups | Area::Statistics => matches!(right, Right::Read),
                _ => false,
            },
        }
    }

    /// Whether somebody with these roles may give, take or touch this one: it is theirs, or everything is.
    #[must_use]
    pub fn is_within(self, roles: &[Self]) -> bool {
        roles.contains(&Self::Administrator) || roles.contains(&self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_what_they_are_parsed_as() {
        assert_eq!(scopes().iter().count(), 20);
        for scope in scopes().iter() {
            let (area, right) = parse(scope).unwrap();
            assert_eq!(area.scope(right), scope);
        }
        for bad in ["admin:users", "admin:audit:write", "admin:users:delete", "account:read", "admin::read"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn nobody_but_administrators_reaches_every_role() {
        for role in Role::ALL {
            assert!(role.is_within(&[Role::Administrator]) && role.is_within(&[role]));
            assert!(!Role::Administrator.is_within(&[role]) || role == Role::Administrator);
            assert!(!role.may(Area::Keys, Right::Write) || role == Role::Administrator);
        }
    }
}
