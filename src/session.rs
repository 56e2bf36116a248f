//! The browser session: who is signed in, since when, and how it begins, rotates and ends.

mod continuation;
mod current;
mod end;
mod start;
mod step_up;
mod token;

pub use continuation::Continuation;
pub use current::{current, is_live, limits, lock_current, lock_own, own};
pub use end::{end, end_for_good, end_others, remove_cookie};
pub use start::{Ceremony, Started, start};
pub use step_up::{Allowed, check_step_up, lock_owner, lock_stepped_up, spend_for, spend_step_up};
pub use token::presented;
