//! The browser session: who is signed in, since when, and how it begins, rotates and ends.

mod continuation;
mod current;
mod end;
mod start;

pub use continuation::Continuation;
pub use current::{current, is_live, lock_current, lock_own, own};
pub use end::{end, remove_cookie};
pub use start::{Ceremony, Started, start};
