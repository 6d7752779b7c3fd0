//! What an update says of one value that may be absent: leave it, take it away, or set it. The wire's `MaybeUndefined` becomes
//! this at the edge, so that use cases need not know the wire.

use async_graphql::MaybeUndefined;

/// What to make of a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub enum Patch<T> {
    /// As it is.
    #[default]
    Leave,
    /// No value any more.
    Clear,
    /// This value.
    Set(T),
}

impl<T> Patch<T> {
    /// The value after the change.
    pub fn of(self, current: Option<T>) -> Option<T> {
        match self {
            Self::Leave => current,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }

    /// Reads the value, if there is one.
    ///
    /// # Errors
    /// Those of `read`.
    pub fn try_map<U, E>(self, read: impl FnOnce(T) -> Result<U, E>) -> Result<Patch<U>, E> {
        Ok(match self {
            Self::Leave => Patch::Leave,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(read(value)?),
        })
    }
}

impl<T> From<MaybeUndefined<T>> for Patch<T> {
    fn from(value: MaybeUndefined<T>) -> Self {
        match value {
            MaybeUndefined::Undefined => Self::Leave,
            MaybeUndefined::Null => Self::Clear,
            MaybeUndefined::Value(value) => Self::Set(value),
        }
    }
}
