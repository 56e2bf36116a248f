//! Mail: what it says, how it looks, how it goes out. No mail signs anybody in.

mod letter;
mod notice;
mod outgoing;
mod transport;

pub use letter::{Facts, Letter, Sender};
pub use notice::Notice;
pub use outgoing::{KIND, Outgoing, open, seal};
pub use transport::{Mailer, NotSent};
