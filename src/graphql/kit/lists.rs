//! What a list costs, and how many rows may be asked for.

use crate::{
    error::{Error, ProblemCode, Result},
    platform::graphql::page::MAX_PAGE,
};

/// Estimated cost of a list: rows are loaded in batches, so four of them cost as much as one field loaded
/// alone.
pub(crate) fn cost(first: Option<i32>, last: Option<i32>, child: usize) -> usize {
    let rows = first.or(last).unwrap_or(MAX_PAGE).clamp(1, MAX_PAGE).unsigned_abs() as usize;
    child.saturating_mul(rows.div_ceil(4)).saturating_add(1)
}

/// The number of rows to return, for lists without pages.
pub(crate) fn most(field: &str, asked: i32) -> Result<u64> {
    match u64::try_from(asked) {
        Ok(most) if (1..=MAX_PAGE).contains(&asked) => Ok(most),
        _ => Err(Error::rejected(ProblemCode::Invalid, field, "must be between 1 and 100")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_costs_by_its_length() {
        assert_eq!(cost(Some(100), None, 10), 251);
        assert_eq!(cost(None, Some(1), 10), 11);
        assert_eq!(cost(Some(i32::MAX), None, usize::MAX), usize::MAX);
        assert_eq!(cost(Some(-5), None, 10), 11, "refused later, but must not wrap here");
    }
}
