//! The staff: who they are, how they come in, and how their access ends.

use entity::Role;
use serde_json::json;

use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn a_member_who_is_signed_in_is_known_by_their_cookie() {
    let app = TestApp::new().await;
    let sales = app.member(Role::Sales).await;
    let seen = sales.gql("{ viewer { role apiKeyId } members(first: 5) { totalCount nodes { id name role } } }", json!({})).await;
    assert_eq!(seen["viewer"]["role"], "SALES");
    assert_eq!(seen["members"]["nodes"][0]["id"], sales.member_id().to_string());
}
