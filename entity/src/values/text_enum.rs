//! Enums stored as their `SCREAMING_SNAKE` text. An unknown text in the database is an error, never a
//! default.

use std::fmt;

/// The text is not one of the enum's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownValue(pub &'static str);

impl fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a {}", self.0)
    }
}

impl std::error::Error for UnknownValue {}

macro_rules! text_enum {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, DeriveValueType)]
        #[sea_orm(value_type = "String")]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),* }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The text that is stored and sent to clients.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl From<$name> for crate::Fact {
            fn from(value: $name) -> Self {
                Self::Word(value.as_str().to_owned())
            }
        }

        impl Stored for $name {
            fn stored(row: Raw<'_>, place: usize) -> Result<Option<Self>, DbErr> {
                let unknown = |error: UnknownValue| DbErr::Type(error.to_string());
                text(row, place)?.map(|text| text.parse().map_err(unknown)).transpose()
            }
        }

        impl FromStr for $name {
            type Err = UnknownValue;

            fn from_str(text: &str) -> Result<Self, UnknownValue> {
                match text { $($text => Ok(Self::$variant),)* _ => Err(UnknownValue(stringify!($name))) }
            }
        }
    )*};
}

pub(crate) use text_enum;
