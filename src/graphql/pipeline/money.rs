//! Money on the wire: a whole number of minor units that no client rounds, its currency, and the amount in decimals to show.

use async_graphql::{InputObject, InputValueError, InputValueResult, Object, Scalar, ScalarType, Value};

use crate::{
    graphql::kit::at_hand,
    platform::{
        graphql::Row,
        money::{self, in_decimals},
    },
};

/// A whole number as a string of decimal digits, like `"125000"`: GraphQL's Int ends at 32 bits and JavaScript's numbers at 53.
/// Inputs take an integer literal too.
pub struct BigInt(pub String);

/// A whole number as a string of decimal digits, like `"125000"`: GraphQL's Int ends at 32 bits and JavaScript's numbers at 53.
/// Inputs take an integer literal too.
#[Scalar]
impl ScalarType for BigInt {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) => Ok(Self(text)),
            Value::Number(number) if number.is_i64() || number.is_u64() => Ok(Self(number.to_string())),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// An amount of money.
pub struct Money {
    minor: i128,
    currency: String,
}

impl Money {
    /// As the wire has it.
    #[must_use]
    pub fn new(minor: impl Into<i128>, currency: &str) -> Row<Self> {
        Row(Self { minor: minor.into(), currency: currency.to_owned() })
    }
}

at_hand! {
    Money: amountMinor, currency, decimal;
}

/// An amount of money.
#[Object]
impl Money {
    /// In the currency's minor units: cents for euros, yen for yen, thousandths for dinars.
    async fn amount_minor(&self) -> BigInt {
        BigInt(self.minor.to_string())
    }

    /// ISO 4217, like `EUR`.
    async fn currency(&self) -> &str {
        &self.currency
    }

    /// The same in major units with the currency's own number of decimals, like `1250.00`: to show, in the reader's format.
    async fn decimal(&self) -> String {
        in_decimals(self.minor, &self.currency)
    }
}

/// An amount of money.
#[derive(InputObject)]
pub struct MoneyInput {
    /// In the currency's minor units, at most 14 digits, not negative: 12.50 euros are `"1250"`.
    pub amount_minor: BigInt,
    /// ISO 4217 in capitals; absent = the deal's, or for a new deal the pipeline's.
    pub currency: Option<String>,
}

impl From<MoneyInput> for money::MoneyInput {
    fn from(input: MoneyInput) -> Self {
        Self { minor: input.amount_minor.0, currency: input.currency }
    }
}
