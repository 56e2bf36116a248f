//! A section: fields with words, types and defaults, said once; reading, showing and the reference come from that.

use super::{reader::Reader, setting::Setting};

/// One key, for the reference.
#[derive(Clone, Debug)]
pub struct Field {
    /// Name within its section.
    pub name: &'static str,
    /// What it means.
    pub doc: String,
    /// What it may be.
    pub shape: &'static str,
    /// As TOML; `None` when there is none.
    pub default: Option<String>,
    /// Whether it is never shown.
    pub secret: bool,
}

impl Field {
    pub(super) fn new<T: Setting>(name: &'static str, doc: &[&str], default: &T) -> Self {
        let doc = doc.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
        Self { name, doc, shape: T::SHAPE, default: default.show(), secret: T::SECRET }
    }
}

/// What every section can do.
pub trait Section: Default {
    /// Its name.
    const NAME: &'static str;
    /// What it is about.
    const DOC: &'static str;

    /// Takes its keys; what can't be read is filed as a problem and left at its default.
    fn read(reader: &mut Reader) -> Self {
        Self::default().over(reader)
    }

    /// The same over what is said already.
    #[must_use]
    fn over(self, reader: &mut Reader) -> Self;

    /// Its keys, for the reference.
    fn fields() -> Vec<Field>;

    /// Names and values as TOML, in order; unset ones have none.
    fn show(&self) -> Vec<(&'static str, Option<String>)>;
}

macro_rules! section {
    ($(#[doc = $about:literal])+ $name:ident in $key:literal {
        $($(#[doc = $doc:literal])+ $field:ident: $type:ty = $default:expr,)*
    }) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug)]
        pub struct $name {
            $($(#[doc = $doc])+ pub $field: $type,)*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }

        impl $crate::config::section::Section for $name {
            const NAME: &'static str = $key;
            const DOC: &'static str = concat!($($about),+);

            fn over(self, reader: &mut $crate::config::reader::Reader) -> Self {
                Self { $($field: reader.take($key, stringify!($field), self.$field),)* }
            }

            fn fields() -> Vec<$crate::config::section::Field> {
                let default = Self::default();
                vec![$($crate::config::section::Field::new(stringify!($field), &[$($doc),+], &default.$field)),*]
            }

            fn show(&self) -> Vec<(&'static str, Option<String>)> {
                use $crate::config::setting::Setting;
                vec![$((stringify!($field), self.$field.show())),*]
            }
        }
    };
}

pub(super) use section;
