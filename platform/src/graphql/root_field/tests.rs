use serde_json::{Value as Json, json};

use super::{
    super::{
        limits,
        test_schema::{Seen, schema},
    },
    *,
};

/// All events of a subscription.
async fn follow(document: &str, variables: Json) -> Vec<Json> {
    let checked =
        limits::check(document, None).unwrap_or_else(|error| panic!("{document}: {}", error.message));
    let mut request = Request::new("").variables(Variables::from_json(variables));
    request.set_parsed_query(checked.document);
    subscribe(&schema(&Seen::default()), request)
        .map(|answer| serde_json::to_value(answer).unwrap())
        .collect()
        .await
}

#[tokio::test]
async fn a_field_is_followed_wherever_fragments_put_it() {
    for document in [
        "subscription { count(to: 2) }",
        "subscription { ...F } fragment F on Subscription { count(to: 2) }",
        "subscription { ... on Subscription { count(to: 2) } }",
        "subscription { ... { count(to: 2) } }",
        "subscription { ...F } fragment F on Subscription { ...G } fragment G on Subscription { ... { count(to: 2) } }",
        "subscription { ...F ...F count(to: 2) } fragment F on Subscription { count(to: 2) }",
        "subscription A { ...F } fragment F on Subscription { count(to: 2) }",
        "subscription($to: Int!, $yes: Boolean!) { ... @include(if: $yes) { count(to: $to) @skip(if: false) } }",
        "subscription($no: Boolean!) { ...F @skip(if: $no) } fragment F on Subscription { count(to: 2) }",
    ] {
        let all: Vec<_> = follow(document, json!({ "to": 2, "yes": true, "no": false })).await;
        assert_eq!(all, [json!({ "data": { "count": 1 } }), json!({ "data": { "count": 2 } })], "{document}");
    }
    let renamed =
        follow("subscription { ...F } fragment F on Subscription { n: count(to: 1) }", json!({})).await;
    assert_eq!(renamed, [json!({ "data": { "n": 1 } })]);
}

#[test]
fn more_than_one_field_is_refused_and_so_is_a_question_about_the_schema() {
    for document in [
        "subscription { count(to: 1) silent }",
        "subscription { a: silent b: silent }",
        "subscription { silent ...F } fragment F on Subscription { count(to: 1) }",
        "subscription { ...F } fragment F on Subscription { silent ... { count(to: 1) } }",
        "subscription($y: Boolean!) { silent @include(if: $y) count(to: 1) @skip(if: $y) }",
        "subscription { silent __typename }",
        "subscription { __typename }",
        "subscription { ...F } fragment F on Subscription { __typename }",
        "query A { me } subscription B { silent count(to: 1) }",
    ] {
        for name in [None, Some("A")] {
            let error = limits::check(document, name).err().unwrap_or_else(|| panic!("{document} was taken"));
            let code = super::super::user_error::code_of(&error);
            assert_eq!(
                (code, error.locations.len()),
                (Some(Code::ValidationFailed), 1),
                "{document}: {}",
                error.message
            );
        }
    }
}

#[test]
fn a_subscription_whose_variables_leave_nothing_is_refused() {
    for (document, left) in [
        ("subscription($y: Boolean!) { silent @include(if: $y) }", false),
        ("subscription($y: Boolean!) { silent @skip(if: $y) }", true),
        ("subscription($y: Boolean!) { ...F @include(if: $y) } fragment F on Subscription { silent }", false),
        ("subscription { ... { silent @skip(if: true) } silent }", true),
    ] {
        let checked =
            limits::check(document, None).unwrap_or_else(|error| panic!("{document}: {}", error.message));
        let (_, operation) = checked.document.operations.iter().next().unwrap();
        let variables = Variables::from_json(json!({ "y": false }));
        assert_eq!(check_left(&checked.document, operation, &variables).is_ok(), left, "{document}");
    }
}

#[tokio::test]
async fn what_does_not_fit_the_schema_is_refused_in_a_fragment_too() {
    for document in [
        "subscription { ...F } fragment F on Subscription { nothing }",
        "subscription { ...F } fragment F on Query { me }",
        "subscription { ... on Nobody { count(to: 1) } }",
        "subscription { ... @unknown { count(to: 1) } }",
        "subscription { ... @include(if: 7) { count(to: 1) } count(to: 1) }",
        "subscription($unused: Int) { ... { count(to: 1) } }",
        "subscription($y: Int!) { ... @include(if: $y) { count(to: 1) } count(to: 1) }",
        "subscription { ... { count(to: 1) } count(to: 2) }",
        "subscription { ... { count(to: \"x\") } }",
        "subscription { ... { count(to: 1) } } fragment Unused on Query { me }",
    ] {
        let all = follow(document, json!({ "y": 1 })).await;
        assert!(all.len() == 1 && all[0]["errors"].is_array(), "{document}: {all:?}");
    }
}
