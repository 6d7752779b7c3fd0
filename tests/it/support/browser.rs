//! A browser with a cookie jar, on one of our pages.

use std::collections::BTreeMap;

use accord::accounts::{NewMember, accept_invitation, invite_member};
use entity::{MemberId, Role};
use serde_json::{Value, json};

use super::{Answer, TestApp, Visitor};

pub const PASSWORD: &str = "correct horse battery staple";

pub struct Browser<'a> {
    app: &'a TestApp,
    ip: String,
    pub cookies: BTreeMap<String, String>,
}

impl<'a> Browser<'a> {
    pub fn new(app: &'a TestApp) -> Self {
        Self::from(app, "198.51.100.7")
    }

    pub fn from(app: &'a TestApp, ip: &str) -> Self {
        Self { app, ip: ip.to_owned(), cookies: BTreeMap::new() }
    }

    pub fn cookie_header(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn visitor(&self) -> Visitor<'a> {
        let visitor = self
            .app
            .visitor()
            .from(&self.ip)
            .header("content-type", "application/json")
            .header("origin", "http://localhost:8080");
        let visitor = visitor
            .header("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0");
        if self.cookies.is_empty() { visitor } else { visitor.header("cookie", &self.cookie_header()) }
    }

    /// The answer as it came; its cookies are stored.
    pub async fn send(&mut self, query: &str, variables: Value) -> Answer {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let answer = self.visitor().send("POST", "/graphql", body.into_bytes()).await;
        for cookie in answer.headers.get_all("set-cookie") {
            let (name, rest) = cookie.to_str().expect("a cookie").split_once('=').expect("a cookie");
            let (value, attributes) = rest.split_once(';').expect("attributes");
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    pub async fn gql_raw(&mut self, query: &str, variables: Value) -> Value {
        self.send(query, variables).await.json()
    }

    /// The only field of a mutation or query that must not fail.
    pub async fn ask(&mut self, query: &str, variables: Value) -> Value {
        let answer = self.gql_raw(query, variables).await;
        assert!(answer.get("errors").is_none(), "{answer:#}");
        answer["data"].as_object().expect("data").values().next().expect("a field").clone()
    }

    pub async fn sign_in(&mut self, email: &str, password: &str, code: Option<&str>) -> Value {
        let query = "mutation($i: SignInInput!) { signIn(input: $i) { outcome member { id } session { id browser current steppedUpAt } userErrors { code field message } } }";
        let input = json!({ "workspace": "lumen", "email": email, "password": password, "code": code });
        let answer = self.gql_raw(query, json!({ "i": input })).await;
        if answer.get("errors").is_some() {
            answer["errors"][0]["extensions"]["code"].clone()
        } else {
            answer["data"]["signIn"].clone()
        }
    }

    pub fn session(&self) -> &str {
        &self.cookies["__Host-accord_session"]
    }
}

impl TestApp {
    /// A member who joined with `PASSWORD`.
    pub async fn joined(&self, email: &str, role: Role) -> MemberId {
        let owner = accord::accounts::Caller {
            actor: accord::platform::actor::Actor::Operator,
            workspace: self.workspace,
            session: None,
            stepped_up_at: None,
            must_enrol: false,
            maker: None,
        };
        let new =
            NewMember { email: email.to_owned(), name: "Ada Lovelace".to_owned(), role, language: None };
        let row = invite_member(&self.app, owner, new, None).await.expect("invited");
        self.run_jobs().await;
        let token = self
            .mails_to(email)
            .last()
            .expect("an invitation")
            .link("join")
            .rsplit('/')
            .next()
            .expect("a token")
            .to_owned();
        accept_invitation(&self.app, &token, None, PASSWORD).await.expect("joined");
        row.id
    }
}
