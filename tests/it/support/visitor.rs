//! A visitor with a browser, or a program that pretends to be one.

use std::net::SocketAddr;

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Request},
};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use super::{TestApp, TestForm};

/// A visitor with an address and headers.
pub struct Visitor<'a> {
    app: &'a TestApp,
    peer: SocketAddr,
    headers: Vec<(String, String)>,
}

/// The server's answer.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// What a person reads: the page without its tags.
    pub fn words(&self) -> String {
        let mut words = String::new();
        let mut inside = false;
        for c in self.text.chars() {
            match c {
                '<' => inside = true,
                '>' => {
                    inside = false;
                    words.push(' ');
                }
                _ if !inside => words.push(c),
                _ => {}
            }
        }
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl<'a> Visitor<'a> {
    pub fn new(app: &'a TestApp) -> Self {
        Self { app, peer: "203.0.113.7:40000".parse().expect("an address"), headers: Vec::new() }
    }

    #[must_use]
    pub fn from(mut self, ip: &str) -> Self {
        self.peer = SocketAddr::new(ip.parse().expect("an IP"), 40000);
        self
    }

    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, Vec::new()).await
    }

    /// Submits an HTML form.
    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let this = Visitor { app: self.app, peer: self.peer, headers: self.headers.clone() };
        this.header("content-type", "application/x-www-form-urlencoded")
            .send("POST", path, body.into_bytes())
            .await
    }

    /// Posts JSON as the embed does.
    pub async fn post_json(&self, path: &str, body: &Value) -> Answer {
        let this = Visitor { app: self.app, peer: self.peer, headers: self.headers.clone() };
        this.header("content-type", "application/json")
            .header("accept", "application/json")
            .send("POST", path, body.to_string().into_bytes())
            .await
    }

    pub async fn send(&self, method: &str, path: &str, body: Vec<u8>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let mut request = request.body(Body::from(body)).expect("a request");
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let response = self.app.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// A ticket of a form that was shown a few seconds ago.
    pub async fn ticket(&self, form: &TestForm) -> String {
        let definition = Visitor::new(self.app).get(&format!("/forms/{}/definition", form.id)).await;
        assert_eq!(definition.status, 200, "{}", definition.text);
        self.app.advance(chrono::TimeDelta::seconds(3));
        definition.json()["ticket"].as_str().expect("a ticket").to_owned()
    }

    /// Fills in the newsletter form, ticks the box and sends it, without JavaScript.
    pub async fn submit(&self, form: &TestForm, email: &str) -> Answer {
        let fields = [("email", email), ("given_name", "Ada"), ("consent", "newsletter:email")];
        let answer = self.submit_fields(form, &fields).await;
        assert_eq!(answer.status, 303, "{}", answer.words());
        answer
    }

    /// Sends these fields with a valid ticket.
    pub async fn submit_fields(&self, form: &TestForm, fields: &[(&str, &str)]) -> Answer {
        let ticket = self.ticket(form).await;
        let mut all = vec![("ticket", ticket.as_str()), ("language", "en")];
        all.extend_from_slice(fields);
        self.post_form(&format!("/forms/{}", form.id), &all).await
    }
}
