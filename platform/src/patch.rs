//! An update of an optional value: leave, clear or set it. GraphQL's `MaybeUndefined` is converted to this,
//! so that use cases do not depend on GraphQL.

use async_graphql::MaybeUndefined;

/// The change of a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub enum Patch<T> {
    /// Keep the current value.
    #[default]
    Leave,
    /// Remove the value.
    Clear,
    /// Set this value.
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

    /// Converts the value, if there is one.
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
