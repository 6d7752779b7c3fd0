//! Money in the API: an integer number of minor units, which no client rounds, its currency, and the decimal
//! amount for display.

use async_graphql::{InputObject, InputValueError, InputValueResult, Object, Scalar, ScalarType, Value};

use crate::{
    graphql::kit::at_hand,
    platform::{
        graphql::Row,
        money::{self, in_decimals},
    },
};

/// Scalar for integers that fit neither GraphQL's `Int` nor a JavaScript number.
pub struct BigInt(pub String);

/// An integer as a string of decimal digits, such as `"125000"`, because GraphQL's Int is limited to 32 bits
/// and JavaScript's numbers to 53. Inputs also accept an integer literal.
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

/// GraphQL type of an amount of money.
pub struct Money {
    minor: i128,
    currency: String,
}

impl Money {
    /// The amount as a list row.
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

    /// ISO 4217, such as `EUR`.
    async fn currency(&self) -> &str {
        &self.currency
    }

    /// The same in major units with the currency's number of decimals, such as `1250.00`; format it for the
    /// reader's locale.
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
