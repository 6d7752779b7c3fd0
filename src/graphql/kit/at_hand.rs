//! Which fields of a type are at hand: declared in one place per type, and held against the type itself.

/// Declares the fields of rows that are at hand, as the schema writes them: `Tag: id, name, createdAt;`. Once per file: it makes a test
/// that these fields are there and take no arguments.
macro_rules! at_hand {
    ($($row:ident: $($field:ident),+;)+) => {
        $(
            impl $crate::platform::graphql::AtHand for $row {
                const AT_HAND: &'static [&'static str] = &[$(stringify!($field)),+];
            }
        )+

        #[cfg(test)]
        mod at_hand_tests {
            #[test]
            fn what_rows_have_at_hand_are_fields_of_their_types() {
                $($crate::graphql::kit::at_hand::check::<super::$row>();)+
            }
        }
    };
}
pub(crate) use at_hand;

#[cfg(test)]
pub(crate) fn check<T: crate::platform::graphql::AtHand>() {
    let faults = faults_of::<T>();
    assert!(faults.is_empty(), "{} has no such field without arguments: {faults:?}", T::type_name());
}

/// Names that are no fields of the type, or take arguments.
#[cfg(test)]
fn faults_of<T: crate::platform::graphql::AtHand>() -> Vec<&'static str> {
    use async_graphql::registry::{MetaType, Registry};

    let mut registry = Registry::default();
    T::create_type_info(&mut registry);
    let Some(MetaType::Object { fields, .. }) = registry.types.get(&*T::type_name()) else {
        panic!("{} is no object", T::type_name());
    };
    let is_at_hand = |name: &str| fields.get(name).is_some_and(|field| field.args.is_empty());
    T::AT_HAND.iter().copied().filter(|name| !is_at_hand(name)).collect()
}

#[cfg(test)]
mod tests {
    use async_graphql::Object;

    use super::*;
    use crate::platform::graphql::AtHand;

    struct Thing;

    #[Object]
    impl Thing {
        async fn is_at_hand(&self) -> bool {
            true
        }

        async fn list(&self, first: i32) -> i32 {
            first
        }
    }

    impl AtHand for Thing {
        const AT_HAND: &'static [&'static str] = &["isAtHand", "is_at_hand", "list", "gone"];
    }

    #[test]
    fn a_name_that_is_no_field_is_found() {
        assert_eq!(faults_of::<Thing>(), ["is_at_hand", "list", "gone"]);
    }
}
