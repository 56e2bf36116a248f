//! Types that a key can have: how they are read from a file or a variable, and how they are shown.

use std::path::PathBuf;

use config::ValueKind;

use super::duration::Lifetime;
use crate::crypto::secret::Secret;

/// A value of one key.
pub trait Setting: Sized {
    /// What the reference calls the type.
    const SHAPE: &'static str;
    /// Whether it is never shown, and may come from a file of its own.
    const SECRET: bool = false;

    /// Reads it. From the environment everything is text, and lists have commas.
    ///
    /// # Errors
    /// What was expected, without repeating what was found: it may be a secret.
    fn read(value: &ValueKind) -> Result<Self, String>;

    /// As TOML; `None` when it is not set.
    fn show(&self) -> Option<String>;
}

fn expected<T: Setting>() -> String {
    format!("expected {}", T::SHAPE)
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

impl Setting for String {
    const SHAPE: &'static str = "text";

    fn read(value: &ValueKind) -> Result<Self, String> {
        match value {
            ValueKind::String(text) => Ok(text.clone()),
            _ => Err(expected::<Self>()),
        }
    }

    fn show(&self) -> Option<String> {
        Some(quoted(self))
    }
}

impl Setting for PathBuf {
    const SHAPE: &'static str = "a path";

    fn read(value: &ValueKind) -> Result<Self, String> {
        let text = String::read(value).ok().filter(|text| !text.is_empty());
        text.map(Self::from).ok_or_else(expected::<Self>)
    }

    fn show(&self) -> Option<String> {
        Some(quoted(&self.display().to_string()))
    }
}

impl Setting for bool {
    const SHAPE: &'static str = "true or false";

    fn read(value: &ValueKind) -> Result<Self, String> {
        match value {
            ValueKind::Boolean(value) => Ok(*value),
            ValueKind::String(text) => text.parse().map_err(|_| expected::<Self>()),
            _ => Err(expected::<Self>()),
        }
    }

    fn show(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl Setting for u32 {
    const SHAPE: &'static str = "a whole number";

    fn read(value: &ValueKind) -> Result<Self, String> {
        let number = match value {
            ValueKind::I64(number) => Self::try_from(*number).ok(),
            ValueKind::String(text) => text.parse().ok(),
            _ => None,
        };
        number.ok_or_else(expected::<Self>)
    }

    fn show(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl Setting for Lifetime {
    const SHAPE: &'static str = "a duration such as \"10m\", at most ten years";

    fn read(value: &ValueKind) -> Result<Self, String> {
        String::read(value).ok().and_then(|text| Self::parse(&text)).ok_or_else(expected::<Self>)
    }

    fn show(&self) -> Option<String> {
        Some(quoted(&self.to_string()))
    }
}

impl Setting for Secret<String> {
    const SHAPE: &'static str = "text";
    const SECRET: bool = true;

    fn read(value: &ValueKind) -> Result<Self, String> {
        String::read(value).map(Self::new)
    }

    fn show(&self) -> Option<String> {
        Some(quoted("[redacted]"))
    }
}

impl<T: Setting> Setting for Option<T> {
    const SHAPE: &'static str = T::SHAPE;
    const SECRET: bool = T::SECRET;

    fn read(value: &ValueKind) -> Result<Self, String> {
        T::read(value).map(Some)
    }

    fn show(&self) -> Option<String> {
        self.as_ref().and_then(T::show)
    }
}

impl<T: Setting> Setting for Vec<T> {
    const SHAPE: &'static str = "a list of texts";
    const SECRET: bool = T::SECRET;

    fn read(value: &ValueKind) -> Result<Self, String> {
        let words = match value {
            ValueKind::Array(values) => values.iter().map(|value| value.kind.clone()).collect(),
            ValueKind::String(text) => {
                let words = text.split([',', '\n']).map(str::trim).filter(|word| !word.is_empty());
                words.map(|word| ValueKind::String(word.to_owned())).collect::<Vec<_>>()
            }
            _ => return Err(expected::<Self>()),
        };
        words.iter().map(T::read).collect::<Result<_, _>>().map_err(|_| expected::<Self>())
    }

    fn show(&self) -> Option<String> {
        let shown: Vec<_> = self.iter().filter_map(T::show).collect();
        Some(format!("[{}]", shown.join(", ")))
    }
}

/// A key whose value is one of a few words.
macro_rules! choice {
    ($(#[$meta:meta])* $name:ident: $shape:literal { $($(#[doc = $doc:literal])+ $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl $name {
            /// As written.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl $crate::config::setting::Setting for $name {
            const SHAPE: &'static str = $shape;

            fn read(value: &::config::ValueKind) -> Result<Self, String> {
                match value {
                    $(::config::ValueKind::String(text) if text == $word => Ok(Self::$variant),)+
                    _ => Err(concat!("expected ", $shape).to_owned()),
                }
            }

            fn show(&self) -> Option<String> {
                Some(format!("{:?}", self.as_str()))
            }
        }
    };
}

pub(super) use choice;
