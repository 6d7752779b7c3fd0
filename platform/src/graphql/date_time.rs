//! A time in an input. On the wire it is the same scalar as the times in answers, but parsed by our own code:
//! the stock parser accepts much that is not RFC 3339, and returns leap seconds that no browser can read.

use std::borrow::Cow;

use async_graphql::{
    InputType, InputValueError, InputValueResult, Value,
    registry::{MetaType, Registry},
};
use entity::Time;

use crate::times::{NO_TIME, read_time};

/// A time from the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime(pub Time);

const DESCRIPTION: &str = "A time as RFC 3339 writes it, to the millisecond: `2026-11-24T09:30:00.250Z`. Answers are in UTC; inputs say \
    their offset (`Z` or `+01:00`), name a second that exists everywhere (not `:60`), and lie in a year from 1 to 9999.";

impl InputType for DateTime {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        <Time as InputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        let name = <Time as InputType>::create_type_info(registry);
        if let Some(MetaType::Scalar { description, .. }) = registry.types.get_mut(&*Self::type_name()) {
            *description = Some(DESCRIPTION.to_owned());
        }
        name
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        match value.unwrap_or_default() {
            Value::String(text) => read_time(&text).map(Self).ok_or_else(|| InputValueError::custom(NO_TIME)),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        <Time as InputType>::to_value(&self.0)
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        Some(self)
    }
}
